"""Who the patients are: the rows of the patients' table, and the numbers other tables use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hematotox.dialects.cells import Cells, texts_of
from hematotox.staging.columns import ColumnReader
from hematotox.staging.declared import Declared, DeclaredTable
from hematotox.staging.footers import Footers, is_summary
from hematotox.staging.ledger import Mask
from hematotox.staging.opened import Opened
from hematotox.staging.table_rows import Block

Codes = npt.NDArray[np.int64]
"""Position of each row's patient; -1 for none."""


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

    reader: ColumnReader
    patients: Codes
    first: Mask

    @property
    def block(self) -> Block:
        """The rows."""
        return self.reader.block


@dataclass(frozen=True, slots=True)
class PatientTables:
    """The patients of a centre, and the rows of all tables with one row a patient."""

    patients: Patients
    rows: tuple[PatientRows, ...]


def numbers_of(declared: Declared, cells: Cells) -> Cells:
    """Return the patients' numbers as text, written the same way in all tables."""
    numbers = texts_of(cells)
    if declared.leading_zeros == "drop":
        numbers = np.array([plain_number(number) for number in numbers], dtype=object)
    return numbers


def plain_number(number: str) -> str:
    """Return a patient's number without what spreadsheets add or take away.

    Examples
    --------
    >>> plain_number("007"), plain_number("12.0"), plain_number("A-07")
    ('7', '12', 'A-07')
    """
    return re.sub(r"^0+(?=.)", "", re.sub(r"(?<=[0-9])\.0+$", "", number))


def _alike(opened: Opened, patients: Patients) -> list[str]:
    """Return a message where two numbers of patients differ by zeros alone and nobody decided."""
    if opened.declared.leading_zeros is not None:
        return []
    found: dict[str, list[int]] = {}
    for position, number in enumerate(patients.numbers):
        found.setdefault(plain_number(number), []).append(position)
    alike = [positions for positions in found.values() if len(positions) > 1]
    if not alike:
        return []
    file, column = patients.rows[alike[0][0]][0], opened.declared.patients.patient
    rows = " and ".join(str(patients.rows[position][1]) for position in alike[0])
    return [
        f'{file}: column "{column}": numbers of patients differ by leading zeros or ".0" alone '
        f"(first in rows {rows}; in all: {len(alike)}): one patient or two? Look, then say "
        "leading_zeros: drop if they are one, keep if they are two"
    ]


def read_patient_tables(opened: Opened) -> PatientTables:
    """Read the tables with one row a patient, that of all patients first.

    After a structural trouble the remaining tables are looked at for further ones.

    Raises
    ------
    UserErrors
        Structural troubles of all tables, together.
    """
    first, *others = opened.declared.of_patients
    patients, rows = _read_patients(opened, first)
    opened.ledger.troubles += _alike(opened, patients)
    for table in others:
        rows += _read_further(opened, table, patients=patients)
    if opened.ledger.troubles:
        for table in opened.declared.of_records:
            for _ in opened.blocks(table):
                pass
    opened.stop_at_troubles()
    return PatientTables(patients, tuple(rows))


def _read_patients(opened: Opened, table: DeclaredTable) -> tuple[Patients, list[PatientRows]]:
    """Read the table that lists every enrolled patient."""
    patients = Patients(table.name, keys={table.patient: {}})
    known = patients.keys[table.patient]
    found, footers = [], Footers()
    for block in opened.blocks(table):
        kept, numbers = _without_footers(opened, table, block=block, footers=footers)
        first = np.zeros(len(numbers), dtype=bool)
        for row, number in enumerate(numbers):
            if number not in known:
                first[row] = True
                known[number] = len(patients.numbers)
                patients.numbers.append(number)
                patients.rows.append((block.file, int(kept.rows[row])))
        codes = patients.find(table.patient, numbers)
        found.append(_rows(opened.reader(kept), codes, first=first))
    for other in {one.number for one in opened.declared.tables.values()} - {table.patient}:
        patients.keys[other] = _second_numbers(opened.declared, other, found=found)
    return patients, found


def _without_footers(
    opened: Opened, table: DeclaredTable, *, block: Block, footers: Footers
) -> tuple[Block, Cells]:
    """Return the rows with a patient's number that are no text below the table."""
    kept, numbers = _with_number(opened, table, block=block)
    text, number_alone = footers.of(kept, numbers)
    place = kept.place(table.patient)
    opened.ledger.set_aside("text below the table", place, rows=kept.rows[text])
    opened.ledger.add_cells("nothing but a number", place, rows=kept.rows[number_alone])
    return kept.where(~text), numbers[~text]


def _second_numbers(
    declared: Declared, heading: str, *, found: list[PatientRows]
) -> dict[str, int]:
    """Return the numbers under another heading; one that two patients share finds neither."""
    known: dict[str, int] = {}
    shared = set()
    for rows in found:
        numbers = numbers_of(declared, rows.block.column(heading))
        for number, patient in zip(numbers[rows.first], rows.patients[rows.first], strict=True):
            if known.setdefault(number, int(patient)) != patient:
                shared.add(number)
    return {number: patient for number, patient in known.items() if number and number not in shared}


def _read_further(opened: Opened, table: DeclaredTable, *, patients: Patients) -> list[PatientRows]:
    """Read a further table with one row a patient."""
    found = []
    taken: set[int] = set()
    for block in opened.blocks(table):
        kept, codes = of_known_patients(opened, table, block=block, patients=patients)
        first = np.zeros(len(codes), dtype=bool)
        for row, patient in enumerate(codes.tolist()):
            first[row] = patient not in taken
            taken.add(patient)
        found.append(_rows(opened.reader(kept), codes, first=first))
    return found


def _rows(reader: ColumnReader, codes: Codes, *, first: Mask) -> PatientRows:
    block, ledger = reader.block, reader.ledger
    ledger.set_aside("second row for a patient", block.place(), rows=block.rows[~first])
    ledger.of(block.table, block.file).staged += int(first.sum())
    return PatientRows(reader, codes, first)


def of_known_patients(
    opened: Opened, table: DeclaredTable, *, block: Block, patients: Patients
) -> tuple[Block, Codes]:
    """Return the rows of patients in the patients' table, and who they are."""
    kept, numbers = _with_number(opened, table, block=block)
    codes = patients.find(table.number, numbers)
    unknown = codes < 0
    if table.strangers_left_out:
        opened.ledger.of(block.table, block.file).left_out += int(unknown.sum())
    else:
        place = block.place(table.patient)
        opened.ledger.set_aside("unknown patient", place, rows=kept.rows[unknown])
    return kept.where(~unknown), codes[~unknown]


def _with_number(opened: Opened, table: DeclaredTable, *, block: Block) -> tuple[Block, Cells]:
    """Return the rows that have a patient's number, and the numbers."""
    ledger, place = opened.ledger, block.place(table.patient)
    numbers = numbers_of(opened.declared, block.column(table.patient))
    none = np.fromiter(
        (n in table.missing or not n.isprintable() for n in numbers), bool, count=len(numbers)
    )
    totals = np.fromiter((is_summary(number) for number in numbers), bool, count=len(numbers))
    ledger.set_aside("no patient number", place, rows=block.rows[none])
    ledger.set_aside("totals row", place, rows=block.rows[totals & ~none])
    return block.where(~none & ~totals), numbers[~none & ~totals]
