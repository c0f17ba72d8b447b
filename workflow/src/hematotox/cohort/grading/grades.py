"""The table of grades: every window of every convention for every patient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.cohort.follow_up import DIED_BEFORE_INFUSION
from hematotox.cohort.grading.daily_values import (
    DailyValues,
    Flags,
    Indices,
    Series,
    daily_minimum,
    last_measured,
    series_of,
    within,
)
from hematotox.cohort.grading.icaht import WindowGrades, grade_window
from hematotox.cohort.grading.phenotype import PHENOTYPES, phenotypes
from hematotox.contracts import conform, empty
from hematotox.declarations.conventions import AnyWindow, Convention, Durations, Phenotype

PATIENTS_AT_ONCE = 20_000
ENDED_EARLY = "observation ended early, last value too old"
NO_COURSE = "no recovery and no aplasia documented"


@dataclass(frozen=True, slots=True)
class Observation:
    """When each patient's observation ended, in days after infusion, NaN where it did not happen.

    `end` is the last day of observation (death or last contact).
    """

    end: np.ndarray
    death: np.ndarray
    progression: np.ndarray
    new_therapy: np.ndarray

    @classmethod
    def of(cls, days: pd.DataFrame) -> Observation:
        """Take the columns of the same names."""
        names = ("end", "death", "progression", "new_therapy")
        return cls(*(days[name].to_numpy(dtype=float) for name in names))


def grade(
    labs: pd.DataFrame, days: pd.DataFrame, *, conventions: dict[str, Convention]
) -> pd.DataFrame:
    """Grade all patients under all conventions.

    Parameters
    ----------
    labs : table `labs`
    days : one row a patient (index), columns `end`, `death`, `progression` and `new_therapy` in
        days after infusion, empty where it did not happen
    conventions : conventions by name

    Returns
    -------
    Table `grades`. `grade` is empty where it is not assessable, with the reason; `grade_low` and
    `grade_high` are the lowest and highest grade compatible with the measurements.
    """
    observation = Observation.of(days)
    series: dict[str, Series] = {}
    frames = []
    for name, convention in conventions.items():
        for label, window in convention.windows.items():
            if window.variable not in series:
                series[window.variable] = series_of(labs, days.index, variable=window.variable)
            columns = grade_series(window, series[window.variable], observation=observation)
            frame = pd.DataFrame({"patient_id": days.index, "convention": name, "window": label})
            frames.append(frame.assign(**columns))
    if not frames or not len(days):
        return empty("grades")
    return conform("grades", pd.concat(frames, ignore_index=True))


def grade_series(
    window: AnyWindow, series: Series, *, observation: Observation
) -> dict[str, pd.Series]:
    """Grade one window for all patients, a few thousand at a time.

    Returns
    -------
    Columns of the table of grades, one entry a patient.
    """
    count = observation.end.size
    parts = []
    for start in range(0, count, PATIENTS_AT_ONCE):
        stop = min(start + PATIENTS_AT_ONCE, count)
        part = Observation(
            *(getattr(observation, name)[start:stop] for name in Observation.__slots__)
        )
        parts.append(_grade_part(window, series.of_patients(start, stop), observation=part))
    names = parts[0] if parts else {}
    return {name: pd.concat([p[name] for p in parts], ignore_index=True) for name in names}


def _grade_part(
    window: AnyWindow, series: Series, *, observation: Observation
) -> dict[str, pd.Series]:
    first = window.days[0]
    values = daily_minimum(series, patients=observation.end.size, days=window.days)
    end, possible_end = window_ends(window, observation)
    graded = _graded(window, values, end=end, possible_end=possible_end)
    measured = ~np.isnan(within(values.value, end))
    count = measured.sum(axis=0)
    reason = _reasons(window, observation, measured=measured, end=end)
    reason = np.where(
        (reason == "")
        & _ended_early(window, observation, grade=graded.grade, last_value=last_measured(measured)),
        ENDED_EARLY,
        reason,
    )
    if isinstance(window, Phenotype):
        reason = np.where((reason == "") & (graded.grade == 0), NO_COURSE, reason)
    assessable = reason == ""
    return {
        "grade": _where(assessable, graded.grade),
        "grade_low": _where(possible_end >= 0, graded.grade_low),
        "grade_high": _where(possible_end >= 0, graded.grade_high),
        "category": pd.Series(_category(window, graded, assessable=assessable), dtype=object),
        **_durations(window, graded, assessable=assessable),
        "value": pd.Series(np.where(assessable & np.isfinite(graded.value), graded.value, np.nan)),
        "days_measured": pd.Series(count),
        "last_day": _where(end >= 0, end + first),
        "assessable": pd.Series(assessable),
        "reason": pd.Series(reason),
    }


def _graded(
    window: AnyWindow, values: DailyValues, *, end: Indices, possible_end: Indices
) -> WindowGrades:
    if not isinstance(window, Phenotype):
        return grade_window(window, values, end=end, possible_end=possible_end)
    course = phenotypes(window, within(values.value, end), end=end)
    lowest, highest = np.full(end.shape, 1), np.full(end.shape, len(PHENOTYPES) - 1)
    return WindowGrades(course, lowest, highest, np.full(end.shape, np.nan))


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


def window_ends(window: AnyWindow, observation: Observation) -> tuple[Indices, Indices]:
    """Return the grid row of the last observed day and of the last day with possible values.

    Both are -1 where the patient did not reach the window.
    """
    first, last = window.days
    stops = [observation.death, *(getattr(observation, name) for name in window.ends_at)]
    possible = np.fmin.reduce([np.full(observation.end.size, float(last)), *stops])
    observed = np.fmin(possible, observation.end)
    rows = [np.maximum(day - first, -1).astype(np.int64) for day in (observed, possible)]
    return rows[0], rows[1]


def _reasons(
    window: AnyWindow, observation: Observation, *, measured: Flags, end: Indices
) -> np.ndarray:
    """Return why the window is not assessable, empty where it is."""
    first, last = window.days
    count = measured.sum(axis=0)
    least = window.least_days_measured
    reasons = np.full(end.size, "", dtype=object)
    reasons[count < least] = f"fewer than {least} measured days on days {first}-{last}"
    reasons[count == 0] = f"no value on days {first}-{last}"
    reasons[end < 0] = f"progression or new therapy before day {first}"
    reasons[observation.end < first] = f"lost before day {first}"
    reasons[observation.death < first] = f"died before day {first}"
    reasons[observation.death < 0] = DIED_BEFORE_INFUSION
    return reasons


def _ended_early(
    window: AnyWindow, observation: Observation, *, grade: Indices, last_value: Indices
) -> Flags:
    """Return whose window ended early without the highest grade and without a late value."""
    if not isinstance(window, Durations) or window.early_end_needs_value_within_days is None:
        return np.zeros(grade.size, dtype=bool)
    first, last = window.days
    ended = np.fmin(observation.end, observation.progression) < last
    late_enough = last_value + first >= last - window.early_end_needs_value_within_days
    highest = max(int(name) for name in window.grades)
    early: Flags = ended & ~late_enough & (grade < highest)
    return early
