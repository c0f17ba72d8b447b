"""Landmark analysis, and the guard against immortal-time bias."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    finite_vector,
    survival_data,
)

EMPTY_POPULATION = "nobody at risk after the landmark"
NO_EVENTS = "no events"


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkPopulation:
    """Patients still at risk after a landmark, their follow-up counted from it.

    Attributes
    ----------
    landmark : the landmark, in the unit of time
    row : (k,) positions of the patients kept
    time, event : (k,) follow-up from the landmark, and the events
    n_event_before, n_censored_before : patients left out: event, or censored, up to the landmark
    condition : "nobody at risk after the landmark", "no events"
    """

    landmark: float
    row: IntArray
    time: FloatArray
    event: IntArray
    n_event_before: int
    n_censored_before: int
    condition: tuple[str, ...]


def landmark_population(
    *, time: ArrayLike, event: ArrayLike, landmark: float
) -> LandmarkPopulation:
    """Keep the patients still at risk after a landmark and move the time origin there.

    A patient whose follow-up ends on the landmark is not at risk after it.

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
    >>> kept.row.tolist(), kept.time.tolist(), kept.n_event_before, kept.n_censored_before
    ([2, 3], [15.0, 60.0], 1, 1)
    """
    times, events = survival_data(time=time, event=event)
    if not (np.isfinite(landmark) and landmark >= 0):
        raise InvalidData("landmark: a finite number from 0 upwards is needed")
    after = times > landmark
    row = np.flatnonzero(after)
    n_before = times.size - row.size
    n_event_before = int(events[~after].sum())
    condition: tuple[str, ...] = ()
    if not row.size:
        condition = (EMPTY_POPULATION,)
    elif not events[row].any():
        condition = (NO_EVENTS,)
    return LandmarkPopulation(
        landmark=float(landmark),
        row=row,
        time=times[row] - landmark,
        event=events[row],
        n_event_before=n_event_before,
        n_censored_before=n_before - n_event_before,
        condition=condition,
    )


def landmark_needed(*, known_at: ArrayLike, origin: float = 0.0) -> bool:
    """Say whether a predictor is known too late for follow-up that is counted from `origin`.

    A patient must live and be followed until the predictor is known: counted from an earlier
    origin that stretch cannot hold an event ("immortal time") and favours whoever has it.

    Parameters
    ----------
    known_at : day on which the predictor becomes known, one number or one a patient
    origin : day from which follow-up is counted; the landmark itself in a landmark analysis

    Returns
    -------
    bool
        True if the predictor becomes known after the origin for anybody

    Raises
    ------
    InvalidData
        Missing or infinite days.

    References
    ----------
    Suissa, Am J Epidemiol 2008.

    Examples
    --------
    >>> from hematotox.stats import landmark_needed
    >>> landmark_needed(known_at=30), landmark_needed(known_at=30, origin=30)
    (True, False)
    """
    days = finite_vector(np.atleast_1d(np.asarray(known_at)), name="known_at")
    if not np.isfinite(origin):
        raise InvalidData("origin: a finite day is needed")
    return bool((days > origin).any())
