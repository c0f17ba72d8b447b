"""Laboratory values at a score's date: for each item the measurement that its window takes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.contracts import conform, empty
from hematotox.declarations.score import Score, Timing

ASSUMED_LYMPHODEPLETION_DAY = -5.0


def baseline_values(
    labs: pd.DataFrame, lymphodepletion: pd.Series, scores: dict[str, Score]
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
    start = lymphodepletion.fillna(ASSUMED_LYMPHODEPLETION_DAY)
    wanted = labs[labs["patient_id"].isin(set(start.index))]
    frames = [
        _item_values(wanted, start, score, item, timing).assign(variant=variant)
        for score in scores.values()
        for variant, timing in {"": score.timing, **score.variants}.items()
        for item in score.items
    ]
    if not frames or not len(start):
        return empty("baseline").assign(several=pd.Series(dtype=bool))
    return conform("baseline", pd.concat(frames, ignore_index=True))


def _item_values(
    labs: pd.DataFrame, start: pd.Series, score: Score, item: str, timing: Timing
) -> pd.DataFrame:
    rows = labs[labs["variable"] == item]
    origin = rows["patient_id"].map(start) if timing.origin == "lymphodepletion_start" else 0.0
    since = rows["day"].astype(float) - origin
    inside = (since >= timing.window_days[0]) & (since <= timing.window_days[1])
    rows = rows[inside].assign(distance=_distance(since[inside], timing))
    best = rows["distance"] == rows.groupby("patient_id")["distance"].transform("min")
    table = _worst_of_day(rows[best], score.worse_end(item)).reindex(start.index)
    table["several"] = table["several"].eq(True)
    table = table.rename_axis("patient_id").reset_index()
    return table.assign(score=score.id, variable=item)


def _distance(since: pd.Series, timing: Timing) -> pd.Series:
    """Return how far each measurement is from the one that is wanted; no two days are equal."""
    if timing.nearest_to is None:
        return timing.window_days[1] - since
    distance = since - timing.nearest_to
    return distance.abs() + 0.5 * (distance > 0)


def _worst_of_day(rows: pd.DataFrame, end: str) -> pd.DataFrame:
    """Reduce several values of a day: for intervals, the interval of their worst value."""
    groups = rows.groupby("patient_id")
    reduce = "min" if end == "lowest" else "max"
    table = groups.agg(
        value_low=("value_low", reduce), value_high=("value_high", reduce), day=("day", "max")
    )
    distinct = rows.drop_duplicates(["patient_id", "value_low", "value_high"])
    count = distinct.groupby("patient_id").size().reindex(table.index)
    table["several"] = np.asarray(count) > 1
    return table
