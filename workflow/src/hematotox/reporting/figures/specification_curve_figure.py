"""Specification curve: a headline result under every combination of choices, in its order.

From top to bottom: odds ratio, area under the ROC curve, patients by risk group, patients by
grade, and the choices of each column. The study's own combination is marked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hematotox.declarations.study.kinds.specification_curve import SpecificationCurve
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.specification_marks import note_specifications
from hematotox.reporting.figures.style import (
    COLOURS,
    DOUBLE_COLUMN,
    GRADES,
    GREY,
    HATCH,
    SMALL,
    TEXT,
    add_axes,
    filled,
    line_height,
    new_figure,
    put_notes,
    put_text,
    wrap,
    wrap_notes,
)
from hematotox.reporting.figures.swatches import swatches
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import Row, as_rows
from hematotox.reporting.words.specifications import (
    AUC_NOTE,
    MISSING,
    NOT_ASSESSABLE,
    Specification,
    Specifications,
    choice_words,
    patients_in,
    specifications,
)

LEFT, RIGHT, TOP, GAP = 58.0, 3.0, 3.0, 4.0
RATIO, AREA, BARS, ROW = 40.0, 24.0, 15.0, 3.6
"""Heights of the panels and of a line of choices, in millimetres."""
TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
OWN, OTHER = "black", COLOURS[0]
GROUP_COLOURS = ("#FDE3C3", "#F4A259", "#C8552B", "#6E1F12")
HEADINGS = ("Convention of grading", "Missing items of the score", "Values taken")


@dataclass(frozen=True, slots=True)
class Bars:
    """Stacked bars: name and colour of each part, from the bottom, and its count by column."""

    names: tuple[str, ...]
    colours: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def specification_curve_figure(
    frame: pd.DataFrame, display: SpecificationCurve, words: Words, *, notes: list[str]
) -> Any:
    """Return the figure of one analysis of sensitivity."""
    found = specifications(as_rows(frame), display.analyses[0])
    if found is None:
        return _no_estimates(notes)
    ordered = sorted(found.all, key=_place)
    choices = [found.values(place) for place in range(3)]
    said = [*_notes(found, words), *notes]
    note_lines = wrap_notes(said, DOUBLE_COLUMN - 2 * TOP)
    tops = _tops()
    foot = tops["matrix"] + ROW * sum(len(values) + 1 for values in choices) + 2.0
    height = foot + line_height(SMALL) * len(note_lines) + 1.5
    figure = new_figure(DOUBLE_COLUMN, height)
    own = ordered.index(found.own)
    _estimate_panel(figure, tops["ratio"], RATIO, [one.ratio for one in ordered], own=own)
    _estimate_panel(figure, tops["area"], AREA, [one.auc for one in ordered], own=own)
    _bar_panel(figure, tops["groups"], _group_bars(found, ordered, words), own=own)
    _bar_panel(figure, tops["grades"], _grade_bars(found, ordered), own=own)
    _matrix(figure, tops["matrix"], ordered, choices, labels=_labels(found, choices, words))
    _titles(figure, tops, found, words)
    note_specifications(figure, found, ordered, words)
    put_notes(figure, TOP, foot, lines=note_lines)
    return figure


def _no_estimates(notes: Sequence[str]) -> Any:
    """Return a figure that says so, with the notes that every figure has."""
    lines = wrap_notes(notes, DOUBLE_COLUMN - 2 * TOP)
    figure = new_figure(DOUBLE_COLUMN, 12 + line_height(SMALL) * len(lines))
    put_text(figure, TOP, TOP, "No estimates")
    put_notes(figure, TOP, TOP + 6, lines=lines)
    return figure


def _place(one: Specification) -> tuple[bool, float]:
    """Return the place in the order of the odds ratio; without one at the end."""
    value = one.ratio["estimate"] if one.ratio is not None else None
    return (value is None, float(value or 0.0))


def _tops() -> dict[str, float]:
    """Return the top of each panel in millimetres."""
    ratio = TOP + 1.0
    area = ratio + RATIO + GAP
    groups = area + AREA + GAP
    grades = groups + BARS + GAP
    return {
        "ratio": ratio, "area": area, "groups": groups, "grades": grades,
        "matrix": grades + BARS + GAP * 0.75,
    }  # fmt: skip


def _axes(figure: Any, top: float, height: float, columns: int) -> Any:
    axes = add_axes(figure, LEFT, top, width=DOUBLE_COLUMN - LEFT - RIGHT, height=height)
    axes.set_xlim(-0.8, columns - 0.2)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    return axes


def _mark_own(axes: Any, own: int) -> None:
    axes.axvspan(own - 0.5, own + 0.5, color=OWN, alpha=0.15, linewidth=0, zorder=0)


def _estimate_panel(
    figure: Any, top: float, height: float, rows: Sequence[Row | None], *, own: int
) -> None:
    """Draw estimates with their limits; limits beyond the axis are cut."""
    axes = _axes(figure, top, height, len(rows))
    _mark_own(axes, own)
    known = [row for row in rows if row is not None and row["estimate"] is not None]
    ratio = any(row["estimand"] == "log_odds_ratio" for row in known)
    axes.axhline(1.0 if ratio else 0.5, color=GREY, linewidth=0.6, linestyle=(0, (3, 2)), zorder=1)
    _scale(axes, known, ratio=ratio)
    for position, row in enumerate(rows):
        if row is None or row["estimate"] is None:
            continue
        colour = OWN if position == own else OTHER
        value, low, high = (
            numbers.printed_scale(str(row["estimand"]), row[column])
            for column in ("estimate", "conf_low", "conf_high")
        )
        axes.vlines(position, low, high, color=colour, linewidth=0.8, alpha=0.7, zorder=2)
        marker = "D" if position == own else "o"
        axes.plot(position, value, marker, color=colour, markersize=2.6, zorder=3)


def _scale(axes: Any, known: Sequence[Row], *, ratio: bool) -> None:
    from matplotlib.ticker import NullFormatter, NullLocator

    columns = ("estimate", "conf_low", "conf_high")
    values = [
        numbers.printed_scale(str(row["estimand"]), row[column])
        for row in known
        for column in columns
        if row[column] is not None
    ]
    if not ratio:
        axes.set_ylim(min([0.5, *values]) - 0.02, min(1.02, max([0.8, *values]) + 0.02))
        return
    low = max([tick for tick in TICKS if tick <= min([1.0, *values])] or [TICKS[0]])
    high = min([tick for tick in TICKS if tick >= max([2.0, *values])] or [TICKS[-1]])
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    ticks = [tick for tick in TICKS if low <= tick <= high]
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_minor_formatter(NullFormatter())


def _group_bars(found: Specifications, ordered: Sequence[Specification], words: Words) -> Bars:
    levels = list(next(iter(found.groups.values()), (MISSING,)))
    variable = f"{found.score}.group"
    return Bars(
        names=tuple(
            "Unknown" if level == MISSING else wording.level(words, variable, level)
            for level in levels
        ),
        colours=tuple(
            HATCH if level == MISSING else GROUP_COLOURS[i % len(GROUP_COLOURS)]
            for i, level in enumerate(levels)
        ),
        counts=tuple(
            tuple(patients_in(found.groups.get((s.policy, s.window), {}), level) for s in ordered)
            for level in levels
        ),
    )


def _grade_bars(found: Specifications, ordered: Sequence[Specification]) -> Bars:
    names = list(next(iter(found.grades.values()), (NOT_ASSESSABLE,)))
    return Bars(
        names=tuple(name.capitalize() if name == NOT_ASSESSABLE else name for name in names),
        colours=tuple(HATCH if name == NOT_ASSESSABLE else GRADES[int(name)] for name in names),
        counts=tuple(
            tuple(patients_in(found.grades.get(s.convention, {}), name) for s in ordered)
            for name in names
        ),
    )


def _bar_panel(figure: Any, top: float, bars: Bars, *, own: int) -> None:
    axes = _axes(figure, top, BARS, len(bars.counts[0]))
    _mark_own(axes, own)
    bottom = [0] * len(bars.counts[0])
    for colour, counts in zip(bars.colours, bars.counts, strict=True):
        axes.bar(range(len(counts)), counts, 0.8, bottom, edgecolor=GREY, linewidth=0.2,
                 **filled(colour))  # fmt: skip
        bottom = [below + count for below, count in zip(bottom, counts, strict=True)]
    axes.set_ylim(0, max([*bottom, 1]))
    axes.set_yticks([0, max(bottom)])
    entries = list(zip(bars.names, bars.colours, strict=True))
    below = top + line_height(TEXT) * 1.3
    swatches(figure, entries, left=TOP + 2.0, top=below, right=LEFT - 10.0)


def _labels(
    found: Specifications, choices: Sequence[Sequence[str]], words: Words
) -> list[list[str]]:
    return [
        [choice_words(words, found.score, place, value) for value in values]
        for place, values in enumerate(choices)
    ]


def _matrix(
    figure: Any,
    top: float,
    ordered: Sequence[Specification],
    choices: Sequence[Sequence[str]],
    *,
    labels: Sequence[Sequence[str]],
) -> None:
    """Draw which choices each column stands for."""
    lines = sum(len(values) + 1 for values in choices)
    axes = _axes(figure, top, ROW * lines, len(ordered))
    _mark_own(axes, ordered.index(min(ordered, key=lambda one: _rank(one, choices))))
    axes.set_ylim(lines, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    line = 0
    for place, values in enumerate(choices):
        put_text(
            figure, TOP, top + ROW * line + 0.9, HEADINGS[place], weight="bold", fontsize=SMALL
        )
        for value, label in zip(values, labels[place], strict=True):
            line += 1
            put_text(figure, TOP + 2.0, top + ROW * line + 0.4, label, fontsize=SMALL)
            axes.axhline(line + 0.5, color="#E5E5E5", linewidth=0.5, zorder=0)
            at = [i for i, one in enumerate(ordered) if one.choices[place] == value]
            axes.plot(at, [line + 0.5] * len(at), "s", color="black", markersize=2.0)
        line += 1


def _rank(one: Specification, choices: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """Return the places of its choices: the study's own combination is the lowest."""
    return tuple(values.index(choice) for values, choice in zip(choices, one.choices, strict=True))


def _titles(figure: Any, tops: dict[str, float], found: Specifications, words: Words) -> None:
    score = wording.score(words, found.score)
    ratio = next((one.ratio for one in found.all if one.ratio is not None), None)
    compared = ""
    if ratio is not None and ratio["group"]:
        term, group, reference = (str(ratio[name]) for name in ("term", "group", "reference"))
        compared = f", {wording.contrast(words, term, group, reference)}"
    texts = {
        "ratio": f"Odds ratio of {score}{compared}",
        "area": f"AUC of {score}, points",
        "groups": "Patients by risk group",
        "grades": "Patients by grade",
    }
    for name, text in texts.items():
        for position, line in enumerate(wrap(text, LEFT - 12.0 - TOP)):
            put_text(figure, TOP, tops[name] + position * line_height(TEXT), line)


def _notes(found: Specifications, words: Words) -> list[str]:
    endpoint = wording.endpoint(words, found.endpoint)
    notes = [
        f"{endpoint}: {len(found.all)} combinations in the order of their odds ratio, with 95% "
        "confidence intervals; the shaded column is the study's own combination."
    ]
    return [*notes, *([AUC_NOTE] if any(one.auc is None for one in found.all) else [])]
