"""Logistic regression."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import Regression
from hematotox.declarations.study.facts import (
    HYPOTHESIS_TEST,
    LOG_LIKELIHOOD,
    LOG_ODDS_RATIO,
    Estimand,
    MethodFacts,
    RowFacts,
)

ESTIMANDS = (
    LOG_ODDS_RATIO,
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
        )
    }

    method: Literal["logistic"]
