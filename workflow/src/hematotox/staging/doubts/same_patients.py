"""Two numbers that may be one patient: asked about, never decided."""

from __future__ import annotations

from hematotox.staging.ledger import Place
from hematotox.staging.opened import Opened
from hematotox.staging.subjects import Subjects

AGREEING = ("age", "sex", "infusion_date", "apheresis_date")
"""Two patients who agree in all of them are seldom two."""


def note_same_patients(opened: Opened, subjects: Subjects) -> None:
    """Note patients who agree in age, sex, and both dates with one in an earlier row."""
    patients = subjects.tables.patients
    earlier: dict[tuple[str, ...], int] = {}
    told = zip(*(subjects.values[name] for name in AGREEING), strict=True)
    for patient, one in enumerate(tuple(map(str, values)) for values in told):
        if not all(one):
            continue
        first = earlier.setdefault(one, patient)
        if first != patient:
            file, row = patients.rows[patient]
            place = opened.declared.patients.patient
            more = f"the other stands in row {patients.rows[first][1]}"
            opened.ledger.add(
                "one patient under two numbers?", Place(patients.table, file, place), row=row,
                more=more,
            )  # fmt: skip
