"""The cause-specific Cox models beside Fine and Gray's, by lifelines."""

from __future__ import annotations

from hematotox.analysis.checking.library_models import cox_rows
from hematotox.analysis.methods.fine_gray import cause_specific
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.fine_gray import FineGray


def fine_gray_by_library(patients: Patients, analysis: FineGray) -> list[Row]:
    """Return the Cox models beside the model, of which no library gives the variance exactly."""
    return cox_rows(patients, cause_specific(analysis), "cause_specific_cox")
