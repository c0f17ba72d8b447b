"""Dates as exports write them: only in the declared formats, whatever the machine's locale."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from hematotox.declarations.date_format import EXCEL_SERIAL, EXCEL_SERIAL_1904, NATIVE
from hematotox.dialects.cells import (
    KNOWN,
    MISSING,
    UNREADABLE,
    Cells,
    States,
    parse_distinct,
    text_of,
)

Days = npt.NDArray[np.int64]
"""Days since 1970-01-01."""

_EPOCH = dt.date(1970, 1, 1).toordinal()
_YEARS = range(1900, 2101)
_EXCEL_DAY_0 = dt.date(1899, 12, 30).toordinal()
_DAY_0 = {EXCEL_SERIAL: _EXCEL_DAY_0, EXCEL_SERIAL_1904: dt.date(1904, 1, 1).toordinal()}
_EXCEL_DAYS = range(61, 73415)
"""1900-03-01, after the day that Excel invented, to 2100-12-31."""

_MONTHS = {
    1: "jan january januar j\u00e4n j\u00e4nner janv janvier gen gennaio",
    2: "feb february februar f\u00e9v f\u00e9vr f\u00e9vrier febbraio",
    3: "mar march m\u00e4r m\u00e4rz mrz mars marzo",
    4: "apr april avr avril aprile",
    5: "may mai mag maggio",
    6: "jun june juni juin giu giugno",
    7: "jul july juli juil juillet lug luglio",
    8: "aug august ao\u00fb ao\u00fbt ago agosto",
    9: "sep sept september septembre set settembre",
    10: "oct october okt oktober octobre ott ottobre",
    11: "nov november novembre",
    12: "dec december dez dezember d\u00e9c d\u00e9cembre dic dicembre",
}
"""English, German, French, Italian; no name means two months."""
_MONTH_NUMBERS = {name: number for number, names in _MONTHS.items() for name in names.split()}

_DIRECTIVES = {
    "d": r"(?P<d>[0-9]{1,2})", "m": r"(?P<m>[0-9]{1,2})", "Y": r"(?P<Y>[0-9]{4})",
    "y": r"(?P<y>[0-9]{2})", "b": r"(?P<b>[^\W\d_]+)\.?", "B": r"(?P<b>[^\W\d_]+)\.?",
    "H": r"[0-9]{1,2}", "M": r"[0-9]{2}", "S": r"[0-9]{2}", "f": r"[0-9]{1,6}", "%": "%",
}  # fmt: skip


def read_dates(
    cells: Cells, *, formats: tuple[str, ...], missing: frozenset[str]
) -> tuple[Days, States]:
    """Read a column of dates; a time of day is left out.

    Parameters
    ----------
    cells : texts, or dates where the file format has dates
    formats : what a text may look like; see `declarations.date_format`
    missing : texts that say that the date is not known

    Returns
    -------
    days since 1970-01-01 (0 where not known) and the state of each cell
    """

    def parse(cell: Any) -> tuple[int, int]:
        if text_of(cell) in missing:
            return (0, MISSING)
        date = parse_date(cell, formats)
        return (0, UNREADABLE) if date is None else (date.toordinal() - _EPOCH, KNOWN)

    parsed = parse_distinct(cells, parse)
    days = np.fromiter((one[0] for one in parsed), dtype=np.int64, count=len(parsed))
    return days, np.fromiter((one[1] for one in parsed), dtype=np.int8, count=len(parsed))


def is_date_cell(cell: Any) -> bool:
    """Return whether a cell is a date by its file's format."""
    return isinstance(cell, (dt.datetime, dt.date))


def parse_date(cell: Any, formats: tuple[str, ...]) -> dt.date | None:
    """Return the date in a cell; None if no format fits, or two formats give two dates.

    Examples
    --------
    >>> parse_date("3. März 2021", ("%d. %B %Y",))
    datetime.date(2021, 3, 3)
    >>> parse_date("03/04/2021", ("%d/%m/%Y", "%m/%d/%Y")) is None
    True
    """
    if is_date_cell(cell):
        date = cell.date() if isinstance(cell, dt.datetime) else cell
        return date if date.year in _YEARS else None
    if isinstance(cell, float) and not _DAY_0.keys() & set(formats):
        return None
    text = text_of(cell)
    found = {_by_format(text, pattern) for pattern in formats if pattern != NATIVE} - {None}
    return found.pop() if len(found) == 1 else None


def _by_format(text: str, pattern: str) -> dt.date | None:
    if pattern in _DAY_0:
        return _excel_date(text, _DAY_0[pattern])
    found = _expression(pattern).fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    year = int(parts["Y"]) if parts.get("Y") else _full_year(int(parts["y"]))
    month = int(parts["m"]) if parts.get("m") else _MONTH_NUMBERS.get(parts["b"].casefold(), 0)
    try:
        date = dt.date(year, month, int(parts.get("d") or 0))
    except ValueError:
        return None
    return date if year in _YEARS else None


def _excel_date(text: str, day_0: int) -> dt.date | None:
    found = re.fullmatch(r"([0-9]{2,6})(?:[.,][0-9]+)?", text)
    if found is None:
        return None
    since_1900 = int(found[1]) + day_0 - _EXCEL_DAY_0
    return dt.date.fromordinal(_EXCEL_DAY_0 + since_1900) if since_1900 in _EXCEL_DAYS else None


def _full_year(two_digits: int) -> int:
    """Return the year of two digits as POSIX reads them: 69-99 in 1900, 00-68 in 2000."""
    return two_digits + (1900 if two_digits >= 69 else 2000)


@lru_cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"%(.)", " ".join(pattern.split()))
    expression = "".join(
        _DIRECTIVES[part] if position % 2 else re.escape(part)
        for position, part in enumerate(parts)
    )
    return re.compile(expression)


def iso(day: int) -> str:
    """Return a day since 1970-01-01 as YYYY-MM-DD."""
    return dt.date.fromordinal(day + _EPOCH).isoformat()


def day_of(text: str) -> int:
    """Return the days since 1970-01-01 of a date written YYYY-MM-DD."""
    return dt.date.fromisoformat(text).toordinal() - _EPOCH


def write_date(day: int, formats: tuple[str, ...]) -> Any:
    """Return a date in the first of the declared formats: text, a serial number or a date."""
    date = dt.date.fromordinal(day + _EPOCH)
    if formats[0] == NATIVE:
        return date
    if formats[0] in _DAY_0:
        return float(date.toordinal() - _DAY_0[formats[0]])
    values = {
        "d": f"{date.day:02d}", "m": f"{date.month:02d}", "Y": f"{date.year:04d}",
        "y": f"{date.year % 100:02d}", "b": _MONTHS[date.month].split()[0],
        "B": _MONTHS[date.month].split()[1], "H": "00", "M": "00", "S": "00", "f": "0", "%": "%",
    }  # fmt: skip
    parts = re.split(r"%(.)", formats[0])
    return "".join(values[part] if n % 2 else part for n, part in enumerate(parts))
