"""Cox model of the cause-specific hazard."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import Penalty, Regression, Variable
from hematotox.declarations.study.facts import (
    HYPOTHESIS_TEST,
    KNOT,
    LOG_HAZARD_RATIO,
    LOG_LIKELIHOOD,
    LOG_RATIO_CURVE,
    LOG_RATIO_OF_RATIOS,
    MethodFacts,
    RowFacts,
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
        estimands=(
            LOG_HAZARD_RATIO,
            HYPOTHESIS_TEST,
            LOG_LIKELIHOOD,
            LOG_RATIO_OF_RATIOS,
            LOG_RATIO_CURVE,
            KNOT,
        ),
        effects=(LOG_HAZARD_RATIO,),
        cells="analysed",
    )

    others = {
        "cause_specific_cox_firth": RowFacts(
            what="Cox model of the cause-specific hazard with Firth's penalty",
            sentence="Where a group had no events, cause-specific hazard ratios are by Firth's "
            "penalised likelihood.",
            place=105,
            estimands=(LOG_HAZARD_RATIO, LOG_RATIO_OF_RATIOS, LOG_RATIO_CURVE, KNOT),
            cells="analysed",
        )
    }

    method: Literal["cause_specific_cox"]
    strata: Variable | None = None
    """Variable whose levels have baseline hazards of their own."""
    cluster: Variable | None = None
    """Variable whose levels are clusters: robust standard errors."""
    penalty: Penalty | None = None
    """firth: by Firth's penalised likelihood, for few events; where a group has no event it is
    used anyway. Not with clusters."""
