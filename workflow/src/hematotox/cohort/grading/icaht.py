"""Grades of ICAHT and T-ICAHT from daily blood counts.

Functions on grids (one row a day, one column a patient; NaN where nothing was measured); they know
no patient and no file. `grade_window` grades under a convention's rule and adds two kinds of
bounds. The lowest and the highest grade compatible with the measurements are those after filling
every unmeasured day with a value above all levels, and below all. The open bounds fill only the
open days so. Both are exact, because lowering a value never lowers a grade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from hematotox.cohort.grading.counting import CountedDays, at_level, count_days, rounded
from hematotox.cohort.grading.cytopenia import lowest_pair
from hematotox.cohort.grading.daily_values import DailyValues, Flags, Grid, Indices, within
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
NOT_KNOWN = -1
"""Stands for a bound that a window does not have."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Rows of the last days of each patient, -1 for none.

    `observed` is her last observed day, `possible` the last one on which she may have had values
    (later where she was lost alive), `death` the day of a death that ended the window.
    """

    observed: Indices
    possible: Indices
    death: Indices

    def of(self, patients: Flags) -> Ends:
        """Return the ends of some patients."""
        return Ends(self.observed[patients], self.possible[patients], self.death[patients])


@dataclass(frozen=True, slots=True)
class WindowGrades:
    """Grades of one window, one entry a patient.

    `open_low` and `open_high` are -1 in windows that count no days. `longest` and `cumulative`
    hold the days at each level by its name; `value` the blood count that a late rule grades (NaN
    without one). `died_low`: the last run at the first level lasts to the death.
    `by_leukocytes`: without leukocytes the grade, or whether there is one, were another.
    """

    grade: Indices
    grade_low: Indices
    grade_high: Indices
    open_low: Indices
    open_high: Indices
    value: Grid
    died_low: Flags
    by_leukocytes: Flags
    longest: dict[str, Indices] = field(default_factory=dict)
    cumulative: dict[str, Indices] = field(default_factory=dict)


def grade_window(
    window: GradedWindow, values: DailyValues, ends: Ends, *, leukocytes: Grid | None = None
) -> WindowGrades:
    """Grade one window under a convention's rule, with bounds.

    Parameters
    ----------
    window : the rule
    values : daily values; the first row is the window's first day
    ends : rows of the last days
    leukocytes : highest possible leukocyte count of each day, NaN where there is none
    """
    observed = within(values.value, ends.observed)
    exact = values.highest is values.value and values.lowest is values.value
    highest = observed if exact else within(values.highest, ends.observed)
    lowest = observed if exact else within(values.lowest, ends.observed)
    if leukocytes is not None:
        highest = np.fmin(highest, np.where(np.isnan(highest), leukocytes, np.nan))
    low = _grade_completed(window, highest, unmeasured=np.inf, ends=ends)
    high = _grade_completed(window, lowest, unmeasured=-np.inf, ends=ends)
    if isinstance(window, Durations):
        if window.join_at_end:
            # lost after a short recovery: only the observed end joins it
            seen = replace(ends, possible=ends.observed)
            low = np.minimum(low, _grade_completed(window, highest, unmeasured=np.inf, ends=seen))
        return _count(window, observed, ends, leukocytes=leukocytes, bounds=(low, high))
    value = graded_value(window, observed)
    grade = level_grade(window, value)
    nothing = np.full(grade.shape, NOT_KNOWN)
    no = np.zeros(grade.shape, dtype=bool)
    return WindowGrades(grade, np.minimum(low, grade), high, nothing, nothing, value, no, no)


def _count(
    window: Durations,
    observed: Grid,
    ends: Ends,
    *,
    leukocytes: Grid | None,
    bounds: tuple[Indices, Indices],
) -> WindowGrades:
    """Grade a window that counts days."""
    days = count_days(
        window,
        observed,
        end=ends.observed,
        possible_end=ends.possible,
        leukocytes=leukocytes,
    )
    runs = runs_of(window, days.value, end=ends.observed)
    measured = measured_days(window, observed)
    grade = _duration_grade(window, runs, ends.observed, death=ends.death, measured=measured)
    open_low, open_high = _open_bounds(window, days, ends, grade=grade, measured=measured)
    graded = WindowGrades(
        grade=grade,
        grade_low=bounds[0],
        grade_high=bounds[1],
        open_low=open_low,
        open_high=open_high,
        value=np.full(grade.shape, np.nan),
        died_low=_lasts_to(runs[next(iter(window.levels))], ends.death),
        by_leukocytes=np.zeros(grade.shape, dtype=bool),
        longest={name: run.longest for name, run in runs.items()},
        cumulative={name: run.cumulative for name, run in runs.items()},
    )
    if leukocytes is None:
        return graded
    return replace(graded, by_leukocytes=_resting(window, observed, ends, graded, leukocytes))


def _resting(
    window: Durations, observed: Grid, ends: Ends, graded: WindowGrades, leukocytes: Grid
) -> Flags:
    """Return whose grade, or whether there is one, would be another without leukocytes."""
    told = np.isnan(observed) & ~np.isnan(leukocytes)
    some: Flags = np.any(told, axis=0)
    result = np.zeros(some.shape, dtype=bool)
    if some.any():
        bounds = graded.grade_low[some], graded.grade_high[some]
        without = _count(window, observed[:, some], ends.of(some), leukocytes=None, bounds=bounds)
        for name in ("grade", "open_low", "open_high"):
            result[some] |= getattr(without, name) != getattr(graded, name)[some]
    return result


def _open_bounds(
    window: Durations,
    days: CountedDays,
    ends: Ends,
    *,
    grade: Indices,
    measured: dict[str, Indices],
) -> tuple[Indices, Indices]:
    """Return the lowest and the highest grade that the open days allow."""
    low, high = grade.copy(), grade.copy()
    if window.unfilled_days == "recovered":
        return low, high
    some = (days.open | (days.lowest < days.value)).any(axis=0)
    if not some.any():
        return low, high
    end, death = ends.possible[some], ends.death[some]
    counts = {name: count[some] for name, count in measured.items()}
    value, lowest = days.value[:, some], days.lowest[:, some]
    for bound, grid in ((low, value), (high, np.where(days.open[:, some], -np.inf, lowest))):
        runs = runs_of(window, grid, end=end)
        bound[some] = _duration_grade(window, runs, end, death=death, measured=counts)
    return np.minimum(low, grade), high


def runs_of(window: Durations, counted: Grid, *, end: Indices) -> dict[str, Runs]:
    """Return the runs of counted days at each level."""
    return {
        name: find_runs(
            at_level(level, counted),
            end,
            join_gap_days=window.join_gap_days,
            join_at_end=window.join_at_end,
        )
        for name, level in window.levels.items()
    }


def measured_days(window: Durations, grid: Grid) -> dict[str, Indices]:
    """Return the number of measured days at each level that a grade counts so."""
    names = {name for rules in window.grades_by_measured_days.values() for name in rules}
    return {name: at_level(window.levels[name], grid).sum(axis=0) for name in sorted(names)}


def graded_value(window: TwoLowest | ConsecutivePair, grid: Grid) -> Grid:
    """Return the value that a late rule grades; NaN where there is none, infinite for grade 0."""
    if isinstance(window, ConsecutivePair):
        pair = lowest_pair(grid, longest_distance=window.longest_distance_days)
        if window.single_value == "not_assessable":
            return pair
        alone = (~np.isnan(grid)).sum(axis=0) == 1
        return np.where(alone, np.nansum(grid, axis=0), pair)
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


def highest_level(grades: Mapping[GradeName, Level], value: Grid) -> Indices:
    """Return the highest grade whose level a value reaches, 0 for none."""
    grade = np.zeros(value.shape, dtype=np.int64)
    for name in sorted(grades):
        grade[at_level(grades[name], value)] = int(name)
    return grade


def level_grade(window: TwoLowest | ConsecutivePair, value: Grid) -> Indices:
    """Return the grade of the value that a late rule chose."""
    grade = highest_level(window.grades, value)
    if isinstance(window, TwoLowest) and window.classes_of is not None:
        steps = round_significant(value / window.classes_of)
        between = np.isfinite(steps) & (steps != np.rint(steps))
        grade[between & (grade < int(max(window.grades)))] = 0
    return grade


def _grade_completed(window: GradedWindow, grid: Grid, *, unmeasured: float, ends: Ends) -> Indices:
    end = ends.possible
    complete = within(np.where(np.isnan(grid), unmeasured, grid), end)
    if isinstance(window, Durations):
        runs = runs_of(window, rounded(window, complete), end=end)
        measured = measured_days(window, complete)
        return _duration_grade(window, runs, end, death=ends.death, measured=measured)
    return highest_level(window.grades, graded_value(window, complete))


def _duration_grade(
    window: Durations,
    runs: dict[str, Runs],
    end: Indices,
    *,
    death: Indices,
    measured: dict[str, Indices],
) -> Indices:
    grade = np.zeros(end.shape, dtype=np.int64)
    for name in sorted(window.grades):
        for level in window.grades[name]:
            days = getattr(runs[level], window.duration)
            grade[days >= window.least_days(name, level)] = int(name)
    for name, rules in window.grades_by_measured_days.items():
        for level, least in rules.items():
            reached = measured[level] >= least
            grade[reached] = np.maximum(grade[reached], int(name))
    if window.never_recovered_from_day is not None:
        first = runs[next(iter(window.levels))]
        early = first.last_start <= window.never_recovered_from_day - window.days[0]
        grade[early & _lasts_to(first, end) & _final(window, end, death=death)] = 4
    return grade


def _lasts_to(runs: Runs, day: Indices) -> Flags:
    """Return whose last run lasts to a day."""
    lasts: Flags = (runs.last_start >= 0) & (runs.last_end == day)
    return lasts


def _final(window: Durations, end: Indices, *, death: Indices) -> Flags:
    """Return for whom a run that lasts to the end may count as never recovered."""
    if window.never_recovered == "last_observation":
        return np.ones(end.shape, dtype=bool)
    final: Flags = (end == window.days[1] - window.days[0]) | (end == death)
    return final
