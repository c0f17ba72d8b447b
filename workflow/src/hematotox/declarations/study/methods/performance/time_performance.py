"""How a score performs at days after the infusion."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hematotox.declarations.study.analysis_base import EndpointAnalysis, LaterDay, Variable
from hematotox.declarations.study.facts import BRIER, SCALED_BRIER, Estimand, MethodFacts


class TimePerformance(EndpointAnalysis):
    """AUC and Brier score at declared days, and Uno's C by the last of them.

    Competing events count as not having the event; Uno's C is not given beside them. The risk
    behind the Brier score is the incidence of the same group in the other centres.
    """

    facts = MethodFacts(
        what="Performance of a score at days under censoring and competing events",
        name="performance over time",
        sentence="Over time scores were described by the area under the time-dependent ROC curve, "
        "by Uno's C and by the Brier score of the incidence that each risk group has in the other "
        "centres, with its index of prediction accuracy; censoring by inverse probability weights.",
        place=194,
        endpoint="time",
        exposure="any",
        estimands=(
            Estimand("time_dependent_auc", "Area under the ROC curve at a time", "probability"),
            Estimand(
                "time_dependent_auc_difference", "Difference of two areas at a time", "difference"
            ),
            Estimand("uno_concordance", "Uno's C", "probability"),
            Estimand("uno_concordance_difference", "Difference of two of Uno's C", "difference"),
            BRIER,
            SCALED_BRIER,
        ),
        cells="groups",
    )

    method: Literal["time_performance"]
    marker: Variable
    """Points of the score; more of them mean more risk."""
    compare: Variable | None = None
    """Points of another score, compared in the same patients."""
    exposure: Variable
    """Groups of the score."""
    times: Annotated[tuple[LaterDay, ...], Field(min_length=1)]
    """Days at which the event counts."""
