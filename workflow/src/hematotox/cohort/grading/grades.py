"""The table of grades: every window of every convention for every patient."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.grading.assessability import Measured, known_grades, reasons_of
from hematotox.cohort.grading.daily_values import (
    DailyValues,
    Flags,
    Grid,
    Indices,
    Series,
    daily_minimum,
    series_of,
    within,
)
from hematotox.cohort.grading.filling import close_calendar
from hematotox.cohort.grading.icaht import Ends, WindowGrades, grade_window
from hematotox.cohort.grading.observation import Observation, window_ends
from hematotox.cohort.grading.phenotype import PHENOTYPES, phenotypes
from hematotox.contracts import conform, empty
from hematotox.declarations.conventions import AnyWindow, Convention, Durations, Phenotype

CELLS_AT_ONCE = 1_500_000
"""Days times patients that are graded at a time."""


def grade(
    labs: pd.DataFrame, days: pd.DataFrame, *, conventions: dict[str, Convention]
) -> pd.DataFrame:
    """Grade all patients under all conventions.

    Parameters
    ----------
    labs : table `labs`
    days : one row a patient (index), columns `end`, `death`, `progression`, `new_therapy` and
        `last_contact` (as it was stated) in days after infusion, empty where it did not happen
    conventions : conventions by name

    Returns
    -------
    Table `grades`. `grade` is empty where it is not assessable, with the reason. `grade_low` and
    `grade_high` are the lowest and highest grade compatible with the measurements; `open_low` and
    `open_high` those that the open days allow, in windows that count days; `known_low` and
    `known_high` those between which the true grade lies for questions of yes or no, empty where
    nothing is known. `died_before_recovery`: low counts to the death. `by_leukocytes`: without
    the leukocytes there would be another grade, or none.
    """
    observation = Observation.of(days)
    series: dict[str, Series] = {}
    frames = []
    for name, convention in conventions.items():
        for label, window in convention.windows.items():
            for variable in filter(None, (window.variable, window.narrowed_by)):
                if variable not in series:
                    series[variable] = series_of(labs, days.index, variable=variable)
            other = series.get(window.narrowed_by or "")
            own = series[window.variable]
            columns = grade_series(window, own, observation=observation, leukocytes=other)
            frame = pd.DataFrame({"patient_id": days.index, "convention": name, "window": label})
            frames.append(frame.assign(**columns))
    if not frames or not len(days):
        return empty("grades")
    return conform("grades", pd.concat(frames, ignore_index=True))


def grade_series(
    window: AnyWindow,
    series: Series,
    *,
    observation: Observation,
    leukocytes: Series | None = None,
) -> dict[str, pd.Series]:
    """Grade one window for all patients, some thousands at a time.

    Parameters
    ----------
    window : the rule
    series : measurements of its variable
    observation : when the observation of each patient ended
    leukocytes : measurements of the variable that narrows it, where the window names one

    Returns
    -------
    Columns of the table of grades, one entry a patient.
    """
    count = observation.end.size
    at_once = max(1, CELLS_AT_ONCE // (window.days[1] - window.days[0] + 1))
    parts = []
    for start in range(0, count, at_once):
        stop = min(start + at_once, count)
        parts.append(
            _grade_part(
                window,
                series.of_patients(start, stop),
                observation=observation.of_patients(start, stop),
                leukocytes=None if leukocytes is None else leukocytes.of_patients(start, stop),
            )
        )
    names = parts[0] if parts else {}
    return {name: pd.concat([p[name] for p in parts], ignore_index=True) for name in names}


def window_values(
    window: AnyWindow, series: Series, ends: Ends
) -> tuple[DailyValues, Ends, Indices | None]:
    """Return the daily values of a window.

    Days with several values are left out where the window says so; the days that remain then
    follow each other.

    Returns
    -------
    The values, the last rows among them, and where days were left out the row that each cell had
    in the calendar, else None.
    """
    closes = window.several_a_day == "left_out"
    patients = ends.observed.size
    values = daily_minimum(series, patients=patients, days=window.days, count=closes)
    if not closes:
        return values, ends, None
    last = (ends.observed, ends.possible, ends.death)
    values, closed, rows = close_calendar(values, last)
    return values, Ends(*closed), rows


def highest_possible(window: AnyWindow, leukocytes: Series | None, *, patients: int) -> Grid | None:
    """Return the highest count of each day that leukocytes leave possible, None for any."""
    if window.narrowed_by is None or leukocytes is None or not leukocytes.patient.size:
        return None
    return daily_minimum(leukocytes, patients=patients, days=window.days).highest


def _grade_part(
    window: AnyWindow, series: Series, *, observation: Observation, leukocytes: Series | None
) -> dict[str, pd.Series]:
    calendar = window_ends(window, observation)
    values, ends, _ = window_values(window, series, calendar)
    highest = highest_possible(window, leukocytes, patients=observation.end.size)
    graded = _graded(window, values, ends, leukocytes=highest)
    measured = Measured(~np.isnan(within(values.value, ends.observed)), values.measured)
    reason = reasons_of(window, observation, measured=measured, ends=ends, graded=graded)
    assessable = reason == ""
    reached = calendar.possible >= 0
    low, high, known = known_grades(window, graded, reason, ends=calendar)
    return {
        "grade": _where(assessable, graded.grade),
        "grade_low": _where(reached, graded.grade_low),
        "grade_high": _where(reached, graded.grade_high),
        **_open_columns(window, graded, told=reached & (assessable | _leaves_open(window))),
        "known_low": _where(known & reached, low),
        "known_high": _where(known & reached, high),
        "category": pd.Series(_category(window, graded, assessable=assessable), dtype=object),
        **_durations(window, graded, assessable=assessable),
        "value": pd.Series(np.where(assessable & np.isfinite(graded.value), graded.value, np.nan)),
        "days_measured": pd.Series(measured.days),
        "last_day": _where(calendar.observed >= 0, calendar.observed + window.days[0]),
        "died_before_recovery": pd.Series(graded.died_low),
        "by_leukocytes": pd.Series(graded.by_leukocytes),
        "assessable": pd.Series(assessable),
        "reason": pd.Series(reason),
    }


def _graded(
    window: AnyWindow, values: DailyValues, ends: Ends, *, leukocytes: Grid | None
) -> WindowGrades:
    if not isinstance(window, Phenotype):
        return grade_window(window, values, ends, leukocytes=leukocytes)
    grid = within(values.value, ends.observed)
    found = phenotypes(window, grid, end=ends.observed, possible_end=ends.possible)
    shape, no = found.course.shape, np.zeros(found.course.shape, dtype=bool)
    return WindowGrades(
        grade=found.course,
        grade_low=np.full(shape, 1),
        grade_high=np.full(shape, len(PHENOTYPES) - 1),
        open_low=np.where(found.open, 1, found.course),
        open_high=np.where(found.open, len(PHENOTYPES) - 1, found.course),
        value=np.full(shape, np.nan),
        died_low=no,
        by_leukocytes=no,
    )


def _leaves_open(window: AnyWindow) -> bool:
    return isinstance(window, Durations) and window.unfilled_days != "recovered"


def _open_columns(window: AnyWindow, graded: WindowGrades, *, told: Flags) -> dict[str, pd.Series]:
    told = told & isinstance(window, Durations)
    return {
        "open_low": _where(told, graded.open_low),
        "open_high": _where(told, graded.open_high),
    }


def _category(window: AnyWindow, graded: WindowGrades, *, assessable: Flags) -> np.ndarray:
    if not isinstance(window, Phenotype):
        return np.full(assessable.shape, "", dtype=object)
    return np.where(assessable, np.array(PHENOTYPES, dtype=object)[graded.grade], "")


def _durations(
    window: AnyWindow, graded: WindowGrades, *, assessable: Flags
) -> dict[str, pd.Series]:
    none = _where(np.zeros(assessable.size, dtype=bool), graded.grade)
    columns = {"days_500": none, "days_100": none}
    if isinstance(window, Durations):
        counted = graded.longest if window.duration == "longest" else graded.cumulative
        for level in window.levels:
            columns[f"days_{level}"] = _where(assessable, counted[level])
            columns[f"longest_days_{level}"] = _where(assessable, graded.longest[level])
            columns[f"cumulative_days_{level}"] = _where(assessable, graded.cumulative[level])
    return columns


def _where(known: Flags, numbers: Indices) -> pd.Series:
    return pd.Series(numbers).astype("Int64").where(pd.Series(known))
