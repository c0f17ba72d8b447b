"""A centre's corrections: rows of patient, variable, value, reason, date, applied in order.

`config/centres/<centre>.corrections.csv` of the run folder. Values are in the dictionary's units
and codes, dates are written YYYY-MM-DD.

* A patient's variable: `value` is the new one, empty for unknown; `date` stays empty.
* A laboratory value, also an unreadable one: `date` is the day of the measurement; an empty
  `value` takes it out.
* A patient whom no study may have: `action` is `exclude`, and the rest stays empty; each flow of
  patients has a row for those excluded.
* One patient under two numbers: `action` is `merge_into` and `value` the number that counts; what
  the other number has counts for it, its own values first, and the flow has a row for the others.
* Values in another unit than declared: `action` is `convert` and `value` the unit that they really
  have, of one patient or, without a number, of all, `from` one day `to` another.
* An event: `date` is the recorded date, empty if none is; a `value` that is a date replaces it,
  any other value replaces the detail, an empty one takes the event out.

A correction that fits nothing stops the run: it is older than the export, or mistyped. Findings
about what was corrected say so in the place of what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from hematotox.dialects.dates import day_of
from hematotox.staging import events_table, labs_table
from hematotox.staging.correction_rows import (
    Conversion,
    Correction,
    Exclusion,
    Merging,
    correction_rows,
    is_date,
)
from hematotox.staging.days import Infusions
from hematotox.staging.labs_table import Measurements, read_in_unit
from hematotox.staging.ledger import Finding, Mask, Place
from hematotox.staging.opened import Opened
from hematotox.staging.patients import PatientTables
from hematotox.staging.records import Records
from hematotox.staging.subjects import Subjects, merged_into

_OF_DATES = frozenset({"event without a date", "unreadable date", "value with an implausible date"})
"""Kinds of findings about an event that another date settles, and another detail does not."""
Problem = tuple[int, str]
"""Line of the file, and why its row cannot be applied."""


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections of a centre, and the rows of its file that cannot be meant."""

    file: str
    rows: tuple[Correction, ...]
    excluded: tuple[Exclusion, ...]
    merged: tuple[Merging, ...]
    converted: tuple[Conversion, ...]
    problems: tuple[Problem, ...]

    def of_kind(self, kind: str) -> list[Correction]:
        """Return the corrections of subject variables, laboratory values or events."""
        return [row for row in self.rows if row.described.kind == kind]


@dataclass(frozen=True, slots=True)
class Corrected:
    """Laboratory values by variable and events of all tables, after the corrections.

    Unreadable values to which no correction has given a number are left out.
    """

    labs: Mapping[str, Measurements]
    events: pd.DataFrame


def read_corrections(opened: Opened, tables: PatientTables) -> Corrections:
    """Read the corrections file of the centre."""
    content, rows = opened.export.corrections, []
    if content.strip():
        rows = list(correction_rows(content, opened.declared, patients=tables.patients))
    return Corrections(
        f"{opened.declared.centre}.corrections.csv",
        tuple(row for row in rows if isinstance(row, Correction)),
        tuple(row for row in rows if isinstance(row, Exclusion)),
        tuple(row for row in rows if isinstance(row, Merging)),
        tuple(row for row in rows if isinstance(row, Conversion)),
        tuple(row for row in rows if isinstance(row, tuple)),
    )


def correct_subjects(opened: Opened, subjects: Subjects, corrections: Corrections) -> Subjects:
    """Replace values of patients, and mark those who are excluded."""
    applied = _Application(opened, corrections, subjects.infusions)
    corrected = replace(
        subjects.copy(), excluded=frozenset(r.patient for r in corrections.excluded)
    )
    for merging in corrections.merged:
        corrected = merged_into(corrected, merging)
        opened.ledger.add("merged", Place("", corrections.file, "patient"), row=merging.line)
    for exclusion in corrections.excluded:
        opened.ledger.add("excluded", Place("", corrections.file, "patient"), row=exclusion.line)
    for row in corrections.of_kind("subject"):
        is_number = row.value and row.described.type in ("number", "integer")
        corrected.values[row.variable][row.patient] = float(row.value) if is_number else row.value
        cells = {
            (one.block.file, int(number))
            for one in subjects.tables.rows
            for number in one.block.rows[one.patients == row.patient]
        }
        applied.settle_cells(row, cells)
    return corrected


def correct_records(
    opened: Opened, records: Records, corrections: Corrections, *, infusions: Infusions
) -> Corrected:
    """Replace or take out events and laboratory values; each correction fits exactly one.

    Those that fit none or several are troubles, in the order of the file.
    """
    applied = _Application(opened, corrections, infusions)
    events = events_table.gather(records.events)
    for row in corrections.of_kind("event"):
        events = applied.to_event(row, events)
    labs: Mapping[str, Measurements] = labs_table.gather(records.labs)
    for row in corrections.of_kind("lab"):
        labs = applied.to_value(row, labs)
    for conversion in corrections.converted:
        labs = applied.to_unit(conversion, labs)
    problems = sorted((*corrections.problems, *applied.problems))
    opened.ledger.troubles += [f"{corrections.file}:{line}: {words}" for line, words in problems]
    return Corrected(labs_table.readable(labs), events)


@dataclass(frozen=True, slots=True)
class _Application:
    """Applies corrections one by one and tells the ledger."""

    opened: Opened
    corrections: Corrections
    infusions: Infusions
    problems: list[Problem] = field(default_factory=list)

    def to_value(
        self, row: Correction, labs: Mapping[str, Measurements]
    ) -> Mapping[str, Measurements]:
        """Replace or take out one laboratory value."""
        found = labs.get(row.variable)
        chosen = np.empty(0, dtype=np.int64)
        if found is not None:
            day = day_of(row.date) - self.infusions.days[row.patient]
            chosen = np.flatnonzero((found.patients == row.patient) & (found.days == day))
        if not self._is_one(row, len(chosen)) or found is None:
            return labs
        place = int(chosen[0])
        origin = found.from_[int(found.origins[place])].place
        self.settle_cells(row, {(origin.file, int(found.rows[place]))}, column=origin.column)
        return {**labs, row.variable: _changed(found, place, value=row.value)}

    def to_unit(
        self, row: Conversion, labs: Mapping[str, Measurements]
    ) -> Mapping[str, Measurements]:
        """Read values as written in another unit than the centre file declares."""
        found = labs.get(row.variable)
        chosen = None if found is None else _in_period(found, row, self.infusions)
        if found is None or chosen is None or not chosen.any():
            words = f"the export has no {row.variable} of this patient and period; see from and to"
            self.problems.append((row.line, words))
            return labs
        try:
            converted = read_in_unit(found, chosen, row.unit)
        except ValueError:
            words = "the unit stands beside each value; have the export itself corrected"
            self.problems.append((row.line, words))
            return labs
        place = Place("", self.corrections.file, "value", row.variable)
        self.opened.ledger.add("converted", place, row=row.line, more=f"values: {chosen.sum()}")
        return {**labs, row.variable: converted}

    def to_event(self, row: Correction, events: pd.DataFrame) -> pd.DataFrame:
        """Replace the date or detail of one event, or take it out."""
        same = (events["patient"] == row.patient) & (events["event"] == row.variable)
        if row.date:
            same &= events["day"] == day_of(row.date) - self.infusions.days[row.patient]
        else:
            same &= events["day"].isna()
        chosen = np.flatnonzero(same.fillna(False).to_numpy(dtype=bool))
        if not self._is_one(row, len(chosen)):
            return events
        place = int(chosen[0])
        self._settle_event(row, events.iloc[place])
        if not row.value:
            return events.drop(index=place).reset_index(drop=True)
        if is_date(row.value):
            day = day_of(row.value) - int(self.infusions.days[row.patient])
            return _replaced(events, place, "day", day)
        return _replaced(events, place, "detail", row.value)

    def _is_one(self, row: Correction, count: int) -> bool:
        if count != 1:
            when = "on this date" if row.date else "without a date"
            moved = row.described.kind == "event"
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

    def settle_cells(self, row: Correction, rows: set[tuple[str, int]], column: str = "") -> None:
        """Note that a correction was applied, and that it settles findings about its cells.

        A row may hold several values of a laboratory variable: the column says which was meant.
        """

        def fits(one: Finding) -> bool:
            here = (one.file, one.row) in rows and one.variable == row.variable
            return here and one.column in (column or one.column, "")

        self._settle(row, fits)

    def _settle_event(self, row: Correction, event: pd.Series) -> None:
        """Note that an event was corrected: its date, its detail or, taken out, both."""
        dates = self.opened.declared.event_dates(row.variable, str(event["table"]))

        def fits(one: Finding) -> bool:
            if (one.file, one.row) != (event["file"], event["row"]):
                return False
            of_date = one.kind in _OF_DATES
            about = one.variable == row.variable or (of_date and one.column in dates)
            return about and (not row.value or of_date == is_date(row.value))

        self._settle(row, fits)

    def _settle(self, row: Correction, fits: Callable[[Finding], bool]) -> None:
        ledger, file = self.opened.ledger, self.corrections.file
        ledger.settle(f"corrected by {file} row {row.line}", fits)
        ledger.add("corrected", Place("", file, "value", row.variable), row=row.line)


def _in_period(found: Measurements, row: Conversion, infusions: Infusions) -> Mask:
    """Return the values of a patient, or of all, from one day to another."""
    days = infusions.days[found.patients] + found.days
    mask = np.ones(len(days), dtype=bool) if row.patient is None else found.patients == row.patient
    if row.first:
        mask &= days >= day_of(row.first)
    if row.last:
        mask &= days <= day_of(row.last)
    return mask


def _changed(found: Measurements, place: int, *, value: str) -> Measurements:
    if not value:
        return found.where(np.arange(len(found.low)) != place)
    low, high = found.low.copy(), found.high.copy()
    low[place] = high[place] = float(value)
    digits = found.code_digits.copy()
    digits[place] = 0
    return replace(found, low=low, high=high, code_digits=digits)


def _replaced(events: pd.DataFrame, place: int, column: str, value: object) -> pd.DataFrame:
    events = events.copy()
    events.loc[place, column] = value
    return events
