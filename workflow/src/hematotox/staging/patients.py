"""Who the patients are: the rows of the patients' table, and the numbers other tables use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hematotox.declarations.centre import Centre, Table
from hematotox.dialects import Export
from hematotox.dialects.cells import Cells, text_of, texts_of
from hematotox.staging.ledger import Ledger, Mask
from hematotox.staging.table_rows import Block, read_rows

Codes = npt.NDArray[np.int64]
"""Position of each row's patient; -1 for none."""

_TOTALS = re.compile(
    r"(grand |general )?(total|totale|totali|totaux|summe|gesamt|gesamtsumme|insgesamt|somme|"
    r"somma)( g\u00e9n\u00e9ral| generale)?\b[ :=]*[0-9]*",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Patients:
    """The patients of a centre in the order of their table, and all numbers they go by."""

    table: str
    numbers: list[str] = field(default_factory=list)
    keys: dict[str, dict[str, int]] = field(default_factory=dict)
    """By heading in the patients' table: number and position of the patient."""
    rows: list[tuple[str, int]] = field(default_factory=list)
    """File and row that each patient comes from."""

    def find(self, heading: str, numbers: Cells) -> Codes:
        """Return the position of the patient of each number, -1 where there is none."""
        known = self.keys[heading]
        return np.fromiter(
            (known.get(number, -1) for number in numbers), np.int64, count=len(numbers)
        )


@dataclass(frozen=True, slots=True)
class PatientRows:
    """The rows of a table with one row a patient.

    `patients` is the position of each row's patient; `first` marks the row that counts where a
    patient has several.
    """

    block: Block
    patients: Codes
    first: Mask


def numbers_of(centre: Centre, cells: Cells) -> Cells:
    """Return the patients' numbers as text, written the same way in all tables."""
    numbers = texts_of(cells)
    if centre.leading_zeros == "drop":
        numbers = np.array([number.lstrip("0") or number for number in numbers], dtype=object)
    return numbers


def read_patients(
    export: Export, centre: Centre, *, ledger: Ledger
) -> tuple[Patients, list[PatientRows]]:
    """Read the table that lists every enrolled patient."""
    name = centre.patients_table
    table = centre.tables[name]
    patients = Patients(name, keys={table.patient: {}})
    found = []
    for block in read_rows(export, centre, name=name, ledger=ledger):
        kept, numbers = _with_number(centre, table, block=block, ledger=ledger)
        known = patients.keys[table.patient]
        first = np.zeros(len(numbers), dtype=bool)
        for row, number in enumerate(numbers):
            if number not in known:
                first[row] = True
                known[number] = len(patients.numbers)
                patients.numbers.append(number)
                patients.rows.append((block.file, int(kept.rows[row])))
        found.append(_rows(kept, patients.find(table.patient, numbers), first=first, ledger=ledger))
    for other in {t.matches for t in centre.tables.values()} - {None, table.patient}:
        patients.keys[str(other)] = _second_numbers(centre, str(other), found=found)
    return patients, found


def _second_numbers(centre: Centre, heading: str, *, found: list[PatientRows]) -> dict[str, int]:
    """Return the numbers under another heading; one that two patients share finds neither."""
    known: dict[str, int] = {}
    shared = set()
    for rows in found:
        numbers = numbers_of(centre, rows.block.column(heading))
        for number, patient in zip(numbers[rows.first], rows.patients[rows.first], strict=True):
            if known.setdefault(number, int(patient)) != patient:
                shared.add(number)
    return {number: patient for number, patient in known.items() if number and number not in shared}


def read_patient_table(
    export: Export, centre: Centre, *, name: str, patients: Patients, ledger: Ledger
) -> list[PatientRows]:
    """Read a further table with one row a patient."""
    found = []
    taken: set[int] = set()
    for block in read_rows(export, centre, name=name, ledger=ledger):
        kept, codes = of_known_patients(centre, block, patients=patients, ledger=ledger)
        first = np.zeros(len(codes), dtype=bool)
        for row, patient in enumerate(codes.tolist()):
            first[row] = patient not in taken
            taken.add(patient)
        found.append(_rows(kept, codes, first=first, ledger=ledger))
    return found


def _rows(block: Block, codes: Codes, *, first: Mask, ledger: Ledger) -> PatientRows:
    ledger.set_aside("second row for a patient", block.place(), rows=block.rows[~first])
    ledger.of(block.table, block.file).staged += int(first.sum())
    return PatientRows(block, codes, first)


def of_known_patients(
    centre: Centre, block: Block, *, patients: Patients, ledger: Ledger
) -> tuple[Block, Codes]:
    """Return the rows of patients in the patients' table, and who they are."""
    table = centre.tables[block.table]
    home = centre.tables[centre.patients_table].patient
    kept, numbers = _with_number(centre, table, block=block, ledger=ledger)
    codes = patients.find(table.matches or home, numbers)
    unknown = codes < 0
    if table.other_patients == "leave_out":
        ledger.of(block.table, block.file).left_out += int(unknown.sum())
    else:
        place = block.place(table.patient)
        ledger.set_aside("unknown patient", place, rows=kept.rows[unknown])
    return kept.where(~unknown), codes[~unknown]


def _with_number(
    centre: Centre, table: Table, *, block: Block, ledger: Ledger
) -> tuple[Block, Cells]:
    """Return the rows that have a patient's number, and the numbers."""
    numbers = numbers_of(centre, block.column(table.patient))
    missing = {text_of(code) for code in centre.dialect(block.table).missing or ()}
    none = np.fromiter(
        (not n or n in missing or not n.isprintable() for n in numbers), bool, count=len(numbers)
    )
    totals = np.fromiter(
        (bool(_TOTALS.fullmatch(number)) for number in numbers), bool, count=len(numbers)
    )
    ledger.set_aside("no patient number", block.place(table.patient), rows=block.rows[none])
    ledger.set_aside("totals row", block.place(table.patient), rows=block.rows[totals & ~none])
    return block.where(~none & ~totals), numbers[~none & ~totals]
