"""On which day a grade was established by what was measured, and how long it surely was not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hematotox.cohort.grading.counting import at_level, count_days
from hematotox.cohort.grading.daily_values import Flags, Grid, Indices, last_measured, within
from hematotox.cohort.grading.icaht import graded_value, level_grade, measured_days, runs_of
from hematotox.declarations.conventions import ConsecutivePair, Durations, Level, TwoLowest

NEVER = -1
SingleValues = TwoLowest | ConsecutivePair


@dataclass(frozen=True, slots=True)
class Established:
    """Rows of days, one entry a patient.

    `reached` is the day that established the grade, -1 without one; `free` the last day up to
    which it is known that the grade was not reached, -1 if on no day.
    """

    reached: Indices
    free: Indices


def establish(
    window: Durations | SingleValues,
    grid: Grid,
    end: Indices,
    *,
    at_least: int,
    open_after_days: int,
    leukocytes: Grid | None = None,
) -> Established:
    """Find the day on which a grade was reached, and the last one on which it surely was not.

    A late grade needs two measured days, unless the window's only value counts: it is established
    on the second. A grade by days is established when its last day is complete; what counts as
    never recovered is not, because recovery may still come.

    By days, it was surely not reached while no filling of the open days reaches it. Single values
    tell of the days between them, and of those after the last one unless it is at the level itself
    or the silence after it is long.

    Parameters
    ----------
    window : the rule
    grid : daily values, one row a day, one column a patient, NaN on unmeasured days
    end : row of each patient's last day, -1 for none
    at_least : lowest grade that counts
    open_after_days : longest silence after the last of single values that leaves nothing open
    leukocytes : highest possible leukocyte count of each day
    """
    seen = within(grid, end)
    if isinstance(window, Durations):
        days = count_days(window, seen, end=end, possible_end=end, leukocytes=leukocytes)
        reached = _by_days(window, days.value, seen, end=end, at_least=at_least)
        lowest = np.where(days.open, -np.inf, days.lowest)
        possible = _by_days(window, lowest, seen, end=end, at_least=at_least)
        free = np.where(possible == NEVER, end, possible - 1)
    else:
        reached, free = _by_values(window, seen, at_least=at_least), end
    for level in _of_single_values(window, at_least):
        last = last_measured(~np.isnan(seen))
        value = np.take_along_axis(seen, np.maximum(last, 0)[None], axis=0)[0]
        silent = (end - last > open_after_days) | at_level(level, value)
        free = np.where(silent, np.minimum(free, last), free)
    return Established(reached, free)


def _of_single_values(window: Durations | SingleValues, at_least: int) -> list[Level]:
    """Return the levels at which single measured values decide on a grade."""
    if not isinstance(window, Durations):
        return [level for name, level in window.grades.items() if int(name) >= at_least]
    counts = [n for name, n in window.grades_by_measured_days.items() if int(name) >= at_least]
    return [window.levels[level] for levels in counts for level in levels]


def _by_days(
    window: Durations, counted: Grid, seen: Grid, *, end: Indices, at_least: int
) -> Indices:
    """Return the row of the day on which enough days at a level have passed, -1 without one."""
    open_ended = window.model_copy(update={"join_at_end": False})
    found = np.full(end.shape, NEVER)
    for row in range(counted.shape[0]):
        last = np.minimum(end, row)
        runs = runs_of(open_ended, within(counted, last), end=last)
        measured = measured_days(window, within(seen, last))
        reached = np.zeros(end.shape, dtype=bool)
        for name, rules in window.grades.items():
            for level in rules if int(name) >= at_least else ():
                days = getattr(runs[level], window.duration)
                reached |= days >= window.least_days(name, level)
        for name, counts in window.grades_by_measured_days.items():
            for level, least in counts.items() if int(name) >= at_least else ():
                reached |= measured[level] >= least
        found = np.where((found == NEVER) & reached, row, found)
    return found


def _by_values(window: SingleValues, seen: Grid, *, at_least: int) -> Indices:
    """Return the row of the day whose value, after an earlier one, reaches a grade, else -1."""
    measured = ~np.isnan(seen)
    only: Flags = (measured.sum(axis=0) == 1) & (window.least_days_measured == 1)
    found = np.full(only.shape, NEVER)
    for row in range(seen.shape[0]):
        known = seen[: row + 1]
        enough = only | (measured[: row + 1].sum(axis=0) > 1)
        value = np.where(enough, graded_value(window, known), np.nan)
        reached = level_grade(window, value) >= at_least
        found = np.where((found == NEVER) & reached, row, found)
    return found
