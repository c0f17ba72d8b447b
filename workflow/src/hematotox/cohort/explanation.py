"""Why a patient has her grade: what was measured, what was filled in, which rule decided.

The sentences are made from the same functions that grade, so that they cannot tell another story.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.cohort.grading.daily_values import (
    DailyValues,
    Grid,
    daily_minimum,
    series_of,
    within,
)
from hematotox.cohort.grading.duration_words import duration_sentences
from hematotox.cohort.grading.grades import Observation, grade_series, window_ends
from hematotox.cohort.grading.late_words import (
    pair_sentences,
    phenotype_sentences,
    two_lowest_sentences,
)
from hematotox.cohort.words import days, inside, listed, number
from hematotox.declarations.conventions import (
    AnyWindow,
    ConsecutivePair,
    Convention,
    Durations,
    Phenotype,
    TwoLowest,
)
from hematotox.declarations.dictionary import Dictionary, Variable


@dataclass(frozen=True, slots=True)
class Case:
    """One patient in one window.

    `values` are her daily values, one column, empty after her last observed day; `graded` is her
    row of the table of grades.
    """

    values: DailyValues
    end: int
    graded: pd.Series

    @property
    def grid(self) -> Grid:
        """The daily values that count, one column."""
        return self.values.value


def explain(
    labs: pd.DataFrame,
    observed: pd.DataFrame,
    *,
    convention: Convention,
    dictionary: Dictionary,
    variable: str,
) -> dict[str, list[str]]:
    """Tell how one patient's grades came about.

    Parameters
    ----------
    labs : table `labs`
    observed : one row, indexed by the patient: `end`, `death`, `progression`, `new_therapy` in
        days after infusion, empty where it did not happen
    convention : the convention that grades
    dictionary : label and unit of the variable
    variable : only windows of this laboratory variable

    Returns
    -------
    for each window its sentences; they hold the patient's values
    """
    described = dictionary.variables[variable]
    series = series_of(labs, observed.index, variable=variable)
    told = {}
    for name, window in convention.windows.items():
        if window.variable != variable:
            continue
        observation = Observation.of(observed)
        columns = grade_series(window, series, observation=observation)
        ends, _ = window_ends(window, observation)
        daily = daily_minimum(series, patients=1, days=window.days)
        seen = (within(part, ends) for part in (daily.value, daily.lowest, daily.highest))
        graded = pd.Series({key: column.iloc[0] for key, column in columns.items()})
        case = Case(DailyValues(*seen), int(ends[0]), graded)
        told[name] = [
            _headline(window, described, graded),
            *_observed(window, observed, case),
            *_measured(window, case),
            *_decided(window, case),
            *_bounds(window, case),
        ]
    return told


def _headline(window: AnyWindow, described: Variable, graded: pd.Series) -> str:
    """Return the result and what it is about."""
    result = "Not assessable" if graded["reason"] else f"Grade {graded['grade']}"
    if isinstance(window, Phenotype) and not graded["reason"]:
        result = str(graded["category"]).capitalize()
    about = (
        f"{days(*window.days)} after the infusion, {inside(described.label)} in {described.unit}"
    )
    return f"{result} ({about})."


def _observed(window: AnyWindow, observed: pd.DataFrame, case: Case) -> list[str]:
    """Say what ended the observation, where something did."""
    last = case.end + window.days[0]
    if case.end < 0 or last >= window.days[1]:
        return []
    row = observed.iloc[0]
    events = {"death": "death", "progression": "progression", "new_therapy": "new therapy"}
    stops = [words for name, words in events.items() if name in ("death", *window.ends_at)
             and row[name] == last]  # fmt: skip
    return [f"Observed to day {last} ({' and '.join(stops) or 'last contact'})."]


def _measured(window: AnyWindow, case: Case) -> list[str]:
    """Tell the lowest value of each measured day; neighbouring days of equal value together."""
    rows = np.flatnonzero(case.values.measured[:, 0]).tolist()
    if not rows:
        return []
    same: list[tuple[int, int, str]] = []
    for row in rows:
        text, day = _value(case.values, row), row + window.days[0]
        if same and same[-1][1:] == (day - 1, text):
            same[-1] = (same[-1][0], day, text)
        else:
            same.append((day, day, text))
    told = "; ".join(f"{days(first, last)}: {text}" for first, last, text in same)
    return [
        f"Measured on {len(rows)} of {case.end + 1} observed days (the lowest of a day): {told}."
    ]


def _value(values: DailyValues, row: int) -> str:
    low, high = values.lowest[row, 0], values.highest[row, 0]
    if low == high:
        return number(low)
    return f"<{high:.6g}" if np.isfinite(high) else f">{low:.6g}"


def _decided(window: AnyWindow, case: Case) -> list[str]:
    if case.graded["reason"]:
        return [f"Not assessable: {case.graded['reason']}."]
    if isinstance(window, Durations):
        return duration_sentences(window, case.grid, end=case.end, graded=case.graded)
    if isinstance(window, TwoLowest):
        return two_lowest_sentences(window, case.grid)
    if isinstance(window, ConsecutivePair):
        return pair_sentences(window, case.grid)
    assert isinstance(window, Phenotype)
    return phenotype_sentences(window, str(case.graded["category"]))


def _bounds(window: AnyWindow, case: Case) -> list[str]:
    """Say which grades the measurements allow."""
    low, high = case.graded["grade_low"], case.graded["grade_high"]
    if pd.isna(low) or isinstance(window, Phenotype):
        return []
    if low == high:
        complete = bool(case.values.measured.all())
        return (
            ["All days were measured."]
            if complete
            else [f"Grade {low} whatever the unmeasured days were."]
        )
    possible = listed([str(grade) for grade in range(int(low), int(high) + 1)], "or")
    return [f"The unmeasured days leave open whether it is grade {possible}."]
