"""Grades of ICAHT and T-ICAHT from daily blood counts.

Functions on grids (one row a day, one column a patient; NaN where nothing was measured); they know
no patient and no file. `grade_window` grades under a convention's rule and adds the lowest and the
highest grade compatible with the measurements: those after filling every unmeasured day with a
value above all levels, and below all. These bounds are exact, because lowering a value never
lowers a grade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hematotox.cohort.grading.cytopenia import lowest_pair
from hematotox.cohort.grading.daily_values import (
    DailyValues,
    Flags,
    Grid,
    Indices,
    fill_gaps,
    within,
)
from hematotox.cohort.grading.runs import Runs, find_runs
from hematotox.cut_offs import round_significant
from hematotox.declarations.conventions import (
    ConsecutivePair,
    Durations,
    GradeName,
    Level,
    TwoLowest,
)

GradedWindow = Durations | TwoLowest | ConsecutivePair


@dataclass(frozen=True, slots=True)
class WindowGrades:
    """Grades of one window, one entry a patient.

    `longest` and `cumulative` hold the days at each level by its name; `value` the blood count
    that a late rule grades (NaN without one).
    """

    grade: Indices
    grade_low: Indices
    grade_high: Indices
    value: Grid
    longest: dict[str, Indices] = field(default_factory=dict)
    cumulative: dict[str, Indices] = field(default_factory=dict)


def grade_window(
    window: GradedWindow, values: DailyValues, *, end: Indices, possible_end: Indices
) -> WindowGrades:
    """Grade one window under a convention's rule, with bounds.

    Parameters
    ----------
    window : the rule
    values : daily values; the first row is the window's first day
    end : row of the last day on which each patient was observed, -1 for none
    possible_end : the last row on which she may have had values: later than `end` where she was
        lost alive
    """
    low = _grade_completed(window, values.highest, unmeasured=np.inf, end=possible_end)
    if isinstance(window, Durations) and window.join_at_end:
        low = np.minimum(low, _grade_completed(window, values.highest, unmeasured=np.inf, end=end))
    high = _grade_completed(window, values.lowest, unmeasured=-np.inf, end=possible_end)
    observed = within(values.value, end)
    if isinstance(window, Durations):
        runs = duration_runs(window, observed, end=end)
        return WindowGrades(
            grade=_duration_grade(window, runs, end=end),
            grade_low=low,
            grade_high=high,
            value=np.full(end.size, np.nan),
            longest={name: run.longest for name, run in runs.items()},
            cumulative={name: run.cumulative for name, run in runs.items()},
        )
    value = graded_value(window, observed)
    return WindowGrades(highest_level(window.grades, value), low, high, value)


def counted_values(window: Durations, grid: Grid, *, end: Indices) -> Grid:
    """Return the value of every day that is counted: gaps filled and rounded as the window says."""
    filled = fill_gaps(
        grid,
        end,
        method=window.interpolation,
        gap_days=window.interpolation_gap_days,
        carry_days=window.carry_days,
    )
    if window.round_to is not None:
        steps = np.rint(round_significant(filled / window.round_to))
        filled = round_significant(steps * window.round_to)
    return filled


def duration_runs(window: Durations, grid: Grid, *, end: Indices) -> dict[str, Runs]:
    """Return the runs at each level, after filling gaps and rounding as the window says."""
    counted = counted_values(window, grid, end=end)
    return {
        name: find_runs(
            at_level(level, counted),
            end,
            join_gap_days=window.join_gap_days,
            join_at_end=window.join_at_end,
        )
        for name, level in window.levels.items()
    }


def graded_value(window: TwoLowest | ConsecutivePair, grid: Grid) -> Grid:
    """Return the value that a late rule grades; NaN where there is none, infinite for grade 0."""
    if isinstance(window, ConsecutivePair):
        return lowest_pair(grid)
    return two_lowest_value(grid, window.grades["1"])


def two_lowest_value(grid: Grid, least: Level) -> Grid:
    """Return the lowest value if the second lowest reaches `least`, or if it is the only one.

    Returns
    -------
    One value a patient: NaN without any value, infinite where the second lowest is above `least`.
    """
    filled = np.where(np.isnan(grid), np.inf, grid)
    if grid.shape[0] == 1:
        lowest, second = filled[0], np.full(grid.shape[1], np.inf)
    else:
        lowest, second = np.partition(filled, 1, axis=0)[:2]
    count = (~np.isnan(grid)).sum(axis=0)
    counts = (count == 1) | at_level(least, second)
    return np.where(count == 0, np.nan, np.where(counts, lowest, np.inf))


def at_level(level: Level, values: Grid) -> Flags:
    """Return whether values are at or below a level; a missing value is not."""
    if level.at_most is not None:
        reached: Flags = values <= level.at_most
        return reached
    assert level.below is not None
    below: Flags = values < level.below
    return below


def highest_level(grades: Mapping[GradeName, Level], value: Grid) -> Indices:
    """Return the highest grade whose level a value reaches, 0 for none."""
    grade = np.zeros(value.shape, dtype=np.int64)
    for name in sorted(grades):
        grade[at_level(grades[name], value)] = int(name)
    return grade


def _grade_completed(
    window: GradedWindow, grid: Grid, *, unmeasured: float, end: Indices
) -> Indices:
    complete = within(np.where(np.isnan(grid), unmeasured, grid), end)
    if isinstance(window, Durations):
        return _duration_grade(window, duration_runs(window, complete, end=end), end=end)
    return highest_level(window.grades, graded_value(window, complete))


def _duration_grade(window: Durations, runs: dict[str, Runs], *, end: Indices) -> Indices:
    grade = np.zeros(end.shape, dtype=np.int64)
    for name in sorted(window.grades):
        for level in window.grades[name]:
            days = getattr(runs[level], window.duration)
            grade[days >= window.least_days(name, level)] = int(name)
    if window.never_recovered_from_day is not None:
        first = runs[next(iter(window.levels))]
        latest_start = window.never_recovered_from_day - window.days[0]
        lasts = (first.last_start >= 0) & (first.last_end == end)
        grade[lasts & (first.last_start <= latest_start)] = 4
    return grade
