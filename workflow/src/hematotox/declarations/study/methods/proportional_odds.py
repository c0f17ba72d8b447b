"""Proportional odds of the grades of a window."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import COUNT, HYPOTHESIS_TEST, Estimand, MethodFacts


class ProportionalOdds(EndpointAnalysis):
    """Grades by group: counts, the common odds ratio of a higher grade, its test, each cut's.

    `endpoint` is any grade of the study's convention: the grades of its window are compared. Who is
    not assessable is counted, and in no model.
    """

    facts = MethodFacts(
        what="Proportional odds model of grades",
        name="grades",
        sentence="Grades were compared by the common odds ratio of a higher grade (proportional "
        "odds, {intervals}), the odds ratio at each cut beside it; that all cuts have one "
        "odds ratio was tested by Brant's test.",
        place=112,
        endpoint="yes or no",
        exposure="any",
        estimands=(
            COUNT,
            HYPOTHESIS_TEST,
            Estimand("log_common_odds_ratio", "Odds ratio of a higher grade", "log ratio"),
            Estimand(
                "log_cumulative_odds_ratio",
                "Odds ratio of the grade in `comparator` or a higher one",
                "log ratio",
            ),
        ),
        cells="table",
        term_is_exposure=True,
        everybody=True,
    )

    method: Literal["proportional_odds"]
    exposure: Variable
    """Variable of interest."""
    covariates: tuple[Variable, ...] = ()
    """Further variables of the model."""
