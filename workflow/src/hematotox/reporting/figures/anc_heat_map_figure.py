"""Heat map of the neutrophil counts of all patients: a row a patient, a column a day.

For the site only: it shows single patients, though no identifier.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from hematotox.declarations.study.on_site_plan import OnSitePlan
from hematotox.reporting.figures.style import (
    DOUBLE_COLUMN,
    GRADES,
    SMALL,
    TEXT,
    add_axes,
    line_height,
    new_figure,
    put_notes,
    put_text,
    text_width,
    wrap_notes,
)
from hematotox.reporting.figures.swatches import swatches
from hematotox.reporting.words import wording
from hematotox.reporting.words.notes import SYNTHETIC

LEFT, RIGHT, TOP, FOOT, STRIP = 32.0, 5.0, 12.0, 11.0, 3.0
LEGEND_LINE = 5.0
TALLEST, HIGHEST_ROW = 190.0, 3.0
"""Height of all rows and of one row, at most, in millimetres."""
CUTS = (0.1, 0.5, 1.0, 1.5)
COLOURS = ("#4A0C2E", "#C0392B", "#F0A35E", "#F7E3A1", "#9CC5DE")
"""From at most 100 per microlitre to above 1500; told apart in grey by their lightness."""
FILLED, UNMEASURED, AFTER_END = "#E9C6C6", "#FFFFFF", "#E3E3E3"
LEGEND = ("≤ 0.1", "≤ 0.5", "≤ 1.0", "≤ 1.5", "> 1.5", "unmeasured, in a spell", "unmeasured",
          "not observed")  # fmt: skip
NOT_ASSESSABLE = "#C9C9C9"
STRICTLY_SITE = "Shows single patients: for use at the site only."


def anc_heat_map_figure(courses: pd.DataFrame, grades: pd.DataFrame, plan: OnSitePlan) -> Any:
    """Return the heat map.

    Parameters
    ----------
    courses : table `courses` of the neutrophil count
    grades : table `grades`; the first two windows of the plan's convention order the rows and
        stand beside them
    plan : the convention, the study's words, and whether its patients are synthetic
    """
    windows = [name for name, w in plan.convention.windows.items() if w.variable == "anc"][:2]
    own = grades[grades["convention"] == plan.convention.id]
    graded = [own[own["window"] == name].set_index("patient_id") for name in windows]
    order = _order(graded)
    span = _days(courses, plan, windows)
    height = min(TALLEST, HIGHEST_ROW * max(len(order), 1))
    notes = wrap_notes(_notes(plan, windows), DOUBLE_COLUMN - 6)
    legend = LEGEND_LINE * (2 if windows[1:] else 1)
    whole = TOP + height + FOOT + legend + line_height(SMALL) * len(notes) + 2.0
    figure = new_figure(DOUBLE_COLUMN, whole)
    unit = wording.unit(plan.dictionary.variables["anc"].unit)
    put_text(figure, 3.0, 3.0, plan.title, weight="bold")
    subtitle = f"Neutrophil count ({unit}), lowest of each day; {len(order)} patients"
    put_text(figure, 3.0, 3.0 + line_height(TEXT), subtitle)
    axes = add_axes(
        figure, LEFT, TOP, width=DOUBLE_COLUMN - LEFT - RIGHT - STRIP * len(graded[1:]) - 1.5,
        height=height,
    )  # fmt: skip
    _draw_days(axes, courses, order, span)
    _draw_spells(axes, courses, order)
    _draw_groups(figure, axes, graded[0] if graded else own, order, height=height)
    _draw_strip(figure, graded[1:], order, height=height, names=windows[1:])
    top = TOP + height + FOOT
    _draw_legend(figure, top, windows[1:])
    put_notes(figure, 3.0, top + legend, lines=notes)
    return figure


def _order(graded: Sequence[pd.DataFrame]) -> list[str]:
    """Return the patients by grade of the first window, days at its first level, other grades."""
    if not graded:
        return []
    table = pd.DataFrame({"grade": graded[0]["grade"].astype("Float64")})
    table["days"] = graded[0]["days_500"].astype("Float64")
    for position, other in enumerate(graded[1:]):
        table[f"other_{position}"] = other["grade"].astype("Float64").reindex(table.index)
    names = list(table.columns)
    ordered = table.reset_index().sort_values(
        [*names, "patient_id"], ascending=[False] * len(names) + [True], na_position="last",
        kind="stable",
    )  # fmt: skip
    return [str(patient) for patient in ordered["patient_id"]]


def _days(courses: pd.DataFrame, plan: OnSitePlan, windows: Sequence[str]) -> tuple[int, int]:
    spans = [plan.convention.windows[name].days for name in windows]
    if not spans:
        return (0, int(courses["day"].max()) if len(courses) else 0)
    return (min(first for first, _ in spans), max(last for _, last in spans))


def _draw_days(
    axes: Any, courses: pd.DataFrame, order: Sequence[str], span: tuple[int, int]
) -> None:
    """Colour every measured day; days that were not measured stay white."""
    from matplotlib.colors import BoundaryNorm, ListedColormap

    first, last = span
    colours = (*COLOURS, FILLED, UNMEASURED, AFTER_END)
    after = len(colours) - 1
    grid = np.full((max(len(order), 1), last - first + 1), after)
    place = {patient: row for row, patient in enumerate(order)}
    rows = courses["patient_id"].map(place).to_numpy(dtype=int)
    days = courses["day"].to_numpy(dtype=int) - first
    value = courses["value"].to_numpy(dtype=float)
    code = np.searchsorted(np.array(CUTS), value)
    unmeasured = np.where(courses["spell"].to_numpy() != "", after - 2, after - 1)
    code = np.where(courses["measured"].to_numpy(), code, unmeasured)
    grid[rows, days] = code
    norm = BoundaryNorm(np.arange(len(colours) + 1) - 0.5, len(colours))
    axes.imshow(
        grid, cmap=ListedColormap(list(colours)), norm=norm, aspect="auto", interpolation="none",
        extent=(first - 0.5, last + 0.5, max(len(order), 1), 0),
    )  # fmt: skip
    axes.set_yticks([])
    axes.set_xticks(range(0, last + 1, 10))
    axes.set_xlabel("Days after infusion", labelpad=2)
    for side in ("top", "right"):
        axes.spines[side].set_visible(True)


def _draw_spells(axes: Any, courses: pd.DataFrame, order: Sequence[str]) -> None:
    """Draw a line where each spell starts and where it ends."""
    from matplotlib.collections import LineCollection

    place = {patient: row for row, patient in enumerate(order)}
    inside = courses[courses["spell"] != ""].sort_values(["patient_id", "day"], kind="stable")
    row = inside["patient_id"].map(place).to_numpy(dtype=int)
    day = inside["day"].to_numpy(dtype=int)
    if not day.size:
        return
    starts = np.flatnonzero(np.r_[True, (np.diff(row) != 0) | (np.diff(day) != 1)])
    ends = np.r_[starts[1:], day.size] - 1
    edges = [*zip(row[starts], day[starts] - 0.5, strict=True)]
    edges += zip(row[ends], day[ends] + 0.5, strict=True)
    segments = [[(x, y), (x, y + 1)] for y, x in edges]
    axes.add_collection(LineCollection(segments, colors="black", linewidths=0.7))


def _draw_groups(
    figure: Any, axes: Any, graded: pd.DataFrame, order: Sequence[str], *, height: float
) -> None:
    """Write the grade and number of patients beside each group of rows, with a line between."""
    grade = graded["grade"].reindex(list(order))
    labels = [("Not assessable" if pd.isna(one) else f"Grade {one}") for one in grade]
    names = list(dict.fromkeys(labels))
    row, free = 0, TOP
    for name in names:
        count = labels.count(name)
        middle = TOP + height * (row + count / 2) / max(len(labels), 1)
        top = max(middle - line_height(TEXT) / 2, free)
        put_text(figure, LEFT - 2.0, top, f"{name} ({count})", ha="right")
        free = top + line_height(TEXT)
        row += count
        if row < len(labels):
            axes.axhline(row, color="black", linewidth=0.7)


def _draw_strip(
    figure: Any, others: Sequence[pd.DataFrame], order: Sequence[str], *, height: float,
    names: Sequence[str],
) -> None:  # fmt: skip
    """Draw the grade of the other window as a narrow strip."""
    from matplotlib.colors import ListedColormap

    for position, (other, name) in enumerate(zip(others, names, strict=True)):
        left = DOUBLE_COLUMN - RIGHT - STRIP * (len(others) - position)
        axes = add_axes(figure, left, TOP, width=STRIP - 0.5, height=height)
        grade = other["grade"].reindex(list(order)).astype("Float64").fillna(-1)
        column = grade.to_numpy(dtype=float)[:, None] if len(order) else [[-1.0]]
        axes.imshow(
            column, vmin=-1.5, vmax=4.5, aspect="auto",
            cmap=ListedColormap([NOT_ASSESSABLE, *GRADES]), interpolation="none",
        )  # fmt: skip
        put_text(figure, left + STRIP / 2, TOP - 2.6, name, ha="center", fontsize=SMALL)
        axes.set_xticks([])
        axes.set_yticks([])
        for side in ("top", "right"):
            axes.spines[side].set_visible(True)


def _draw_legend(figure: Any, top: float, others: Sequence[str]) -> None:
    """Draw what the colours of the days mean, and those of the strips of other windows."""
    colours = (*COLOURS, FILLED, UNMEASURED, AFTER_END)
    days = list(zip(LEGEND, colours, strict=True))
    swatches(figure, days, left=3.0, top=top, right=DOUBLE_COLUMN)
    if not others:
        return
    text, top = f"{wording.capitalised(others[0].replace('_', ' '))} grade", top + LEGEND_LINE
    put_text(figure, 3.0, top - 0.1, text, fontsize=SMALL)
    grades = [(str(grade), colour) for grade, colour in enumerate(GRADES)]
    entries = [*grades, ("not assessable", NOT_ASSESSABLE)]
    left = 3.0 + text_width(text, SMALL) + 2.0
    swatches(figure, entries, left=left, top=top, right=DOUBLE_COLUMN)


def _notes(plan: OnSitePlan, windows: Sequence[str]) -> list[str]:
    first = windows[0].replace("_", " ") if windows else ""
    notes = [
        f"Rows: one patient each, without identifier, in the order of the {first} grade "
        f"({plan.convention.name}) and of the days at or below 0.5. Black lines: start and end of "
        "each spell at or below 0.5 as the convention counts it, with the gaps it fills and the "
        "interruptions it joins.",
        STRICTLY_SITE,
    ]
    return [*notes, SYNTHETIC] if plan.synthetic else notes
