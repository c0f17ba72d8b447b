"""One value a day: measurements of a blood count on a grid of days.

A grid has one row a day and one column a patient, so that a step over all patients of a day works
on neighbouring memory. Unmeasured days are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hematotox.cut_offs import comparable_ends, round_significant

Grid = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Series:
    """Measurements of one variable, sorted by patient.

    `patient` counts the patients from 0, `day` counts from the infusion; `low` and `high` are the
    ends of each measurement, equal unless it was censored. All have one entry a measurement.
    """

    patient: NDArray[np.int32]
    day: NDArray[np.int32]
    low: Grid
    high: Grid

    def of_patients(self, start: int, stop: int) -> Series:
        """Return the measurements of the patients from `start` to before `stop`, recounted."""
        first, last = np.searchsorted(self.patient, (start, stop))
        rows = slice(first, last)
        return Series(self.patient[rows] - start, self.day[rows], self.low[rows], self.high[rows])


def series_of(labs: pd.DataFrame, patients: pd.Index, *, variable: str) -> Series:
    """Return one variable's measurements of the given patients.

    Parameters
    ----------
    labs : table `labs`
    patients : patients in their order; others are left out
    variable : laboratory variable
    """
    rows = labs[labs["variable"] == variable]
    code = patients.get_indexer(rows["patient_id"])
    rows, code = rows[code >= 0], code[code >= 0]
    order = np.argsort(code, kind="stable")
    return Series(
        patient=code[order].astype(np.int32),
        day=rows["day"].to_numpy(dtype=np.int32)[order],
        low=rows["value_low"].to_numpy(dtype=float)[order],
        high=rows["value_high"].to_numpy(dtype=float)[order],
    )


@dataclass(frozen=True, slots=True)
class DailyValues:
    """Daily minimum on a grid of days (rows) and patients (columns), NaN on unmeasured days.

    `value` is what a convention grades: the measured value, or the end of a censored one that is
    a number. `lowest` and `highest` are the ends compatible with the measurements. `several` says
    which days have more than one value.
    """

    value: Grid
    lowest: Grid
    highest: Grid
    several: Flags | None = None

    @property
    def measured(self) -> Flags:
        """Whether the day has a value."""
        return ~np.isnan(self.value)


def daily_minimum(
    series: Series, *, patients: int, days: tuple[int, int], count: bool = False
) -> DailyValues:
    """Reduce measurements to the lowest of each day.

    Parameters
    ----------
    series : measurements, patients counted from 0
    patients : number of columns
    days : first and last day of the grid
    count : whether to say which days have several
    """
    first, last = days
    inside = (series.day >= first) & (series.day <= last)
    cell = (series.day[inside] - first).astype(np.int64) * patients + series.patient[inside]
    shape = (last - first + 1, patients)
    several = np.bincount(cell, minlength=shape[0] * patients).reshape(shape) > 1 if count else None
    low, high = series.low[inside], series.high[inside]
    if np.array_equal(low, high):
        grid = _minimum(cell, round_significant(low), shape=shape)
        return DailyValues(grid, grid, grid, several)
    low, high = comparable_ends(low, high)
    value = np.where(np.isfinite(high), high, low)
    value, low, high = (_minimum(cell, numbers, shape=shape) for numbers in (value, low, high))
    return DailyValues(value, low, high, several)


def _minimum(cell: Indices, values: Grid, *, shape: tuple[int, int]) -> Grid:
    flat = np.full(shape[0] * shape[1], np.inf)
    np.minimum.at(flat, cell, values)
    empty = np.ones(flat.size, dtype=bool)
    empty[cell] = False
    flat[empty] = np.nan
    return flat.reshape(shape)


def within(grid: Grid, end: Indices) -> Grid:
    """Empty the days after each patient's last row `end` (-1: no day)."""
    rows = np.arange(grid.shape[0])[:, None]
    return np.where(rows <= end, grid, np.nan)


def last_measured(measured: Flags) -> Indices:
    """Return the row of each patient's last measured day, -1 without any."""
    rows = measured.shape[0]
    last: Indices = rows - 1 - np.argmax(measured[::-1], axis=0)
    return np.where(measured.any(axis=0), last, -1)


def previous_measured(measured: Flags) -> NDArray[np.int16]:
    """Return, for each cell, the row of the last measured day up to it, -1 without any."""
    rows = np.arange(measured.shape[0], dtype=np.int16)[:, None]
    marked = np.where(measured, rows, np.int16(-1))
    running: NDArray[np.int16] = np.maximum.accumulate(marked, axis=0)
    return running


def next_measured(measured: Flags) -> NDArray[np.int16]:
    """Return, for each cell, the row of the next measured day from it on, or the row count."""
    count = np.int16(measured.shape[0])
    rows = np.arange(count, dtype=np.int16)[:, None]
    marked = np.where(measured, rows, count)[::-1]
    running: NDArray[np.int16] = np.minimum.accumulate(marked, axis=0)[::-1]
    return running
