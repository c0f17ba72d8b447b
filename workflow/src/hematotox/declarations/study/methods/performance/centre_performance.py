"""How a fixed score performs in each centre."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag
from hematotox.declarations.study.analysis_base import Variable
from hematotox.declarations.study.compared_risk import ComparedRisk
from hematotox.declarations.study.facts import (
    AUC,
    CALIBRATION_IN_THE_LARGE,
    CALIBRATION_SLOPE,
    CONCORDANCE,
    COUNT,
    HYPOTHESIS_TEST,
    I2,
    LOG_ODDS_RATIO,
    OBSERVED_EXPECTED,
    PREDICTION,
    TAU2,
    MethodFacts,
    RowFacts,
)

MEASURES = (AUC, CONCORDANCE, OBSERVED_EXPECTED, CALIBRATION_SLOPE, CALIBRATION_IN_THE_LARGE)


class CentrePerformance(ComparedRisk):
    """C, observed over expected events and odds ratio of a score by centre, with summaries.

    A score is fixed, so that no centre is left out to make it. What is expected in a centre is the
    published risk of the score, if the analysis names one that fits, or else the risk that each
    group has in the other centres.
    """

    facts = MethodFacts(
        what="Performance of a score in each centre",
        name="performance by centre",
        sentence="Performance of the score was estimated in each centre: C where at least 5 "
        "patients had and 5 did not have the event; observed events over those expected from the "
        "risk of each group in the other centres, or from a published risk.",
        place=191,
        endpoint="yes or no",
        exposure="two groups",
        estimands=(COUNT, *MEASURES),
        cells="groups",
    )
    others = {
        "performance_summary": RowFacts(
            what="Summary of performance over centres: REML with Hartung-Knapp limits on the scale "
            "of the log odds (C), binomial-normal model (observed over expected)",
            name="summary of performance",
            sentence="Performance was summarised over 5 or more centres by a random-effects model "
            "(C: log odds, REML, Hartung–Knapp limits; observed over expected events: "
            "binomial–normal model) with prediction intervals.",
            place=192,
            estimands=(COUNT, *MEASURES, LOG_ODDS_RATIO, TAU2, I2, PREDICTION, HYPOTHESIS_TEST),
            cells="studies",
        )
    }

    method: Literal["centre_performance"]
    exposure: Variable
    """Its two groups."""
    higher_is_worse: Flag = True
    """Direction, fixed in advance: true if more points go with the endpoint."""
