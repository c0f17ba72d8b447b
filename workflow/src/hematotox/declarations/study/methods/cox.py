"""Cox model."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import Penalty, Regression, Variable
from hematotox.declarations.study.facts import (
    CONCORDANCE,
    HYPOTHESIS_TEST,
    KNOT,
    LOG_HAZARD_RATIO,
    LOG_LIKELIHOOD,
    LOG_RATIO_CURVE,
    LOG_RATIO_OF_RATIOS,
    MethodFacts,
    RowFacts,
)


class Cox(Regression):
    """Cox model with tests, concordance and the proportional-hazards test."""

    facts = MethodFacts(
        what="Cox proportional hazards model, Efron's ties",
        name="Cox model",
        sentence="Hazard ratios ({endpoints}) are from Cox proportional hazards models with "
        "Efron's handling of ties ({intervals}){strata}.",
        place=50,
        endpoint="time",
        exposure="any",
        estimands=(
            LOG_HAZARD_RATIO,
            HYPOTHESIS_TEST,
            LOG_LIKELIHOOD,
            CONCORDANCE,
            LOG_RATIO_OF_RATIOS,
            LOG_RATIO_CURVE,
            KNOT,
        ),
        effects=(LOG_HAZARD_RATIO,),
        cells="analysed",
        term_is_exposure=True,
    )

    others = {
        "cox_firth": RowFacts(
            what="Cox model with Firth's penalty",
            sentence="Where a group had no events, hazard ratios are by Firth's penalised "
            "likelihood.",
            place=55,
            estimands=(LOG_HAZARD_RATIO, LOG_RATIO_OF_RATIOS, LOG_RATIO_CURVE, KNOT),
            cells="analysed",
        )
    }

    method: Literal["cox"]
    strata: Variable | None = None
    """Variable whose levels have baseline hazards of their own."""
    cluster: Variable | None = None
    """Variable whose levels are clusters: robust standard errors."""
    penalty: Penalty | None = None
    """firth: by Firth's penalised likelihood, for few events; where a group has no event it is
    used anyway. Not with clusters."""
