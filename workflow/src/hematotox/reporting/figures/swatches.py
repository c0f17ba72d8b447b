"""Keys of a figure: what its lines, markers and coloured squares mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hematotox.reporting.figures.style import (
    GREY,
    LINE,
    MM,
    SMALL,
    filled,
    line_height,
    put_line,
    put_text,
    text_width,
)

SIDE, GAP = 2.1, 2.3
"""Side of a square and distance of two entries, in millimetres."""
SAMPLE, ROW = 6.0, line_height(SMALL) * 1.1
"""Room of a sample of a line and of a line of words, in millimetres."""


def put_entry(
    figure: Any,
    place: tuple[float, float],
    lines: Sequence[str],
    *,
    colour: str,
    look: tuple[Any, float] = ("solid", LINE),
    marker: str = "",
) -> None:
    """Draw a sample of a line, or a marker, and its words in lines right of it.

    Parameters
    ----------
    place : upper left corner, in millimetres from that of the figure
    look : dashes and width of the line, in points
    """
    left, top = place
    right, middle = left + SAMPLE - 1.5, top + ROW * 0.42
    if marker:
        shape = {"marker": marker, "markersize": 4.5, "markerfacecolor": "white"}
        put_line(figure, ((left + right) / 2,), (middle,), color=colour, linestyle="none", **shape)
    else:
        line = {"linestyle": look[0], "linewidth": look[1]}
        put_line(figure, (left, right), (middle, middle), color=colour, **line)
    for position, text in enumerate(lines):
        put_text(figure, left + SAMPLE, top + position * ROW, text, fontsize=SMALL)


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
    square = Rectangle(corner, SIDE / width, SIDE / height, linewidth=0.3, **filled(colour))
    square.set_edgecolor(GREY)
    figure.add_artist(square)
