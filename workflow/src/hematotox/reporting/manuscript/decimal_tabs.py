"""Numbers of a column below each other by their decimal points, centred as a whole."""

from __future__ import annotations

import re
from typing import Any

from hematotox.reporting.formats.table_model import PrintedTable
from hematotox.reporting.formats.table_widths import CELL_MARGIN_MM, width

NUMBER = re.compile(r"[−<>]?\d[\d\u202f]*")
FEWEST = 2
"""Numbers from which a column is aligned."""


def align_decimals(grid: Any, table: PrintedTable, widths: list[float], size: float) -> None:
    """Set a decimal tab in the cells of each column that hold numbers.

    Word aligns a cell by such a tab without a tab character.

    Parameters
    ----------
    grid, table : the table in the document and what it shows
    widths : of the columns, the labels first, in millimetres
    size : of the letters, in points
    """
    heads = len(grid._tbl.tr_lst) - len(table.lines)
    rows = grid._tbl.tr_lst[heads:]
    for column in range(len(table.columns)):
        parts = {
            position: _cut(line.cells[column].text, size)
            for position, line in enumerate(table.lines)
            if line.cells and line.role == "body" and NUMBER.match(line.cells[column].text)
        }
        left = max((part[0] for part in parts.values()), default=0.0)
        right = max((part[1] for part in parts.values()), default=0.0)
        room = widths[column + 1] - 2 * CELL_MARGIN_MM - left - right
        if len(parts) >= FEWEST and room >= 0:
            for position in parts:
                _set_tab(rows[position].tc_lst[column + 1], left + room / 2)


def _cut(text: str, size: float) -> tuple[float, float]:
    """Return how wide a number is before its decimal point, and the rest, in millimetres."""
    match = NUMBER.match(text)
    end = match.end() if match else 0
    return width(text[:end], size), width(text[end:], size)


def _set_tab(cell: Any, millimetres: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Mm
    from docx.text.paragraph import Paragraph

    paragraph = Paragraph(cell.p_lst[0], cell)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(millimetres), WD_TAB_ALIGNMENT.DECIMAL)
