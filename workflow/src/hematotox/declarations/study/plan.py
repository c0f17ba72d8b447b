"""A study's analysis plan with every name resolved: what `analysis.estimate` works from."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Declaration
from hematotox.declarations.known_from import KnownFrom, Origin
from hematotox.declarations.study.expected_risk import ExpectedRisk
from hematotox.declarations.study.planned_tests import Planned
from hematotox.declarations.study.registry import PublishedValidation
from hematotox.declarations.study.study import AnyAnalysis, Inference, LinearPredictor


class CountedDays(Declaration):
    """A column of the table of grades that holds a number of days."""

    convention: str
    window: str
    column: str


class PlannedVariable(Declaration):
    """A variable of the analyses: a number, or a category with its levels in order."""

    type: Literal["number", "category"]
    levels: tuple[str, ...] = ()
    """In order, the first is the reference; empty for levels that the data bring (centres)."""
    further: tuple[str, ...] = ()
    """Levels that the plan does not name: those that a patient has count too, after the others."""
    score: str = ""
    """The score that `<score>.group` and `<score>.points` belong to."""
    known: KnownFrom | None = None
    """When the variable becomes known; none for baseline."""
    days: CountedDays | None = None
    """Where its days are counted, if it is a number of days of a grade."""


class PlannedEndpoint(Declaration):
    """An endpoint of the analyses."""

    type: Literal["time_to_event", "binary"]
    causes: tuple[str, ...]
    """Names of status 1, 2, ...; the first is the event of interest."""
    origin: Origin = "infusion"
    """Its time origin."""
    first_day: float = 0
    """First of its days, from the origin: what was known before may predict it."""
    days: tuple[float, float] | None = None
    """Of an endpoint that happened or not: its first and last day, where they are declared."""
    window: str = ""
    """Window of the study's conventions whose grade decides; empty for any other endpoint."""
    at_least: int = 0
    """Lowest grade that counts."""


class Plan(Declaration):
    """All analyses of a study with the variables and endpoints they use."""

    study: str
    analyses: dict[str, AnyAnalysis]
    variables: dict[str, PlannedVariable]
    endpoints: dict[str, PlannedEndpoint]
    linear_predictors: dict[str, LinearPredictor] = {}
    provisional_scores: tuple[str, ...] = ()
    conventions: tuple[str, ...] = ()
    """The study's primary convention, then those beside it."""
    registry: tuple[PublishedValidation, ...] = ()
    """Published estimates that the registry analyses of the study need."""
    planned: Planned = Planned()
    """The tests that were planned; all others are exploratory."""
    inference: Inference = "wald"
    """How limits and P of regressions are made."""
    seed: int = 0
    bootstrap_replicates: int = 0
    """Settings of the run, where a method of the plan draws random numbers from them (`draws` of
    its facts); otherwise 0, so that another seed does not refit what draws nothing."""
    expected: dict[str, tuple[ExpectedRisk, ...]] = {}
    """Published risks that an analysis stands beside, by its name."""
