"""Variables with one value a patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.contracts import conform
from hematotox.declarations.centre import Centre, SubjectSource
from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.dialects.cells import KNOWN, UNREADABLE, Cells, States
from hematotox.dialects.dates import iso
from hematotox.dialects.numbers import parse_number
from hematotox.dialects.units import Factor, find_factor
from hematotox.staging.columns import Reader, is_plausible
from hematotox.staging.ledger import Ledger
from hematotox.staging.patients import PatientRows, Patients


@dataclass(frozen=True, slots=True)
class SubjectReader:
    """Reads the subject variables of one block of patient rows."""

    centre: Centre
    dictionary: Dictionary
    ledger: Ledger
    rows: PatientRows
    reader: Reader

    def fill(self, values: dict[str, Cells]) -> None:
        """Put what the block says into the columns of the subjects table."""
        for variable, source in self.centre.subjects.items():
            if self.centre.table_of("subjects", source) == self.rows.block.table:
                cells, states = self._read(variable, source)
                self._put(values[variable], variable, source=source, cells=cells, states=states)

    def _put(
        self, column: Cells, variable: str, *, source: SubjectSource, cells: Cells, states: States
    ) -> None:
        first, known = self.rows.first, states == KNOWN
        column[self.rows.patients[first & known]] = cells[first & known]
        for row in np.flatnonzero(~first & known):
            patient = self.rows.patients[row]
            if column[patient] not in ("", cells[row]):
                column[patient] = ""
                place = self.rows.block.place(source.column or "", variable)
                self.ledger.add_cells("contradictory rows", place, rows=self.rows.block.rows[[row]])

    def _read(self, variable: str, source: SubjectSource) -> tuple[Cells, States]:
        """Return values as text (numbers as float) and states; nothing raises."""
        described = self.dictionary.variables[variable]
        if source.checkboxes is not None:
            return self._boxes(variable, source, boxes=source.checkboxes)
        heading = str(source.column)
        if described.type == "date" or source.birth_date:
            days, states = self.reader.dates(heading, variable, source=source)
            return objects([iso(day) for day in days.tolist()]), states
        if described.type == "category":
            values = source.values or {level: level for level in described.levels or {}}
            return self.reader.codes(heading, variable, source=source, values=values)
        if source.values is not None:
            codes, states = self.reader.codes(
                heading, variable, source=source, values=source.values
            )
            numbers = [_canonical_number(code) for code in codes]
            return objects(numbers), states
        return self._numbers(heading, variable, source=source, described=described)

    def _numbers(
        self, heading: str, variable: str, *, source: SubjectSource, described: Variable
    ) -> tuple[Cells, States]:
        factor = _factor(self.centre, variable, source=source, described=described)
        numbers = self.reader.numbers(heading, variable, source=source)
        self.reader.check_missing_codes(
            heading, variable, source=source, described=described, factor=factor
        )
        canonical = factor.to_canonical(numbers.values)
        known, exact = numbers.states == KNOWN, numbers.bounds == 0
        if described.type == "integer":
            exact &= canonical % 1 == 0
        implausible = known & exact & ~is_plausible(canonical, described)
        strange = implausible | (known & ~exact)
        place, block = self.rows.block.place(heading, variable), self.rows.block
        cells = block.column(heading)
        self.ledger.add_cells(
            "implausible value", place, rows=block.rows[implausible], cells=cells[implausible]
        )
        inexact = strange & ~implausible
        self.ledger.add_cells(
            "not an exact number", place, rows=block.rows[inexact], cells=cells[inexact]
        )
        self.ledger.count_bad(place, block.rows[strange])
        states = np.where(strange, UNREADABLE, numbers.states).astype(np.int8)
        return objects(canonical.tolist()), states

    def _boxes(
        self, variable: str, source: SubjectSource, *, boxes: dict[str, str]
    ) -> tuple[Cells, States]:
        block = self.rows.block
        chosen = objects([""] * len(block.rows))
        ticks = np.zeros(len(block.rows), dtype=np.int64)
        for heading, level in boxes.items():
            ticked = self.reader.ticks(heading, variable, source=source)
            chosen[ticked] = level
            ticks += ticked
        place = block.place(", ".join(boxes), variable)
        self.ledger.add_cells("two boxes ticked", place, rows=block.rows[ticks > 1])
        return chosen, np.where(ticks == 1, KNOWN, 0).astype(np.int8)


def empty_columns(dictionary: Dictionary, patients: Patients) -> dict[str, Cells]:
    """Return the columns of the subjects table, nothing known yet."""
    count = len(patients.numbers)
    return {name: objects([""] * count) for name in dictionary.of_kind("subject")}


def frame_of(
    values: dict[str, Cells],
    patients: Patients,
    *,
    centre: str,
    source: str,
    dictionary: Dictionary,
) -> pd.DataFrame:
    """Return the subjects table: all variables of the dictionary, also those not in the export."""
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
    return conform("subjects", pd.DataFrame(columns, index=range(len(patients.numbers))))


def objects(items: list[object]) -> Cells:
    """Return a column of Python objects."""
    column = np.empty(len(items), dtype=object)
    column[:] = items
    return column


def _factor(centre: Centre, variable: str, *, source: SubjectSource, described: Variable) -> Factor:
    unit = described.unit if source.unit is None else source.unit
    factor = find_factor(variable, described.unit, unit=unit, spellings=centre.units)
    assert factor is not None, "units were checked against the dictionary"
    return factor


def _canonical_number(code: str) -> object:
    """Return the number that a value map names."""
    parsed = parse_number(code) if code else None
    return "" if parsed is None else parsed[1]
