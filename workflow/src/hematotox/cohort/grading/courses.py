"""The daily course of a blood count as a convention counts it: for figures of single patients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.grading.counting import at_level, counted_values
from hematotox.cohort.grading.daily_values import Grid, Indices, series_of, within
from hematotox.cohort.grading.grades import highest_possible, window_values
from hematotox.cohort.grading.icaht import Ends
from hematotox.cohort.grading.runs import days_in_runs
from hematotox.contracts import conform, empty
from hematotox.declarations.conventions import AnyWindow, Convention, Durations


def courses(
    labs: pd.DataFrame, grades: pd.DataFrame, *, convention: Convention, variable: str
) -> pd.DataFrame:
    """Return every observed day of every graded window of one variable.

    Parameters
    ----------
    labs : table `labs`
    grades : table `grades`; its `last_day` says how long each patient was observed
    convention : the convention that graded
    variable : laboratory variable

    Returns
    -------
    Table `courses`: `value` is the lowest of the day or what the convention fills in, empty
    where it fills in nothing; `spell` is the lowest level whose run the day belongs to, the
    joined interruptions among them (windows that count days; empty in others).
    """
    own = grades[grades["convention"] == convention.id]
    frames = [
        _window_courses(window, labs, own[own["window"] == name]).assign(window=name)
        for name, window in convention.windows.items()
        if window.variable == variable
    ]
    if not frames:
        return empty("courses")
    return conform("courses", pd.concat(frames, ignore_index=True))


def _window_courses(window: AnyWindow, labs: pd.DataFrame, grades: pd.DataFrame) -> pd.DataFrame:
    patients = pd.Index(grades["patient_id"])
    first = window.days[0]
    last_day = pd.to_numeric(grades["last_day"], errors="coerce").astype("Float64")
    end: Indices = last_day.fillna(first - 1).to_numpy(dtype=np.int64) - first
    series = series_of(labs, patients, variable=window.variable)
    values, ends, rows = window_values(window, series, Ends(end, end, end))
    grid = within(values.value, ends.observed)
    counted, spell = grid, np.full(grid.shape, "", dtype=object)
    if isinstance(window, Durations):
        other = series_of(labs, patients, variable=window.narrowed_by or "")
        highest = highest_possible(window, other, patients=len(patients))
        counted = counted_values(window, grid, end=ends.observed, leukocytes=highest)
        spell = _spells(window, counted, end=ends.observed)
    row, patient = np.nonzero(np.arange(grid.shape[0])[:, None] <= ends.observed)
    day = row if rows is None else rows[row, patient]
    return pd.DataFrame(
        {
            "patient_id": patients[patient],
            "day": day + first,
            "value": counted[row, patient],
            "measured": ~np.isnan(grid[row, patient]),
            "spell": spell[row, patient],
        }
    )


def _spells(window: Durations, counted: Grid, *, end: Indices) -> np.ndarray:
    """Return for each day the name of the lowest level at which it is part of a run."""
    spell = np.full(counted.shape, "", dtype=object)
    for name in sorted(window.levels, key=lambda level: -window.levels[level].number):
        marked = days_in_runs(
            at_level(window.levels[name], counted),
            end,
            join_gap_days=window.join_gap_days,
            join_at_end=window.join_at_end,
        )
        spell[marked] = name
    return spell
