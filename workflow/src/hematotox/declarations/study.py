"""A study file: the statistical analysis plan."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hematotox.declarations.analyses import Analysis
from hematotox.declarations.base import Declaration, Flag, Name, Text
from hematotox.declarations.displays import Display
from hematotox.declarations.interval import check_tiling
from hematotox.declarations.score import Timing


class Condition(Declaration):
    """A condition on one variable of a patient."""

    variable: Name
    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    at_least: float | None = None
    at_most: float | None = None
    known: Flag | None = None

    @model_validator(mode="after")
    def _exactly_one_rule(self) -> Condition:
        limits = None if self.at_least is None and self.at_most is None else True
        rules = (self.in_, self.known, limits)
        if sum(rule is not None for rule in rules) != 1:
            raise ValueError("needs one of: in; at_least and/or at_most; known")
        return self


class LabelledCondition(Condition):
    """A condition with the words that stand in the flow diagram."""

    label: Text


class Criterion(Declaration):
    """One row of the flow diagram: who stays, or who leaves."""

    include: LabelledCondition | None = None
    exclude: LabelledCondition | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Criterion:
        if (self.include is None) == (self.exclude is None):
            raise ValueError("needs either include or exclude")
        return self

    @property
    def condition(self) -> LabelledCondition:
        """The condition, whichever way it is meant."""
        chosen = self.include or self.exclude
        assert chosen is not None
        return chosen


class Covariate(Declaration):
    """A covariate of the analyses, taken from a staged variable.

    Without a rule it is the variable itself. With `at_least` it is yes or no; with `levels`
    a category whose first level is the reference; patients with another value are unknown.
    """

    variable: Name
    """Variable of the dictionary."""
    label: Text | None = None
    """As it stands in the manuscript; the dictionary's label if absent."""
    at_least: float | None = None
    """Yes from this value on, otherwise no."""
    levels: tuple[str, ...] | None = None
    """Levels of a category in their order; patients with another level are unknown."""
    yes: tuple[str, ...] | None = None
    """Levels that mean yes; the others mean no."""
    bands: dict[Name, str] | None = None
    """Level and interval of a number, such as `three_or_more: "[3, inf)"`, in their order."""
    labels: dict[str, Text] = {}
    """Words for the levels, as they stand in the manuscript."""

    @model_validator(mode="after")
    def _one_rule(self) -> Covariate:
        rules = (self.at_least, self.levels, self.yes, self.bands)
        if sum(rule is not None for rule in rules) > 1:
            raise ValueError("needs at most one of at_least, levels, yes, bands")
        if self.bands is not None:
            check_tiling(tuple(self.bands.values()), low=0)
        return self


class ColumnCovariate(Declaration):
    """A covariate of an analysis-ready table: one of its columns."""

    column: Text
    label: Text | None = None
    unit: str | None = None
    values: dict[str, str] | None = None
    """Code in the table and name of the level; the first is the reference."""
    labels: dict[str, Text] | None = None
    """Words for the levels, as they stand in the manuscript."""

    @model_validator(mode="after")
    def _number_or_category(self) -> ColumnCovariate:
        if (self.unit is None) == (self.values is None):
            raise ValueError("needs unit (a number) or values (a category), not both")
        if self.values is not None and len(set(self.values.values())) != len(self.values):
            raise ValueError("values: two codes have the same name")
        return self


class ColumnEndpoint(Declaration):
    """An endpoint of an analysis-ready table: a time and a status column."""

    time: Text | None = None
    """Column of the time; absent for an endpoint that only happened or not."""
    unit: Literal["d", "wk", "mo", "a"] | None = None
    status: Text
    values: dict[str, str]
    """Code in the table: censored, event, competing, or a name in `causes`."""
    causes: tuple[Name, ...] = ()
    """Names of status 1, 2, ...; the first is the event of interest."""
    label: Text | None = None
    labels: dict[str, Text] | None = None

    @model_validator(mode="after")
    def _values_name_causes(self) -> ColumnEndpoint:
        known = ("censored", "event", "competing", *self.causes)
        for value in self.values.values():
            if value not in known:
                raise ValueError(f'values: "{value}" must be one of {", ".join(known)}')
        if (self.time is None) != (self.unit is None):
            raise ValueError("time and unit go together")
        return self

    def status_of(self, value: str) -> int:
        """Return 0 for censored, 1 for the event, 2 and above for competing events."""
        fixed = {"censored": 0, "event": 1, "competing": 2}
        return fixed[value] if value in fixed else 1 + self.causes.index(value)


class CohortTable(Declaration):
    """The way in for an analysis-ready table, one row a patient."""

    file: Text
    patient_id: Text
    """Column of the patient's number, or `row_number`."""
    centre: Text | None = None
    covariates: dict[Name, ColumnCovariate]
    endpoints: dict[Name, ColumnEndpoint]
    missing: tuple[str, ...] = ("", "NA")
    delimiter: Literal[",", ";", "\t"] = ","
    decimal: Literal[".", ","] = "."
    encoding: str = "utf-8"


class CountsTable(Declaration):
    """The way in for published 2x2 tables: no patients."""

    file: Text


class LinearPredictor(Declaration):
    """The covariates of the first step of the adjustment by a linear predictor."""

    covariates: tuple[Name, ...]
    label: Text | None = None


class ImmortalTime(Declaration):
    """An explicit acceptance of a predictor that was not known at the time origin."""

    accept: Flag
    reason: Text


class Conventions(Declaration):
    """The convention that grades, and those that are shown beside it."""

    primary: Name
    sensitivity: tuple[Name, ...] = ()


AnyAnalysis = Annotated[Analysis, Field(discriminator="method")]
AnyDisplay = Annotated[Display, Field(discriminator="kind")]


class Study(Declaration):
    """`config/studies/<study>.yaml`: population, scores, analyses and displays of one study."""

    id: Name
    title: Text
    citation: str = ""
    centres: tuple[Name, ...] = ()
    cohort: CohortTable | None = None
    counts: CountsTable | None = None
    population: tuple[Criterion, ...] = ()
    covariates: dict[Name, Covariate] = {}
    endpoints: tuple[Name, ...] = ()
    scores: tuple[Name, ...] = ()
    accept_provisional: tuple[Name, ...] = ()
    timing: dict[Name, Timing] = {}
    conventions: Conventions | None = None
    linear_predictors: dict[Name, LinearPredictor] = {}
    immortal_time: ImmortalTime | None = None
    analyses: dict[Name, AnyAnalysis]
    displays: dict[Name, AnyDisplay]
    published: Text | None = None

    @model_validator(mode="after")
    def _one_way_in(self) -> Study:
        ways = [bool(self.centres), self.cohort is not None, self.counts is not None]
        if sum(ways) != 1:
            raise ValueError("needs exactly one of: centres, cohort, counts")
        return self
