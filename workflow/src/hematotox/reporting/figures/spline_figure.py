"""Ratios along a number: a curve with its band against the median, one panel an analysis."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from hematotox.declarations.study.kinds.spline import SplineFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.marks import note
from hematotox.reporting.figures.style import (
    COLOURS,
    DOUBLE_COLUMN,
    GREY,
    add_axes,
    line_height,
    new_figure,
    put_notes,
    put_text,
    wrap_notes,
)
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import Row, all_where, as_rows
from hematotox.reporting.words.sources import sources

ACROSS, PANEL, GAP, LEFT = 2, 48.0, 20.0, 14.0
"""Panels beside each other; height, distance and margin in millimetres."""
TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
MEASURES = {"logistic": "Odds ratio", "fine_gray": "Subdistribution hazard ratio"}
NOTE = (
    "Restricted cubic splines, ratios against the median with 95% Wald limits, from the 5th to the "
    "95th percentile."
)


def spline_figure(
    frame: pd.DataFrame, _display: SplineFigure, words: Words, *, notes: list[str]
) -> Any:
    """Return a panel a model."""
    rows = as_rows(frame)
    sets: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        key = tuple(str(row[c]) for c in ("analysis", "population", "method", "adjustment"))
        sets.setdefault(key, []).append(row)
    shown = [one for one in sets.values() if all_where(one, estimand="log_ratio_curve")]
    lines = max(1, math.ceil(len(shown) / ACROSS))
    foot = wrap_notes([NOTE, *notes], DOUBLE_COLUMN - 4)
    height = (PANEL + GAP) * lines + line_height() * len(foot) + 2
    figure = new_figure(DOUBLE_COLUMN, height)
    width = DOUBLE_COLUMN / ACROSS - LEFT - 4
    for i, members in enumerate(shown):
        left = LEFT + (i % ACROSS) * DOUBLE_COLUMN / ACROSS
        top = 8 + (i // ACROSS) * (PANEL + GAP)
        axes = add_axes(figure, left, top, width=width, height=PANEL)
        told = _draw(axes, figure, members, words=words, panel=i + 1)
        put_text(figure, left, top - 7, _heading(members, words), weight="bold")
        put_text(figure, left, top - 3.5, told)
    put_notes(figure, 2, (PANEL + GAP) * lines, lines=foot)
    return figure


def _heading(members: Sequence[Row], words: Words) -> str:
    """Return the endpoint, and who is analysed."""
    head = all_where(members, estimand="log_ratio_curve")[0]
    place = wording.endpoint(words, str(head["endpoint"]))
    subset = wording.population(words, head, exposure=str(head["term"]))
    return ", ".join(text for text in (place, subset) if text)


def _draw(axes: Any, figure: Any, members: Sequence[Row], *, words: Words, panel: int) -> str:
    """Draw a curve with its band; return what its tests tell."""
    curve = all_where(members, estimand="log_ratio_curve")
    x = [float(str(row["group"])) for row in curve]
    ratio, low, high = (
        [math.exp(row[column]) if row[column] is not None else math.nan for row in curve]
        for column in ("estimate", "conf_low", "conf_high")
    )
    axes.set_yscale("log")
    axes.fill_between(x, low, high, color=COLOURS[0], alpha=0.2, linewidth=0)
    axes.plot(x, ratio, color=COLOURS[0])
    axes.axhline(1.0, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)))
    known = [v for v in (*low, *high) if math.isfinite(v)]
    ends = (max(min([0.5, *known]), TICKS[0]), min(max([2.0, *known]), TICKS[-1]))
    axes.set_ylim(ends[0] / 1.05, ends[1] * 1.05)
    axes.minorticks_off()
    axes.set_yticks(
        ticks := [t for t in TICKS if ends[0] <= t <= ends[1]], [f"{t:g}" for t in ticks]
    )
    head = curve[0]
    axes.set_xlabel(wording.variable(words, str(head["term"])))
    axes.set_ylabel(MEASURES.get(str(head["method"]), "Hazard ratio"))
    told = []
    for what, name in (("", "any effect"), ("curved", "curved")):
        test = all_where(members, estimand="hypothesis_test", comparator=what, term=head["term"])
        test = [row for row in test if row["test"] != "schoenfeld"]
        if test and test[0]["p_value"] is not None:
            text = f"{name}: {numbers.p_phrase(test[0]['p_value'])}"
            note(figure, panel, text, sources(test[0], "p_value"))
            told.append(text)
    for row in curve:
        note(figure, panel, str(row["group"]), sources(row, "estimate", "conf_low", "conf_high"))
    return "; ".join(told)
