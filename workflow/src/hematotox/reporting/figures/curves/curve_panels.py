"""What one panel of a figure of curves shows, before it is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hematotox.declarations.study.display_base import CurveFigure, Panel
from hematotox.declarations.study.vocabulary import CONDITIONS
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.curves.curve_looks import CurveLook, curve_looks, too_many
from hematotox.reporting.figures.curves.curve_tests import panel_tests
from hematotox.reporting.figures.style import SMALL, wrap
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.curve_groups import CurveGroup, curve_groups
from hematotox.reporting.words.numbers import TimeUnit
from hematotox.reporting.words.rows import Row
from hematotox.reporting.words.sources import Sources, of_estimate, sources

Numbers = NDArray[np.float64]
MOST_TICKS, MOST_BANDS = 8, 6
"""Most ticks of an axis; curves of a panel above which no confidence bands are drawn."""
SHORT = {"days": "d", "months": "mo", "years": "y"}
NO_BANDS = f"More than {MOST_BANDS} curves: without confidence bands."
STEPS: dict[str, tuple[float, ...]] = {
    "days": (1, 2, 5, 7, 10, 14, 20, 30, 50, 60, 90, 100, 180, 365),
    "months": (1, 2, 3, 6, 12, 24, 36, 48, 60, 120),
    "years": (0.5, 1, 2, 3, 5, 10),
}


@dataclass(frozen=True, slots=True)
class DrawnCurve:
    """A step curve in display units (time unit, per cent) and its look."""

    label: str
    steps: tuple[Row, ...]
    """The rows of the curve, one a step."""
    events: str
    """Events and patients, "45/138"."""
    sources_of_events: Sources
    median: str
    sources_of_median: Sources
    look: CurveLook
    times: Numbers
    values: Numbers
    low: Numbers
    high: Numbers
    censored: NDArray[np.bool_]
    """True at a step at which somebody was censored."""
    banded: bool
    """Limits are drawn; with several causes and groups only those of the event."""


@dataclass(frozen=True, slots=True)
class RiskLine:
    """Printed numbers at risk at the ticks, one line a group."""

    label: str
    colour: str
    numbers: tuple[str, ...]
    sources: tuple[Sources, ...]


@dataclass(frozen=True, slots=True)
class CurvePanel:
    """Everything one panel shows."""

    title: str
    curves: tuple[DrawnCurve, ...]
    tests: tuple[str, ...]
    """Tests and ratios, in lines."""
    sources_of_tests: Mapping[str, Sources]
    """Tests and ratios, whole, and which numbers they show."""
    notes: tuple[str, ...]
    x_label: str
    y_label: str
    ticks: tuple[float, ...]
    end: float
    """End of the time axis in display units."""
    median_header: str
    at_risk: tuple[RiskLine, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What differs between survival and incidence."""

    top: float
    """Upper end of the vertical axis in per cent."""
    show_limits: bool
    show_censored: bool
    corners: tuple[str, ...]
    """Where tests may stand, the best place first."""
    width: float | None = None
    """Of the whole figure in millimetres, if the display says it."""


def curve_panel(
    rows: Sequence[Row], display: CurveFigure, panel: Panel, words: Words
) -> CurvePanel:
    """Return the panel of the rows of its analyses."""
    wanted = getattr(display, "causes", ())
    groups = [g for g in curve_groups(rows, words) if not wanted or g.cause in wanted]
    unit = display.time_unit
    end, ticks = time_axis(groups, display)
    crowd = too_many(groups)
    groups = [] if crowd else groups
    looks = curve_looks(groups)
    tests = panel_tests(rows, groups, words) if groups else {}
    curves = [
        _drawn(group, groups, words, unit, look=looks[position])
        for position, group in enumerate(groups)
    ]
    return CurvePanel(
        title=panel.title,
        curves=tuple(curves),
        tests=tuple(tests),
        sources_of_tests=tests,
        notes=(*([_without(panel, crowd)] if crowd else []), *_notes(rows, groups, words, display)),
        x_label=_x_label(groups, unit),
        y_label=getattr(display, "y_label", None) or _y_label(groups, words),
        ticks=ticks,
        end=end,
        median_header=f"Median (95% CI), {SHORT[unit]}" if _has_medians(groups) else "",
        at_risk=tuple(_risk_lines(groups, words, looks, ticks=ticks, unit=unit)),
    )


def wrap_tests(panel: CurvePanel, width: float) -> CurvePanel:
    """Return the panel with tests in lines that are not wider than so many millimetres."""
    lines = tuple(line for test in panel.tests for line in wrap(test, width, SMALL))
    return replace(panel, tests=lines)


def _has_medians(groups: Sequence[CurveGroup]) -> bool:
    return any(g.method == "kaplan_meier" and g.median is not None for g in groups)


def time_axis(
    groups: Sequence[CurveGroup], display: CurveFigure
) -> tuple[float, tuple[float, ...]]:
    """Return the end of the time axis and its ticks, in the display's unit."""
    last = max((float(row["time"]) for g in groups for row in g.curve), default=0.0)
    end = numbers.in_unit(display.horizon or last or 365.0, display.time_unit)
    step = display.tick_every or next(
        (step for step in STEPS[display.time_unit] if end / step <= MOST_TICKS - 1),
        end / (MOST_TICKS - 1),
    )
    steps = math.floor(end / step + 0.02)
    ticks = tuple(step * i for i in range(steps + 1))
    return max(end, ticks[-1]), ticks


def _drawn(
    group: CurveGroup,
    groups: Sequence[CurveGroup],
    words: Words,
    unit: TimeUnit,
    *,
    look: CurveLook,
) -> DrawnCurve:
    curve = group.curve
    at_risk = np.array([float(row["n_at_risk"] or 0) for row in curve])
    events = np.array([float(row["n_event"] or 0) for row in curve])
    median = group.median if group.method == "kaplan_meier" else None
    return DrawnCurve(
        label=_label(group, groups, words),
        steps=tuple(curve),
        events=f"{group.events}/{group.patients}",
        sources_of_events=(*group.sources_of_events, *sources(group.rows[0], "n")),
        median=numbers.estimate_with_interval(median, unit) if median else "",
        sources_of_median=of_estimate(median, unit) if median else (),
        look=look,
        times=np.array([numbers.in_unit(row["time"], unit) for row in curve]),
        values=_percent(curve, "estimate"),
        low=_percent(curve, "conf_low"),
        high=_percent(curve, "conf_high"),
        censored=at_risk - events > np.append(at_risk[1:], 0.0),
        banded=_banded(group, groups),
    )


def _risk_lines(
    groups: Sequence[CurveGroup],
    words: Words,
    looks: Sequence[CurveLook],
    *,
    ticks: Sequence[float],
    unit: TimeUnit,
) -> list[RiskLine]:
    """Return the patients at risk of each group; the causes of a group share one line."""
    first_cause = [g for g in groups if g.cause == groups[0].cause]
    lines = []
    for group, look in zip(groups, looks, strict=True):
        if group.cause != groups[0].cause:
            continue
        steps = [_step_at(group.curve, numbers.in_days(tick, unit)) for tick in ticks]
        lines.append(
            RiskLine(
                label=_label(group, first_cause, words) if len(first_cause) > 1 else "",
                colour=look.colour if len(first_cause) > 1 else "black",
                numbers=tuple(numbers.count(s["n_at_risk"] or 0) if s else "0" for s in steps),
                sources=tuple(sources(s, "n_at_risk") if s else () for s in steps),
            )
        )
    return lines


def _percent(curve: Sequence[Row], column: str) -> Numbers:
    estimand = str(curve[0]["estimand"]) if curve else "survival_curve"
    return np.array([numbers.printed_scale(estimand, row[column]) for row in curve])


def _step_at(curve: Sequence[Row], tick: float) -> Row | None:
    """Return the step that tells the patients at risk at a tick: the first at or after it."""
    return next((row for row in curve if row["time"] >= tick), None)


def _label(group: CurveGroup, groups: Sequence[CurveGroup], words: Words) -> str:
    parts = []
    if group.group:
        parts.append(wording.level(words, group.exposure, group.group))
    named = wording.analysis(words, group.analysis) if len({g.analysis for g in groups}) > 1 else ""
    if group.population and not named and len({g.population for g in groups}) > 1:
        parts.append(group.population)
    parts.append(named)
    if len({g.cause for g in groups}) > 1:
        parts.append(wording.cause(words, group.endpoint, group.cause))
    everybody = "All" if len(groups) == 1 else "All patients"
    return ", ".join(p for p in parts if p) or everybody


def _x_label(groups: Sequence[CurveGroup], unit: TimeUnit) -> str:
    landmarks = {row["landmark"] for g in groups for row in g.rows[:1]} - {None}
    since = f" since day {max(landmarks):g}" if landmarks else ""
    return f"{wording.capitalised(unit)}{since}"


def _y_label(groups: Sequence[CurveGroup], words: Words) -> str:
    names = list(dict.fromkeys(_quantity(group, groups, words) for group in groups))
    return f"{names[0]} (%)" if len(names) == 1 else "Probability (%)"


def _quantity(group: CurveGroup, groups: Sequence[CurveGroup], words: Words) -> str:
    endpoint = wording.endpoint(words, group.endpoint)
    if not group.cause:
        return endpoint
    if len({g.cause for g in groups}) > 1:
        return "Cumulative incidence"
    if wording.is_event(words, group.endpoint, group.cause):
        return endpoint
    return wording.cause(words, group.endpoint, group.cause)


def _without(panel: Panel, crowd: str) -> str:
    """Return why a panel has no curve."""
    return f"{panel.title}: {crowd}." if panel.title else f"{crowd}."


def _band_notes(groups: Sequence[CurveGroup], words: Words) -> list[str]:
    """Return which curves have a confidence band, where not all have one."""
    with_band = [group for group in groups if _banded(group, groups)]
    if not with_band and groups:
        return [NO_BANDS]
    cause = wording.cause(words, groups[0].endpoint, groups[0].cause) if groups else ""
    return [f"Confidence bands: {cause} only."] if len(with_band) < len(groups) else []


def _banded(group: CurveGroup, groups: Sequence[CurveGroup]) -> bool:
    alone = group.cause == groups[0].cause or len({g.group for g in groups}) == 1
    return alone and len(groups) <= MOST_BANDS


def _notes(
    rows: Sequence[Row], groups: Sequence[CurveGroup], words: Words, display: CurveFigure
) -> list[str]:
    """Return the conditions of groups and tests in words, and where there are no bands."""
    notes = _band_notes(groups, words) if getattr(display, "show_limits", True) else []
    everybody = set.intersection(*(set(group.conditions) for group in groups)) if groups else set()
    for group in groups:
        notes += [
            f"{wording.capitalised(name) if name in everybody else _label(group, groups, words)}: "
            f"{CONDITIONS.get(name, name)}."
            for name in group.conditions
        ]
    others = [row for row in rows if row["method"] not in ("kaplan_meier", "cumulative_incidence")]
    for row in others:
        for name in str(row["condition"] or "").split("; "):
            if name:
                notes.append(f"{wording.capitalised(name)}: {CONDITIONS.get(name, name)}.")
    return list(dict.fromkeys(notes))
