"""How wide the columns of a table must be in Word, and so which page and letters it needs."""

from __future__ import annotations

import re

from hematotox.reporting.formats.table_model import Cell, PrintedTable

LAYOUTS = ((False, 8.5), (False, 7.5), (True, 8.5), (True, 7.0))
"""Landscape or not, and font size in points: the first in which the table fits the page."""
Layout = tuple[bool, float]
LONG, LONG_LAYOUTS = 70, ((False, 7.0), (True, 7.0))
"""Lines from which a table is set small and upright, so that it fills few pages."""
PAGE_MM, MARGIN_MM = (210.0, 297.0), 17.0
CELL_MARGIN_MM = 1.2
PADDING = 2 * CELL_MARGIN_MM + 0.6
LABEL_MOST, WORDS_MOST, LONG_WORDS, FIRST_WORD = 6.4, 3.8, 5.0, re.compile(r"[A-Za-z][a-z]{3}")
"""Widest label and widest cell of words (in a long table), in millimetres a point of font size:
longer ones wrap."""
SHORT_LINE = 12
"""Characters of a header line that is never broken."""
WIDTHS = {
    **dict.fromkeys(" .,;:!|/\\'\u00a0", 0.278),
    **dict.fromkeys("ijl", 0.222),
    **dict.fromkeys("()-rt", 0.333),
    **dict.fromkeys("cksvxyz", 0.5),
    **dict.fromkeys("ABEKPSVXY", 0.667),
    **dict.fromkeys("CDHNRU", 0.722),
    **dict.fromkeys("GOQ", 0.778),
    **dict.fromkeys("<>=+−±×~", 0.584),
    **dict.fromkeys("Mm", 0.833),
    **dict.fromkeys("%W", 0.9),
}
"""Widths of Arial's characters in ems; 0.556 for all others."""


def layout_of(table: PrintedTable) -> Layout:
    """Return whether a table needs a turned page, and its font size in points."""
    layouts = LONG_LAYOUTS if len(table.lines) >= LONG else LAYOUTS
    return next((layout for layout in layouts if _fits(table, *layout)), layouts[-1])


def widths_of(table: PrintedTable, layout: Layout) -> tuple[list[float], float]:
    """Return the widths of the columns and of the page in millimetres."""
    wide, size = layout
    needed = _widths(table, size)
    room = _text_width(wide) - sum(needed)
    needed[0] = min(needed[0] + max(room, 0.0), max(needed[0], _label_width(table, size)))
    return needed, _text_width(wide)


def _text_width(wide: bool) -> float:
    return PAGE_MM[1 if wide else 0] - 2 * MARGIN_MM


def _fits(table: PrintedTable, wide: bool, size: float) -> bool:
    return sum(_widths(table, size)) <= _text_width(wide)


def _widths(table: PrintedTable, size: float) -> list[float]:
    """Return the width that each column needs, in millimetres; labels and words may wrap."""
    needed = [min(LABEL_MOST * size, _label_width(table, size))]
    for position, column in enumerate(table.columns):
        cells = [line.cells[position] for line in table.lines if line.cells]
        words = [1.08 * width(word, size) for word in _unbroken(column.header)]
        most = size * (LONG_WORDS if len(table.lines) >= LONG else WORDS_MOST)
        texts = [_cell_width(cell, size, most) for cell in cells]
        needed.append(max([*words, *texts, 8.0]) + PADDING)
    return needed


def _unbroken(header: str) -> list[str]:
    """Return what stands on one line of a header: short lines whole, long ones word by word."""
    lines = [[line] if len(line) <= SHORT_LINE else line.split() for line in header.split("\n")]
    return [part for parts in lines for part in parts]


def _label_width(table: PrintedTable, size: float) -> float:
    labels = [width(ln.label.text, size) + 3 * ln.indent for ln in table.lines if ln.cells]
    return max([width(table.stub, size), *labels]) + PADDING


def _cell_width(cell: Cell, size: float, most: float) -> float:
    """Return the width of a cell in one line, or, of words, in as many as they need."""
    needed = width(cell.text, size) + 1.2 * len(cell.notes)
    return min(needed, most) if FIRST_WORD.match(cell.text) else needed


def width(text: str, size: float) -> float:
    """Return roughly how wide a text is in Arial, in millimetres."""
    ems: float = sum(WIDTHS.get(character, 0.556) for character in text)
    return ems * size * 25.4 / 72
