"""Risk at each number of points and in each group, beside published or predicted risks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from hematotox.declarations.study.kinds.calibration import CalibrationFigure
from hematotox.declarations.study.vocabulary import CONDITIONS
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.marks import note
from hematotox.reporting.figures.panel_grid import PanelText, panel_grid, risk_title
from hematotox.reporting.figures.style import COLOURS, GREY, SMALL
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import Row, all_where, as_rows, conditions, first
from hematotox.reporting.words.sources import of_estimate, sources

OBSERVED, PUBLISHED = COLOURS[0], COLOURS[1]
WIDE = 2.0
"""Distance of two groups on the axis, in distances of two numbers of points."""
FOOT_OF_POINTS, FOOT_OF_CURVE = 17.0, 9.0
MEASURES = {
    "calibration_in_the_large": "calibration in the large",
    "log_odds_ratio_observed_expected": "observed over published log odds ratio",
    "calibration_slope": "slope",
    "brier": "Brier score",
    "scaled_brier": "scaled Brier score",
    "ici": "mean distance (ICI)",
    "e50": "median distance (E50)",
    "e90": "90th percentile (E90)",
}


def calibration_figure(
    frame: pd.DataFrame, display: CalibrationFigure, words: Words, *, notes: list[str]
) -> Any:
    """Return the figure, one panel an analysis and repetition."""
    del display
    rows = as_rows(frame)
    keys = ("analysis", "population", "centre")
    drawn = ("calibration", "risk_by_points")
    own = [row for row in rows if row["method"] in drawn and row["estimand"] != "count"]
    found = dict.fromkeys(tuple(row[key] for key in keys) for row in own)
    panels = [all_where(rows, **dict(zip(keys, one, strict=True))) for one in found]
    texts = [_text(panel, words) for panel in panels]
    marks = [OWN_MARKS] if any(_by_level(panel) for panel in panels) else []
    marks += [THEIR_MARKS] if all_where(rows, estimand="published_risk") else []
    figure, axes = panel_grid(texts, [*marks, *_conditions(own, words), *notes])
    for position, (ax, panel, text) in enumerate(zip(axes, panels, texts, strict=True), start=1):
        if _by_level(panel):
            _draw_levels(ax, panel, words)
        else:
            _draw_curve(ax, panel)
        shown = [row for row in panel if row["estimate"] is not None]
        for row in shown:
            if row["method"] != "evaluability":
                note(
                    figure, position, text.title, (*of_estimate(row), *sources(row, "n", "n_event"))
                )
    return figure


OWN_MARKS = (
    "Dots: observed risk with 95% limits at each number of points, in each group and in all."
)
THEIR_MARKS = "Diamonds: published risk, with limits where print has counts or limits."


SEEN = ("no events", "only events")
"""Conditions of a single number of points that its dot shows."""


def _conditions(rows: Sequence[Row], words: Words) -> list[str]:
    """Return what was wrong, and at which points where it was not everywhere."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        at_points = row["method"] == "risk_by_points"
        for name in conditions([row]):
            if not (at_points and name in SEEN):
                where = f"{_level(row, words)} points" if at_points else ""
                found.setdefault(name, {})[where] = None
    said = []
    for name, places in found.items():
        at = "" if "" in places else f" ({', '.join(places)})"
        said.append(f"{wording.capitalised(name)}{at}: {CONDITIONS[name]}.")
    return said


def _by_level(panel: Sequence[Row]) -> list[Row]:
    """Return the observed risks in the order of the axis: points, groups, all."""
    observed = all_where(panel, estimand="observed_risk")
    points = [row for row in observed if row["method"] == "risk_by_points"]
    points.sort(key=lambda row: float(str(row["group"])))
    own = [row for row in observed if row["method"] == "calibration"]
    return [*points, *(r for r in own if r["group"]), *(r for r in own if not r["group"])]


def _text(panel: Sequence[Row], words: Words) -> PanelText:
    row = next(row for row in panel if row["method"] != "evaluability")
    marker = next(
        str(one["term"]) for one in panel if one["method"] != "evaluability" and one["term"]
    )
    title = risk_title(row, row["time"], marker, words=words)
    levels = bool(_by_level(panel))
    cohorts = dict.fromkeys(str(r["reference"]) for r in panel if r["reference"])
    below = [_sentence(all_where(panel, reference=one), one, words) for one in cohorts]
    rest = _measures([r for r in panel if not r["reference"]])
    return PanelText(title, (*below, *([rest] if rest else [])),
                     FOOT_OF_POINTS if levels else FOOT_OF_CURVE)  # fmt: skip


def _sentence(rows: Sequence[Row], cohort: str, words: Words) -> str:
    """Return a published cohort's comparison in words."""
    parts = []
    for estimand, how in (
        ("log_observed_expected", "observed to published risk"),
        ("log_observed_expected_uncertain", "with the uncertainty of the published risk"),
    ):
        known = [r for r in all_where(rows, estimand=estimand) if r["estimate"] is not None]
        if known:
            said = ", ".join(
                f"{_level(r, words)}\u00a0{numbers.estimate_with_interval(r)}" for r in known
            )
            parts.append(f"{how}, ratio (95% CI): {said}")
    rest = _measures(rows)
    return f"{cohort}: {'; '.join([*parts, *([rest] if rest else [])])}."


def _measures(rows: Sequence[Row]) -> str:
    found = [(name, first(rows, estimand=name)) for name in MEASURES]
    return "; ".join(
        f"{MEASURES[name]} {numbers.estimate_with_interval(row)}"
        for name, row in found
        if row is not None and row["estimate"] is not None
    )


def _level(row: Row, words: Words) -> str:
    return words.level(str(row["term"]), str(row["group"])) if row["group"] else "all"


def _draw_levels(axes: Any, panel: Sequence[Row], words: Words) -> None:
    rows = _by_level(panel)
    places: dict[tuple[str, str], float] = {}
    place = 0.0
    for row in rows:
        place += 1.0 if row["method"] == "risk_by_points" else WIDE
        places[str(row["term"]), str(row["group"])] = place
        _mark(axes, place, row, colour=OBSERVED, marker="o")
    cohorts = list(dict.fromkeys(str(r["reference"]) for r in panel if r["reference"]))
    for row in all_where(panel, estimand="published_risk"):
        at = places.get((str(row["term"]), str(row["group"])))
        if at is not None:
            shift = 0.45 + 0.4 * cohorts.index(str(row["reference"]))
            _mark(axes, at + shift, row, colour=PUBLISHED, marker="D")
    ticks = [places[str(row["term"]), str(row["group"])] for row in rows]
    axes.set_xlim(0.3, ticks[-1] + WIDE / 2)
    axes.set_xticks(ticks, [_level(row, words).replace(" (", "\n(") for row in rows])
    _percent_axis(axes, "Risk (%)")
    axes.tick_params(axis="x", length=0, pad=3.5)
    look = {"transform": axes.get_xaxis_transform(), "ha": "center", "va": "top", "fontsize": SMALL}
    for line, column in enumerate(("n", "n_event")):
        down = -0.2 - 0.08 * line
        head = "Patients" if column == "n" else "Events"
        axes.text(-0.02, down, head, **(look | {"ha": "right", "transform": axes.transAxes}))
        for row, at in zip(rows, ticks, strict=True):
            axes.text(at, down, numbers.count(row[column]), **look)
    points = [t for t, row in zip(ticks, rows, strict=True) if row["method"] == "risk_by_points"]
    if points:
        middle = (points[0] + points[-1]) / 2
        axes.text(middle, -0.115, "Points", **look)
        axes.axvline(points[-1] + WIDE / 2, color=GREY, linewidth=0.4, linestyle=(0, (2, 2)))


def _mark(axes: Any, place: float, row: Row, *, colour: str, marker: str) -> None:
    if row["estimate"] is None:
        return
    if row["conf_low"] is not None and row["conf_high"] is not None:
        limits = [100 * float(row[end]) for end in ("conf_low", "conf_high")]
        axes.plot([place, place], limits, color=colour, linewidth=0.9, clip_on=False)
    face = "white" if marker == "D" else colour
    axes.plot(place, 100 * float(row["estimate"]), marker=marker, markersize=3.6, color=colour,
              markerfacecolor=face, linestyle="none", clip_on=False, zorder=4)  # fmt: skip


def _percent_axis(axes: Any, label: str) -> None:
    axes.set_ylim(0, 100)
    axes.set_yticks(range(0, 101, 20))
    axes.set_ylabel(label, labelpad=2)


def _draw_curve(axes: Any, panel: Sequence[Row]) -> None:
    """Draw the observed over the predicted risk, with the line of perfect calibration."""
    curve = sorted(all_where(panel, estimand="calibration_curve"), key=lambda row: row["time"])
    x = [100 * float(row["time"]) for row in curve]
    low, mid, high = (
        [100 * float(row[column]) for row in curve]
        for column in ("conf_low", "estimate", "conf_high")
    )
    axes.plot((0, 100), (0, 100), color=GREY, linewidth=0.6, linestyle=(0, (3, 2)))
    axes.fill_between(x, low, high, color=OBSERVED, alpha=0.18, linewidth=0)
    axes.plot(x, mid, color=OBSERVED)
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("Predicted risk (%)", labelpad=2)
    _percent_axis(axes, "Observed risk (%)")
