"""Runs of days at a level: how long, how many days in all, when the last one started and ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hematotox.cohort.grading.daily_values import Flags, Indices, next_measured, previous_measured


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of each patient, in days; rows of the grid for start and end, -1 without a run."""

    longest: Indices
    cumulative: Indices
    last_start: Indices
    last_end: Indices


def find_runs(at_level: Flags, end: Indices, *, join_gap_days: int, join_at_end: bool) -> Runs:
    """Find the runs of days at a level.

    Parameters
    ----------
    at_level : one row a day, one column a patient
    end : row of each patient's last day; later rows do not exist for her
    join_gap_days : interruptions of at most so many days are part of the run around them
    join_at_end : whether that holds for an interruption that lasts to the patient's end
    """
    patients = at_level.shape[1]
    run, gap, longest, total = (np.zeros(patients, dtype=np.int32) for _ in range(4))
    start = np.full(patients, -1, dtype=np.int32)
    for day in range(at_level.shape[0]):
        low = at_level[day] & (day <= end)
        joins = low & (run > 0) & (gap <= join_gap_days)
        step = np.where(joins, gap + 1, 1)
        total += np.where(low, step, 0)
        run = np.where(low, np.where(joins, run + step, 1), run)
        start = np.where(low & ~joins, day, start)
        gap = np.where(low, 0, gap + 1)
        np.maximum(longest, run, out=longest)
    has_run = run > 0
    last = at_level.shape[0] - 1 - gap
    tail = end - last
    joined = has_run & (tail > 0) & (tail <= join_gap_days) & join_at_end
    extra = np.where(joined, tail, 0)
    return Runs(
        longest=np.maximum(longest, run + extra).astype(np.int64),
        cumulative=(total + extra).astype(np.int64),
        last_start=start.astype(np.int64),
        last_end=np.where(has_run, last + extra, -1).astype(np.int64),
    )


def days_in_runs(at_level: Flags, end: Indices, *, join_gap_days: int, join_at_end: bool) -> Flags:
    """Mark the days of all runs, the interruptions that are joined among them.

    Parameters
    ----------
    at_level, end, join_gap_days, join_at_end : as in `find_runs`

    Returns
    -------
    One row a day, one column a patient; each stretch of marked days is one run.
    """
    rows = np.arange(at_level.shape[0])[:, None]
    low = at_level & (rows <= end)
    before = previous_measured(low).astype(np.int64)
    after = next_measured(low).astype(np.int64)
    between = (before >= 0) & (after < at_level.shape[0]) & (after - before - 1 <= join_gap_days)
    last = (before >= 0) & (after == at_level.shape[0]) & (end - before <= join_gap_days)
    marked: Flags = low | between | (last & join_at_end & (rows <= end))
    return marked


def stretches(marked: Flags) -> list[tuple[int, int]]:
    """Return first and last row of each stretch of marked rows of one column."""
    found: list[tuple[int, int]] = []
    for row in marked.nonzero()[0].tolist():
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
