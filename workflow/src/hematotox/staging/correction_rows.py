"""The rows of a corrections file: read, and refused with words where they cannot be meant."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from hematotox.contract_tables import CORRECTION_ACTIONS
from hematotox.declarations.dictionary import Variable
from hematotox.dialects.dates import parse_date
from hematotox.dialects.numbers import parse_number, write_number
from hematotox.dialects.units import find_factor
from hematotox.staging.columns import is_plausible
from hematotox.staging.declared import Declared
from hematotox.staging.patients import Patients, numbers_of

COLUMNS = ("patient", "variable", "value", "reason", "date")
FURTHER = ("action", "from", "to")
"""Columns that a file may have; without `action` each row sets a value."""
OFFERED = frozenset({"set", "exclude", "merge_into", "convert"})
"""Actions that can be applied today."""
EMPTY = {
    "set": ("from", "to"),
    "exclude": ("variable", "value", "date", "from", "to"),
    "merge_into": ("variable", "date", "from", "to"),
    "convert": ("date",),
}
"""Columns that an action has no use for."""
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE = "a date as 2021-12-31"


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of the corrections file."""

    line: int
    patient: int
    variable: str
    described: Variable
    value: str
    date: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A row of the corrections file that excludes a patient from all studies."""

    line: int
    patient: int


@dataclass(frozen=True, slots=True)
class Merging:
    """A row of the corrections file that says that two numbers are one patient."""

    line: int
    patient: int
    into: int


@dataclass(frozen=True, slots=True)
class Conversion:
    """A row of the corrections file that says in which unit values really are."""

    line: int
    patient: int | None
    """None: of all patients."""
    variable: str
    unit: str
    first: str
    last: str
    """First and last day of the values, as 2021-12-31; empty: from the first, to the last."""


Row = Correction | Exclusion | Merging | Conversion


def correction_rows(
    content: str, declared: Declared, *, patients: Patients
) -> Iterator[Row | tuple[int, str]]:
    """Give each row of a corrections file, or its line and what is wrong with it.

    Parameters
    ----------
    content : text of the file, separated by commas, or by semicolons as some spreadsheets do
    declared : the centre and the variables
    patients : those of the export
    """
    text = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text), delimiter="," if "," in first else ";")
    known = patients.keys[declared.patients.patient]
    columns: list[str] = []
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if reader.line_num == 1:
            columns = stripped
            if not set(COLUMNS) <= set(columns) <= {*COLUMNS, *FURTHER} or _repeated(columns):
                yield 1, f"the columns must be {','.join(COLUMNS)}; action may stand beside them"
                return
        elif len(stripped) != len(columns) and any(stripped):
            problem = f"the row has {len(stripped)} cells and must have {len(columns)}"
            yield reader.line_num, f"{problem}; put a reason with a comma into quotation marks"
        elif any(stripped):
            row = dict.fromkeys(FURTHER, "") | dict(zip(columns, stripped, strict=True))
            yield _read(row, declared, line=reader.line_num, known=known)


def _repeated(names: list[str]) -> bool:
    """Return whether a name stands in a list twice."""
    return len(set(names)) < len(names)


def _read(
    row: dict[str, str], declared: Declared, *, line: int, known: dict[str, int]
) -> Row | tuple[int, str]:
    """Return what a row of the file means, or its line and what is wrong with it."""
    problem = _problem_of_action(row) or _problem(row, declared, known=known)
    if problem:
        return line, problem
    if row["action"] == "convert":
        one = known[_number(row["patient"], declared)] if row["patient"] else None
        return Conversion(line, one, row["variable"], row["value"], row["from"], row["to"])
    patient = known[_number(row["patient"], declared)]
    if row["action"] == "exclude":
        return Exclusion(line, patient)
    if row["action"] == "merge_into":
        return Merging(line, patient, known[_number(row["value"], declared)])
    variable = row["variable"]
    described = declared.dictionary.variables[variable]
    value = _written(described, row["value"])
    return Correction(line, patient, variable, described, value=value, date=row["date"])


def _problem_of_action(row: dict[str, str]) -> str:
    """Return what is wrong with the action of a row and with what only some actions have."""
    action = row["action"] or "set"
    if action in CORRECTION_ACTIONS - OFFERED:
        return f"action: {action} is not offered yet; have the export itself corrected"
    if action not in OFFERED:
        return f"action: must be one of {', '.join(sorted(OFFERED))}, or empty for set"
    for name in EMPTY[action]:
        if row[name]:
            return f"{name}: must stay empty, {action} has none"
    return ""


def _number(written: str, declared: Declared) -> str:
    return str(numbers_of(declared, np.array([written], dtype=object))[0])


def _written(described: Variable, value: str) -> str:
    """Return an accepted value as the staged tables write it: grade "3" for "3.0" and "+3"."""
    parsed = parse_number(value)
    if parsed is None or described.type not in ("number", "integer"):
        return value
    return str(int(parsed[1])) if described.type == "integer" else repr(parsed[1])


def _problem(row: dict[str, str], declared: Declared, *, known: dict[str, int]) -> str:
    """Return what is wrong with a row of the file; nothing if it can be applied."""
    number, variable, value, reason, date = (row[name] for name in COLUMNS)
    unknown = "no patient of the export has this number; write it as the export does"
    everybody = row["action"] == "convert" and not number
    if _number(number, declared) not in known and not everybody:
        return f"patient: {unknown}"
    if row["action"] == "merge_into":
        return _problem_of_merging(row, declared, known=known)
    variables = declared.dictionary.variables
    described = variables.get(variable)
    if described is None and row["action"] != "exclude":
        close = difflib.get_close_matches(variable, variables, n=1)
        return f"variable: is not in the dictionary{_meant(close)}"
    if not reason:
        return "reason: is missing; say why, and who knows it"
    if described is None:
        return ""
    if row["action"] == "convert":
        return _problem_of_conversion(row, described)
    problem = _problem_of_date(variable, described, date=date)
    if problem or _accepts(described, value):
        return problem
    return f"value: must be {_right(described)}"


def _problem_of_merging(row: dict[str, str], declared: Declared, *, known: dict[str, int]) -> str:
    one, other = (known.get(_number(row[name], declared)) for name in ("patient", "value"))
    if other is None:
        return "value: must be the number that counts, of a patient of the export"
    if one == other:
        return "value: is the same patient; write the other number"
    return "" if row["reason"] else "reason: is missing; say why, and who knows it"


def _problem_of_conversion(row: dict[str, str], described: Variable) -> str:
    if described.kind != "lab":
        return "variable: must be a laboratory variable, only these have units to convert"
    if find_factor(row["variable"], described.unit or "", unit=row["value"], spellings={}) is None:
        return "value: must be the unit that the values really have, such as mg/L"
    for name in ("from", "to"):
        if row[name] and not is_date(row[name]):
            return f"{name}: must be {_DATE}, or empty"
    return ""


def _meant(close: list[str]) -> str:
    return f'; is "{close[0]}" meant?' if close else ", config/dictionary.yaml lists its variables"


def _problem_of_date(variable: str, described: Variable, *, date: str) -> str:
    if described.kind == "subject" and date:
        return f"date: must stay empty, {variable} has one value a patient and no day"
    if described.kind == "lab" and not date:
        return "date: is missing; write the day of the measurement, as 2021-12-31"
    return f"date: must be {_DATE}" if date and not is_date(date) else ""


def _accepts(described: Variable, value: str) -> bool:
    checks: dict[str, Callable[[], bool]] = {
        "date": lambda: is_date(value),
        "category": lambda: value in (described.levels or {}),
        "number": lambda: _is_number(value, described),
        "integer": lambda: _is_number(value, described, whole=True),
        "none": lambda: False,
    }
    moved = described.kind == "event" and is_date(value)
    return not value or moved or checks[described.type]()


def is_date(value: str) -> bool:
    """Return whether a text is a date written YYYY-MM-DD."""
    return bool(_ISO.fullmatch(value)) and parse_date(value, ("%Y-%m-%d",)) is not None


def _is_number(value: str, described: Variable, *, whole: bool = False) -> bool:
    parsed = parse_number(value)
    if parsed is None or parsed[0] or (whole and parsed[1] % 1):
        return False
    return bool(is_plausible(np.array([parsed[1]]), described)[0])


def _right(described: Variable) -> str:
    """Return what may stand under `value`, in words."""
    options = {
        "subject": [_new_value(described), "empty for unknown"],
        "lab": [_new_value(described), "empty to take it out"],
        "event": [_new_value(described), f"{_DATE} to move it", "empty to take it out"],
    }[described.kind]
    *most, last = [option for option in options if option]
    return f"{', '.join(most)}, or {last}"


def _new_value(described: Variable) -> str:
    if described.type == "category":
        return f"one of {', '.join(described.levels or {})}"
    if described.type not in ("number", "integer"):
        return _DATE if described.type == "date" else ""
    kind = "whole number" if described.type == "integer" else "number with a decimal point"
    unit = f" in {described.unit}" if described.unit else ""
    if described.plausible is None:
        return f"a {kind}{unit}"
    low, high = map(write_number, described.plausible)
    return f"a {kind}{unit} from {low} to {high}"
