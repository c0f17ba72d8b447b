"""Landmark analysis: follow-up starts again at a landmark, among those then still at risk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    joined_times,
    survival_data,
)


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkPopulation:
    """Patients still at risk after a landmark, their follow-up counted from it.

    Attributes
    ----------
    row : (k,) positions of the patients kept
    time, event : (k,) follow-up from the landmark, and the events
    """

    row: IntArray
    time: FloatArray
    event: IntArray


def landmark_population(
    *, time: ArrayLike, event: ArrayLike, landmark: float
) -> LandmarkPopulation:
    """Keep the patients still at risk after a landmark and move the time origin there.

    A patient whose follow-up ends on the landmark, but for float noise, is not at risk after it.

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    landmark : not negative, in the unit of `time`

    Raises
    ------
    InvalidData
        Missing or impossible times, events or landmark.

    References
    ----------
    Anderson, Cain and Gelber, J Clin Oncol 1983.

    Examples
    --------
    >>> from hematotox.stats import landmark_population
    >>> kept = landmark_population(time=[10, 30, 45, 90], event=[1, 0, 1, 0], landmark=30)
    >>> kept.row.tolist(), kept.time.tolist()
    ([2, 3], [15.0, 60.0])
    """
    times, events = survival_data(time=time, event=event)
    if not (np.isfinite(landmark) and landmark >= 0):
        raise InvalidData("landmark: a finite number from 0 upwards is needed")
    *joined, start = joined_times([*times, landmark])
    row = np.flatnonzero(np.array(joined) > start)
    return LandmarkPopulation(row=row, time=np.array(joined)[row] - start, event=events[row])
