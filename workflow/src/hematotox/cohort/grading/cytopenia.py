"""Cytopenia confirmed by two consecutive measurements."""

from __future__ import annotations

import numpy as np

from hematotox.cohort.grading.daily_values import Grid, previous_measured


def lowest_pair(grid: Grid, *, longest_distance: int | None = None) -> Grid:
    """Return the lowest, over all pairs of consecutive measured days, of the higher value.

    A blood count at or below a level on two consecutive measured days, however far apart, is what
    this value at or below the level means.

    Parameters
    ----------
    grid : daily values, one row a day, one column a patient, NaN where nothing was measured
    longest_distance : days further apart are no pair; None: any distance

    Returns
    -------
    One value a patient, NaN without a pair.
    """
    measured = ~np.isnan(grid)
    before = np.full(grid.shape, -1, dtype=np.int64)
    before[1:] = previous_measured(measured)[:-1]
    day, patient = np.nonzero(measured & (before >= 0))
    if longest_distance is not None:
        near = day - before[day, patient] <= longest_distance
        day, patient = day[near], patient[near]
    higher = np.maximum(grid[day, patient], grid[before[day, patient], patient])
    lowest = np.full(grid.shape[1], np.inf)
    np.minimum.at(lowest, patient, higher)
    has_pair = np.zeros(grid.shape[1], dtype=bool)
    has_pair[patient] = True
    return np.where(has_pair, lowest, np.nan)
