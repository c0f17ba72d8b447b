"""Cox model."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import Regression, Variable
from hematotox.declarations.study.facts import (
    HYPOTHESIS_TEST,
    LOG_HAZARD_RATIO,
    LOG_LIKELIHOOD,
    Estimand,
    MethodFacts,
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
            Estimand("concordance", "Harrell's C", "probability"),
        ),
        effects=(LOG_HAZARD_RATIO,),
        cells="analysed",
        term_is_exposure=True,
    )

    method: Literal["cox"]
    strata: Variable | None = None
    """Variable whose levels have baseline hazards of their own."""
    cluster: Variable | None = None
    """Variable whose levels are clusters: robust standard errors."""
