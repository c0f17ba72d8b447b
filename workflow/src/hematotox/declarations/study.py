"""A study file: the statistical analysis plan."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hematotox.declarations.analyses import Analysis
from hematotox.declarations.base import Declaration, Flag, Name, Text
from hematotox.declarations.displays import Display
from hematotox.declarations.interval import check_tiling
from hematotox.declarations.published import Tolerances
from hematotox.declarations.score import Timing

RESERVED_ANALYSES = frozenset({"patients"})
"""The flow of patients, which every study has without declaring it."""
RESERVED_COLUMNS = frozenset({"patient_id", "centre", "source", "included", "reason"})
"""Columns that the population has without being declared."""


class Condition(Declaration):
    """A condition on one variable of a patient."""

    variable: Name
    """Variable with one value a patient, or `centre`."""
    in_: tuple[str, ...] | None = Field(default=None, alias="in")
    """Levels that meet the condition."""
    at_least: float | None = None
    """Lowest value that meets the condition."""
    at_most: float | None = None
    """Highest value that meets the condition."""
    known: Flag | None = None
    """true: the value is known; false: it is not."""

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
    """Words of the row in the flow diagram."""


class Criterion(Declaration):
    """One row of the flow diagram: who stays, or who leaves."""

    include: LabelledCondition | None = None
    """Who stays: patients that meet the condition."""
    exclude: LabelledCondition | None = None
    """Who leaves: patients that meet the condition."""

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
    """Heading of the column."""
    label: Text | None = None
    """As it stands in the manuscript; the name if absent."""
    unit: str | None = None
    """Unit (UCUM) of a number, shown in print; values are not converted."""
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
    """Unit of the time: days, weeks, months of 30.4375 days or years of 365.25 days."""
    status: Text
    """Column of the status."""
    values: dict[str, str]
    """Code in the table: censored, event, competing, or a name in `causes`."""
    causes: tuple[Name, ...] = ()
    """Names of status 1, 2, ...; the first is the event of interest."""
    label: Text | None = None
    """As it stands in the manuscript; the name if absent."""
    labels: dict[str, Text] | None = None
    """Words for the causes, as they stand in the manuscript."""

    @model_validator(mode="after")
    def _values_name_causes(self) -> ColumnEndpoint:
        # Once the causes have names, each status is one of them: a status without a name would
        # belong to no curve.
        named = self.causes or ("event", "competing")
        known = ("censored", *named)
        for value in self.values.values():
            if value not in known:
                raise ValueError(f'values: "{value}" must be one of {", ".join(known)}')
        if (self.time is None) != (self.unit is None):
            raise ValueError("time and unit go together")
        return self

    def status_of(self, value: str) -> int:
        """Return 0 for censored, 1 for the event, 2 and above for competing events."""
        causes = self.causes or ("event", "competing")
        return 0 if value == "censored" else 1 + causes.index(value)


class CohortTable(Declaration):
    """The way in for an analysis-ready table, one row a patient."""

    file: Text
    """Name of a CSV file in the run's exports folder, or in the project's own data."""
    patient_id: Text
    """Column of the patient's number, or `row_number`."""
    centre: Text | None = None
    """Column of the centre; all patients are of one centre if absent."""
    covariates: dict[Name, ColumnCovariate]
    """Covariates by name."""
    endpoints: dict[Name, ColumnEndpoint]
    """Endpoints by name."""
    missing: tuple[str, ...] = ("", "NA")
    """Texts that say that a value is not known."""
    delimiter: Literal[",", ";", "\t"] = ","
    """Sign between the cells."""
    decimal: Literal[".", ","] = "."
    """Decimal sign."""
    encoding: str = "utf-8"
    """Of the file, for example utf-8 or cp1252."""


class CountsTable(Declaration):
    """The way in for published 2x2 tables: no patients, only counts.

    The file has the columns cohort, endpoint, group, n_event, n: a row for each group of each
    endpoint of each cohort.
    """

    file: Text
    """Name of a CSV file of 2x2 tables."""
    exposure: Name
    """Name of the groups in the analyses."""
    label: Text
    """Words for the groups, such as the score's name."""
    levels: dict[Name, Text]
    """Level, as in column `group`, and words for it; the first is the reference."""
    endpoints: dict[Name, Text]
    """Endpoint, as in column `endpoint`, and words for it."""
    cohorts: dict[Name, Text] = {}
    """Cohort, as in column `cohort`, and words for it."""

    def as_table(self) -> CohortTable:
        """Return the declaration of the table that the counts are expanded to."""
        values = {level: level for level in self.levels}
        outcome = {"0": "censored", "1": "event"}
        return CohortTable(
            file=self.file,
            patient_id="row_number",
            centre="cohort",
            covariates={
                self.exposure: ColumnCovariate(
                    column="group", label=self.label, values=values, labels=self.levels
                )
            },
            endpoints={
                name: ColumnEndpoint(status=name, values=outcome, label=label)
                for name, label in self.endpoints.items()
            },
        )


class LinearPredictor(Declaration):
    """The covariates of the first step of the adjustment by a linear predictor."""

    covariates: tuple[Name, ...]
    """Covariates of the endpoint's own model, the score not among them."""
    label: Text | None = None
    """Words for the adjustment in notes of tables."""


class ImmortalTime(Declaration):
    """An explicit acceptance of a predictor that was not known at the time origin."""

    accept: Flag
    """Whether such predictors are accepted; their rows then carry a condition."""
    reason: Text
    """Why, as it is to stand in the report."""


class Conventions(Declaration):
    """The convention that grades, and those that are shown beside it."""

    primary: Name
    """Convention of the endpoints that name none."""
    sensitivity: tuple[Name, ...] = ()
    """Conventions that grade beside it."""


AnyAnalysis = Annotated[Analysis, Field(discriminator="method")]
AnyDisplay = Annotated[Display, Field(discriminator="kind")]


class Study(Declaration):
    """`config/studies/<study>.yaml`: population, scores, analyses and displays of one study."""

    id: Name
    """Name of the study in commands and results; also the name of the file."""
    title: Text
    """Title of the report."""
    citation: str = ""
    """The publication that is validated or reproduced."""
    centres: tuple[Name, ...] = ()
    """Centres whose exports are staged."""
    cohort: CohortTable | None = None
    """Instead of centres: an analysis-ready table, one row a patient."""
    counts: CountsTable | None = None
    """Instead of centres: published 2x2 tables."""
    population: tuple[Criterion, ...] = ()
    """Criteria in order: the rows of the flow diagram."""
    covariates: dict[Name, Covariate] = {}
    """Covariates of the analyses, by name; variables of the dictionary need none."""
    endpoints: tuple[Name, ...] = ()
    """Endpoints that are built although no analysis uses them."""
    scores: tuple[Name, ...] = ()
    """Scores that every patient gets."""
    accept_provisional: tuple[Name, ...] = ()
    """Provisional scores that the study accepts; each display that uses one says so."""
    timing: dict[Name, Timing] = {}
    """Baseline windows that replace those of a score, by score."""
    conventions: Conventions | None = None
    """How cytopenias are graded."""
    linear_predictors: dict[Name, LinearPredictor] = {}
    """Adjustments by a linear predictor, by name."""
    immortal_time: ImmortalTime | None = None
    """Acceptance of predictors that are known only after infusion."""
    analyses: dict[Name, AnyAnalysis]
    """Analyses by name; the name stands in the estimates table."""
    displays: dict[Name, AnyDisplay]
    """Tables and figures by name; the name is that of their files."""
    published: Text | None = None
    """File of config/published/ with the paper's own numbers."""
    agreement: Tolerances = Tolerances()
    """How far an estimate may lie from print and still agree (for synthetic patients)."""

    @property
    def table(self) -> CohortTable | None:
        """The table that the study enters with: analysis-ready, or expanded from counts."""
        return self.counts.as_table() if self.counts is not None else self.cohort

    @model_validator(mode="after")
    def _one_way_in(self) -> Study:
        ways = [bool(self.centres), self.cohort is not None, self.counts is not None]
        if sum(ways) != 1:
            raise ValueError("needs exactly one of: centres, cohort, counts")
        return self

    @model_validator(mode="after")
    def _no_reserved_names(self) -> Study:
        of_table = self.cohort.covariates if self.cohort is not None else {}
        for key, names, reserved in (
            ("analyses", self.analyses, RESERVED_ANALYSES),
            ("covariates", self.covariates, RESERVED_COLUMNS),
            ("cohort.covariates", of_table, RESERVED_COLUMNS),
        ):
            for name in names:
                if name in reserved:
                    raise ValueError(
                        f"{key}.{name}: this name is the program's own; choose another"
                    )
        return self
