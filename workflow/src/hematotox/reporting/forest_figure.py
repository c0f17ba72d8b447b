"""Forest plot: effects with intervals on a log axis, labels left, numbers right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hematotox.declarations.displays import ForestFigure
from hematotox.declarations.vocabulary import CONDITIONS
from hematotox.declarations.words import Words
from hematotox.reporting import numbers, wording
from hematotox.reporting.effects import Effect, effect_label, effects
from hematotox.reporting.rows import as_rows, conditions
from hematotox.reporting.style import (
    COLOURS,
    DOUBLE_COLUMN,
    GREY,
    SMALL,
    TEXT,
    add_axes,
    line_height,
    new_figure,
    put_line,
    put_text,
    text_width,
    wrap,
)

ROW = line_height(TEXT) * 1.35
LABEL_MOST, MARGIN, GAP, INDENT = 76.0, 3.0, 4.0, 2.5
FOOT = 9.0
"""Millimetres under the last line for ticks and axis label."""
TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
UNADJUSTED = "Unadjusted"
FURTHEST = 100.0
"""An axis without declared ends shows ratios from 1/100 to 100; the rest becomes arrows."""


@dataclass(frozen=True, slots=True)
class ForestLine:
    """One line: a heading, or an effect with its printed numbers."""

    lines: tuple[str, ...]
    indent: float
    effect: Effect | None
    texts: tuple[str, ...]
    """Patients (events), ratio with interval, p."""


def forest_figure(
    frame: pd.DataFrame, display: ForestFigure, words: Words, *, notes: list[str]
) -> Any:
    """Return the figure of the declared effects, in the order of the analyses."""
    found = _shown(effects(as_rows(frame), words), display)
    marks = _adjustment_marks(found)
    lines = _lines(found, words, marks)
    headers = ("Patients (events)", f"{_measure(found)} (95% CI)", "P")
    widths = [
        max(text_width(text, TEXT) for text in (header, *(ln.texts[i] for ln in lines if ln.texts)))
        for i, header in enumerate(headers)
    ]
    left = MARGIN + max([text_width(t) + ln.indent for ln in lines for t in ln.lines], default=20)
    axes_width = DOUBLE_COLUMN - left - sum(widths) - GAP * 4 - MARGIN
    rows = sum(len(line.lines) for line in lines) or 1
    said = [*_adjustment_notes(marks), *_condition_notes(found), *notes]
    note_lines = [part for note in said for part in wrap(note, DOUBLE_COLUMN - 4, SMALL)]
    height = ROW * (rows + 1.6) + FOOT + line_height(SMALL) * len(note_lines) + 2
    figure = new_figure(DOUBLE_COLUMN, height)
    places = [left + GAP + widths[0] / 2]
    axes_left = left + GAP * 2 + widths[0]
    places.append(axes_left + axes_width + GAP + widths[1] / 2)
    places.append(places[1] + widths[1] / 2 + GAP + widths[2] / 2)
    for header, x in zip(headers, places, strict=True):
        put_text(figure, x, MARGIN * 0.5, header, ha="center", weight="bold")
    rule = ROW * 1.25
    put_line(figure, (MARGIN, DOUBLE_COLUMN - MARGIN), (rule, rule), color="black", linewidth=0.6)
    top = ROW * 1.5
    ends = _axis_ends(found, display)
    axes = add_axes(figure, axes_left, top, width=axes_width, height=ROW * rows)
    _draw_axes(axes, ends, rows, f"{_measure_words(found)} (log scale)")
    _draw_lines(figure, axes, lines, ends, places=places, top=top)
    start = top + ROW * rows + FOOT
    for position, line in enumerate(note_lines):
        y = start + position * line_height(SMALL)
        put_text(figure, MARGIN, y, line, fontsize=SMALL, color=GREY)
    return figure


def _shown(found: Sequence[Effect], display: ForestFigure) -> list[Effect]:
    """Return the effects of the declared terms, or else of the exposures.

    Cause-specific ratios, which stand beside subdistribution ratios in the tables, are left out.
    Effects of one endpoint stand together, in the order in which the endpoints come.
    """
    shown = [
        effect
        for effect in found
        if not effect.measure.startswith("Cause-specific")
        and (effect.term in display.terms if display.terms else effect.term == effect.exposure)
    ]
    order = list(dict.fromkeys((e.endpoint, e.measure) for e in shown))
    return sorted(shown, key=lambda e: order.index((e.endpoint, e.measure)))


def _adjustment_marks(found: Sequence[Effect]) -> dict[str, str]:
    """Return a short name for each model: "unadjusted", "adjusted", "adjusted (2)"."""
    models = list(dict.fromkeys(effect.model for effect in found))
    adjusted = [model for model in models if model != UNADJUSTED]
    marks = {UNADJUSTED: "unadjusted"} if UNADJUSTED in models else {}
    for position, model in enumerate(adjusted, start=1):
        marks[model] = "adjusted" if len(adjusted) == 1 else f"model {position}"
    return marks if len(models) > 1 else {}


def _adjustment_notes(marks: dict[str, str]) -> list[str]:
    return [
        f"{wording.capitalised(mark)}: {model[:1].lower()}{model[1:]}."
        if mark.startswith("model")
        else f"{model}."
        for model, mark in marks.items()
        if model != UNADJUSTED
    ]


def _measure(found: Sequence[Effect]) -> str:
    measures = {effect.measure for effect in found}
    return measures.pop() if len(measures) == 1 else "Ratio"


def _measure_words(found: Sequence[Effect]) -> str:
    names = list(dict.fromkeys(wording.EFFECTS[str(e.row["estimand"])][1] for e in found))
    return wording.capitalised(" or ".join(names)) or "Ratio"


def _lines(
    found: Sequence[Effect], words: Words, marks: dict[str, str]
) -> list[ForestLine]:
    """Return headings and effects.

    The heading is the endpoint, unless there is only one; where one effect is repeated in
    subsets or centres it stands in the heading, and the lines name only subset and model.
    """
    sections: dict[tuple[str, str], list[Effect]] = {}
    for effect in found:
        sections.setdefault((effect.endpoint, effect.measure), []).append(effect)
    mixed = len({measure for _, measure in sections}) > 1
    lines: list[ForestLine] = []
    for (endpoint, measure), members in sections.items():
        repeated = _repeated(members, words)
        heading = f"{endpoint} ({measure})" if mixed else endpoint
        heading = f"{heading}, {repeated}" if repeated else heading
        headed = len(sections) > 1 or bool(repeated)
        if headed:
            lines.append(ForestLine(tuple(wrap(heading, LABEL_MOST)), 0.0, None, ()))
        indent = INDENT if headed else 0.0
        for effect in members:
            label = _label(effect, words, marks, short=bool(repeated))
            wrapped = tuple(wrap(label, LABEL_MOST - indent))
            lines.append(ForestLine(wrapped, indent, effect, _texts(effect)))
    return lines


def _repeated(members: Sequence[Effect], words: Words) -> str:
    """Return the effect that all members share, if they differ by their patients."""
    labels = {effect_label(effect, words) for effect in members}
    subsets = {effect.population for effect in members}
    return labels.pop() if len(labels) == 1 and len(subsets) > 1 else ""


def _label(effect: Effect, words: Words, marks: dict[str, str], *, short: bool) -> str:
    model = marks.get(effect.model, "")
    if short:
        label, said = wording.capitalised(effect.population) or "All patients", [model]
    else:
        label, said = effect_label(effect, words), [effect.population, model]
    said = [part for part in said if part]
    return f"{label} ({'; '.join(said)})" if said else label


def _texts(effect: Effect) -> tuple[str, ...]:
    row = effect.row
    patients = f"{numbers.count(row['n'])} ({numbers.count(row['n_event'])})"
    return patients, numbers.estimate_with_interval(row), numbers.p_value(row["p_value"])


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
    figure: Any, axes: Any, lines: Sequence[ForestLine], ends: tuple[float, float], *,
    places: Sequence[float], top: float,
) -> None:
    row = 0
    for line in lines:
        for position, text in enumerate(line.lines):
            weight = "normal" if line.effect else "bold"
            y = top + (row + position + 0.5) * ROW
            put_text(figure, MARGIN + line.indent, y, text, weight=weight, va="center")
        for text, x in zip(line.texts, places, strict=False):
            put_text(figure, x, top + (row + 0.5) * ROW, text, ha="center", va="center")
        if line.effect is not None:
            _draw_effect(axes, line.effect, row + 0.5, ends)
        row += len(line.lines)


def _draw_effect(axes: Any, effect: Effect, y: float, ends: tuple[float, float]) -> None:
    """Draw a square and its interval; an end beyond the axis, or unbounded, is an arrow."""
    estimand = str(effect.row["estimand"])
    value, low, high = (
        numbers.printed_scale(estimand, effect.row[column])
        for column in ("estimate", "conf_low", "conf_high")
    )
    if math.isnan(value):
        return
    colour = "black" if effect.row["adjustment"] else COLOURS[0]
    if not (math.isnan(low) and math.isnan(high)):
        low, high = (0.0 if math.isnan(low) else low), (math.inf if math.isnan(high) else high)
        shown = (min(max(low, ends[0]), ends[1]), max(min(high, ends[1]), ends[0]))
        axes.plot(shown, (y, y), color=colour, linewidth=1.0, solid_capstyle="butt")
        for limit, end, marker in ((low, ends[0], "<"), (high, ends[1], ">")):
            if (limit < end) if marker == "<" else (limit > end):
                axes.plot(end, y, marker=marker, color=colour, markersize=4, clip_on=False)
    if ends[0] <= value <= ends[1]:
        axes.plot(value, y, marker="s", color=colour, markersize=3.8)


def _condition_notes(found: Sequence[Effect]) -> list[str]:
    names = conditions([effect.row for effect in found])
    return [f"{wording.capitalised(name)}: {CONDITIONS.get(name, name)}." for name in names]
