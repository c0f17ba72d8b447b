"""Cox model of the cause-specific hazard: competing events are censored."""

from __future__ import annotations

from hematotox.analysis.methods.cox import hazard_ratio_rows
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.cause_specific_cox import CauseSpecificCox


def estimate_cause_specific_cox(patients: Patients, analysis: CauseSpecificCox) -> list[Row]:
    """Return the cause-specific hazard ratios of the event of interest."""
    return hazard_ratio_rows(patients, analysis, "cause_specific_cox")
