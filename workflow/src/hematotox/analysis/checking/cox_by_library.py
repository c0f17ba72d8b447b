"""Cox models by lifelines."""

from __future__ import annotations

from hematotox.analysis.checking.library_models import cox_rows
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.cox import Cox


def cox_by_library(patients: Patients, analysis: Cox) -> list[Row]:
    """Return every Cox model that the analysis asks for, with Harrell's C where not stratified."""
    return cox_rows(patients, analysis, "cox")
