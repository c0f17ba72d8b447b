"""Small coloured squares: what the colours of a figure mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hematotox.reporting.figures.style import GREY, MM, SMALL, line_height, put_text, text_width

SIDE, GAP = 2.1, 2.3
"""Side of a square and distance of two entries, in millimetres."""


def swatches(
    figure: Any,
    entries: Sequence[tuple[str, str]],
    *,
    left: float,
    top: float,
    right: float,
) -> float:
    """Draw text and colour of each entry in lines; places in millimetres from the upper left.

    Returns
    -------
    the left end of what would come next
    """
    start = left
    for text, colour in entries:
        width = SIDE + 1.0 + text_width(text, SMALL) + GAP
        if left + width - GAP > right and left > start:
            left, top = start, top + line_height(SMALL) * 1.2
        _square(figure, left, top, colour)
        put_text(figure, left + SIDE + 1.0, top - 0.1, text, fontsize=SMALL)
        left += width
    return left


def _square(figure: Any, left: float, top: float, colour: str) -> None:
    from matplotlib.patches import Rectangle

    width, height = (size / MM for size in figure.get_size_inches())
    corner = (left / width, 1 - (top + SIDE) / height)
    square = Rectangle(corner, SIDE / width, SIDE / height, facecolor=colour, linewidth=0.3)
    square.set_edgecolor(GREY)
    figure.add_artist(square)
