"""A study file: the statistical analysis plan."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from hematotox.declarations.base import Declaration, Flag, Name, Text
from hematotox.declarations.in_print import Printed, PrintedLabels
from hematotox.declarations.interval import check_tiling
from hematotox.declarations.score import MissingPolicy, Timing
from hematotox.declarations.study.analyses import Analysis
from hematotox.declarations.study.cohort_table import CohortTable, CountsTable
from hematotox.declarations.study.displays import Display
from hematotox.declarations.study.published import Tolerances

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
    label: Printed | None = None
    """As it stands in the manuscript; the dictionary's label if absent."""
    at_least: float | None = None
    """Yes from this value on, otherwise no."""
    levels: tuple[str, ...] | None = None
    """Levels of a category in their order; patients with another level are unknown."""
    yes: tuple[str, ...] | None = None
    """Levels that mean yes; the others mean no."""
    bands: dict[Name, str] | None = None
    """Level and interval of a number, such as `three_or_more: "[3, inf)"`, in their order."""
    labels: PrintedLabels = {}
    """Words for the levels, as they stand in the manuscript."""

    @model_validator(mode="after")
    def _one_rule(self) -> Covariate:
        rules = (self.at_least, self.levels, self.yes, self.bands)
        if sum(rule is not None for rule in rules) > 1:
            raise ValueError("needs at most one of at_least, levels, yes, bands")
        if self.bands is not None:
            check_tiling(tuple(self.bands.values()), low=0)
        return self


class LinearPredictor(Declaration):
    """The covariates of the first step of the adjustment by a linear predictor."""

    covariates: tuple[Text, ...]
    """Covariates of the endpoint's own model (also `<endpoint>.status`), the score not among
    them."""
    label: Printed | None = None
    """Words for the adjustment in notes of tables."""


class MissingValues(Declaration):
    """What the study does where something is not known."""

    scores: dict[Name, MissingPolicy] = {}
    """What a missing item does, by score: no_score, as a rule; lowest or highest points; or
    determinable, the group where it is the same whatever the missing value. Where only one group
    can be known with an item missing (SimpleHT: low), determinable favours it, and sensitivity,
    specificity and odds ratios are biased. By default the policy of the score's file."""


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
    data_cut: date | None = None
    """Day on which the data are cut, as 2024-06-30: later records are set aside, the living are
    censored by it."""
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
    missing: MissingValues = MissingValues()
    """What is done about missing values."""
    conventions: Conventions | None = None
    """How cytopenias are graded."""
    linear_predictors: dict[Name, LinearPredictor] = {}
    """Adjustments by a linear predictor, by name."""
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
