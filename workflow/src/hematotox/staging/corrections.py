"""A centre's corrections: rows of patient, variable, value, reason and date, applied in order.

`config/centres/<centre>.corrections.csv` of the run folder. Values are in the dictionary's units
and codes, dates are written YYYY-MM-DD.

* A patient's variable: `value` is the new one, empty for unknown; `date` stays empty.
* A laboratory value, also an unreadable one: `date` is the day of the measurement; an empty
  `value` takes it out.
* An event: `date` is the recorded date, empty if none is; a `value` that is a date replaces it,
  any other value replaces the detail, an empty one takes the event out.

A correction that fits nothing stops the run: it is older than the export, or mistyped. Findings
about what was corrected say so in the place of what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.dialects.cells import Cells
from hematotox.dialects.dates import day_of
from hematotox.staging.correction_rows import Correction, correction_rows, is_date
from hematotox.staging.days import Infusions
from hematotox.staging.labs_table import Measurements
from hematotox.staging.ledger import Finding, Ledger, Place
from hematotox.staging.patients import PatientRows, Patients

_OF_DATES = frozenset({"event without a date", "unreadable date", "value with an implausible date"})
"""Kinds of findings about an event that another date settles, and another detail does not."""


@dataclass(slots=True)
class Corrections:
    """The corrections of a centre, waiting to be applied to the table they are about."""

    file: str
    rows: list[Correction]
    centre: Centre
    dictionary: Dictionary
    ledger: Ledger
    problems: list[tuple[int, str]] = field(default_factory=list)
    """Line of the file, and why its row cannot be applied."""

    def of_kind(self, kind: str) -> list[Correction]:
        """Return the corrections of subject variables, laboratory values or events."""
        return [row for row in self.rows if self.dictionary.variables[row.variable].kind == kind]

    def apply_to_subjects(self, values: dict[str, Cells], tables: Sequence[PatientRows]) -> None:
        """Replace values of patients.

        Parameters
        ----------
        values : by variable, the value of each patient
        tables : the rows that the values were read from
        """
        for row in self.of_kind("subject"):
            values[row.variable][row.patient] = _subject_value(self._described(row), row.value)
            cells = {
                (one.block.file, int(number))
                for one in tables
                for number in one.block.rows[one.patients == row.patient]
            }
            self._done(row, cells)

    def apply_to_labs(
        self, gathered: dict[str, Measurements], infusions: Infusions
    ) -> dict[str, Measurements]:
        """Replace or take out laboratory values."""
        for row in self.of_kind("lab"):
            found = gathered.get(row.variable)
            chosen = np.empty(0, dtype=np.int64)
            if found is not None:
                day = day_of(row.date) - infusions.days[row.patient]
                chosen = np.flatnonzero((found.patients == row.patient) & (found.days == day))
            if self._is_one(row, len(chosen)) and found is not None:
                place = int(chosen[0])
                origin = found.from_[int(found.origins[place])].place
                self._done(row, {(origin.file, int(found.rows[place]))}, column=origin.column)
                gathered[row.variable] = _changed(found, place, value=row.value)
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
            self._done_event(row, events.iloc[place])
            if not row.value:
                events = events.drop(index=place).reset_index(drop=True)
            elif is_date(row.value):
                events.loc[place, "day"] = day_of(row.value) - int(infusions.days[row.patient])
            else:
                events.loc[place, "detail"] = row.value
        return events

    def note_problems(self) -> None:
        """Note the rows that cannot be applied in the ledger, in the order of the file."""
        self.ledger.troubles += [
            f"{self.file}:{line}: {problem}" for line, problem in sorted(self.problems)
        ]

    def _described(self, row: Correction) -> Variable:
        return self.dictionary.variables[row.variable]

    def _is_one(self, row: Correction, count: int) -> bool:
        if count != 1:
            when = "on this date" if row.date else "without a date"
            moved = self._described(row).kind == "event"
            problem = (
                f"the export has no {row.variable} of this patient {when}; write the patient and "
                "the date of the record as the export has them"
                + ("; to correct the date itself, write the right one under value" * moved)
                if count == 0
                else f"the export has {count} {row.variable} of this patient {when}, and which is "
                "meant cannot be told; have the export itself corrected"
            )
            self.problems.append((row.line, problem))
        return count == 1

    def _done(self, row: Correction, rows: set[tuple[str, int]], column: str = "") -> None:
        """Note that a correction was applied, and that it settles findings about its cells.

        A row may hold several values of a laboratory variable: the column says which was meant.
        """

        def fits(one: Finding) -> bool:
            here = (one.file, one.row) in rows and one.variable == row.variable
            return here and one.column in (column or one.column, "")

        self._settle(row, fits)

    def _done_event(self, row: Correction, event: pd.Series) -> None:
        """Note that an event was corrected: its date, its detail or, taken out, both."""
        dates = {
            source.date or self.centre.tables[str(event["table"])].date
            for source in self.centre.events[row.variable]
        }

        def fits(one: Finding) -> bool:
            if (one.file, one.row) != (event["file"], event["row"]):
                return False
            of_date = one.kind in _OF_DATES
            about = one.variable == row.variable or (of_date and one.column in dates)
            return about and (not row.value or of_date == is_date(row.value))

        self._settle(row, fits)

    def _settle(self, row: Correction, fits: Callable[[Finding], bool]) -> None:
        self.ledger.settle(f"corrected by {self.file} row {row.line}", fits)
        self.ledger.add("corrected", Place("", self.file, "value", row.variable), row=row.line)


def read_corrections(
    content: str, centre: Centre, *, dictionary: Dictionary, patients: Patients, ledger: Ledger
) -> Corrections:
    """Read a corrections file; `note_problems` tells which rows cannot be applied."""
    corrections = Corrections(f"{centre.id}.corrections.csv", [], centre, dictionary, ledger)
    if content.strip():
        for row in correction_rows(content, centre, dictionary=dictionary, patients=patients):
            if isinstance(row, Correction):
                corrections.rows.append(row)
            else:
                corrections.problems.append(row)
    return corrections


def _subject_value(described: Variable, value: str) -> object:
    return float(value) if value and described.type in ("number", "integer") else value


def _changed(found: Measurements, place: int, *, value: str) -> Measurements:
    if not value:
        return found.where(np.arange(len(found.low)) != place)
    low, high = found.low.copy(), found.high.copy()
    low[place] = high[place] = float(value)
    return replace(found, low=low, high=high)
