"""Laboratory values at a score's date: for each item the measurement that its window takes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.grading.daily_values import Flags, Grid, Series, series_of
from hematotox.contracts import conform, empty
from hematotox.declarations.score import End, Score, Timing

ASSUMED_LYMPHODEPLETION_DAY = -5.0


def baseline_values(
    labs: pd.DataFrame, lymphodepletion: pd.Series, *, scores: dict[str, Score]
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

    Returns
    -------
    Table `baseline`: a row for each patient, score, variant (empty for the score's own timing)
    and item, with empty values where there was no measurement; `several` says that the day had
    more than one value.
    """
    patients = lymphodepletion.index
    start = lymphodepletion.fillna(ASSUMED_LYMPHODEPLETION_DAY).to_numpy(dtype=float)
    items = {item for score in scores.values() for item in score.items}
    series = {item: series_of(labs, patients, variable=item) for item in sorted(items)}
    frames = [
        taken_values(series[item], start, timing=timing, end=score.worse_end(item)).assign(
            patient_id=patients, score=score.id, variant=variant, variable=item
        )
        for score in scores.values()
        for variant, timing in {"": score.timing, **score.variants}.items()
        for item in score.items
    ]
    if not frames or not len(patients):
        return empty("baseline").assign(several=pd.Series(dtype=bool))
    return conform("baseline", pd.concat(frames, ignore_index=True))


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
