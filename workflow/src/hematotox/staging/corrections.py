"""A centre's corrections: rows of patient, variable, value, reason and date, applied in order.

`config/centres/<centre>.corrections.csv` of the run folder. Values are in the dictionary's units
and codes, dates are written YYYY-MM-DD.

* A patient's variable: `value` is the new one, empty for unknown; `date` stays empty.
* A laboratory value: `date` is the day of the measurement; an empty `value` takes it out.
* An event: `date` is the recorded date, empty if none is; a `value` that is a date replaces it,
  any other value replaces the detail, an empty one takes the event out.

A correction that fits nothing stops the run: it is older than the export, or mistyped.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.dialects.cells import Cells
from hematotox.dialects.dates import day_of, parse_date
from hematotox.dialects.numbers import parse_number
from hematotox.staging.columns import is_plausible
from hematotox.staging.days import Infusions
from hematotox.staging.labs_table import Measurements
from hematotox.staging.ledger import Ledger, Place
from hematotox.staging.patients import Patients

COLUMNS = ["patient", "variable", "value", "reason", "date"]
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of the corrections file."""

    line: int
    patient: int
    variable: str
    value: str
    date: str


@dataclass(slots=True)
class Corrections:
    """The corrections of a centre, waiting to be applied to the table they are about."""

    file: str
    rows: list[Correction]
    ledger: Ledger
    dictionary: Dictionary

    def of_kind(self, kind: str) -> list[Correction]:
        """Return the corrections of subject variables, laboratory values or events."""
        return [row for row in self.rows if self.dictionary.variables[row.variable].kind == kind]

    def apply_to_subjects(self, values: dict[str, Cells]) -> None:
        """Replace values of patients."""
        for row in self.of_kind("subject"):
            values[row.variable][row.patient] = _subject_value(self._described(row), row.value)
            self._done(row)

    def apply_to_labs(
        self, gathered: dict[str, Measurements], infusions: Infusions
    ) -> dict[str, Measurements]:
        """Replace or take out laboratory values."""
        for row in self.of_kind("lab"):
            found = gathered.get(row.variable)
            chosen = np.empty(0, dtype=np.int64)
            if found is not None and row.date:
                day = day_of(row.date) - infusions.days[row.patient]
                chosen = np.flatnonzero((found.patients == row.patient) & (found.days == day))
            if self._is_one(row, len(chosen)) and found is not None:
                gathered[row.variable] = _changed(found, int(chosen[0]), value=row.value)
                self._done(row)
        return gathered

    def apply_to_events(self, events: pd.DataFrame, infusions: Infusions) -> pd.DataFrame:
        """Replace the date or detail of events, or take them out."""
        for row in self.of_kind("event"):
            same = (events["patient"] == row.patient) & (events["event"] == row.variable)
            if row.date:
                same &= events["day"] == day_of(row.date) - infusions.days[row.patient]
            else:
                same &= events["day"].isna()
            chosen = np.flatnonzero(same.fillna(False).to_numpy(dtype=bool))
            if not self._is_one(row, len(chosen)):
                continue
            place = int(chosen[0])
            if not row.value:
                events = events.drop(index=place).reset_index(drop=True)
            elif _ISO.fullmatch(row.value):
                events.loc[place, "day"] = day_of(row.value) - int(infusions.days[row.patient])
            else:
                events.loc[place, "detail"] = row.value
            self._done(row)
        return events

    def _described(self, row: Correction) -> Variable:
        return self.dictionary.variables[row.variable]

    def _is_one(self, row: Correction, count: int) -> bool:
        if count == 1:
            return True
        problem = "nothing of this patient fits" if count == 0 else f"{count} records fit"
        self.ledger.troubles.append(
            f"{self.file}:{row.line}: {row.variable}: {problem} this date; exactly one must"
        )
        return False

    def _done(self, row: Correction) -> None:
        self.ledger.add("corrected", Place("", self.file, "value", row.variable), row=row.line)


def read_corrections(
    content: str, centre: Centre, *, dictionary: Dictionary, patients: Patients, ledger: Ledger
) -> Corrections:
    """Read a corrections file; what cannot be applied becomes a trouble in the ledger."""
    file = f"{centre.id}.corrections.csv"
    corrections = Corrections(file, [], ledger, dictionary)
    if not content.strip():
        return corrections
    reader = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))
    if reader.fieldnames != COLUMNS:
        ledger.troubles.append(f"{file}:1: the columns must be {','.join(COLUMNS)}")
        return corrections
    known = patients.keys[centre.tables[centre.patients_table].patient]
    for row in reader:
        problem = _problem(row, dictionary, known=known)
        if problem:
            ledger.troubles.append(f"{file}:{reader.line_num}: {problem}")
        else:
            corrections.rows.append(
                Correction(reader.line_num, known[row["patient"].strip()], row["variable"].strip(),
                           row["value"].strip(), row["date"].strip())
            )  # fmt: skip
    return corrections


def _problem(row: dict[str, str], dictionary: Dictionary, *, known: dict[str, int]) -> str:
    """Return what is wrong with a row of the file; nothing if it can be applied."""
    if None in row or None in row.values():
        return f"the row must have {len(COLUMNS)} cells"
    if row["patient"].strip() not in known:
        return "patient: is not in the patients' table"
    described = dictionary.variables.get(row["variable"].strip())
    if described is None:
        return "variable: is not in the dictionary"
    if not row["reason"].strip():
        return "reason: is missing"
    if row["date"].strip() and not _is_date(row["date"].strip()):
        return "date: must be a date as 2021-12-31"
    if described.kind == "subject" and row["date"].strip():
        return "date: must stay empty for a variable with one value a patient"
    if not _accepts(described, row["value"].strip()):
        return f"value: must be {_right(described)}"
    return ""


def _accepts(described: Variable, value: str) -> bool:
    checks: dict[str, Callable[[], bool]] = {
        "date": lambda: _is_date(value),
        "category": lambda: value in (described.levels or {}),
        "number": lambda: _is_number(value, described),
        "integer": lambda: _is_number(value, described) and float(value) % 1 == 0,
        "none": lambda: False,
    }
    moved = described.kind == "event" and _is_date(value)
    return not value or moved or checks[described.type]()


def _is_date(value: str) -> bool:
    return bool(_ISO.fullmatch(value)) and parse_date(value, ("%Y-%m-%d",)) is not None


def _is_number(value: str, described: Variable) -> bool:
    parsed = parse_number(value)
    exact = parsed is not None and parsed[0] == ""
    return exact and bool(is_plausible(np.array([float(value)]), described)[0])


def _right(described: Variable) -> str:
    if described.type == "category":
        return f"one of {', '.join(described.levels or {})}"
    if described.type in ("number", "integer"):
        return f"a plausible {described.type} in {described.unit or 'units of one'}"
    return "a date as 2021-12-31, or empty"


def _subject_value(described: Variable, value: str) -> object:
    return float(value) if value and described.type in ("number", "integer") else value


def _changed(found: Measurements, place: int, *, value: str) -> Measurements:
    if not value:
        return found.where(np.arange(len(found.low)) != place)
    low, high = found.low.copy(), found.high.copy()
    low[place] = high[place] = float(value)
    return replace(found, low=low, high=high)
