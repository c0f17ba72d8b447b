"""Days without a value: what a convention fills in, and which days stay open."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hematotox.cohort.grading.daily_values import (
    DailyValues,
    Flags,
    Grid,
    Indices,
    next_measured,
    previous_measured,
)
from hematotox.cut_offs import round_significant


@dataclass(frozen=True, slots=True)
class Filling:
    """How unmeasured days are filled.

    `method` is "linear" (on the line between the neighbours), "midpoint" (their mean), "higher"
    (the higher neighbour) or "none"; `gap_days` the longest gap that is filled, None for any;
    `carry_days` over how many days the first and last value are carried outward; `lone_value` what
    is done with a single measured day (`declarations.conventions.Durations.lone_value`).
    """

    method: str
    gap_days: int | None
    carry_days: int
    lone_value: str = "day_itself"


def fill_gaps(grid: Grid, end: Indices, rule: Filling) -> Grid:
    """Fill unmeasured days between and beyond measured ones.

    Parameters
    ----------
    grid : daily values, one row a day, one column a patient, empty after `end`
    end : row of each patient's last day
    rule : how they are filled
    """
    rows = grid.shape[0]
    measured = ~np.isnan(grid)
    before, after = previous_measured(measured), next_measured(measured)
    day, patient = np.nonzero(~measured & (np.arange(rows)[:, None] <= end))
    left = before[day, patient].astype(np.int64)
    right = after[day, patient].astype(np.int64)
    has_left, has_right = left >= 0, right < rows
    filled = np.full(day.size, np.nan)
    carried = carries_outward(measured, end, rule)[patient]
    reach = np.where(carried, rule.carry_days, -1)
    leading = ~has_left & has_right & (right <= reach)
    filled[leading] = grid[right[leading], patient[leading]]
    trailing = has_left & ~has_right & (end[patient] - left <= reach)
    filled[trailing] = grid[left[trailing], patient[trailing]]
    longest = rows if rule.gap_days is None else rule.gap_days
    inner = has_left & has_right & (right - left - 1 <= longest)
    if rule.method != "none":
        low, high = grid[left[inner], patient[inner]], grid[right[inner], patient[inner]]
        share = (day[inner] - left[inner]) / (right[inner] - left[inner])
        filled[inner] = _between(rule.method, low, high, share)
    result = grid.copy()
    result[day, patient] = round_significant(filled)
    return result


def _between(method: str, low: Grid, high: Grid, share: Grid) -> Grid:
    if method == "higher":
        return np.maximum(low, high)
    return low + (high - low) * (share if method == "linear" else 0.5)


def carries_outward(measured: Flags, end: Indices, rule: Filling) -> Flags:
    """Return whose first and last value are carried outward, a single measured day apart."""
    count = measured.sum(axis=0)
    if rule.lone_value == "carried":
        return count > 0
    if rule.lone_value == "day_itself":
        return count > 1
    before, after = _to_both_ends(measured, end)
    return (count > 1) | ((before <= rule.carry_days) & (after <= rule.carry_days))


def cannot_be_filled(measured: Flags, end: Indices, rule: Filling) -> Flags:
    """Return whose single measured day reaches one end of the window and not the other.

    The tutorial of the public grading stops there (`lone_value: carried_to_both_ends`).
    """
    if rule.lone_value != "carried_to_both_ends":
        return np.zeros(end.shape, dtype=bool)
    near = [(days >= 1) & (days <= rule.carry_days) for days in _to_both_ends(measured, end)]
    far = [days > rule.carry_days for days in _to_both_ends(measured, end)]
    one_sided = (near[0] & far[1]) | (near[1] & far[0])
    return one_sided & (measured.sum(axis=0) == 1)


def _to_both_ends(measured: Flags, end: Indices) -> tuple[Indices, Indices]:
    """Return the days before the first measured day, and from there to the end."""
    first = np.argmax(measured, axis=0)
    return first, end - first


def open_days(
    measured: Grid, filled: Grid, last: Indices, *, beside: float, after_days: int
) -> Flags:
    """Return the days on which nobody knows whether a level was reached.

    Parameters
    ----------
    measured : daily values, NaN where nothing was measured
    filled : the same after filling
    last : row of the last day on which each patient may have had values
    beside : an unfilled stretch is open next to a measured value of at most this; infinite: always
    after_days : a longer one is open whatever stands beside it
    """
    rows = np.arange(measured.shape[0])[:, None]
    unfilled = np.isnan(filled) & (rows <= last)
    if np.isinf(beside):
        return unfilled
    day, patient = np.nonzero(unfilled)
    known = ~np.isnan(measured)
    left = previous_measured(known)[day, patient].astype(np.int64)
    right = next_measured(known)[day, patient].astype(np.int64)
    has_left, has_right = left >= 0, right < measured.shape[0]
    low = has_left & (measured[left, patient] <= beside)
    low |= has_right & (measured[np.where(has_right, right, 0), patient] <= beside)
    counted = ~np.isnan(filled) & (rows <= last)
    start = previous_measured(counted)[day, patient].astype(np.int64) + 1
    stop = np.minimum(next_measured(counted)[day, patient], last[patient] + 1)
    result = np.zeros(measured.shape, dtype=bool)
    result[day, patient] = low | (stop - start > after_days)
    return result


def close_calendar(
    values: DailyValues, ends: tuple[Indices, ...]
) -> tuple[DailyValues, tuple[Indices, ...], Indices]:
    """Leave out the days with several values, so that their neighbours follow each other.

    Parameters
    ----------
    values : daily values that say which days have several
    ends : rows of last days

    Returns
    -------
    The values in a closed calendar, the rows of the last days in it, and for each of its cells the
    row in the open calendar.
    """
    assert values.several is not None
    order = np.argsort(values.several, axis=0, kind="stable")
    gone = np.take_along_axis(values.several, order, axis=0)
    kept = (
        np.where(gone, np.nan, np.take_along_axis(grid, order, axis=0))
        for grid in (values.value, values.lowest, values.highest)
    )
    removed = np.vstack([np.zeros_like(order[:1]), np.cumsum(values.several, axis=0)])
    patients = np.arange(order.shape[1])
    closed = tuple(end - removed[end + 1, patients] for end in ends)
    value, lowest, highest = kept
    return replace(values, value=value, lowest=lowest, highest=highest), closed, order
