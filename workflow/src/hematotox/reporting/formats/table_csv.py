"""A table as CSV, as printed: title, header, lines, notes."""

from __future__ import annotations

import csv
import io

from hematotox.reporting.formats.table_model import Cell, Column, PrintedTable

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(table: PrintedTable) -> bytes:
    """Return the table as UTF-8 with a byte-order mark, so that spreadsheets read its letters.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([neutral(table.title)])
    writer.writerow([neutral(table.stub), *(neutral(_header(c)) for c in table.columns)])
    for line in table.lines:
        label = "  " * line.indent + _text(table, line.label)
        writer.writerow([neutral(label), *(neutral(_text(table, c)) for c in line.cells)])
    for mark, note in table.marked_notes:
        writer.writerow([neutral(f"[{mark}] {note}")])
    for note in (table.caption, *table.notes):
        if note:
            writer.writerow([neutral(note)])
    return text.getvalue().encode("utf-8-sig")


def neutral(text: str) -> str:
    """Return the text, made harmless for a spreadsheet."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def _header(column: Column) -> str:
    header = column.header.replace("\n", " ")
    return f"{column.spanner}: {header}" if column.spanner else header


def _text(table: PrintedTable, cell: Cell) -> str:
    return f"{cell.text} [{table.marks(cell)}]" if cell.notes else cell.text
