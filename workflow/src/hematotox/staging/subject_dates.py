"""What follows from a patient's dates: age at infusion, vein-to-vein time, impossible orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from hematotox.staging.columns import is_plausible
from hematotox.staging.declared import SubjectColumn
from hematotox.staging.ledger import Place
from hematotox.staging.opened import Opened
from hematotox.staging.subjects import Subjects, objects

FIRST_INFUSION = "2010-01-01"
"""No CAR T-cell infusion is older."""
BEFORE_INFUSION = ("apheresis_date", "lymphodepletion_date")
AFTER_INFUSION = ("boost_date", "last_contact_date")
LONGEST_LYMPHODEPLETION = 60
"""Days from its start to the infusion beyond which a date is probably wrong."""


def complete_dates(opened: Opened, subjects: Subjects) -> Subjects:
    """Check the order of dates and derive age and vein-to-vein time."""
    checked = _Dates(opened, subjects.copy())
    checked.check_order()
    source = opened.declared.subjects.get("age")
    if source is not None and source.is_birth_date:
        checked.derive_age(source)
    if "vein_to_vein" not in opened.declared.subjects:
        checked.derive_vein_to_vein()
    return checked.subjects


def note_missing_infusions(
    opened: Opened, subjects: Subjects, recorded: Mapping[int, set[str]]
) -> None:
    """Note patients without infusion date of whom events are recorded that follow one."""
    dates = _Dates(opened, subjects)
    for patient, events in sorted(recorded.items()):
        depleted = subjects.values["lymphodepletion_date"][patient] != ""
        told = [*(["lymphodepletion"] if depleted else []), *sorted(events)]
        place, row = dates.place("infusion_date", patient)
        more = f"recorded: {', '.join(told)}"
        opened.ledger.add("infusion date missing?", place, row=row, more=more)


@dataclass(frozen=True, slots=True)
class _Dates:
    """The dates of the patients' rows, and where each stands."""

    opened: Opened
    subjects: Subjects

    def check_order(self) -> None:
        """Empty dates on the wrong side of the infusion, and note them."""
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

    def _wrong(self, name: str, rule: Callable[[str, str], bool]) -> list[int]:
        """Return the infused patients whose date breaks a rule about date and infusion."""
        values = self.subjects.values
        pairs = zip(values[name], values["infusion_date"], strict=True)
        return [n for n, (date, infusion) in enumerate(pairs)
                if date and infusion and rule(date, infusion)]  # fmt: skip

    def _set_aside(self, name: str, patient: int, *, kind: str) -> None:
        self.subjects.values[name][patient] = ""
        self._add(kind, name, patient=patient)

    def derive_age(self, source: SubjectColumn) -> None:
        """Completed years at infusion; at enrolment where there was no infusion."""
        values = self.subjects.values
        infused = values["infusion_date"] != ""
        reference = np.where(infused, values["infusion_date"], values["enrolment_date"])
        formats = self.opened.declared.tables[source.table].file.dates or ()
        short = any("%y" in one for one in formats)
        pairs = zip(values["age"], reference, strict=True)
        values["age"] = objects([_completed_years(*p, short_year=short) for p in pairs])
        self._drop_implausible("age", "age")

    def derive_vein_to_vein(self) -> None:
        """Days from apheresis to infusion, where no correction has said them."""
        values = self.subjects.values
        pairs = zip(values["apheresis_date"], values["infusion_date"], strict=True)
        known = zip(values["vein_to_vein"], [_days_between(*pair) for pair in pairs], strict=True)
        values["vein_to_vein"] = objects([said if said != "" else d for said, d in known])
        self._drop_implausible("vein_to_vein", "apheresis_date")

    def _drop_implausible(self, name: str, shown: str) -> None:
        described = self.opened.declared.dictionary.variables[name]
        column = self.subjects.values[name]
        for patient, value in enumerate(column):
            if value != "" and not is_plausible(np.array([float(value)]), described)[0]:
                column[patient] = ""
                self._add("implausible value", shown, patient=patient, variable=name)
                if name == shown:
                    place, row = self.place(name, patient)
                    self.opened.ledger.count_bad(place, np.array([row], dtype=np.int64))

    def _add(self, kind: str, name: str, *, patient: int, variable: str = "") -> None:
        place, row = self.place(name, patient, variable)
        self.opened.ledger.add(kind, place, row=row)

    def place(self, name: str, patient: int, variable: str = "") -> tuple[Place, int]:
        """Return where a patient's date stands: table, file and column, and the row."""
        declared, tables = self.opened.declared, self.subjects.tables
        source = declared.subjects.get(name)
        column = source.heading if source is not None else ""
        table = source.table if source is not None else declared.patients_table
        file, row = tables.patients.rows[patient]
        for one in tables.rows if table != declared.patients_table else ():
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
