"""One patient's blood count: thresholds, spells, the grade of each window and why.

For the site only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from hematotox.declarations.conventions import Convention, Durations, Level, Phenotype
from hematotox.reporting.figures.style import (
    COLOURS,
    DOUBLE_COLUMN,
    GREY,
    SMALL,
    TEXT,
    add_axes,
    line_height,
    new_figure,
    put_text,
    wrap,
)
from hematotox.reporting.words.notes import SYNTHETIC

LEFT, RIGHT, TOP, PANEL_HEIGHT, FOOT = 14.0, 12.0, 9.0, 70.0, 10.0
SPELL_COLOURS = ("#F5C9BF", "#C0392B")
"""Of the first level and of the levels below it."""


@dataclass(frozen=True, slots=True)
class PanelWords:
    """What stands on the panel: whose it is, the variable and unit, where the patients are from."""

    patient: str
    label: str
    unit: str
    synthetic: bool


def patient_panel_figure(
    course: pd.DataFrame,
    sentences: Mapping[str, Sequence[str]],
    *,
    convention: Convention,
    variable: str,
    words: PanelWords,
) -> Any:
    """Return the panel of one patient.

    Parameters
    ----------
    course : the patient's rows of table `courses`
    sentences : why she has her grade, by window
    convention : the convention that graded
    variable : laboratory variable
    words : what stands on the panel
    """
    windows = {n: w for n, w in convention.windows.items() if w.variable == variable}
    lines = _text_lines(sentences)
    height = TOP + PANEL_HEIGHT + FOOT + line_height(SMALL) * (len(lines) + 2)
    figure = new_figure(DOUBLE_COLUMN, height)
    title = f"Patient {words.patient}: {words.label}, {convention.name}"
    put_text(figure, LEFT, 3.0, title, weight="bold")
    axes = add_axes(figure, LEFT, TOP, width=DOUBLE_COLUMN - LEFT - RIGHT, height=PANEL_HEIGHT)
    span = (min(w.days[0] for w in windows.values()), max(w.days[1] for w in windows.values()))
    levels = _levels(windows)
    floor = levels[-1] / 10
    shown = course.assign(value=course["value"].clip(lower=floor))
    _draw_axes(axes, shown, span, floor=floor, label=f"{words.label} ({words.unit})")
    _draw_thresholds(axes, levels, span)
    starts: list[int] = []
    for name, window in windows.items():
        _draw_window(axes, shown[shown["window"] == name], window)
        _name_window(axes, name, window.days[0], below=starts.count(window.days[0]))
        starts.append(window.days[0])
    y = TOP + PANEL_HEIGHT + FOOT
    for text, look in lines:
        put_text(figure, LEFT if look else LEFT + 2.0, y, text, fontsize=SMALL, **look)
        y += line_height(SMALL)
    if words.synthetic:
        put_text(figure, LEFT, y, SYNTHETIC, fontsize=SMALL, color=GREY)
    return figure


def _text_lines(sentences: Mapping[str, Sequence[str]]) -> list[tuple[str, dict[str, Any]]]:
    lines: list[tuple[str, dict[str, Any]]] = []
    for window, told in sentences.items():
        result, *reasons = told
        name = window.replace("_", " ").capitalize()
        lines.append((f"{name}: {result[:1].lower()}{result[1:]}", {"weight": "bold"}))
        for sentence in reasons:
            wrapped = wrap(sentence, DOUBLE_COLUMN - LEFT - RIGHT - 2.0, SMALL)
            lines += [(part, {}) for part in wrapped]
    return lines


def _levels(windows: Mapping[str, Any]) -> list[float]:
    """Return every threshold of the windows, from the highest."""
    found: list[Level] = []
    for window in windows.values():
        if isinstance(window, Durations):
            found += window.levels.values()
        elif isinstance(window, Phenotype):
            found += [window.aplastic, window.dip]
        else:
            found += window.grades.values()
    ends = {level.at_most if level.at_most is not None else level.below for level in found}
    return sorted((float(end) for end in ends if end is not None), reverse=True)


def _draw_axes(
    axes: Any, course: pd.DataFrame, span: tuple[int, int], *, floor: float, label: str
) -> None:
    """Draw a logarithmic axis from a tenth of the lowest threshold; lower values stand on it."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    highest = course["value"].max()
    axes.set_yscale("log")
    axes.set_ylim(floor * 0.8, np.nanmax([highest * 1.5, floor * 1000]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlim(span[0] - 1, span[1] + 1)
    axes.set_xticks(range(0, span[1] + 1, 10))
    axes.set_xlabel("Days after infusion", labelpad=2)
    axes.set_ylabel(label)


def _draw_thresholds(axes: Any, levels: Sequence[float], span: tuple[int, int]) -> None:
    for level in levels:
        axes.axhline(level, color=GREY, linewidth=0.6, linestyle=(0, (4, 2)), zorder=1)
        axes.text(span[1] + 1.6, level, f"{level:g}", va="center", fontsize=SMALL, color=GREY)


def _name_window(axes: Any, name: str, first: int, *, below: int) -> None:
    """Write the name of a window where it starts, under those that start on the same day."""
    axes.axvline(first - 0.5, color=GREY, linewidth=0.5)
    axes.annotate(
        name.replace("_", " "),
        (first, axes.get_ylim()[1]),
        xytext=(0, -TEXT * (0.2 + 1.3 * below)),
        textcoords="offset points",
        va="top",
        fontsize=TEXT,
    )


def _draw_window(axes: Any, course: pd.DataFrame, window: Any) -> None:
    """Draw one window: its days, the spells, the counted values and the measured ones."""
    first, last = window.days
    if not len(course):
        axes.axvspan(first - 0.5, last + 0.5, color="#EEEEEE", linewidth=0, zorder=0)
        return
    end = int(course["day"].max())
    if end < last:
        axes.axvspan(end + 0.5, last + 0.5, color="#EEEEEE", linewidth=0, zorder=0)
    for level, colour in _spell_colours(window):
        days = course.loc[course["spell"] == level, "day"].to_numpy()
        axes.bar(days, axes.get_ylim()[1], 1.0, color=colour, linewidth=0, alpha=0.55, zorder=0)
    measured = course[course["measured"]]
    if isinstance(window, Durations):
        axes.plot(course["day"], course["value"], color=COLOURS[0], linewidth=0.8, zorder=2)
        filled = course[course["value"].notna() & ~course["measured"]]
        look = {"color": "white", "markeredgecolor": COLOURS[0], "markeredgewidth": 0.5}
        axes.plot(filled["day"], filled["value"], "o", markersize=2.4, zorder=3, **look)
    axes.plot(measured["day"], measured["value"], "o", color=COLOURS[0], markersize=3.2, zorder=4)


def _spell_colours(window: Any) -> list[tuple[str, str]]:
    """Return the levels of a window with the colour of their spells, the highest level first."""
    if not isinstance(window, Durations):
        return []
    levels = list(window.levels)
    return [(level, SPELL_COLOURS[min(place, 1)]) for place, level in enumerate(levels)]
