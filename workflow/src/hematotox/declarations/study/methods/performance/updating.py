"""A score brought up to date: recalibrated, or its weights estimated again."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import (
    AUC,
    BRIER,
    CALIBRATION_IN_THE_LARGE,
    CALIBRATION_SLOPE,
    LOG_ODDS_RATIO,
    Estimand,
    MethodFacts,
)


class Updating(EndpointAnalysis):
    """Intercept and slope of the points, corrected for optimism by bootstrap; weights on request.

    Weights are estimated again only with at least 10 patients with, and 10 without the event for
    each.
    """

    facts = MethodFacts(
        what="A score recalibrated, or with new weights, corrected for optimism",
        name="updating",
        sentence="The points were recalibrated (intercept and slope by logistic regression), their "
        "performance corrected for optimism by bootstrap.",
        place=154,
        endpoint="yes or no",
        exposure="any",
        estimands=(
            AUC,
            BRIER,
            CALIBRATION_IN_THE_LARGE,
            CALIBRATION_SLOPE,
            LOG_ODDS_RATIO,
            Estimand("log_odds", "Odds (intercept)", "log ratio"),
        ),
        cells="analysed",
        draws=("seed", "bootstrap_replicates"),
    )

    method: Literal["updating"]
    exposure: Variable
    """Points of the score."""
    covariates: tuple[Variable, ...] = ()
    """Variables whose weights are estimated again; none if absent."""
