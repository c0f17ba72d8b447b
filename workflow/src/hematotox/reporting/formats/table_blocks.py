"""A table that is wider than a page, cut into blocks of columns that stand below each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hematotox.reporting.formats.table_model import PrintedTable


def column_blocks(
    table: PrintedTable, widths: Sequence[float], room: float
) -> list[tuple[PrintedTable, list[float]]]:
    """Return the table in as many blocks as it needs, each with its labels and widths.

    Parameters
    ----------
    table : the whole table
    widths : what each column needs, the labels first, in millimetres
    room : width of the page in millimetres

    Returns
    -------
    the blocks, of which none is wider than the page; one column that is too wide by itself is
    made narrower
    """
    label = min(widths[0], room / 2)
    blocks: list[list[int]] = [[]]
    used = label
    for position, width in enumerate(widths[1:]):
        if blocks[-1] and used + width > room + 0.01:
            blocks.append([])
            used = label
        blocks[-1].append(position)
        used += width
    if len(blocks) == 1:
        return [(table, _fitted(widths, room))]
    return [
        (_columns(table, block), _fitted([label, *(widths[1 + i] for i in block)], room))
        for block in blocks
    ]


def _fitted(widths: Sequence[float], room: float) -> list[float]:
    scale = min(1.0, room / sum(widths))
    return [width * scale for width in widths]


def _columns(table: PrintedTable, positions: Sequence[int]) -> PrintedTable:
    """Return the table with some of its columns."""
    lines = tuple(
        replace(line, cells=tuple(line.cells[i] for i in positions)) if line.cells else line
        for line in table.lines
    )
    return replace(table, columns=tuple(table.columns[i] for i in positions), lines=lines)
