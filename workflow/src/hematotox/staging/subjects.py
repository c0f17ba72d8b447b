"""Variables with one value a patient."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from hematotox.contracts import EXCLUDED, MERGED, conform
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects.cells import KNOWN, UNREADABLE, Cells, States
from hematotox.dialects.dates import iso
from hematotox.dialects.numbers import parse_number
from hematotox.dialects.units import Values
from hematotox.staging.columns import ColumnReader, is_plausible
from hematotox.staging.correction_rows import Merging
from hematotox.staging.days import Infusions, infusions_of
from hematotox.staging.declared import SubjectColumn
from hematotox.staging.ledger import CodeList, Mask
from hematotox.staging.missing_codes import digits_of_codes, suspected_codes
from hematotox.staging.opened import Opened
from hematotox.staging.patients import PatientRows, PatientTables
from hematotox.staging.stated_units import contradicted

_DIGITS_OF_CODES = 2
"""Ages and counts have no more."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """The variables with one value a patient, in the order of `tables.patients`.

    Numbers are floats, dates and levels texts; what is not known is an empty text.
    """

    tables: PatientTables
    values: dict[str, Cells]
    excluded: frozenset[int] = frozenset()
    """Patients whom no study may have, as the corrections file says."""
    merged: frozenset[int] = frozenset()
    """Second numbers of patients, as the corrections file says."""

    @property
    def infusions(self) -> Infusions:
        """When the patients were infused."""
        return infusions_of(self.values["infusion_date"])

    def copy(self) -> Subjects:
        """Return the same with columns that can be written to."""
        values = {name: column.copy() for name, column in self.values.items()}
        return replace(self, values=values)


def merged_into(subjects: Subjects, merging: Merging) -> Subjects:
    """Let one patient count for another number: values that are unknown, and all records."""
    one, into = merging.patient, merging.into
    for name, column in subjects.values.items():
        if column[into] == "":
            column[into] = column[one]
        if name not in ("infusion_date", "data_cut"):
            column[one] = ""
    tables = subjects.tables
    keys = {
        heading: {number: into if at == one else at for number, at in known.items()}
        for heading, known in tables.patients.keys.items()
    }
    rows = tuple(
        replace(rows, patients=np.where(rows.patients == one, into, rows.patients))
        for rows in tables.rows
    )
    moved = PatientTables(replace(tables.patients, keys=keys), rows)
    return replace(subjects, tables=moved, merged=subjects.merged | {one})


def read_subjects(opened: Opened, tables: PatientTables) -> Subjects:
    """Read the variables with one value a patient from all tables of patients."""
    count = len(tables.patients.numbers)
    variables = opened.declared.dictionary.of_kind("subject")
    values = {name: objects([""] * count) for name in variables}
    for rows in tables.rows:
        for column in opened.declared.tables[rows.block.table].subjects:
            cells, states = _read(rows, column)
            _put(values[column.variable], rows, column=column, cells=cells, known=states == KNOWN)
    if opened.declared.data_cut:
        values["data_cut"] = objects([opened.declared.data_cut] * count)
    return Subjects(tables, values)


def _put(
    values: Cells, rows: PatientRows, *, column: SubjectColumn, cells: Cells, known: Mask
) -> None:
    """Fill a variable; where a further row of a patient says something else, nothing is known."""
    first = rows.first
    values[rows.patients[first & known]] = cells[first & known]
    for row in np.flatnonzero(~first & known):
        patient = rows.patients[row]
        if values[patient] not in ("", cells[row]):
            values[patient] = ""
            place = rows.block.place(column.heading, column.variable)
            rows.reader.ledger.add_cells("contradictory rows", place, rows=rows.block.rows[[row]])


def _read(rows: PatientRows, column: SubjectColumn) -> tuple[Cells, States]:
    """Return values as text (numbers as float) and states; nothing raises."""
    reader, where, missing = rows.reader, (column.heading, column.variable), column.missing
    if column.reads == "boxes":
        return _boxes(rows, column)
    if column.reads == "date":
        days, states = reader.dates(*where, missing=missing)
        return objects([iso(day) for day in days.tolist()]), states
    if column.reads == "number":
        return _numbers(reader, column)
    listed = CodeList("values")
    codes, states = reader.codes(*where, values=column.codes, missing=missing, listed=listed)
    if column.reads == "coded number":
        return objects([_canonical_number(code) for code in codes]), states
    return codes, states


def _numbers(reader: ColumnReader, column: SubjectColumn) -> tuple[Cells, States]:
    where, missing, described = (column.heading, column.variable), column.missing, column.described
    numbers = reader.numbers(*where, missing=missing)
    reader.check_missing_codes(*where, missing=missing, described=described, factor=column.factor)
    canonical = column.factor.to_canonical(numbers.values)
    known, exact = numbers.states == KNOWN, numbers.bounds == 0
    if described.type == "integer":
        exact &= canonical % 1 == 0
    implausible = known & exact & ~is_plausible(canonical, described)
    inexact = known & ~exact
    believable = known & ~implausible & ~inexact
    coded = _codes(numbers.values, canonical, known=believable, of=column)
    block, place = reader.block, reader.block.place(*where)
    cells = block.column(column.heading)
    for kind, bad in (
        ("implausible value", implausible),
        ("not an exact number", inexact),
        ("undeclared code for missing", coded),
    ):
        reader.ledger.add_cells(kind, place, rows=block.rows[bad], cells=cells[bad])
    reader.ledger.count_bad(place, block.rows[implausible | inexact])
    reader.ledger.count_like_codes(place, block.rows[coded])
    contrary = contradicted(
        reader, *where, described=described, factor=column.factor, known=believable & ~coded
    )
    strange = implausible | inexact | coded | contrary
    states = np.where(strange, UNREADABLE, numbers.states).astype(np.int8)
    return objects(canonical.tolist()), states


def _codes(raw: Values, canonical: Values, *, known: Mask, of: SubjectColumn) -> Mask:
    """Return which numbers look like codes for missing (age 99 twice, 999 days)."""
    found = np.zeros(len(raw), dtype=bool)
    if not of.nines_are_values:
        digits = digits_of_codes(raw[known], at_least=_DIGITS_OF_CODES)
        found[known] = suspected_codes(canonical[known], digits)
    return found


def _boxes(rows: PatientRows, column: SubjectColumn) -> tuple[Cells, States]:
    reader, block, variable = rows.reader, rows.block, column.variable
    chosen = objects([""] * len(block.rows))
    ticks = np.zeros(len(block.rows), dtype=np.int64)
    for heading, level in column.codes.items():
        ticked = reader.ticks(heading, variable, missing=column.missing, of_event=False)
        chosen[ticked] = level
        ticks += ticked
    place = block.place(", ".join(column.codes), variable)
    reader.ledger.add_cells("two boxes ticked", place, rows=block.rows[ticks > 1])
    return chosen, np.where(ticks == 1, KNOWN, 0).astype(np.int8)


def frame_of(
    subjects: Subjects, *, centre: str, source: str, dictionary: Dictionary
) -> pd.DataFrame:
    """Return the subjects table: all variables of the dictionary, also those not in the export."""
    patients, values = subjects.tables.patients, subjects.values
    columns: dict[str, object] = {
        "patient_id": [f"{centre}/{number}" for number in patients.numbers],
        "centre": centre,
        "source": source,
    }
    for name, described in dictionary.of_kind("subject").items():
        if described.type in ("number", "integer"):
            columns[name] = pd.array(
                [np.nan if one == "" else float(one) for one in values[name]], dtype="float64"
            )
            if described.type == "integer":
                columns[name] = pd.Series(columns[name]).astype("Int64")
        else:
            columns[name] = values[name]
    if subjects.excluded or subjects.merged:
        columns[EXCLUDED] = [
            MERGED if i in subjects.merged else "yes" if i in subjects.excluded else ""
            for i in range(len(patients.numbers))
        ]
    return conform("subjects", pd.DataFrame(columns, index=range(len(patients.numbers))))


def objects(items: list[object]) -> Cells:
    """Return a column of Python objects."""
    column = np.empty(len(items), dtype=object)
    column[:] = items
    return column


def _canonical_number(code: str) -> object:
    """Return the number that a value map names."""
    parsed = parse_number(code) if code else None
    return "" if parsed is None else parsed[1]
