"""Median follow-up."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import EndpointAnalysis
from hematotox.declarations.study.facts import SURVIVAL_TIME_QUANTILE, MethodFacts


class FollowUp(EndpointAnalysis):
    """Median follow-up by the reverse Kaplan-Meier estimator."""

    facts = MethodFacts(
        what="Median follow-up by the reverse Kaplan-Meier estimator",
        name="median follow-up",
        sentence="Median follow-up was estimated by the reverse Kaplan–Meier method.",
        place=30,
        endpoint="time",
        exposure="none",
        estimands=(SURVIVAL_TIME_QUANTILE,),
        cells="groups",
    )

    method: Literal["follow_up"]
