"""Cumulative hazards at each patient's own time, as predictors of missing values."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import FloatArray, finite_vector, status_codes


def own_cumulative_hazard(*, time: ArrayLike, event: ArrayLike) -> FloatArray:
    """Return the Nelson-Aalen cumulative hazard at each patient's own time.

    Parameters
    ----------
    time : (n,) follow-up
    event : (n,) 1 if the event (of one cause) happened at `time`, else 0

    Raises
    ------
    InvalidData
        Missing or infinite times, events other than 0 and 1, lengths that differ.

    References
    ----------
    White and Royston, Stat Med 2009;28:1982-98. R ``mice::nelsonaalen``.

    Examples
    --------
    >>> from hematotox.stats import own_cumulative_hazard
    >>> own_cumulative_hazard(time=[1, 2, 2, 4], event=[1, 1, 0, 1]).round(3).tolist()
    [0.25, 0.583, 0.583, 1.583]
    """
    times = finite_vector(time, name="time")
    events = status_codes(event, length=times.size, largest=1)
    distinct, row = np.unique(times, return_inverse=True)
    count = np.bincount(row, minlength=distinct.size)
    at_risk = np.cumsum(count[::-1])[::-1]
    hazard = np.cumsum(np.bincount(row, weights=events, minlength=distinct.size) / at_risk)
    own: FloatArray = hazard[row]
    return own
