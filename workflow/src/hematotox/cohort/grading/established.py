"""On which day a grade was first established by what had been measured."""

from __future__ import annotations

import numpy as np

from hematotox.cohort.grading.counting import counted_values
from hematotox.cohort.grading.daily_values import Flags, Grid, Indices, within
from hematotox.cohort.grading.icaht import graded_value, level_grade, runs_of
from hematotox.declarations.conventions import ConsecutivePair, Durations, TwoLowest

NEVER = -1


def established_rows(
    window: Durations | TwoLowest | ConsecutivePair, grid: Grid, end: Indices, *, at_least: int
) -> Indices:
    """Return the row of the day on which a grade was reached, -1 where it never was.

    A late grade needs two measured days: it is established on the second. A grade by days is
    established when its last day is complete; what counts as never recovered is not, because
    recovery may still come.

    Parameters
    ----------
    window : the rule
    grid : daily values, one row a day, one column a patient, NaN on unmeasured days
    end : row of each patient's last day, -1 for none
    at_least : lowest grade that counts
    """
    observed = within(grid, end)
    found = np.full(end.shape, NEVER)
    counted = counted_values(window, observed, end=end) if isinstance(window, Durations) else None
    for row in range(grid.shape[0]):
        last = np.minimum(end, row)
        if isinstance(window, Durations):
            assert counted is not None
            reached = _by_days(window, within(counted, last), last, at_least=at_least)
        else:
            seen = within(observed, last)
            value = np.where((~np.isnan(seen)).sum(axis=0) > 1, graded_value(window, seen), np.nan)
            reached = level_grade(window, value) >= at_least
        found = np.where((found == NEVER) & reached, row, found)
    return found


def _by_days(window: Durations, counted: Grid, end: Indices, *, at_least: int) -> Flags:
    """Return whether enough days at a level have passed."""
    open_ended = window.model_copy(update={"join_at_end": False})
    runs = runs_of(open_ended, counted, end=end)
    reached = np.zeros(end.shape, dtype=bool)
    for name, rules in window.grades.items():
        for level in rules if int(name) >= at_least else ():
            days = getattr(runs[level], window.duration)
            reached |= days >= window.least_days(name, level)
    return reached
