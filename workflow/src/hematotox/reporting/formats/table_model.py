"""A table before it is written: columns, rows of cells, notes, and the rows behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

from hematotox.reporting.words.number_style import STYLES, restyled, style
from hematotox.reporting.words.sources import Sources

Role = Literal["body", "section"]
Place = Literal["everywhere", "print", "data"]
"""Where a line stands: in every file, only in what is read (Word, HTML), only in CSV and Excel."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell: its text, the number if it is nothing but a number, its notes.

    `sources` are the numbers of the estimates that it shows.
    """

    text: str = ""
    number: float | None = None
    notes: tuple[str, ...] = ()
    sources: Sources = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One column; neighbouring columns with the same spanner stand under it.

    A line feed in a header breaks its line where the format can.
    """

    header: str
    spanner: str = ""
    sources: Sources = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: its label, its cells, how deep it is indented.

    A section heads the lines that follow: over the whole width, or, with cells, as headers.
    """

    label: Cell
    cells: tuple[Cell, ...] = ()
    indent: int = 0
    role: Role = "body"
    place: Place = "everywhere"


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A whole table. `numbers` are the rows of the estimates table it shows."""

    title: str
    caption: str
    stub: str
    """Header of the first column."""
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    numbers: pd.DataFrame
    synthetic: bool = False
    sources_of_notes: Mapping[str, Sources] = field(default_factory=dict)
    """For a note that shows numbers: which."""

    @property
    def in_print(self) -> PrintedTable:
        """The table as it is read: without the lines that only the data files have."""
        return replace(self, lines=tuple(ln for ln in self.lines if ln.place != "data"))

    @property
    def in_data(self) -> PrintedTable:
        """The table as CSV and Excel hold it: complete."""
        return replace(self, lines=tuple(ln for ln in self.lines if ln.place != "print"))

    @property
    def spanners(self) -> tuple[tuple[str, int], ...]:
        """Spanners from left to right with the number of columns under each."""
        found: list[tuple[str, int]] = []
        for column in self.columns:
            if found and found[-1][0] == column.spanner:
                found[-1] = (column.spanner, found[-1][1] + 1)
            else:
                found.append((column.spanner, 1))
        return tuple(found)

    @property
    def marked_notes(self) -> tuple[tuple[str, str], ...]:
        """Notes that cells refer to, each with its letter, in reading order."""
        return tuple((letter(position), note) for position, note in enumerate(_cited(self.lines)))

    def marks(self, cell: Cell) -> str:
        """Return the letters of a cell's notes, "a,b"."""
        return ",".join(mark for mark, note in self.marked_notes if note in cell.notes)


def letter(position: int) -> str:
    """Return the mark of a note: a to z, then aa, ab and so on."""
    first, last = divmod(position, 26)
    return (letter(first - 1) if first else "") + "abcdefghijklmnopqrstuvwxyz"[last]


def _cited(lines: Sequence[Line]) -> list[str]:
    cells = (cell for line in lines for cell in (line.label, *line.cells))
    return list(dict.fromkeys(note for cell in cells for note in cell.notes))


def section(text: str, notes: tuple[str, ...] = (), *, cells: tuple[Cell, ...] = ()) -> Line:
    """Return a line that heads the lines after it; cells head their columns from here on."""
    return Line(label=Cell(text, notes=notes), cells=cells, role="section")


def respelled(table: PrintedTable) -> PrintedTable:
    """Return the table with its words as the journal spells them."""
    if style() == STYLES["plain"]:
        return table
    columns = (
        replace(one, header=restyled(one.header), spanner=restyled(one.spanner))
        for one in table.columns
    )
    lines = (
        replace(line, label=_respelled(line.label), cells=tuple(map(_respelled, line.cells)))
        for line in table.lines
    )
    return replace(
        table,
        title=restyled(table.title),
        caption=restyled(table.caption),
        stub=restyled(table.stub),
        columns=tuple(columns),
        lines=tuple(lines),
        notes=tuple(map(restyled, table.notes)),
        sources_of_notes={restyled(one): found for one, found in table.sources_of_notes.items()},
    )


def _respelled(cell: Cell) -> Cell:
    return replace(cell, text=restyled(cell.text), notes=tuple(map(restyled, cell.notes)))
