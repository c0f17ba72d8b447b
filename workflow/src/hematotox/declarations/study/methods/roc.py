"""ROC curve."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag
from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import AUC, AUC_DIFFERENCE, Estimand, MethodFacts

PRECISION = (
    Estimand("auc_width", "Width of the interval of the AUC", "value"),
    Estimand("patients_for_auc", "Patients needed for an AUC with an interval of 0.1", "count"),
    Estimand(
        "patients_for_observed_expected",
        "Patients needed for observed over expected events with an interval of 0.4",
        "count",
    ),
    Estimand(
        "patients_for_sensitivity",
        "Patients needed for a sensitivity of 80% with an interval of 10 points",
        "count",
    ),
    Estimand(
        "patients_for_specificity",
        "Patients needed for a specificity of 80% with an interval of 10 points",
        "count",
    ),
)
"""What a validation has reached, and what it would need (Riley)."""


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
            AUC_DIFFERENCE,
            *PRECISION,
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
    precision: Flag = False
    """Also the width of the interval, and the patients that a validation needs for intervals of
    Riley's widths: 0.1 of the AUC, of sensitivity and specificity (0.8), 0.4 of observed over
    expected events."""
