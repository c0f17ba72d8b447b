"""The book kept while an export is staged: findings, structural troubles, where each row went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from hematotox.contracts import conform
from hematotox.dialects.cells import UNREADABLE, Cells, States, text_of
from hematotox.staging.findings import FINDINGS

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
_FEW = 3
"""So many bad cells are needed before a share says something about a column."""
_SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: table of the centre file, file, column, variable."""

    table: str
    file: str
    column: str = ""
    variable: str = ""


@dataclass(slots=True)
class RowCounts:
    """Rows of a table in one file: how many were read, and where they went."""

    read: int = 0
    staged: int = 0
    set_aside: int = 0
    left_out: int = 0


@dataclass(slots=True)
class ColumnCounts:
    """Cells of a column with something in them, and those that are unreadable or implausible."""

    known: int = 0
    bad: int = 0
    sample: list[str] = field(default_factory=list)
    """Some unreadable cells, only to guess what would be right; never shown."""


class Ledger:
    """Collects everything that has to be reported about one centre."""

    def __init__(self, centre: str, *, show_values: bool = False) -> None:
        self.centre = centre
        self.show_values = show_values
        self.troubles: list[str] = []
        self.rows: dict[tuple[str, str], RowCounts] = {}
        self.columns: dict[tuple[str, str, str, str], ColumnCounts] = {}
        self._found: dict[tuple[str, int | None, str, str, str, str, str, bool], None] = {}

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
        action = FINDINGS[kind].action
        found = (place.file, row, place.column, place.variable, kind, message, action, set_aside)
        self._found[found] = None

    def add_cells(self, kind: str, place: Place, *, rows: Rows, cells: Cells | None = None) -> None:
        """Note one finding for each row; shows the cells if values may be shown."""
        words = FINDINGS[kind]
        for position, row in enumerate(rows.tolist()):
            message = words.message
            if self.show_values and cells is not None:
                message += f'; the cell reads "{text_of(cells[position])}"'
            self._note(kind, place, row=row, message=message, set_aside=False)

    def set_aside(self, kind: str, place: Place, *, rows: Iterable[int]) -> None:
        """Note rows that are not staged, one finding each."""
        counts = self.of(place.table, place.file)
        for row in rows:
            counts.set_aside += 1
            self._note(kind, place, row=int(row), message=FINDINGS[kind].message, set_aside=True)

    def set_aside_together(self, kind: str, place: Place, *, rows: Rows) -> None:
        """Note rows of one kind that are not staged in a single finding, at the first of them."""
        self.of(place.table, place.file).set_aside += len(rows)
        message = f"{FINDINGS[kind].message}; rows of this kind here: {len(rows)}"
        self._note(kind, place, row=int(rows[0]), message=message, set_aside=True)

    def count(self, place: Place, states: States, *, cells: Cells) -> None:
        """Count the cells of a column that hold something, and those that are unreadable."""
        counts = self._column(place)
        counts.known += int((states != 0).sum())
        bad = cells[states == UNREADABLE]
        counts.bad += len(bad)
        counts.sample += [text_of(cell) for cell in bad[: _SAMPLE - len(counts.sample)]]

    def count_bad(self, place: Place, bad: int) -> None:
        """Count cells that can be read but are implausible."""
        self._column(place).bad += bad

    def _column(self, place: Place) -> ColumnCounts:
        key = (place.table, place.file, place.column, place.variable)
        return self.columns.setdefault(key, ColumnCounts())

    def columns_above(self, share: float) -> list[tuple[Place, ColumnCounts]]:
        """Return the columns with more bad cells than the share that a centre accepts."""
        return [
            (Place(*key), counts)
            for key, counts in self.columns.items()
            if counts.bad > share * counts.known
            and (counts.bad >= _FEW or counts.bad == counts.known > 1)
        ]

    def findings(self) -> pd.DataFrame:
        """Return the findings, numbered in the order of files, rows and columns."""
        ordered = sorted(self._found, key=lambda f: (f[0], f[1] or 0, f[2], f[3], f[4], f[5]))
        names = ("file", "row", "column", "variable", "kind", "message", "action", "row_set_aside")
        frame = pd.DataFrame(ordered, columns=names)
        numbers = [f"{self.centre}/{n:07d}" for n in range(1, len(frame) + 1)]
        frame = frame.assign(finding_id=numbers, centre=self.centre)
        frame["row_set_aside"] = frame["row_set_aside"].astype(bool)
        return conform("findings", frame)
