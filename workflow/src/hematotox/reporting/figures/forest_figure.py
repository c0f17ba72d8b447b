"""Forest plot: effects with intervals on a log axis, labels left, numbers right."""

from __future__ import annotations

import math
import string
from collections.abc import Sequence
from typing import Any

import pandas as pd

from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.forest_lines import forest
from hematotox.reporting.figures.forest_panels import Forest, ForestLine, ForestPanel
from hematotox.reporting.figures.marks import note
from hematotox.reporting.figures.policy_lines import policy_forest
from hematotox.reporting.figures.style import (
    COLOURS,
    DOUBLE_COLUMN,
    GREY,
    MM,
    SMALL,
    TEXT,
    add_axes,
    line_height,
    new_figure,
    put_line,
    put_notes,
    put_text,
    text_width,
    wrap,
    wrap_notes,
)
from hematotox.reporting.words import numbers
from hematotox.reporting.words.effects import Effect
from hematotox.reporting.words.rows import Row, as_rows

ROW = line_height(TEXT) * 1.35
MARGIN, GAP = 3.0, 4.0
FOOT, SIDES = 12.5, 4.5
"""Millimetres under the last line for ticks, what the sides say and axis label; to the second."""
LARGEST, SMALLEST = 7.0, 1.6
"""Sides of the squares of the largest and the smallest weight in points."""
WEIGHTS = "The area of a square is its weight: the inverse of the variance of its estimate."
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
HEAD_MOST = 150.0
"""Widest head of a panel in millimetres, in bold letters wider than those that are measured."""
FURTHEST = 100.0
"""An axis without declared ends shows ratios from 1/100 to 100; the rest becomes arrows."""
DIAMOND = 0.32
"""Half the height of a summary's diamond, in lines."""


def forest_figure(
    frame: pd.DataFrame, display: ForestFigure, words: Words, *, notes: list[str]
) -> Any:
    """Return the figure of the declared effects, in the order of the analyses."""
    made = policy_forest if display.policies else forest
    return draw_forest(made(as_rows(frame), display, words), display, notes)


def draw_forest(shown: Forest, display: ForestFigure, notes: Sequence[str]) -> Any:
    """Return the figure of the lines of a forest.

    Parameters
    ----------
    shown : lines and notes
    display : declared ends of the axis
    notes : further notes under the figure
    """
    panels = shown.panels or (ForestPanel("Ratio", "Ratio", "", ("", ""), ()),)
    headers = [("Patients (events)", f"{panel.measure} (95% CI)", "P") for panel in panels]
    texts = [*headers, *(line.texts for line in _effects(shown))]
    widths = [max(text_width(text[i], TEXT) for text in texts) for i in range(3)]
    labels = [text_width(t) + ln.indent for ln in _effects(shown) for t in ln.lines]
    left = MARGIN + max([*labels, 20.0])
    axes_left = left + GAP * 2 + widths[0]
    axes_width = DOUBLE_COLUMN - left - sum(widths) - GAP * 4 - MARGIN
    places = [left + GAP + widths[0] / 2, axes_left + axes_width + GAP + widths[1] / 2]
    places.append(places[1] + widths[1] / 2 + GAP + widths[2] / 2)
    weighed = [WEIGHTS] if any(line.kind == "effect" for line in _effects(shown)) else []
    note_lines = wrap_notes([*shown.notes, *weighed, *notes], DOUBLE_COLUMN - 4)
    heads = _heads(panels)
    heights = [
        ROW * (_rows(panel) + 1.5 + len(head)) + FOOT
        for panel, head in zip(panels, heads, strict=True)
    ]
    height = sum(heights) + line_height(SMALL) * len(note_lines) + 2
    figure = new_figure(DOUBLE_COLUMN, height)
    top = 0.0
    for position, panel in enumerate(panels):
        for place, line in enumerate(heads[position]):
            put_text(figure, MARGIN, top + MARGIN * 0.5 + place * ROW, line, weight="bold")
        start = top + ROW * (1.5 + len(heads[position]))
        _draw_header(figure, headers[position], places, start - ROW * 1.5)
        ends = _axis_ends([line.effect for line in panel.lines if line.effect], display)
        tall = ROW * _rows(panel)
        axes = add_axes(figure, axes_left, start, width=axes_width, height=tall)
        _draw_axes(axes, ends, panel)
        _draw_lines(figure, axes, panel.lines, ends, places=places, top=start)
        _note_marks(figure, panel, position + 1)
        top += heights[position]
    if not shown.lines:
        put_text(figure, MARGIN, ROW * 2, "No estimates", va="center")
    for text, of_text in shown.sources_of_notes.items():
        note(figure, 1, text, of_text)
    put_notes(figure, MARGIN, top, lines=note_lines)
    return figure


def _heads(panels: Sequence[ForestPanel]) -> list[list[str]]:
    """Return "A  Odds ratio, CAR-HEMATOTOX: high vs low" in lines, where a panel needs a head."""
    several = len(panels) > 1
    letters = [f"{letter}  " if several else "" for letter in string.ascii_uppercase]
    return [
        wrap(letter + ", ".join(part for part in (panel.axis, panel.head) if part), HEAD_MOST)
        if several or panel.head
        else []
        for letter, panel in zip(letters, panels, strict=False)
    ]


def _rows(panel: ForestPanel) -> int:
    return sum(len(line.lines) for line in panel.lines) or 1


def _note_marks(figure: Any, panel: ForestPanel, number: int) -> None:
    """Note what each marker with its interval, and each text beside it, shows."""
    for line in panel.lines:
        if not line.texts:
            continue
        counts, ratio, p = line.sources
        note(figure, number, " ".join(line.lines), ratio)
        for text, of_text in zip(line.texts, (counts, ratio, p), strict=True):
            note(figure, number, text, of_text)


def _effects(shown: Forest) -> list[ForestLine]:
    """Return the lines with numbers."""
    return [line for line in shown.lines if line.texts]


def _draw_header(figure: Any, headers: Sequence[str], places: Sequence[float], top: float) -> None:
    for header, x in zip(headers, places, strict=True):
        put_text(figure, x, top + MARGIN * 0.5, header, ha="center", weight="bold")
    rule = top + ROW * 1.25
    put_line(figure, (MARGIN, DOUBLE_COLUMN - MARGIN), (rule, rule), color="black", linewidth=0.6)


def _axis_ends(found: Sequence[Effect], display: ForestFigure) -> tuple[float, float]:
    """Return the ends of the axis: declared, or the ticks around all limits, within reason."""
    values = [
        numbers.printed_scale(str(e.row["estimand"]), e.row[column])
        for e in found
        for column in ("estimate", "conf_low", "conf_high")
    ]
    known = [v for v in values if 1 / FURTHEST <= v <= FURTHEST]
    lowest, highest = min([0.5, *known]), max([2.0, *known])
    low = display.x_low or max(tick for tick in TICKS if tick <= lowest)
    high = display.x_high or min(tick for tick in TICKS if tick >= highest)
    return low, high


def _draw_axes(axes: Any, ends: tuple[float, float], panel: ForestPanel) -> None:
    from matplotlib.ticker import NullFormatter, NullLocator

    axes.set_xscale("log")
    axes.set_xlim(*ends)
    axes.set_ylim(_rows(panel), 0)
    decades = ends[1] / ends[0] > 500
    ticks = [
        tick
        for tick in TICKS
        if ends[0] <= tick <= ends[1] and (not decades or f"{tick:e}".startswith("1."))
    ]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(1.0, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)), zorder=0)
    axes.set_xlabel(f"{panel.axis} (log scale)", labelpad=12)
    for side, gap, ha in zip(panel.sides, (-3, 3), ("right", "left"), strict=True):
        axes.annotate(side, (1, 0), (gap, -SIDES * 72 * MM), xycoords=("data", "axes fraction"),
                      textcoords="offset points", ha=ha, va="top", fontsize=SMALL)  # fmt: skip


def _draw_lines(
    figure: Any,
    axes: Any,
    lines: Sequence[ForestLine],
    ends: tuple[float, float],
    *,
    places: Sequence[float],
    top: float,
) -> None:
    row = 0
    own = [line.effect.row for line in lines if line.effect and line.kind == "effect"]
    squares = iter(square_sides(own, LARGEST))
    for line in lines:
        side = next(squares) if line.effect and line.kind == "effect" else 0.0
        look: dict[str, Any] = {"va": "center"}
        if line.kind in ("heading", "summary"):
            look["weight"] = "bold"
        if line.kind == "heading":  # a long one crosses the line of no effect
            look["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        for position, text in enumerate(line.lines):
            y = top + (row + position + 0.5) * ROW
            put_text(figure, MARGIN + line.indent, y, text, **look)
        for text, x in zip(line.texts, places, strict=False):
            put_text(figure, x, top + (row + 0.5) * ROW, text, ha="center", va="center")
        if line.effect is not None:
            _draw_effect(axes, line, row + 0.5, ends, side)
        row += len(line.lines)


def _draw_effect(
    axes: Any, line: ForestLine, y: float, ends: tuple[float, float], side: float
) -> None:
    """Draw a square and its interval, a summary as a diamond, a prediction as a dashed line."""
    assert line.effect is not None
    row = line.effect.row
    value, low, high = (
        numbers.printed_scale(str(row["estimand"]), row[column])
        for column in ("estimate", "conf_low", "conf_high")
    )
    limited = not (math.isnan(low) and math.isnan(high))
    if math.isnan(value) and not limited:
        return
    colour = "black" if row["adjustment"] or line.kind != "effect" else COLOURS[0]
    low, high = (0.0 if math.isnan(low) else low), (math.inf if math.isnan(high) else high)
    if line.kind == "summary" and limited:
        draw_diamond(axes, (max(low, ends[0]), value, min(high, ends[1])), y, colour)
        return
    if limited:
        draw_interval(axes, (low, high), y, ends, colour, dashed=line.kind == "prediction")
    if ends[0] <= value <= ends[1] and line.kind != "prediction":
        draw_square(axes, value, y, colour, side)


def square_sides(rows: Sequence[Row], largest: float) -> list[float]:
    """Return the sides of squares in points: areas by the inverse variance, which limits tell."""
    widths = [
        row["conf_high"] - row["conf_low"]
        if row["conf_high"] is not None and row["conf_low"] is not None
        else math.inf
        for row in rows
    ]
    narrowest = min((width for width in widths if width > 0), default=math.inf)
    shares = [narrowest / width if 0 < width < math.inf else 0.0 for width in widths]
    return [max(SMALLEST, largest * share) for share in shares]


def draw_square(axes: Any, x: float, y: float, colour: str, side: float) -> None:
    """Draw a light square, in which the line of a narrow interval is still seen, and its middle."""
    axes.plot(x, y, marker="s", color=colour, markersize=side, alpha=0.4, markeredgewidth=0)
    axes.plot(x, y, marker="|", color=colour, markersize=max(side, 3.0), markeredgewidth=0.8)


def draw_interval(
    axes: Any,
    limits: tuple[float, float],
    y: float,
    ends: tuple[float, float],
    colour: str,
    *,
    dashed: bool,
) -> None:
    """Draw a line between the limits; an end beyond the axis, or unbounded, is an arrow."""
    low, high = limits
    shown = (min(max(low, ends[0]), ends[1]), max(min(high, ends[1]), ends[0]))
    style = (0, (2.5, 1.5)) if dashed else "solid"
    axes.plot(shown, (y, y), color=colour, linewidth=1.0, linestyle=style, solid_capstyle="butt")
    for limit, end, marker in ((low, ends[0], "<"), (high, ends[1], ">")):
        if (limit < end) if marker == "<" else (limit > end):
            axes.plot(end, y, marker=marker, color=colour, markersize=4, clip_on=False)


def draw_diamond(axes: Any, corners: tuple[float, float, float], y: float, colour: str) -> None:
    """Draw a summary from its lower to its upper limit."""
    low, middle, high = corners
    axes.fill(
        (low, middle, high, middle), (y, y - DIAMOND, y, y + DIAMOND), color=colour, linewidth=0
    )
