"""ROC curve."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag
from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import AUC, Estimand, MethodFacts


class Roc(EndpointAnalysis):
    """ROC curve and area under it; `compare` adds the paired DeLong test."""

    facts = MethodFacts(
        what="Receiver operating characteristic, DeLong's variance",
        name="ROC curve",
        sentence="Discrimination was described by the area under the receiver operating "
        "characteristic curve, its direction fixed in advance ({intervals}).",
        place=140,
        endpoint="yes or no",
        exposure="any",
        estimands=(
            AUC,
            Estimand("auc_difference", "Difference of two areas under the ROC curve", "difference"),
            Estimand(
                "roc_curve", "Sensitivity at the false-positive rate in `time`", "probability"
            ),
        ),
        effects=(AUC,),
        cells="analysed",
        term_is_exposure=True,
    )

    method: Literal["roc"]
    marker: Variable
    """Number or group that is to discriminate."""
    compare: Variable | None = None
    """Second marker, tested against the first on the same patients."""
    higher_is_worse: Flag = True
    """Direction, fixed in advance: true if higher values go with the endpoint."""
