"""Why a patient has her grade: what was measured, what was filled in, which rule decided.

The sentences are made from the same functions that grade, so that they cannot tell another story.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.grading.assessability import SAMPLING_GAP
from hematotox.cohort.grading.case import Case
from hematotox.cohort.grading.daily_values import DailyValues, series_of, within
from hematotox.cohort.grading.duration_words import duration_sentences
from hematotox.cohort.grading.grades import grade_series, highest_possible, window_values
from hematotox.cohort.grading.late_words import (
    pair_sentences,
    phenotype_sentences,
    two_lowest_sentences,
)
from hematotox.cohort.grading.observation import Observation, window_ends
from hematotox.cohort.words import days, listed, number
from hematotox.declarations.conventions import (
    AnyWindow,
    ConsecutivePair,
    Convention,
    Durations,
    Phenotype,
    TwoLowest,
)
from hematotox.declarations.dictionary import Dictionary, Variable


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
    told = {}
    for name, window in convention.windows.items():
        if window.variable != variable:
            continue
        case = _case(window, labs, observed)
        told[name] = [
            _headline(window, described, case.graded),
            *_observed(window, observed, case),
            *_measured(case),
            *_decided(window, case),
            *_bounds(window, case),
        ]
    return told


def _case(window: AnyWindow, labs: pd.DataFrame, observed: pd.DataFrame) -> Case:
    """Return what is told of one patient in a window."""
    names = [window.variable, *filter(None, (window.narrowed_by,))]
    series = {name: series_of(labs, observed.index, variable=name) for name in names}
    own, other = series[window.variable], series.get(window.narrowed_by or "")
    observation = Observation.of(observed)
    columns = grade_series(window, own, observation=observation, leukocytes=other)
    values, ends, rows = window_values(window, own, window_ends(window, observation))
    grids = (values.value, values.lowest, values.highest)
    value, lowest, highest = (within(grid, ends.observed) for grid in grids)
    order = np.arange(values.value.shape[0]) if rows is None else rows[:, 0]
    return Case(
        values=DailyValues(value, lowest, highest),
        ends=ends,
        graded=pd.Series({key: column.iloc[0] for key, column in columns.items()}),
        calendar=order + window.days[0],
        leukocytes=highest_possible(window, other, patients=1),
    )


def _headline(window: AnyWindow, described: Variable, graded: pd.Series) -> str:
    """Return the result and what it is about."""
    result = "Not assessable" if graded["reason"] else f"Grade {graded['grade']}"
    if isinstance(window, Phenotype) and not graded["reason"]:
        result = str(graded["category"]).capitalize()
    about = f"{days(*window.days)} after the infusion, {described.label} in {described.unit}"
    return f"{result} ({about})."


def _observed(window: AnyWindow, observed: pd.DataFrame, case: Case) -> list[str]:
    """Say what ended the observation, where something did, and which last contact was given."""
    row = observed.iloc[0]
    given, stated = row.get("last_contact"), "last_contact_stated" in window.ends_at
    outlived = pd.notna(given) and pd.isna(row["death"]) and row["end"] > given
    told = []
    if pd.notna(case.graded["last_day"]) and case.graded["last_day"] < window.days[1]:
        last = int(case.graded["last_day"])
        events = {"death": "death", "progression": "progression", "new_therapy": "new therapy"}
        stops = [words for name, words in events.items() if name in ("death", *window.ends_at)
                 and row[name] == last]  # fmt: skip
        contact = "last contact as it was stated" if stated else "last contact"
        end = contact if given == last else "last record"
        told = [f"Observed to day {last} ({' and '.join(stops) or end})."]
    if outlived:
        what = "do not count in this convention" if stated else "show that observation went on"
        told.append(f"The last contact was given as day {given:g}; later records {what}.")
    return told


def _measured(case: Case) -> list[str]:
    """Tell the lowest value of each measured day; neighbouring days of equal value together."""
    rows = np.flatnonzero(case.values.measured[:, 0]).tolist()
    if not rows:
        return []
    same: list[tuple[int, int, str]] = []
    for row in rows:
        text, day = _value(case.values, row), int(case.calendar[row])
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
    reason = case.graded["reason"]
    counted = []
    if isinstance(window, Durations) and reason in ("", SAMPLING_GAP):
        counted = duration_sentences(window, case)
    if reason:
        return [*counted, f"Not assessable: {reason}.", *_open(case)]
    if isinstance(window, Durations):
        died = ["The patient died before recovery."] if case.graded["died_before_recovery"] else []
        return [*counted, *died]
    if isinstance(window, TwoLowest):
        return two_lowest_sentences(window, case)
    if isinstance(window, ConsecutivePair):
        return pair_sentences(window, case)
    assert isinstance(window, Phenotype)
    return phenotype_sentences(window, str(case.graded["category"]))


def _open(case: Case) -> list[str]:
    """Say what the open days allow."""
    low, high = case.graded["open_low"], case.graded["open_high"]
    if case.graded["reason"] != SAMPLING_GAP or pd.isna(low):
        return []
    possible = listed([str(grade) for grade in range(int(low), int(high) + 1)], "or")
    return [f"The open days leave open whether it is grade {possible}."]


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
