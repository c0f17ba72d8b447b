"""Forest plot: effects with intervals on a log axis, labels left, numbers right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.forest_lines import Forest, ForestLine, forest
from hematotox.reporting.figures.marks import note
from hematotox.reporting.figures.policy_lines import policy_forest
from hematotox.reporting.figures.style import (
    COLOURS,
    DOUBLE_COLUMN,
    GREY,
    SMALL,
    TEXT,
    add_axes,
    line_height,
    new_figure,
    put_line,
    put_notes,
    put_text,
    text_width,
    wrap_notes,
)
from hematotox.reporting.words import numbers
from hematotox.reporting.words.effects import Effect
from hematotox.reporting.words.rows import as_rows

ROW = line_height(TEXT) * 1.35
MARGIN, GAP = 3.0, 4.0
FOOT = 9.0
"""Millimetres under the last line for ticks and axis label."""
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
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
    headers = ("Patients (events)", f"{shown.measure} (95% CI)", "P")
    widths = [
        max(text_width(text, TEXT) for text in (header, *(ln.texts[i] for ln in _effects(shown))))
        for i, header in enumerate(headers)
    ]
    labels = [text_width(t) + ln.indent for ln in _effects(shown) for t in ln.lines]
    left = MARGIN + max([*labels, 20.0])
    axes_width = DOUBLE_COLUMN - left - sum(widths) - GAP * 4 - MARGIN
    rows = sum(len(line.lines) for line in shown.lines) or 1
    note_lines = wrap_notes([*shown.notes, *notes], DOUBLE_COLUMN - 4)
    height = ROW * (rows + 1.6) + FOOT + line_height(SMALL) * len(note_lines) + 2
    figure = new_figure(DOUBLE_COLUMN, height)
    axes_left = left + GAP * 2 + widths[0]
    places = [left + GAP + widths[0] / 2, axes_left + axes_width + GAP + widths[1] / 2]
    places.append(places[1] + widths[1] / 2 + GAP + widths[2] / 2)
    _draw_header(figure, headers, places)
    top = ROW * 1.5
    ends = _axis_ends(shown.effects, display)
    axes = add_axes(figure, axes_left, top, width=axes_width, height=ROW * rows)
    _draw_axes(axes, ends, rows, f"{shown.axis} (log scale)")
    _draw_lines(figure, axes, shown.lines, ends, places=places, top=top)
    if not shown.lines:
        put_text(figure, MARGIN, top + 0.5 * ROW, "No estimates", va="center")
    _note_marks(figure, shown)
    put_notes(figure, MARGIN, top + ROW * rows + FOOT, lines=note_lines)
    return figure


def _note_marks(figure: Any, shown: Forest) -> None:
    """Note what each marker with its interval, each text beside it and each note shows."""
    for line in _effects(shown):
        counts, ratio, p = line.sources
        note(figure, 1, " ".join(line.lines), ratio)
        for text, of_text in zip(line.texts, (counts, ratio, p), strict=True):
            note(figure, 1, text, of_text)
    for text, of_text in shown.sources_of_notes.items():
        note(figure, 1, text, of_text)


def _effects(shown: Forest) -> list[ForestLine]:
    """Return the lines with numbers."""
    return [line for line in shown.lines if line.texts]


def _draw_header(figure: Any, headers: Sequence[str], places: Sequence[float]) -> None:
    for header, x in zip(headers, places, strict=True):
        put_text(figure, x, MARGIN * 0.5, header, ha="center", weight="bold")
    rule = ROW * 1.25
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


def _draw_axes(axes: Any, ends: tuple[float, float], rows: int, label: str) -> None:
    from matplotlib.ticker import NullFormatter, NullLocator

    axes.set_xscale("log")
    axes.set_xlim(*ends)
    axes.set_ylim(rows, 0)
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
    axes.set_xlabel(label, labelpad=2)


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
    for line in lines:
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
            _draw_effect(axes, line, row + 0.5, ends)
        row += len(line.lines)


def _draw_effect(axes: Any, line: ForestLine, y: float, ends: tuple[float, float]) -> None:
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
        axes.plot(value, y, marker="s", color=colour, markersize=3.8)


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
