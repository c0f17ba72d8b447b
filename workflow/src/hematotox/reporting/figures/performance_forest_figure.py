"""Forest plot of performance: labels left, one column of axis and numbers for each measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hematotox.declarations.study.analyses import ESTIMANDS
from hematotox.declarations.study.kinds.performance_forest import PerformanceForest
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.forest_figure import (
    TICKS,
    WEIGHTS,
    draw_diamond,
    draw_interval,
    draw_square,
    square_sides,
)
from hematotox.reporting.figures.marks import note
from hematotox.reporting.figures.performance_lines import MEASURES, Line, performance_forest
from hematotox.reporting.figures.style import (
    COLOURS,
    DOUBLE_COLUMN,
    GREY,
    SMALL,
    add_axes,
    line_height,
    new_figure,
    put_line,
    put_notes,
    put_text,
    text_width,
    wrap_notes,
)
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import as_rows
from hematotox.reporting.words.sources import of_estimate, sources

ROW = line_height(SMALL) * 1.3
MARGIN, GAP, FOOT = 3.0, 3.0, 7.0
"""Millimetres: at the edges, between columns, under the axes."""
NARROWEST, WIDEST = 12.0, 40.0
"""Width of an axis in millimetres."""
LARGEST = 4.4
"""Side of the largest square in points."""
RATIO_ENDS = (0.1, 10.0)
"""Ratios beyond these are arrows: with few events limits are far away."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Ends and ticks of an axis, and where a measure says nothing or all is as expected."""

    ends: tuple[float, float]
    ticks: tuple[float, ...]
    no_effect: float | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands: its left edge, the widths of axis (0 for none) and text."""

    left: float
    axis: float
    text: float


AREA = Axis((0.0, 1.0), (0.0, 0.5, 1.0), 0.5)
"""Of areas under a curve; it begins where the lowest limit is."""
AXES = {
    "sensitivity": Axis((0.0, 100.0), (0.0, 50.0, 100.0), None),
    "calibration_slope": Axis((-3.0, 4.0), (-2.0, 0.0, 2.0, 4.0), 1.0),
    "calibration_in_the_large": Axis((-2.0, 2.0), (-2.0, 0.0, 2.0), 0.0),
    "brier": Axis((0.0, 0.5), (0.0, 0.25, 0.5), None),
    "scaled_brier": Axis((-25.0, 75.0), (0.0, 50.0), 0.0),
}
RATIO = "log_observed_expected"
TOO_FEW = "Too few events: fewer than 5 patients with, or fewer than 5 without, the event."
TOO_FEW_IN_SUBGROUP = TOO_FEW.replace("5", "10")
EXPECTED = {
    "subgroup_performance": "Expected: the risk that each risk group has in all patients.",
    "centre_performance": "Expected in a centre: the risk of each risk group in the other centres.",
    "internal_external": "Expected in a centre: its patients' risks by a model of the others.",
}
PUBLISHED = "Where a published risk of the score fits, expected is that of"
RISK = (
    "Behind Brier and IPA stands the incidence of the same risk group in the other centres; IPA "
    "compares it with that of all their patients."
)
INTERACTION = (
    "P, the only test, is of a measure being the same in all subgroups of a variable that have it: "
    "of the interaction for C (Cochran's Q of the log odds) and sensitivity (Fisher's exact test); "
    "for O/E the likelihood-ratio test of the subgroups beside the risk group, no interaction."
)
SUMMARIES = (
    "Summaries: C as log odds and slopes by REML with Hartung–Knapp limits; O/E, and OR where a "
    "centre has an empty cell, by binomial–normal models, nothing added. Dashed: prediction "
    "intervals of a new centre, by t with k−1 and k−2 degrees of freedom of k centres."
)


def performance_forest_figure(
    frame: pd.DataFrame, display: PerformanceForest, words: Words, *, notes: list[str]
) -> Any:
    """Return the figure of every analysis, one under the other."""
    shown = performance_forest(as_rows(frame), display.measures, words)
    lines = shown.lines
    label = max([text_width(ln.label, SMALL) for ln in lines if ln.kind != "heading"] + [15.0])
    counts = max(
        [text_width(line.counts, SMALL) for line in lines] + [text_width("n (events)", SMALL)]
    )
    note_lines = wrap_notes(
        [*shown.notes, *_legend(lines, shown.measures), *notes], DOUBLE_COLUMN - 4
    )
    height = ROW * (len(lines) + 1.8) + FOOT + line_height(SMALL) * len(note_lines) + 2
    figure = new_figure(DOUBLE_COLUMN, height)
    top, left = ROW * 1.7, MARGIN + label + GAP + counts + GAP
    put_text(
        figure, left - GAP, MARGIN * 0.4, "n (events)", ha="right", weight="bold", fontsize=SMALL
    )
    put_line(
        figure, (MARGIN, DOUBLE_COLUMN - MARGIN), (top - 0.7,) * 2, color="black", linewidth=0.6
    )
    for position, line in enumerate(lines):
        y, bold = top + (position + 0.5) * ROW, line.kind in ("heading", "summary")
        look: dict[str, Any] = {"va": "center", "fontsize": SMALL}
        look |= {"weight": "bold"} if bold else {}
        if line.kind == "heading":  # a long one crosses the lines of no effect
            look["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        put_text(figure, MARGIN, y, line.label, **look)
        put_text(figure, left - GAP, y, line.counts, ha="right", **look)
        note(figure, 1, f"{line.label} {line.counts}", line.of_counts)
    for measure, place in _places(lines, shown.measures, left).items():
        _draw_column(figure, lines, measure, place, top)
    for text, of in shown.notes.items():
        note(figure, 1, text, of)
    put_notes(figure, MARGIN, top + ROW * len(lines) + FOOT, lines=note_lines)
    return figure


def _legend(lines: Sequence[Line], measures: Sequence[str]) -> list[str]:
    """Return what the measures are, and how they were summarised."""
    of = {str(row["method"]) for line in lines for row in line.cells.values()}
    told = wording.capitalised("; ".join(MEASURES[name][1] for name in measures))
    found = [f"{told}."]
    if any(_limited(lines, name) for name in measures):
        found = [f"Estimates with 95% CI. {told}. An arrow is a limit beyond the axis. {WEIGHTS}"]
    if any(line.cells and line.of_counts for line in lines if line.kind == "effect"):
        few = any("too few events" in line.texts.values() for line in lines)
        found += [TOO_FEW_IN_SUBGROUP if "subgroup_performance" in of else TOO_FEW] if few else []
    found += [words for method, words in EXPECTED.items() if method in of and RATIO in measures]
    ratios = [line.cells[RATIO] for line in lines if line.kind == "effect" and RATIO in line.cells]
    cohorts = dict.fromkeys(str(row["reference"]) for row in ratios if row["reference"])
    found += [f"{PUBLISHED} {', '.join(cohorts)}."] if cohorts else []
    found += [RISK] if "time_performance" in of and "brier" in measures else []
    if any(line.tests for line in lines):
        found.append(INTERACTION)
    if any(line.kind == "summary" for line in lines):
        found.append(SUMMARIES)
    return found


def _draw_column(
    figure: Any, lines: Sequence[Line], measure: str, place: Place, top: float
) -> None:
    """Draw the axis of one measure with its marks, and its numbers right of it."""
    middle = place.left + place.axis + (GAP / 2 if place.axis else 0) + place.text / 2
    if place.axis:
        axes = add_axes(figure, place.left, top, width=place.axis, height=ROW * len(lines))
        ends = _ends(lines, measure)
        _draw_axes(axes, measure, ends, len(lines))
    head = MEASURES[measure][0]
    put_text(figure, middle, MARGIN * 0.4, head, ha="center", weight="bold", fontsize=SMALL)
    own = [ln.cells[measure] for ln in lines if ln.kind == "effect" and measure in ln.cells]
    squares = iter(square_sides(own, LARGEST))
    for position, line in enumerate(lines):
        side = next(squares) if line.kind == "effect" and measure in line.cells else 0.0
        y = top + (position + 0.5) * ROW
        weight = "bold" if line.kind == "summary" else "normal"
        put_text(
            figure, middle, y, line.texts.get(measure, ""), ha="center", va="center",
            fontsize=SMALL, weight=weight,
        )  # fmt: skip
        test = line.tests.get(measure)
        if test is not None:
            note(figure, 1, f"{line.label} {line.texts[measure]}", sources(test, "p_value"))
        row = line.cells.get(measure)
        if row is not None:
            if line.kind != "difference" and place.axis:
                _draw_mark(axes, line, measure, position + 0.5, (*ends, side))
            note(figure, 1, f"{line.label} {line.texts[measure]}", of_estimate(row))


def _places(lines: Sequence[Line], measures: Sequence[str], left: float) -> dict[str, Place]:
    """Return where each column stands: the room beside the texts is shared by the axes.

    A measure without intervals is printed, not drawn.
    """
    widths = {
        name: max(
            text_width(MEASURES[name][0], SMALL, "bold"),
            *(text_width(line.texts.get(name, ""), SMALL) for line in lines),
        )
        for name in measures
    }
    drawn = [name for name in measures if _limited(lines, name)]
    room = DOUBLE_COLUMN - MARGIN - left - sum(widths.values()) - 2 * GAP * len(measures)
    axis = min(max(room / max(len(drawn), 1), NARROWEST), WIDEST)
    places = {}
    for name in measures:
        places[name] = Place(left, axis if name in drawn else 0.0, widths[name])
        left += places[name].axis + widths[name] + 2 * GAP
    return places


def _limited(lines: Sequence[Line], measure: str) -> bool:
    rows = [line.cells[measure] for line in lines if measure in line.cells]
    return any(row["conf_low"] is not None or row["conf_high"] is not None for row in rows)


def _is_ratio(measure: str) -> bool:
    return ESTIMANDS[measure].scale == "log ratio"


def _values(line: Line, measure: str) -> tuple[float, float, float]:
    """Return estimate and limits on the scale of the axis."""
    row = line.cells[measure]
    value, low, high = (
        numbers.printed_scale(measure, row[column])
        for column in ("estimate", "conf_low", "conf_high")
    )
    return value, low, high


def _ends(lines: Sequence[Line], measure: str) -> tuple[float, float]:
    if measure in AXES:
        return AXES[measure].ends
    known = [v for line in lines if measure in line.cells and line.kind != "difference"
             for v in _values(line, measure) if math.isfinite(v)]  # fmt: skip
    if _is_ratio(measure):
        low, high = (min([0.5, *known]), max([2.0, *known]))
        low, high = max(low, RATIO_ENDS[0]), min(high, RATIO_ENDS[1])
        return max(t for t in TICKS if t <= low), min(t for t in TICKS if t >= high)
    return max(0.0, math.floor(min([0.5, *known]) * 4 - 1e-9) / 4), 1.0


def _draw_axes(axes: Any, measure: str, ends: tuple[float, float], rows: int) -> None:
    from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator

    no_effect: float | None = 0.5
    if _is_ratio(measure):
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_minor_formatter(NullFormatter())
        ticks = sorted({ends[0], 1.0, ends[1]})
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        no_effect = 1.0
    else:
        of = AXES.get(measure, AREA)
        axes.xaxis.set_major_locator(FixedLocator(of.ticks))
        no_effect = of.no_effect
    axes.set_xlim(*ends)
    axes.set_ylim(rows, 0)
    axes.set_yticks([])
    axes.tick_params(labelsize=SMALL)
    axes.spines["left"].set_visible(False)
    if no_effect is not None:
        look: dict[str, Any] = {"color": GREY, "linewidth": 0.6, "linestyle": (0, (3, 2))}
        axes.axvline(no_effect, zorder=0, **look)


def _draw_mark(
    axes: Any, line: Line, measure: str, y: float, look: tuple[float, float, float]
) -> None:
    """Draw a square with its interval, a summary as a diamond, a prediction as a dashed line."""
    value, low, high = _values(line, measure)
    ends, side = look[:2], look[2]
    limited = not (math.isnan(low) and math.isnan(high))
    colour = COLOURS[0] if line.kind == "effect" else "black"
    lowest = 0.0 if _is_ratio(measure) else -math.inf
    low, high = (lowest if math.isnan(low) else low), (math.inf if math.isnan(high) else high)
    if line.kind == "summary" and limited:
        draw_diamond(axes, (max(low, ends[0]), value, min(high, ends[1])), y, colour)
        return
    if limited:
        draw_interval(axes, (low, high), y, ends, colour, dashed=line.kind == "prediction")
    if ends[0] <= value <= ends[1] and line.kind == "effect":
        draw_square(axes, value, y, colour, side)
