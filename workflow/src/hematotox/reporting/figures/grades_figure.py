"""Grades by group as stacked bars; odds ratios of a higher grade beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from hematotox.declarations.study.kinds.grades import GradesFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.marks import note
from hematotox.reporting.figures.style import (
    DOUBLE_COLUMN,
    GRADES,
    HATCH,
    TEXT,
    add_axes,
    filled,
    line_height,
    new_figure,
    put_notes,
    put_text,
    text_width,
    wrap,
    wrap_notes,
)
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.notes import condition_note
from hematotox.reporting.words.rows import Row, all_where, as_rows
from hematotox.reporting.words.sources import Sources, of_estimate, sources

MARGIN, BAR, LEGEND = 3.0, 6.0, 8.0
ROW = line_height(TEXT) * 1.2
LEAST = 0.04
"""A share that is smaller has no number inside its part of the bar."""


def grades_figure(
    frame: pd.DataFrame, _display: GradesFigure, words: Words, *, notes: list[str]
) -> Any:
    """Return a block of bars an analysis: one bar a group, then the odds ratios in words."""
    blocks = [members for members in _analyses(as_rows(frame)) if _bars(members)]
    told = [_told(members, words) for members in blocks]
    labels = [_label(members, group, words) for members in blocks for group, _ in _bars(members)]
    left = MARGIN + max([text_width(label) for label in labels] or [20.0]) + 2
    width = DOUBLE_COLUMN - left - MARGIN
    lines = [[wrap(text, DOUBLE_COLUMN - 2 * MARGIN) for text in one] for one in told]
    cited = dict.fromkeys(n for members in blocks for row in members for n in condition_note(row))
    graded = dict.fromkeys(str(row["convention"]) for members in blocks for row in members)
    by = ", ".join(words.conventions.get(name, name) for name in graded if name)
    foot = wrap_notes([*([f"Graded by: {by}."] if by else []), *cited, *notes], DOUBLE_COLUMN - 4)
    heights = [
        BAR * len(_bars(members)) + ROW * (sum(map(len, text)) + 2)
        for members, text in zip(blocks, lines, strict=True)
    ]
    height = LEGEND + sum(heights) + line_height() * len(foot) + MARGIN
    figure = new_figure(DOUBLE_COLUMN, height)
    _draw_legend(figure, left)
    top = LEGEND
    for members, told_here, text, tall in zip(blocks, told, lines, heights, strict=True):
        bars = _bars(members)
        put_text(figure, MARGIN, top, _heading(members, words), weight="bold")
        top += ROW
        axes = add_axes(figure, left, top, width=width, height=BAR * len(bars))
        _draw_bars(axes, bars, figure)
        for position, (group, _) in enumerate(bars):
            y = top + BAR * (position + 0.5)
            put_text(figure, MARGIN, y, _label(members, group, words), va="center")
        y = top + BAR * len(bars) + 0.5
        for whole, shown in zip(text, told_here.values(), strict=True):
            for line in whole:
                put_text(figure, MARGIN, y, line)
                y += ROW
            note(figure, 1, " ".join(whole), shown)
        top += tall - ROW
    put_notes(figure, MARGIN, top, lines=foot)
    return figure


def _analyses(rows: Sequence[Row]) -> list[list[Row]]:
    sets: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        key = tuple(str(row[column]) for column in ("analysis", "population", "centre"))
        sets.setdefault(key, []).append(row)
    return list(sets.values())


def _bars(members: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    counts = all_where(members, estimand="count")
    groups = dict.fromkeys(str(row["group"]) for row in counts if row["group"])
    return [(group, all_where(counts, group=group)) for group in groups]


def _heading(members: Sequence[Row], words: Words) -> str:
    """Return which grades of whom a block shows."""
    everybody = {**members[0], "convention": ""}
    subset = wording.population(words, everybody, exposure=str(_bars(members)[0][1][0]["term"]))
    name = str(members[0]["analysis"])
    label = wording.analysis(words, name) or wording.endpoint(words, str(members[0]["endpoint"]))
    return ", ".join(part for part in (label, subset) if part)


def _label(members: Sequence[Row], group: str, words: Words) -> str:
    rows = all_where(members, estimand="count", group=group)
    variable = str(rows[0]["term"])
    name = wording.label(words, variable)
    return f"{name}: {words.level(variable, group)} (n = {numbers.count(rows[0]['n'])})"


def _told(members: Sequence[Row], words: Words) -> dict[str, Sources]:
    """Return what is told of an analysis in words, and which numbers it shows."""
    exposure = str(_bars(members)[0][1][0]["term"])
    told: dict[str, Sources] = {}
    for row in all_where(members, estimand="log_common_odds_ratio", term=exposure):
        compared = wording.contrast(words, exposure, str(row["group"]), str(row["reference"]))
        ratio = numbers.estimate_with_interval(row)
        model = wording.inside(wording.adjustment(words, str(row["adjustment"])))
        text = f"Odds ratio of a higher grade, {compared} ({model}): {ratio}, "
        own = (*of_estimate(row), *sources(row, "p_value"))
        told[f"{text}{numbers.p_phrase(row['p_value'])}."] = own
        same = {"term": exposure, "group": str(row["group"])}
        cuts = all_where(members, estimand="log_cumulative_odds_ratio", **same)
        listed = "; ".join(
            f"{one['comparator']} or higher {numbers.estimate_with_interval(one)}" for one in cuts
        )
        shown = tuple(part for one in cuts for part in of_estimate(one))
        told[f"At each cut: grade {listed}."] = shown
    for row in all_where(members, estimand="hypothesis_test", test="brant"):
        if row["p_value"] is not None:
            p = numbers.p_phrase(row["p_value"])
            told[f"The same odds ratio at every cut (Brant's test): {p}."] = sources(row, "p_value")
    return told


def _draw_bars(axes: Any, bars: Sequence[tuple[str, list[Row]]], figure: Any) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(len(bars), 0)
    axes.axis("off")
    for position, (_, rows) in enumerate(bars):
        start = 0.0
        for i, row in enumerate(rows):
            share = (row["estimate"] or 0) / row["n"] if row["n"] else 0.0
            look = _look(i)
            axes.barh(position + 0.5, share, left=start, height=0.8, edgecolor="black", **look)
            text = numbers.count_with_share(row["estimate"], row["n"])
            if share >= LEAST:
                inside = text if share > 0.12 else numbers.count(row["estimate"])
                colour = "white" if i in (3, 4) else "black"
                place = {"ha": "center", "va": "center", "fontsize": TEXT - 1, "color": colour}
                box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
                more = {"bbox": box} if i == len(GRADES) else {}
                axes.text(start + share / 2, position + 0.5, inside, **place, **more)
            note(figure, 1, text, sources(row, "estimate", "n"))
            start += share


def _look(position: int) -> dict[str, Any]:
    return {"linewidth": 0.5, **filled(GRADES[position] if position < len(GRADES) else HATCH)}


def _draw_legend(figure: Any, left: float) -> None:
    x = left
    for position in range(len(GRADES) + 1):
        text = f"Grade {position}" if position < len(GRADES) else "Not assessable"
        axes = add_axes(figure, x, MARGIN - 1, width=4, height=3)
        axes.axis("off")
        axes.set_xlim(0, 1)
        axes.barh(0.5, 1, height=1, edgecolor="black", **_look(position))
        put_text(figure, x + 5, MARGIN - 1, text)
        x += 9 + text_width(text)
