"""Counts of a printed table's columns, taken apart into cells of patients.

The columns of the paper's Table 1 overlap: SimpleHT low and high (560 patients), HT low and high
(389 of them). With the number of patients that are high by both scores free, five cells follow
by subtraction:

    HT low                        = column HT low
    HT high only                  = column HT high - both high
    SimpleHT low, HT unknown      = column SimpleHT low - HT low - HT high only
    SimpleHT high, HT unknown     = column SimpleHT high - both high
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hematotox.synthetic.calibration import (
    BOTH_HIGH,
    HT_LOW,
    HT_ONLY,
    SIMPLE_HIGH,
    SIMPLE_LOW,
    LevelCounts,
)


class Columns(NamedTuple):
    """Patients in the four columns of a printed table."""

    simple_low: int
    simple_high: int
    ht_low: int
    ht_high: int


def split_levels(levels: Mapping[str, Columns], both_high: int) -> dict[str, LevelCounts]:
    """Take the counts of a variable's levels apart into cells.

    Parameters
    ----------
    levels : level and its count in the four columns; together they fill the columns
    both_high : patients that are high by both scores

    Returns
    -------
    Cell, level, patients; the share of a level among those high by both scores is as near as
    possible to its share among all SimpleHT-high.

    Raises
    ------
    ValueError
        No such counts exist: the printed columns contradict each other.
    """
    bounds = {name: _bounds(column) for name, column in levels.items()}
    high = sum(column.simple_high for column in levels.values())
    wanted = {name: column.simple_high * both_high / high for name, column in levels.items()}
    chosen = {
        name: min(max(round(wanted[name]), bounds[name][0]), bounds[name][1]) for name in levels
    }
    while (short := both_high - sum(chosen.values())) != 0:
        step = 1 if short > 0 else -1
        movable = [n for n in levels if bounds[n][0] <= chosen[n] + step <= bounds[n][1]]
        if not movable:
            raise ValueError("the printed columns contradict each other")
        best = min(movable, key=lambda n: abs(chosen[n] + step - wanted[n]))
        chosen[best] += step
    return _cells(levels, chosen)


def _bounds(column: Columns) -> tuple[int, int]:
    lowest = max(0, column.ht_low + column.ht_high - column.simple_low)
    highest = min(column.simple_high, column.ht_high)
    if lowest > highest:
        raise ValueError("the printed columns contradict each other")
    return lowest, highest


def _cells(levels: Mapping[str, Columns], both: Mapping[str, int]) -> dict[str, LevelCounts]:
    return {
        HT_LOW: {n: c.ht_low for n, c in levels.items()},
        HT_ONLY: {n: c.ht_high - both[n] for n, c in levels.items()},
        BOTH_HIGH: {n: both[n] for n in levels},
        SIMPLE_LOW: {n: c.simple_low - c.ht_low - c.ht_high + both[n] for n, c in levels.items()},
        SIMPLE_HIGH: {n: c.simple_high - both[n] for n, c in levels.items()},
    }
