"""What a column of dates looks like: notations, days of the month, cells in another order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from hematotox.declarations.date_format import NATIVE
from hematotox.dialects.cells import KNOWN, UNREADABLE, Cells, States, parse_distinct, text_of
from hematotox.dialects.dates import Days, is_date_cell, parse_date

_LAST_MONTH = 12


@dataclass(slots=True)
class Notation:
    """The dates of a column that are written in one way."""

    low: int = 0
    """Number of them on the 1st to the 12th of a month: they could be read the other way round."""
    high: int = 0
    first_low: int = 0
    """Row of the first such date."""


@dataclass(slots=True)
class DatesSeen:
    """The dates of a column in one file; a row that is read again is not counted again."""

    notations: dict[str, Notation] = field(default_factory=dict)
    days: set[int] = field(default_factory=set)
    """Distinct days."""
    month_first: int = 0
    """Unreadable cells that are dates with day and month exchanged."""
    first_month_first: int = 0
    _last_row: int = 0

    def add(
        self, cells: Cells, days: Days, states: States, *, rows: npt.NDArray[np.int64],
        formats: tuple[str, ...],
    ) -> None:  # fmt: skip
        """Count the cells of rows that have not been read before."""
        new = rows > self._last_row
        if not new.any():
            return
        self._last_row = int(rows[new].max())
        known, bad = new & (states == KNOWN), new & (states == UNREADABLE)
        self.days |= set(np.unique(days[known]).tolist())
        written = _notations(cells[known], formats)
        low = days_of_month(days[known]) <= _LAST_MONTH
        for name in sorted(set(written)):
            here, seen = written == name, self.notations.setdefault(name, Notation())
            seen.low += int((here & low).sum())
            seen.high += int((here & ~low).sum())
            if seen.low and not seen.first_low:
                seen.first_low = int(rows[known][here & low][0])
        if bad.any():
            self._count_exchanged(cells[bad], rows[bad], formats)

    def _count_exchanged(
        self, cells: Cells, rows: npt.NDArray[np.int64], formats: tuple[str, ...]
    ) -> None:
        other = tuple(map(exchanged, formats))
        dates = parse_distinct(cells, lambda cell: parse_date(cell, other) is not None)
        found = dates.astype(bool)
        self.month_first += int(found.sum())
        if found.any() and not self.first_month_first:
            self.first_month_first = int(rows[found][0])


def days_of_month(days: Days) -> npt.NDArray[np.int64]:
    """Return the day of the month, from 1, of days since 1970-01-01."""
    dates = days.astype("datetime64[D]")
    return (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1


def exchanged(pattern: str) -> str:
    """Return a format with day and month exchanged.

    Examples
    --------
    >>> exchanged("%d/%m/%Y")
    '%m/%d/%Y'
    """
    return re.sub(r"%[dm]", lambda one: "%m" if one[0] == "%d" else "%d", pattern)


def _notations(cells: Cells, formats: tuple[str, ...]) -> Cells:
    """Return of each date in which of the formats it is written."""

    def notation(cell: Any) -> str:
        if is_date_cell(cell):
            return NATIVE
        text = text_of(cell)
        return next((one for one in formats if parse_date(text, (one,))), NATIVE)

    if len(formats) == 1:
        return np.full(len(cells), formats[0], dtype=object)
    return parse_distinct(cells, notation)
