"""Events by group."""

from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable
from hematotox.reporting.words.numbers import estimate
from hematotox.reporting.words.rows import as_rows


def event_table(frame, display, words):
    """Return a line a group."""
    del words
    lines = tuple(Line(Cell(row["group"]), (Cell(estimate(row)),)) for row in as_rows(frame))
    columns = (Column("Events"),)
    return PrintedTable(display.title, "", "Group", columns, lines, notes=(), numbers=frame)
