"""Restricted mean survival time."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import EndpointAnalysis, LaterDay, Variable
from hematotox.declarations.study.facts import Estimand, MethodFacts


class Rmst(EndpointAnalysis):
    """Restricted mean survival time by group up to a horizon, and the differences."""

    facts = MethodFacts(
        what="Restricted mean survival time",
        name="restricted mean survival time",
        sentence="Restricted mean survival times were estimated from the Kaplan–Meier curves and "
        "compared by their difference.",
        place=60,
        endpoint="time",
        exposure="category",
        estimands=(
            Estimand("restricted_mean_survival_time", "Mean time event-free up to `time`", "time"),
            Estimand("restricted_mean_survival_time_difference", "Difference of the same", "time"),
        ),
        cells="groups",
    )

    method: Literal["rmst"]
    exposure: Variable
    """Variable whose levels are compared."""
    horizon: LaterDay
    """Day up to which the mean is taken."""
