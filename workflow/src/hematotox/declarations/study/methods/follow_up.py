"""Median follow-up."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag
from hematotox.declarations.study.analysis_base import EndpointAnalysis
from hematotox.declarations.study.facts import (
    COUNT,
    PROPORTION,
    SURVIVAL_TIME_QUANTILE,
    Estimand,
    MethodFacts,
)

COMPLETENESS_OF_FOLLOW_UP = Estimand(
    "completeness_of_follow_up",
    "Observed share of the follow-up that was possible to the data cut (Clark)",
    "probability",
)


class FollowUp(EndpointAnalysis):
    """Median follow-up by the reverse Kaplan-Meier estimator."""

    facts = MethodFacts(
        what="Median follow-up by the reverse Kaplan-Meier estimator, and its completeness",
        name="median follow-up",
        sentence="Median follow-up was estimated by the reverse Kaplan–Meier method.",
        place=30,
        endpoint="time",
        exposure="none",
        estimands=(SURVIVAL_TIME_QUANTILE, COMPLETENESS_OF_FOLLOW_UP, PROPORTION, COUNT),
        cells="groups",
    )

    method: Literal["follow_up"]
    reasons: Flag = False
    """Also how many patients were censored for which reason."""
