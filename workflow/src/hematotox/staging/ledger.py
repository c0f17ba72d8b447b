"""The book kept while an export is staged: findings, structural troubles, where each row went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from hematotox.contracts import conform
from hematotox.dialects.cells import MISSING, UNREADABLE, Cells, States, text_of
from hematotox.staging.dates_seen import DatesSeen
from hematotox.staging.findings import FINDINGS

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
FEW = 3
"""So many bad cells are needed before a share says something about a column."""
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: table of the centre file, file, column, variable."""

    table: str
    file: str
    column: str = ""
    variable: str = ""


class CodeList(NamedTuple):
    """Where the codes of a column are listed."""

    key: str
    """Key of the centre file; empty for columns without codes."""
    of_event: bool = False
    """Whether the codes tell an event: one that is not listed may be a missed event."""


NO_CODES = CodeList("")


class Finding(NamedTuple):
    """One finding, in the columns of the findings table."""

    file: str
    row: int | None
    column: str
    variable: str
    kind: str
    message: str
    action: str
    row_set_aside: bool


@dataclass(slots=True)
class RowCounts:
    """Rows of a table in one file: how many were read, and where they went."""

    read: int = 0
    staged: int = 0
    set_aside: int = 0
    left_out: int = 0
    aside_by: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many rows were set aside for each kind and column."""


@dataclass(slots=True)
class ColumnCounts:
    """Cells of a column with something in them, and those that are unreadable or implausible."""

    filled_rows: list[Rows] = field(default_factory=list)
    bad_rows: list[Rows] = field(default_factory=list)
    settled: set[int] = field(default_factory=set)
    """Rows of cells that a correction has replaced."""
    sample: list[str] = field(default_factory=list)
    """Some unreadable cells, only to guess what would be right; never shown."""
    codes: dict[int, str] = field(default_factory=dict)
    """By row, the codes that the centre file does not list."""
    listed: CodeList = NO_CODES
    units: set[str] = field(default_factory=set)
    """Units beside the values that are not the declared one."""
    like_codes: int = 0
    """Number of cells that look like codes for missing."""

    @property
    def filled(self) -> int:
        """Number of cells that are neither empty nor said to be missing, each counted once."""
        return len(_distinct(self.filled_rows))

    @property
    def bad(self) -> int:
        """Number of unreadable or implausible cells that no correction has replaced."""
        return len(set(_distinct(self.bad_rows).tolist()) - self.settled)

    @property
    def unlisted(self) -> dict[int, str]:
        """Return, by row, the codes not listed that no correction has replaced."""
        return {row: code for row, code in self.codes.items() if row not in self.settled}


EACH_ROW = 100
"""Repeated rows of a file up to which each has its own finding."""


class Ledger:
    """Collects everything that has to be reported about one centre."""

    def __init__(self, centre: str, *, show_values: bool = False) -> None:
        self.centre = centre
        self.show_values = show_values
        self.troubles: list[str] = []
        self.rows: dict[tuple[str, str], RowCounts] = {}
        self.columns: dict[tuple[str, str, str, str], ColumnCounts] = {}
        self.dates: dict[Place, DatesSeen] = {}
        self._found: dict[Finding, None] = {}
        self._repeated: dict[Place, list[Rows]] = {}

    def of(self, table: str, file: str) -> RowCounts:
        """Return the counts of a table in a file."""
        return self.rows.setdefault((table, file), RowCounts())

    def add(self, kind: str, place: Place, *, row: int | None = None, more: str = "") -> None:
        """Note a finding of one kind; `more` continues its message."""
        words = FINDINGS[kind]
        message = f"{words.message}{'; ' + more if more else ''}"
        self._note(kind, place, row=row, message=message, set_aside=False)

    def _note(
        self, kind: str, place: Place, *, row: int | None, message: str, set_aside: bool
    ) -> None:
        """Keep a finding; the same one is kept once."""
        where = (place.file, row, place.column, place.variable)
        self._found[Finding(*where, kind, message, FINDINGS[kind].action, set_aside)] = None

    def add_cells(self, kind: str, place: Place, *, rows: Rows, cells: Cells | None = None) -> None:
        """Note one finding for each row; shows the cells if values may be shown."""
        words = FINDINGS[kind]
        for position, row in enumerate(rows.tolist()):
            message = words.message
            if self.show_values and cells is not None:
                message += f'; the cell reads "{text_of(cells[position])}"'
            self._note(kind, place, row=row, message=message, set_aside=False)

    def add_together(
        self, kind: str, place: Place, *, rows: Iterable[int],
        what: str = "records of the patient here",
    ) -> None:  # fmt: skip
        """Note what belongs together in a single finding, at the first of its rows."""
        found = sorted(rows)
        more = f"{what}: {len(found)}" if len(found) > 1 else ""
        self.add(kind, place, row=found[0], more=more)

    def set_aside(self, kind: str, place: Place, *, rows: Iterable[int]) -> None:
        """Note rows that are not staged, one finding each."""
        counts = self.of(place.table, place.file)
        for row in rows:
            counts.set_aside += 1
            counts.aside_by[kind, place.column] += 1
            self._note(kind, place, row=int(row), message=FINDINGS[kind].message, set_aside=True)

    def set_aside_repeated(self, place: Place, rows: Rows) -> None:
        """Note rows that are identical to earlier ones: each by itself, many in one finding."""
        if len(rows):
            counts = self.of(place.table, place.file)
            counts.set_aside += len(rows)
            counts.aside_by["identical row", place.column] += len(rows)
            self._repeated.setdefault(place, []).append(rows)

    def set_aside_together(self, kind: str, place: Place, *, rows: Rows) -> None:
        """Note rows of one kind that are not staged in a single finding, at the first of them."""
        self.of(place.table, place.file).set_aside += len(rows)
        message = f"{FINDINGS[kind].message}; rows of this kind here: {len(rows)}"
        self._note(kind, place, row=int(rows[0]), message=message, set_aside=True)

    def count(self, place: Place, states: States, *, rows: Rows, cells: Cells) -> None:
        """Count the cells of a column that hold something, and those that are unreadable.

        A column that several variables or events need is read several times; a cell counts once.
        """
        counts, unreadable = self._column(place), states == UNREADABLE
        counts.filled_rows.append(rows[states != MISSING])
        self.count_bad(place, rows[unreadable])
        bad = cells[unreadable]
        counts.sample += [text_of(cell) for cell in bad[: _SAMPLE - len(counts.sample)]]

    def count_bad(self, place: Place, rows: Rows) -> None:
        """Count cells that can be read but are implausible."""
        if len(rows):
            self._column(place).bad_rows.append(rows)

    def count_units(self, place: Place, *, rows: Rows, units: set[str]) -> None:
        """Count values whose unit, in the cell beside them, is not the declared one."""
        if len(rows):
            self.count_bad(place, rows)
            self._column(place).units |= units

    def count_like_codes(self, place: Place, rows: Rows) -> None:
        """Count numbers that look like codes for missing."""
        if len(rows):
            self.count_bad(place, rows)
            self._column(place).like_codes += len(rows)

    def count_codes(self, place: Place, *, rows: Rows, cells: Cells, listed: CodeList) -> None:
        """Keep the codes of a column that the centre file does not list, by row."""
        if len(rows):
            counts = self._column(place)
            counts.listed = listed
            counts.codes |= dict(zip(rows.tolist(), map(text_of, cells), strict=True))

    def _column(self, place: Place) -> ColumnCounts:
        key = (place.table, place.file, place.column, place.variable)
        return self.columns.setdefault(key, ColumnCounts())

    def columns_above(self, share: float) -> list[tuple[Place, ColumnCounts]]:
        """Return the columns with more bad cells than the share that a centre accepts."""
        return [
            (Place(*key), counts)
            for key, counts in self.columns.items()
            if counts.bad_rows
            and counts.bad > share * counts.filled
            and (counts.bad >= FEW or counts.bad == counts.filled > 1)
        ]

    def unlisted_of_events(self) -> list[tuple[Place, ColumnCounts]]:
        """Return the columns with codes of an event that the centre file does not list."""
        return [
            (Place(*key), counts)
            for key, counts in self.columns.items()
            if counts.listed.of_event and counts.unlisted
        ]

    def settle(self, by: str, fits: Callable[[Finding], bool]) -> None:
        """Let the action of findings say that a correction has settled them.

        Parameters
        ----------
        by : the correction, in words
        fits : whether it settles a finding; rows that were set aside stay so
        """
        settled = {one: one._replace(action=by) for one in self._found if _may_settle(one, fits)}
        self._found = {settled.get(one, one): None for one in self._found}
        for one in settled:
            for (_, file, column, variable), counts in self.columns.items():
                if (file, column, variable) == (one.file, one.column, one.variable):
                    counts.settled.add(int(one.row or 0))

    def findings(self) -> pd.DataFrame:
        """Return the findings, numbered in the order of files, rows and columns."""
        for place, parts in self._repeated.items():
            self._note_repeated(place, np.concatenate(parts))
        ordered = sorted(self._found, key=lambda f: (f[0], f[1] or 0, f[2], f[3], f[4], f[5]))
        frame = pd.DataFrame(ordered, columns=Finding._fields)
        numbers = [f"{self.centre}/{n:07d}" for n in range(1, len(frame) + 1)]
        frame = frame.assign(finding_id=numbers, centre=self.centre)
        frame["row_set_aside"] = frame["row_set_aside"].astype(bool)
        return conform("findings", frame)

    def _note_repeated(self, place: Place, rows: Rows) -> None:
        message = FINDINGS["identical row"].message
        if len(rows) > EACH_ROW:
            message, rows = f"{message}; rows of this kind here: {len(rows)}", rows[:1]
        for row in rows.tolist():
            self._note("identical row", place, row=row, message=message, set_aside=True)


def _distinct(rows: list[Rows]) -> Rows:
    return np.unique(np.concatenate(rows)) if rows else np.empty(0, dtype=np.int64)


def _may_settle(one: Finding, fits: Callable[[Finding], bool]) -> bool:
    return one.row is not None and not one.row_set_aside and fits(one)
