"""Drawing of step curves with limits, a legend of events and medians, and numbers at risk."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hematotox.reporting.figures.curves.curve_marks import note_panel
from hematotox.reporting.figures.curves.curve_panels import (
    CurvePanel,
    DrawnCurve,
    Look,
    Numbers,
    wrap_tests,
)
from hematotox.reporting.figures.curves.free_corner import Path, free_corner
from hematotox.reporting.figures.curves.printed_steps import printed_steps
from hematotox.reporting.figures.style import (
    DOUBLE_COLUMN,
    GREY,
    PANEL,
    SINGLE_COLUMN,
    SMALL,
    TEXT,
    add_axes,
    new_figure,
    put_notes,
    put_text,
    text_width,
    wrap,
    wrap_notes,
)
from hematotox.reporting.figures.swatches import ROW, SAMPLE, put_entry

AXES_HEIGHT, AXIS_SPACE, TITLE_SPACE, GAP = 44.0, 8.5, 5.0, 5.0
LEFT_LEAST, LABEL_MOST, RIGHT, RISK_GAP = 13.0, 24.0, 4.0, 3.5
COLUMNS = {1: 1, 3: 3, 9: 3}
"""Columns of a figure with so many panels; two for all others."""
EVENTS, HEADROOM = "Events/N", 1.012
"""Millimetres: axes, tick labels with axis label, title, between panels; margins and labels of
the numbers at risk."""


def draw_panels(panels: Sequence[CurvePanel], look: Look, notes: Sequence[str]) -> Any:
    """Return a figure of one or several panels, as high as its content needs."""
    columns = 1 if look.width == SINGLE_COLUMN else COLUMNS.get(len(panels), 2)
    whole = look.width or (SINGLE_COLUMN if columns == 1 else DOUBLE_COLUMN)
    width = (whole - GAP * (columns - 1)) / columns
    left = _left_margin(panels)
    panels = [wrap_tests(panel, 0.94 * (width - left - RIGHT)) for panel in panels]
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    titled = len(panels) > 1 or any(panel.title for panel in panels)
    heads = [max(_head_height(panel, width, left, look) for panel in row) for row in rows]
    risks = [max(_risk_height(panel, left) for panel in row) for row in rows]
    title = TITLE_SPACE if titled else 1.0
    heights = [
        title + head + AXES_HEIGHT + AXIS_SPACE + risk + GAP
        for head, risk in zip(heads, risks, strict=True)
    ]
    heights[-1] -= GAP - 1.5
    note_lines = wrap_notes(notes, whole - 4)
    figure = new_figure(whole, sum(heights) + ROW * len(note_lines) + 1.0)
    top = 0.0
    for number, row in enumerate(rows):
        for column, panel in enumerate(row):
            place = Place(column * (width + GAP), top, width, left, title, heads[number])
            letter = string.ascii_uppercase[number * columns + column] if len(panels) > 1 else ""
            _draw_panel(figure, panel, look, place=place, letter=letter)
            note_panel(figure, number * columns + column + 1, panel, look)
        top += heights[number]
    put_notes(figure, 2.0, top, lines=note_lines, step=ROW)
    return figure


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands, in millimetres from the figure's upper left corner."""

    x: float
    y: float
    width: float
    left: float
    title: float
    head: float

    @property
    def axes_left(self) -> float:
        """Left end of the time axis."""
        return self.x + self.left

    @property
    def axes_width(self) -> float:
        """Length of the time axis."""
        return self.width - self.left - RIGHT

    @property
    def axes_top(self) -> float:
        """Upper end of the vertical axis."""
        return self.y + self.title + self.head


def _left_margin(panels: Sequence[CurvePanel]) -> float:
    widths = [text_width(line.label, SMALL) for panel in panels for line in panel.at_risk]
    return max(LEFT_LEAST, min(max(widths, default=0.0), LABEL_MOST) + RISK_GAP + 1.0)


def _risk_labels(panel: CurvePanel, left: float) -> list[list[str]]:
    return [wrap(line.label, left - RISK_GAP - 0.5, SMALL) for line in panel.at_risk]


def _risk_height(panel: CurvePanel, left: float) -> float:
    lines = sum(len(lines) for lines in _risk_labels(panel, left))
    return ROW * (lines + (0.0 if _alone(panel) else 1.1))


def _alone(panel: CurvePanel) -> bool:
    """Return whether there is one unnamed line of numbers at risk."""
    return len(panel.at_risk) == 1 and not panel.at_risk[0].label


def _head_height(panel: CurvePanel, width: float, left: float, look: Look) -> float:
    axes_width = width - left - RIGHT
    _, labels = _legend_labels(panel, axes_width, left)
    lines = 1 + sum(len(lines) for lines in labels)
    lines += 0 if _corner(panel, axes_width, look) else len(panel.tests)
    return ROW * lines + 1.4 if panel.curves else 0.0


def _legend_columns(panel: CurvePanel) -> tuple[float, float]:
    """Return the widths of the columns of events and medians."""
    events = [curve.events for curve in panel.curves]
    medians = [curve.median for curve in panel.curves]
    first = max(text_width(text, SMALL) for text in (EVENTS, *events))
    second = max(text_width(text, SMALL) for text in (panel.median_header, *medians))
    return first + 2.5, second + 2.5 if panel.median_header else 0.0


def _legend_labels(panel: CurvePanel, width: float, left: float) -> tuple[float, list[list[str]]]:
    """Return how far the legend reaches left of the axes, and the labels in lines.

    It starts at the vertical axis; if the labels need more room, at the edge of the panel.
    """
    room = width - SAMPLE - sum(_legend_columns(panel)) - 1.0
    widest = max((text_width(curve.label, SMALL) for curve in panel.curves), default=0.0)
    outside = left - 1.0 if widest > room else 0.0
    return outside, [wrap(curve.label, room + outside, SMALL) for curve in panel.curves]


def _corner(panel: CurvePanel, width: float, look: Look) -> tuple[float, float] | None:
    """Return where the tests stand, as shares of the axes, or nothing if no place is free."""
    block_width = max((text_width(text, SMALL) for text in panel.tests), default=0.0)
    size = (block_width / width, ROW * len(panel.tests) / AXES_HEIGHT)
    curves = [curve for curve in panel.curves if curve.times.size]
    lines = [_path(curve, curve.values, panel.end, look.top) for curve in curves]
    bands = [
        _path(curve, limit, panel.end, look.top)
        for curve in curves
        if look.show_limits and curve.banded
        for limit in (curve.low, curve.high)
    ]
    return free_corner([*lines, *bands], size, look.corners) or free_corner(
        lines, size, look.corners
    )


def _path(curve: DrawnCurve, values: Numbers, end: float, top: float) -> Path:
    """Return a curve or limit up to the end of the axis, in shares of the axes."""
    inside = (curve.times <= end) & np.isfinite(values)
    times, heights = curve.times[inside], values[inside]
    if times.size and curve.times[-1] > end:
        times, heights = np.append(times, end), np.append(heights, heights[-1])
    return times / end, heights / (top * HEADROOM)


def _draw_panel(figure: Any, panel: CurvePanel, look: Look, *, place: Place, letter: str) -> None:
    if letter:
        put_text(figure, place.x, place.y + 0.3, letter, fontsize=PANEL, weight="bold")
    put_text(figure, place.axes_left, place.y + 0.8, panel.title, weight="bold")
    axes = add_axes(
        figure, place.axes_left, place.axes_top, width=place.axes_width, height=AXES_HEIGHT
    )
    _draw_axes(axes, panel, look)
    if not panel.curves:
        axes.text(0.5, 0.5, "No curve", ha="center", va="center", transform=axes.transAxes)
        return
    for curve in panel.curves:
        _draw_curve(axes, printed_steps(curve, end=panel.end), look)
    used = _draw_legend(figure, panel, place)
    corner = _corner(panel, place.axes_width, look)
    _draw_tests(figure, panel, place, corner=corner, used=used)
    _draw_risk(figure, panel, place)


def _draw_axes(axes: Any, panel: CurvePanel, look: Look) -> None:
    axes.set_xlim(0, panel.end)
    axes.set_ylim(0, look.top * HEADROOM)
    axes.set_xticks(panel.ticks, [f"{tick:g}" for tick in panel.ticks])
    step = 20 if look.top > 40 else 10 if look.top > 20 else 5
    axes.set_yticks(np.arange(0, look.top + 1, step))
    axes.set_xlabel(panel.x_label, labelpad=2)
    axes.set_ylabel("\n".join(wrap(panel.y_label, AXES_HEIGHT + 4, TEXT)), labelpad=3)


def _draw_curve(axes: Any, curve: DrawnCurve, look: Look) -> None:
    if look.show_limits and curve.banded and curve.times.size:
        axes.fill_between(
            curve.times,
            curve.low,
            curve.high,
            step="post",
            color=curve.look.colour,
            alpha=0.14,
            linewidth=0,
        )
    line = {"linestyle": curve.look.dashes, "linewidth": curve.look.width}
    axes.step(curve.times, curve.values, where="post", color=curve.look.colour, **line)
    if look.show_censored:
        axes.plot(
            curve.times[curve.censored],
            curve.values[curve.censored],
            linestyle="none",
            marker="|",
            markersize=3.2,
            markeredgewidth=0.6,
            color=curve.look.colour,
        )


def _draw_legend(figure: Any, panel: CurvePanel, place: Place) -> float:
    """Draw line samples, labels, events and medians above the axes; return the height used."""
    _, medians = _legend_columns(panel)
    outside, labels = _legend_labels(panel, place.axes_width, place.left)
    left, right = place.axes_left - outside, place.axes_left + place.axes_width
    ends = (right - medians, right)
    top = place.y + place.title
    headers = ((EVENTS, ends[0]), (panel.median_header, ends[1]))
    for text, end in headers:
        put_text(figure, end, top, text, ha="right", fontsize=SMALL, color=GREY)
    top += ROW
    for curve, lines in zip(panel.curves, labels, strict=True):
        key, look = (left, top), curve.look
        put_entry(figure, key, lines, colour=look.colour, look=(look.dashes, look.width))
        for text, end in ((curve.events, ends[0]), (curve.median, ends[1])):
            put_text(figure, end, top, text, ha="right", fontsize=SMALL)
        top += ROW * len(lines)
    return top - place.y


def _draw_tests(
    figure: Any,
    panel: CurvePanel,
    place: Place,
    *,
    corner: tuple[float, float] | None,
    used: float,
) -> None:
    if corner is None:
        left, top = place.axes_left, place.y + used
    else:
        left = place.axes_left + corner[0] * place.axes_width
        top = place.axes_top + (1 - corner[1]) * AXES_HEIGHT
    for position, line in enumerate(panel.tests):
        put_text(figure, left, top + position * ROW, line, fontsize=SMALL)


def _draw_risk(figure: Any, panel: CurvePanel, place: Place) -> None:
    """Write the numbers at risk exactly under the ticks."""
    top = place.axes_top + AXES_HEIGHT + AXIS_SPACE
    label_end = place.axes_left - RISK_GAP
    if _alone(panel):
        put_text(figure, label_end, top, "At risk", fontsize=SMALL, ha="right", color=GREY)
    else:
        put_text(figure, place.x + 0.5, top, "At risk", fontsize=SMALL, color=GREY)
        top += ROW * 1.1
    for line, labels in zip(panel.at_risk, _risk_labels(panel, place.left), strict=True):
        look = {"fontsize": SMALL, "color": line.colour}
        for position, label in enumerate(labels):
            put_text(figure, label_end, top + position * ROW, label, ha="right", **look)
        for tick, number in zip(panel.ticks, line.numbers, strict=True):
            x = place.axes_left + tick / panel.end * place.axes_width
            put_text(figure, x, top, number, ha="center", **look)
        top += ROW * len(labels)
