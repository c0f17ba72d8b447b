"""Cause-specific Cox models by lifelines."""

from __future__ import annotations

from hematotox.analysis.checking.library_models import cox_rows
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.cause_specific_cox import CauseSpecificCox


def cause_specific_cox_by_library(patients: Patients, analysis: CauseSpecificCox) -> list[Row]:
    """Return the Cox models of the event of interest, other causes censored."""
    return cox_rows(patients, analysis, "cause_specific_cox")
