"""What follows from a patient's dates: age at infusion, vein-to-vein time, impossible orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects.cells import Cells
from hematotox.staging.columns import is_plausible
from hematotox.staging.ledger import Ledger, Place
from hematotox.staging.patients import PatientRows, Patients
from hematotox.staging.subjects import objects

FIRST_INFUSION = "2010-01-01"
"""No CAR T-cell infusion is older."""
BEFORE_INFUSION = ("apheresis_date", "lymphodepletion_date")
AFTER_INFUSION = ("boost_date", "last_contact_date")
LONGEST_LYMPHODEPLETION = 60
"""Days from its start to the infusion beyond which a date is probably wrong."""


@dataclass(frozen=True, slots=True)
class SubjectDates:
    """Completes the columns of the subjects table."""

    centre: Centre
    dictionary: Dictionary
    patients: Patients
    ledger: Ledger
    values: dict[str, Cells]
    rows: list[PatientRows]
    """Of all tables with one row a patient."""

    def complete(self) -> None:
        """Check the order of dates and derive age and vein-to-vein time."""
        for patient in self._wrong("infusion_date", lambda date, _: date < FIRST_INFUSION):
            self._set_aside("infusion_date", patient, kind="implausible value")
        for name in BEFORE_INFUSION:
            for patient in self._wrong(name, lambda date, infusion: date > infusion):
                self._set_aside(name, patient, kind="implausible order of dates")
        for name in AFTER_INFUSION:
            for patient in self._wrong(name, lambda date, infusion: date < infusion):
                self._set_aside(name, patient, kind="implausible order of dates")
        for patient in self._wrong("lymphodepletion_date", _too_early):
            self._add("long before infusion", "lymphodepletion_date", patient=patient)
        source = self.centre.subjects.get("age")
        if source is not None and source.birth_date:
            self._derive_age()
        if "vein_to_vein" not in self.centre.subjects:
            pairs = zip(self.values["apheresis_date"], self.values["infusion_date"], strict=True)
            days = [_days_between(*pair) for pair in pairs]
            known = zip(self.values["vein_to_vein"], days, strict=True)
            self.values["vein_to_vein"] = objects([c if c != "" else d for c, d in known])
            self._drop_implausible("vein_to_vein", "apheresis_date")

    def _wrong(self, name: str, rule: Callable[[str, str], bool]) -> list[int]:
        """Return the infused patients whose date breaks a rule about date and infusion."""
        pairs = zip(self.values[name], self.values["infusion_date"], strict=True)
        return [n for n, (date, infusion) in enumerate(pairs)
                if date and infusion and rule(date, infusion)]  # fmt: skip

    def _set_aside(self, name: str, patient: int, *, kind: str) -> None:
        self.values[name][patient] = ""
        self._add(kind, name, patient=patient)

    def _derive_age(self) -> None:
        """Completed years at infusion; at enrolment where there was no infusion."""
        reference = np.where(
            self.values["infusion_date"] == "",
            self.values["enrolment_date"],
            self.values["infusion_date"],
        )
        pairs = zip(self.values["age"], reference, strict=True)
        source = self.centre.subjects["age"]
        table = self.centre.table_of("subjects", source)
        formats = self.centre.dialect(table).dates or ()
        short = any("%y" in one for one in formats)
        self.values["age"] = objects([_completed_years(*p, short_year=short) for p in pairs])
        self._drop_implausible("age", "age")

    def _drop_implausible(self, name: str, shown: str) -> None:
        described = self.dictionary.variables[name]
        for patient, value in enumerate(self.values[name]):
            if value != "" and not is_plausible(np.array([float(value)]), described)[0]:
                self.values[name][patient] = ""
                self._add("implausible value", shown, patient=patient, variable=name)
                if name == shown:
                    place, row = self._place(name, patient)
                    self.ledger.count_bad(place, np.array([row], dtype=np.int64))

    def note_missing_infusions(self, recorded: dict[int, set[str]]) -> None:
        """Note patients without infusion date of whom events are recorded that follow one."""
        for patient, events in sorted(recorded.items()):
            dated = self.values["lymphodepletion_date"][patient] != ""
            told = [*(["lymphodepletion"] if dated else []), *sorted(events)]
            place, row = self._place("infusion_date", patient)
            more = f"recorded: {', '.join(told)}"
            self.ledger.add("infusion date missing?", place, row=row, more=more)

    def _add(self, kind: str, name: str, *, patient: int, variable: str = "") -> None:
        place, row = self._place(name, patient, variable)
        self.ledger.add(kind, place, row=row)

    def _place(self, name: str, patient: int, variable: str = "") -> tuple[Place, int]:
        """Return where a patient's date stands: table, file and column, and the row."""
        source = self.centre.subjects.get(name)
        column = (source.column or "") if source is not None else ""
        table = self.centre.patients_table
        file, row = self.patients.rows[patient]
        if source is not None:
            table = self.centre.table_of("subjects", source)
        for one in self.rows if table != self.centre.patients_table else ():
            found = one.block.rows[one.first & (one.patients == patient)]
            if one.block.table == table and len(found):
                file, row = one.block.file, int(found[0])
        return Place(table, file, column, variable or name), row


def _too_early(lymphodepletion: str, infusion: str) -> bool:
    days = _days_between(lymphodepletion, infusion)
    return days != "" and float(str(days)) > LONGEST_LYMPHODEPLETION


def _days_between(first: str, second: str) -> object:
    if not first or not second:
        return ""
    return float((dt.date.fromisoformat(second) - dt.date.fromisoformat(first)).days)


def _completed_years(born: str | float, on: str, *, short_year: bool) -> object:
    """Return the age; a corrected age stands there as a number already.

    A year of two digits that makes a birth later than `on` is one of the century before.
    """
    if isinstance(born, float):
        return born
    if not born or not on:
        return ""
    birth, day = dt.date.fromisoformat(born), dt.date.fromisoformat(on)
    years = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    while short_year and years < 0:
        years += 100
    return float(years)
