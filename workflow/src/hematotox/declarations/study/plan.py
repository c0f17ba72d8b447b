"""A study's analysis plan with every name resolved: what `analysis.estimate` works from."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Declaration
from hematotox.declarations.known_from import KnownFrom, Origin
from hematotox.declarations.study.registry import PublishedValidation
from hematotox.declarations.study.study import AnyAnalysis, LinearPredictor


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
    seed: int
    bootstrap_replicates: int
