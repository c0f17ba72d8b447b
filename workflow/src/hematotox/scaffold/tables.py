"""What each sheet of an export is: patients, measurements or events, and whose rows they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from hematotox.dialects.judged_columns import Column
from hematotox.dialects.vocabulary import Vocabulary, normal
from hematotox.scaffold.sheets import Sheet

Shape = Literal["patient", "wide", "long"]
_INFUSION = ("infusion_date", "")
_CODES = 60
"""Different texts up to which a column may hold codes."""


@dataclass
class TableGuess:
    """A sheet, and what its columns seem to be."""

    sheet: Sheet
    shape: Shape
    patient: str
    name: str = ""
    matches: str = ""
    date: str = ""
    day: str = ""
    measurement: str = ""
    """Long: column with the name of the measurement."""
    value: str = ""
    unit: str = ""
    event: str = ""
    """Column that says what happened."""
    notation: dict[str, Any] = field(default_factory=dict)
    """Ways of writing cells in which the table differs from the others."""
    used: set[str] = field(default_factory=set)
    """Headings that the draft uses."""

    def rest(self) -> list[Column]:
        """Return the columns that no other key of the table names, empty ones left out."""
        taken = {self.patient, self.matches, self.date, self.day, self.measurement, self.value,
                 self.unit, self.event, *self.sheet.told_by}  # fmt: skip
        return [one for h, one in self.sheet.columns.items() if h not in taken and one.filled]

    def repeated_patients(self) -> list[str]:
        """Return, for each patient with several rows in a table of patients, which rows."""
        if self.shape != "patient":
            return []
        found = self.sheet.columns[self.patient].repeated.values()
        return [", ".join(str(int(self.sheet.row_numbers[one])) for one in rows) for rows in found]

    def declaration(self) -> dict[str, Any]:
        """Return the table as the centre file says it."""
        said = self.sheet.declaration()
        if self.shape != "patient":
            said["shape"] = self.shape
        said["patient"] = self.patient
        keys = {"matches": self.matches, "date": self.date, "day": self.day,
                "name": self.measurement, "value": self.value if self.measurement else "",
                "unit": self.unit}  # fmt: skip
        said.update({key: heading for key, heading in keys.items() if heading})
        if self.sheet.seen.labelled:
            said["cells"] = "labels"
        if self.sheet.instruments is not None:
            codes = self.sheet.instruments
            said["rows"] = {
                "column": _some(self.sheet.told_by),
                "in": _some(codes),
            }
            if self.sheet.ignored:
                said["rows"]["leave_out"] = list(self.sheet.ignored)
        return said


def _some(texts: Sequence[str]) -> Any:
    return texts[0] if len(texts) == 1 else list(texts)


def guess_tables(sheets: Sequence[Sheet], vocabulary: Vocabulary) -> list[TableGuess]:
    """Return a table for each sheet that has a known column, the patients first, with names."""
    tables = [one for sheet in sheets if (one := _guess(sheet, vocabulary)) is not None]
    subjects = _patients_table(tables, vocabulary)
    ordered = sorted(tables, key=lambda one: one is not subjects)
    taken: dict[str, int] = {}
    for table in ordered:
        name = _name(table, subjects)
        taken[name] = taken.get(name, 0) + 1
        table.name = name if taken[name] == 1 else f"{name}_{taken[name]}"
        if subjects is not None and table is not subjects:
            _match_patients(table, subjects)
    return ordered


def _guess(sheet: Sheet, vocabulary: Vocabulary) -> TableGuess | None:
    patient = _patient_column(sheet, vocabulary)
    table = TableGuess(sheet, "wide", patient)
    _find_long(table, vocabulary)
    _find_date(table, vocabulary)
    if sheet.variable and not table.measurement:
        table.value = "" if sheet.days else _value(table, vocabulary)
        return table
    if not table.measurement:
        table.event = _event_column(table, vocabulary)
        known = [c for c in table.rest() if _is_of_patients(c, vocabulary)]
        dated = bool(table.date or table.day)
        lists = any(vocabulary.variable(c.heading, "subject") == _INFUSION for c in known)
        column = sheet.columns[patient]
        events = [] if table.event else _dated_events(table, vocabulary)
        one_each = column.is_unique or (column.is_nearly_unique and lists)
        if one_each and (len({one.heading for one in (*known, *events)}) > 1 or lists or not dated):
            table = TableGuess(sheet, "patient", patient)
            return table if known or events or _labs(table, vocabulary) else None
    labs = _labs(table, vocabulary) if table.shape == "wide" else [table.measurement]
    return table if labs or table.event else None


def _value(table: TableGuess, vocabulary: Vocabulary) -> str:
    """Return the column of values of a sheet that is called after a measurement."""
    return next(c.heading for c in table.rest() if vocabulary.is_column("value", c.heading))


def _is_of_patients(column: Column, vocabulary: Vocabulary) -> bool:
    return vocabulary.variable(column.heading, "subject") is not None or vocabulary.is_column(
        "birth_date", column.heading
    )


def _dated_events(table: TableGuess, vocabulary: Vocabulary) -> list[Column]:
    """Return the columns of dates that are called like an event: death, last contact."""
    return [
        one
        for one in table.sheet.columns.values()
        if one.kind == "date" and vocabulary.event_part(one.heading) is not None
    ]


def _labs(table: TableGuess, vocabulary: Vocabulary) -> list[str]:
    return [
        one.heading
        for one in table.rest()
        if vocabulary.variable(one.heading, "lab")
        or vocabulary.day_of(one.heading)
        or vocabulary.baseline(one.heading)
    ]


def _patient_column(sheet: Sheet, vocabulary: Vocabulary) -> str:
    """Return the heading of the patient's number: the first known one, else the first column."""
    known = [
        one.heading
        for one in sheet.columns.values()
        if one.kind != "date" and one.filled and vocabulary.is_column("patient", one.heading)
    ]
    return known[0] if known else next(iter(sheet.columns))


def _find_long(table: TableGuess, vocabulary: Vocabulary) -> None:
    """Note the columns of a long table: name, value, unit."""
    named = {
        one.heading: sum(vocabulary.variable(text, "lab") is not None for text in one.known)
        for one in table.rest()
        if one.kind == "text" and len(one.known) <= _CODES
    }
    best = max(named, key=lambda heading: named[heading], default="")
    if not best or (named[best] < 2 and 2 * named[best] <= len(table.sheet.columns[best].known)):
        return
    numbers = [one for one in table.rest() if one.kind == "number" and one.heading != best]
    said = [one for one in numbers if vocabulary.is_column("value", one.heading)]
    if not (said or len(numbers) == 1):
        return
    table.shape, table.measurement, table.value = "long", best, (said or numbers)[0].heading
    units = [one.heading for one in table.rest() if vocabulary.is_column("unit", one.heading)]
    table.unit = units[0] if units else ""


def _find_date(table: TableGuess, vocabulary: Vocabulary) -> None:
    """Note the column of the date, or of the day after infusion, of a row."""
    rest = table.rest()
    dates = [c for c in rest if c.kind == "date" and not vocabulary.variable(c.heading, "subject")]
    said = [c for c in rest if vocabulary.is_column("date", c.heading)
            and (c.kind == "date" or (c.kind == "number" and c.is_serial))]  # fmt: skip
    if said or len(dates) == 1:
        table.date = (said or dates)[0].heading
        return
    days = [c for c in rest if c.kind == "number" and vocabulary.is_column("day", c.heading)]
    table.day = days[0].heading if days else ""


def _event_column(table: TableGuess, vocabulary: Vocabulary) -> str:
    """Return the column whose codes name events, or whose heading says that they do."""
    scores = {}
    for one in table.rest():
        if one.kind in ("date", "empty") or len(one.known) > _CODES:
            continue
        labels = [vocabulary.said(one.heading, text) for text in one.known]
        known = sum(vocabulary.variable(text, "event") is not None for text in labels)
        said = vocabulary.is_column("event", one.heading)
        if said or (known >= 2 and 2 * known >= len(one.known)):
            scores[one.heading] = known + 5 * said
    return max(scores, key=lambda heading: scores[heading], default="")


def _patients_table(tables: Iterable[TableGuess], vocabulary: Vocabulary) -> TableGuess | None:
    """Return the table that lists the patients: the infusion date is in it, or most variables."""

    def rank(table: TableGuess) -> tuple[bool, int]:
        known = [vocabulary.variable(one.heading, "subject") for one in table.rest()]
        names = {one[0] for one in known if one is not None}
        return "infusion_date" in names, len(names)

    return max((one for one in tables if one.shape == "patient"), key=rank, default=None)


def _name(table: TableGuess, subjects: TableGuess | None) -> str:
    if table is subjects:
        return "subjects"
    if table.shape == "patient":
        words = normal(table.sheet.names[0] if table.sheet.names else table.sheet.files[0])
        slug = "_".join(word for word in words.split() if word not in ("csv", "txt", "xlsx"))
        slug = slug[:50]
        return slug if slug[:1].isalpha() and slug not in ("labs", "events") else f"table_{slug}"
    return "events" if table.event else "labs"


def _match_patients(table: TableGuess, subjects: TableGuess) -> None:
    """Note which number of the patients' table the rows of another table refer to."""
    theirs = _numbers(table.sheet.columns[table.patient])
    if _overlap(theirs, _numbers(subjects.sheet.columns[subjects.patient])) >= 0.5:
        return
    best = max(
        (one for one in subjects.sheet.columns.values() if one.is_unique and one.kind != "date"),
        key=lambda one: _overlap(theirs, _numbers(one)), default=None,
    )  # fmt: skip
    if best is not None and _overlap(theirs, _numbers(best)) >= 0.5:
        table.matches = "" if best.heading == subjects.patient else best.heading
        subjects.used.add(best.heading)


def needs_zeros_dropped(tables: Sequence[TableGuess]) -> bool:
    """Return whether patients' numbers of two tables agree only without their leading zeros."""
    subjects = next((one for one in tables if one.name == "subjects"), None)
    for table in tables if subjects is not None else ():
        assert subjects is not None
        ours = subjects.sheet.columns[table.matches or subjects.patient]
        theirs = table.sheet.columns[table.patient]
        exact = _overlap(set(theirs.texts), set(ours.texts))
        if exact < _overlap(_numbers(theirs), _numbers(ours)):
            return True
    return False


def _numbers(column: Column) -> set[str]:
    return {text.lstrip("0") or "0" for text in column.texts}


def _overlap(theirs: set[str], ours: set[str]) -> float:
    return len(theirs & ours) / len(theirs) if theirs else 0.0
