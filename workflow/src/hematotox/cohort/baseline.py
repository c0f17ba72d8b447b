"""Values at a score's date: for each item the measurement that its window takes.

An item that is a number of a patient (age, previous lines) has one value, at any date.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.grading.daily_values import Flags, Grid, Series, series_of
from hematotox.contracts import conform, empty
from hematotox.declarations.score import End, Score, Timing

ASSUMED_LYMPHODEPLETION_DAY = -5.0


def baseline_values(
    labs: pd.DataFrame,
    lymphodepletion: pd.Series,
    *,
    scores: dict[str, Score],
    numbers: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Take each patient's value of every item of every score, at every date of the score.

    Each item has its own latest (or nearest) day in the window. Of several values of that day
    the one counts that scores higher. A patient without a date of lymphodepletion is taken to
    have started it on day -5.

    Parameters
    ----------
    labs : table `labs`
    lymphodepletion : day of its start after infusion (so usually negative), indexed by the
        patients that are wanted; empty where unknown
    scores : scores by id
    numbers : variables with one number a patient, indexed by patient; an item that is one of them
        is taken from here

    Returns
    -------
    Table `baseline`: a row for each patient, score, variant (empty for the score's own timing)
    and item, with empty values where there was no measurement; `several` says that the day had
    more than one value.
    """
    patients = lymphodepletion.index
    start = lymphodepletion.fillna(ASSUMED_LYMPHODEPLETION_DAY).to_numpy(dtype=float)
    known = pd.DataFrame(index=patients) if numbers is None else numbers.reindex(patients)
    named = {name for score in scores.values() for name in score.inputs}
    measured = sorted(named - set(known.columns))
    series = {item: series_of(labs, patients, variable=item) for item in measured}

    def taken(name: str, timing: Timing, end: End) -> pd.DataFrame:
        if name in known:
            return _number(known[name])
        return taken_values(series[name], start, timing=timing, end=end)

    frames = []
    for score in scores.values():
        for variant, timing in {"": score.timing, **score.variants}.items():
            for name, item in score.items.items():
                values = taken(name, timing, score.worse_end(name))
                if item.relative_to is not None:
                    values = _multiples(values, taken(item.relative_to, timing, "highest"))
                frames.append(
                    values.assign(
                        patient_id=patients, score=score.id, variant=variant, variable=name
                    )
                )
    if not frames or not len(patients):
        return empty("baseline").assign(several=pd.Series(dtype=bool))
    return conform("baseline", pd.concat(frames, ignore_index=True))


def _number(column: pd.Series) -> pd.DataFrame:
    """Return numbers that have no date as values."""
    values = pd.to_numeric(column).to_numpy(dtype=float)
    return pd.DataFrame(
        {"value_low": values, "value_high": values, "day": np.nan, "several": False}
    )


def _multiples(values: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """Return values as multiples of their limit, empty where it is not known."""
    limit = limits["value_high"].where(limits["value_high"] > 0)
    ends = {end: values[end] / limit for end in ("value_low", "value_high")}
    return values.assign(**ends)


def taken_values(series: Series, start: Grid, *, timing: Timing, end: End) -> pd.DataFrame:
    """Take one measurement of each patient.

    Parameters
    ----------
    series : measurements of one variable
    start : day of the start of lymphodepletion of each patient
    timing : window, and which of its days
    end : which of several values of that day

    Returns
    -------
    One row a patient: `value_low`, `value_high` and `day` (empty without a measurement),
    `several`.
    """
    origin = start[series.patient] if timing.origin == "lymphodepletion_start" else 0.0
    since = np.asarray(series.day - origin, dtype=np.float64)
    inside = (since >= timing.window_days[0]) & (since <= timing.window_days[1])
    distance = np.where(inside, _distance(since, timing), np.inf)
    nearest = np.full(start.size, np.inf)
    np.minimum.at(nearest, series.patient, distance)
    chosen = inside & (distance == nearest[series.patient])
    low, high = (
        _worst(series.patient, v, chosen=chosen, patients=start.size, end=end)
        for v in (series.low, series.high)
    )
    day = np.full(start.size, np.nan)
    day[series.patient[chosen]] = series.day[chosen]
    patient = series.patient[chosen]
    differs = (series.low[chosen] != low[patient]) | (series.high[chosen] != high[patient])
    several = np.zeros(start.size, dtype=bool)
    several[patient[differs]] = True
    return pd.DataFrame({"value_low": low, "value_high": high, "day": day, "several": several})


def _distance(since: Grid, timing: Timing) -> Grid:
    """Return how far each day is from the one that is wanted; no two days are equally far."""
    if timing.nearest_to is None:
        return timing.window_days[1] - since
    distance = since - timing.nearest_to
    return np.asarray(np.abs(distance) + 0.5 * (distance > 0), dtype=float)


def _worst(patient: np.ndarray, values: Grid, *, chosen: Flags, patients: int, end: End) -> Grid:
    """Return the lowest or highest of each patient's chosen values, NaN without any."""
    reduce, neutral = (np.minimum, np.inf) if end == "lowest" else (np.maximum, -np.inf)
    worst = np.full(patients, neutral)
    reduce.at(worst, patient[chosen], values[chosen])
    known = np.zeros(patients, dtype=bool)
    known[patient[chosen]] = True
    return np.where(known, worst, np.nan)
