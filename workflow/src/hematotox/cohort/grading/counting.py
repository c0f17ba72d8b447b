"""The value of every counted day: filled, narrowed by leukocytes, rounded; and which are open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hematotox.cohort.grading.daily_values import Flags, Grid, Indices, within
from hematotox.cohort.grading.filling import Filling, fill_gaps, open_days
from hematotox.cut_offs import round_significant
from hematotox.declarations.conventions import Durations, Level, OpenDays


@dataclass(frozen=True, slots=True)
class CountedDays:
    """The value of each day as a convention counts it, NaN where it fills in none.

    `value` is graded. `lowest` is lower where only leukocytes tell of a day: its count is anything
    down to zero. `open` marks days on which any value is possible.
    """

    value: Grid
    lowest: Grid
    open: Flags


def at_level(level: Level, values: Grid) -> Flags:
    """Return whether values are at or below a level; a missing value is not."""
    if level.at_most is not None:
        reached: Flags = values <= level.at_most
        return reached
    below: Flags = values < level.number
    return below


def filling_of(window: Durations) -> Filling:
    """Return how a window fills unmeasured days."""
    return Filling(
        method=window.interpolation,
        gap_days=window.interpolation_gap_days,
        carry_days=window.carry_days,
        lone_value=window.lone_value,
    )


def counted_values(
    window: Durations, grid: Grid, *, end: Indices, leukocytes: Grid | None = None
) -> Grid:
    """Return the value of every day that is counted: filled, narrowed, rounded.

    Parameters
    ----------
    window : the rule
    grid : daily values, empty after `end`
    end : row of each patient's last day
    leukocytes : daily leukocyte counts of the same patients
    """
    value, _ = _counted(window, grid, end=end, leukocytes=leukocytes)
    return value


def count_days(
    window: Durations, grid: Grid, *, end: Indices, possible_end: Indices, leukocytes: Grid | None
) -> CountedDays:
    """Return the value of every day and which days are open.

    Parameters
    ----------
    window, grid, end, leukocytes : as in `counted_values`
    possible_end : row of the last day on which the patient may have had values
    """
    value, lowest = _counted(window, grid, end=end, leukocytes=leukocytes)
    told = grid
    if leukocytes is not None:
        told = np.where(np.isnan(grid), known_low(window, leukocytes, end=end), grid)
    unknown = open_of(window, told, value, last=possible_end)
    return CountedDays(value, lowest, unknown)


def open_of(rule: OpenDays, measured: Grid, filled: Grid, *, last: Indices) -> Flags:
    """Return the open days of a window; none where unfilled days count as recovered."""
    if rule.unfilled_days == "recovered":
        return np.zeros(measured.shape, dtype=bool)
    beside = np.inf if rule.open_beside is None else rule.open_beside
    return open_days(measured, filled, last, beside=beside, after_days=rule.open_after_days)


def known_low(window: Durations, leukocytes: Grid, *, end: Indices) -> Grid:
    """Return leukocyte counts that say by themselves that a level was reached, else NaN."""
    low = at_level(window.highest_level, leukocytes)
    return within(np.where(low, leukocytes, np.nan), end)


def _counted(
    window: Durations, grid: Grid, *, end: Indices, leukocytes: Grid | None
) -> tuple[Grid, Grid]:
    """Return the value of every counted day, and the lowest that it may have been."""
    rule = filling_of(window)
    value = fill_gaps(grid, end, rule)
    lowest = value
    if leukocytes is not None:
        alone = np.isnan(grid)
        told = known_low(window, leukocytes, end=end)
        high = fill_gaps(np.where(alone, told, grid), end, rule)
        low = fill_gaps(np.where(alone & ~np.isnan(told), 0.0, grid), end, rule)
        unfilled = np.isnan(value)
        value = np.where(unfilled, high, value)
        # where nothing is filled in, leukocytes above every level tell nothing
        narrowed = np.where(alone & ~np.isnan(value), leukocytes, np.nan)
        value = np.fmin(value, within(narrowed, end))
        lowest = np.where(unfilled, low, value)
    return rounded(window, value), lowest if lowest is value else rounded(window, lowest)


def rounded(window: Durations, grid: Grid) -> Grid:
    """Return values rounded as the window says, halves to even."""
    if window.round_to is None:
        return grid
    return round_significant(np.rint(round_significant(grid / window.round_to)) * window.round_to)
