"""Logistic regression."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from hematotox.declarations.study.analysis_base import Penalty, Regression, Variable
from hematotox.declarations.study.facts import (
    HYPOTHESIS_TEST,
    KNOT,
    LOG_LIKELIHOOD,
    LOG_ODDS_RATIO,
    LOG_RATIO_CURVE,
    LOG_RATIO_OF_RATIOS,
    Estimand,
    MethodFacts,
    RowFacts,
)

ESTIMANDS = (
    LOG_ODDS_RATIO,
    LOG_RATIO_OF_RATIOS,
    LOG_RATIO_CURVE,
    KNOT,
    Estimand("log_odds", "Odds (intercept)", "log ratio"),
    HYPOTHESIS_TEST,
    LOG_LIKELIHOOD,
)


class Logistic(Regression):
    """Logistic regression; Firth's penalty where the data are separated."""

    facts = MethodFacts(
        what="Logistic regression",
        name="logistic regression",
        sentence="Odds ratios ({endpoints}) are from logistic regression ({intervals}).",
        place=110,
        endpoint="yes or no",
        exposure="any",
        estimands=ESTIMANDS,
        effects=(LOG_ODDS_RATIO,),
        cells="analysed",
        term_is_exposure=True,
    )
    others = {
        "logistic_firth": RowFacts(
            what="Logistic regression with Firth's penalty",
            sentence="Where the data were separated, Firth's penalised likelihood was used.",
            place=130,
            estimands=ESTIMANDS,
            cells="analysed",
        ),
        "logistic_conditional": RowFacts(
            what="Logistic regression conditional on the events of each stratum",
            sentence="Patients were also compared within centres by conditional logistic "
            "regression.",
            place=131,
            estimands=ESTIMANDS,
            cells="analysed",
        ),
    }

    method: Literal["logistic"]
    penalty: Penalty | None = None
    """firth: by Firth's penalised likelihood, for few events; separated data have it anyway."""
    strata: Variable | None = None
    """Variable within whose levels patients are compared, such as the centre: conditional."""
    cluster: Variable | None = None
    """Variable whose levels are clusters: standard errors for few clusters (CR2), t tests."""

    @model_validator(mode="after")
    def _one_way_to_allow_for_centres(self) -> Logistic:
        if sum(map(bool, (self.penalty, self.strata, self.cluster))) > 1:
            raise ValueError("at most one of penalty, strata, cluster")
        return self
