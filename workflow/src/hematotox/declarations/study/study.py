"""A study file: the statistical analysis plan."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from hematotox.declarations.base import Declaration, MemberName, Name, Text, named_once
from hematotox.declarations.in_print import IN_PRINT, Printed, PrintedLabels
from hematotox.declarations.interval import check_tiling
from hematotox.declarations.score import Timing
from hematotox.declarations.study.analyses import Analysis
from hematotox.declarations.study.cohort_table import CohortTable, CountsTable
from hematotox.declarations.study.criteria import Criterion
from hematotox.declarations.study.displays import Display
from hematotox.declarations.study.missing_values import MissingValues
from hematotox.declarations.study.planned_tests import Planned, Secondary
from hematotox.declarations.study.published import Tolerances
from hematotox.declarations.study.released import Released
from hematotox.declarations.study.words import StyleName

RESERVED_ANALYSES = frozenset({"patients"})
"""The flow of patients, which every study has without declaring it."""
RESERVED_COLUMNS = frozenset({"patient_id", "centre", "source", "included", "reason"})
"""Columns that the population has without being declared."""


class Covariate(Declaration):
    """A covariate of the analyses, taken from a staged variable.

    Without a rule it is the variable itself. With `at_least` it is yes or no; with `levels`
    a category whose first level is the reference.
    """

    variable: Name
    """Variable of the dictionary."""
    label: Printed | None = None
    """As it stands in the manuscript; the dictionary's label if absent."""
    at_least: float | None = None
    """Yes from this value on, otherwise no."""
    levels: tuple[str, ...] | dict[str, tuple[str, ...]] | None = None
    """Levels of a category in their order; `dlbcl: [dlbcl, tfl]` counts several as one. A level
    that is not named counts under its own name, after these."""
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
        for level, levels in self.merged.items():
            if not levels:
                raise ValueError(f'levels: "{level}" counts nobody')
        counted = [level for levels in self.merged.values() for level in levels]
        for level in counted:
            if counted.count(level) > 1:
                raise ValueError(f'levels: "{level}" is counted twice')
        return self

    @property
    def merged(self) -> dict[str, tuple[str, ...]]:
        """Each level, and the levels of the variable that count as it."""
        if isinstance(self.levels, dict):
            return self.levels
        return {level: (level,) for level in self.levels or ()}


class LinearPredictor(Declaration):
    """The covariates of the first step of the adjustment by a linear predictor."""

    covariates: tuple[Text, ...]
    """Covariates of the endpoint's own model (also `<endpoint>.status`), the score not among
    them."""
    label: Printed | None = None
    """Words for the adjustment in notes of tables."""


class Conventions(Declaration):
    """The convention that grades, and those that are shown beside it."""

    primary: Name
    """Convention of the endpoints that name none."""
    sensitivity: tuple[Name, ...] = ()
    """Conventions that grade beside it."""


Inference = Literal["wald", "profile", "as_printed"]


AnyAnalysis = Annotated[Analysis, Field(discriminator="method")]
AnyDisplay = Annotated[Display, Field(discriminator="kind")]


class StudyKeys(Declaration):
    """What a study says besides its name, its analyses and its displays."""

    citation: str = ""
    """The publication that is validated or reproduced."""
    style: Annotated[StyleName, IN_PRINT] = "plain"
    """How tables, figures, report and manuscript print: plain (the house style); blood, jama, nejm
    (American spelling, P-values of two decimals, the first two without a zero before the point,
    nejm with "to" between limits); lancet (raised point, small p, smallest p<0·0001)."""
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
    primary: MemberName | None = None
    """Analysis of the primary test; `none`, as without it, in a reproduction: all is
    exploratory."""
    secondary: Secondary | None = None
    """Secondary tests; P adjusted for them stands beside theirs. All else is exploratory."""
    registered: date | None = None
    """Day on which the plan was registered, as 2024-06-30."""
    inference: Inference | None = None
    """How limits and P of logistic and Cox regression are made, both of one method: wald;
    profile (profile likelihood with likelihood-ratio tests; clustered Cox models stay Wald); or
    as_printed, as the paper with `published` numbers did: odds ratios by Wald unadjusted, by
    profile likelihood adjusted. By default as_printed with `published`, else wald."""
    published: Text | None = None
    """File of config/published/ with the paper's own numbers."""
    agreement: Tolerances = Tolerances()
    """How far an estimate may lie from print and still agree (for synthetic patients)."""
    release: Released = Released()
    """What `snakemake share` shows nevertheless, and what was shared before."""


class Study(StudyKeys):
    """A study as the program works with it: nothing inherited, every family expanded."""

    id: Name
    """Name of the study in commands and results; also the name of the file."""
    title: Text
    """Title of the report."""
    analyses: dict[MemberName, AnyAnalysis]
    """Analyses by name; the name stands in the estimates table."""
    displays: dict[Name, AnyDisplay]
    """Tables and figures by name; the name is that of their files."""

    @field_validator("scores", "endpoints")
    @classmethod
    def _named_once(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        return named_once(names)

    @property
    def table(self) -> CohortTable | None:
        """The table that the study enters with: analysis-ready, or expanded from counts."""
        return self.counts.as_table() if self.counts is not None else self.cohort

    @property
    def checklists(self) -> tuple[str, ...]:
        """The checklists that displays show."""
        named = (getattr(one, "checklist", "") for one in self.displays.values())
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def planned(self) -> Planned:
        """The primary and the secondary tests."""
        primary = "" if self.primary in (None, "none") else str(self.primary)
        return Planned(primary=primary, secondary=self.secondary)

    @property
    def limits_by(self) -> Inference:
        """How limits and P of regressions are made."""
        return self.inference or ("wald" if self.published is None else "as_printed")

    @model_validator(mode="after")
    def _printed_with_print(self) -> Study:
        if self.inference == "as_printed" and self.published is None:
            raise ValueError("inference: as_printed needs published, the paper's own numbers")
        return self

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
