"""Risk at each number of points, and calibration against published risks."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.compared_risk import ComparedRisk
from hematotox.declarations.study.facts import (
    BRIER,
    CALIBRATION_IN_THE_LARGE,
    CALIBRATION_SLOPE,
    OBSERVED_EXPECTED,
    SCALED_BRIER,
    Estimand,
    MethodFacts,
    RowFacts,
)

OBSERVED_RISK = Estimand("observed_risk", "Observed risk", "probability")


class Calibration(ComparedRisk):
    """Observed risk at each number of points and in each group, beside published risks.

    The ratio of observed to expected events is given with the published risk taken as known, and
    with its own uncertainty. A slope, a curve and distances from it need five different predicted
    risks; two groups have the ratio of the observed to the published log odds ratio.
    """

    facts = MethodFacts(
        what="Observed risk beside published or predicted risks",
        name="calibration",
        sentence="Risks observed in each group were compared with published risks of the same "
        "score, endpoint, days and estimand: as the ratio of observed to expected events, the "
        "published risk once taken as known and once with its own uncertainty, var(log O/E) = "
        "var(log O) + var(log E) ({intervals}).",
        place=155,
        endpoint="any",
        exposure="any",
        estimands=(
            OBSERVED_RISK,
            OBSERVED_EXPECTED,
            Estimand(
                "log_observed_expected_uncertain", "O/E, print uncertain too", "log ratio"
            ),
            CALIBRATION_IN_THE_LARGE,
            Estimand(
                "log_odds_ratio_observed_expected",
                "Observed log odds ratio of the groups over the published one",
                "value",
            ),
            CALIBRATION_SLOPE,
            Estimand("calibration_curve", "Observed risk at the predicted one in `time`, loess",
                     "probability"),
            Estimand("ici", "Mean distance of observed from predicted risk (ICI)", "probability"),
            Estimand("e50", "Median distance (E50)", "probability"),
            Estimand("e90", "90th percentile of the distance (E90)", "probability"),
            BRIER,
            SCALED_BRIER,
        ),
        cells="groups",
    )  # fmt: skip
    others = {
        "risk_by_points": RowFacts(
            what="Observed risk at each number of points",
            place=156,
            estimands=(OBSERVED_RISK,),
            cells="values",
        ),
        "published_risk": RowFacts(
            what="Risk published of another cohort",
            place=157,
            estimands=(Estimand("published_risk", "Published risk", "probability"),),
            cells="print",
        ),
    }

    method: Literal["calibration"]
