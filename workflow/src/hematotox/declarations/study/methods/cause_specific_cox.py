"""Cox model of the cause-specific hazard."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import Regression, Variable
from hematotox.declarations.study.facts import (
    HYPOTHESIS_TEST,
    LOG_HAZARD_RATIO,
    LOG_LIKELIHOOD,
    MethodFacts,
)


class CauseSpecificCox(Regression):
    """Cox model of the event of interest, competing events censored."""

    facts = MethodFacts(
        what="Cox model of the cause-specific hazard",
        name="cause-specific Cox model",
        sentence="Cause-specific hazard ratios stand beside them, from Cox models that censor "
        "competing events.",
        place=100,
        endpoint="time",
        exposure="any",
        estimands=(LOG_HAZARD_RATIO, HYPOTHESIS_TEST, LOG_LIKELIHOOD),
        effects=(LOG_HAZARD_RATIO,),
        cells="analysed",
    )

    method: Literal["cause_specific_cox"]
    strata: Variable | None = None
    """Variable whose levels have baseline hazards of their own."""
    cluster: Variable | None = None
    """Variable whose levels are clusters: robust standard errors."""
