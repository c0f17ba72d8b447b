"""A table as CSV, as printed: title, header, lines, notes; and where its numbers come from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from hematotox.contract_tables import TABLES
from hematotox.reporting.formats.table_model import Cell, Column, PrintedTable
from hematotox.reporting.words.sources import Sources

Field = tuple[str, Sources]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(table: PrintedTable) -> bytes:
    """Return the table as UTF-8 with a byte-order mark, so that spreadsheets read its letters.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    fields = ([neutral(text) for text, _ in line] for line in _lines(table))
    return _csv(fields).encode("utf-8-sig")


def write_cells(table: PrintedTable) -> bytes:
    """Return which numbers of the estimates each cell of the CSV file shows.

    Rows and columns are those of `write_csv`, counted from 1 as a spreadsheet does: row 1 is the
    title, row 2 the header, column 1 has the labels.
    """
    places = (
        (row, column, text, sources)
        for row, line in enumerate(_lines(table), start=1)
        for column, (text, sources) in enumerate(line, start=1)
    )
    return cells_csv(places)


def cells_csv(places: Iterable[tuple[int, int, str, Sources]]) -> bytes:
    """Return the file of cells: one line a number shown at a place.

    Parameters
    ----------
    places : row, column, what is printed there, and the numbers that it shows
    """
    lines = (
        (row, column, neutral(text), estimate, quantity)
        for row, column, text, sources in places
        for estimate, quantity in dict.fromkeys(sources)
    )
    return _csv((TABLES["cells"].columns, *lines)).encode("utf-8")


def _csv(lines: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()


def _lines(table: PrintedTable) -> Iterator[list[Field]]:
    """Yield the lines of the file, each field with the numbers it shows."""
    yield [(table.title, ())]
    yield [(table.stub, ()), *((_header(c), c.sources) for c in table.columns)]
    for line in table.lines:
        label = "  " * line.indent + _text(table, line.label)
        yield [(label, line.label.sources), *((_text(table, c), c.sources) for c in line.cells)]
    for mark, note in table.marked_notes:
        yield [(f"[{mark}] {note}", ())]
    for note in (table.caption, *table.notes):
        if note:
            yield [(note, table.sources_of_notes.get(note, ()))]


def neutral(text: str) -> str:
    """Return the text, made harmless for a spreadsheet."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _header(column: Column) -> str:
    header = column.header.replace("\n", " ")
    return f"{column.spanner}: {header}" if column.spanner else header


def _text(table: PrintedTable, cell: Cell) -> str:
    return f"{cell.text} [{table.marks(cell)}]" if cell.notes else cell.text
