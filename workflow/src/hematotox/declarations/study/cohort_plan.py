"""What a study's cohort is built from: the study without its analyses, and what it names."""

from __future__ import annotations

from hematotox.declarations.base import Declaration
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.score import Score
from hematotox.declarations.study.study import Study


class CohortPlan(Declaration):
    """Everything `cohort.build` needs besides the staged tables."""

    study: Study
    """Without analyses and displays, so that a new caption does not rebuild the cohort."""
    dictionary: Dictionary
    endpoints: Endpoints
    scores: dict[str, Score]
    """With the timing and the policy for missing items that the study declares."""
    conventions: dict[str, Convention]


class ScorePlan(Declaration):
    """The scores of a study: what `scoring.score` needs besides the cohort."""

    scores: dict[str, Score]
