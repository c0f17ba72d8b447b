"""Median and other quantiles of a time to event, read off a Kaplan-Meier curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector
from hematotox.stats.survival.kaplan_meier import SurvivalCurve

# R calls two probabilities equal within this distance when it reads a quantile off the curve.
QUANTILE_TOLERANCE = float(np.sqrt(np.finfo(np.float64).eps))


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalQuantiles:
    """Times by which given shares of the patients had the event.

    Attributes
    ----------
    probability : share with the event, 0.5 for the median
    estimate : the time; NaN if the curve does not come down so far
    conf_low, conf_high : limits; NaN where not reached
    condition : "median not reached", if one of the estimates is not
    """

    probability: FloatArray
    estimate: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    condition: tuple[str, ...]


def quantile_with_limits(
    curve: SurvivalCurve, probabilities: ArrayLike = (0.25, 0.5, 0.75)
) -> SurvivalQuantiles:
    """Median and other quantiles of the time to event, with limits.

    Where the curve runs exactly at the quantile, the middle of that step is returned, as in R.
    The limits are the quantiles of the curve's limits (Brookmeyer and Crowley).

    Parameters
    ----------
    curve : from `kaplan_meier`
    probabilities : (m,) shares of patients with the event, between 0 and 1

    Raises
    ------
    InvalidData
        Missing probabilities or probabilities outside 0 to 1.

    References
    ----------
    R: `quantile(survfit(...), probs = probabilities)`.

    Examples
    --------
    >>> from hematotox.stats import kaplan_meier, quantile_with_limits
    >>> curve = kaplan_meier(time=[5, 8, 9, 12], event=[1, 1, 0, 1])
    >>> float(quantile_with_limits(curve, [0.5]).estimate[0])
    10.0
    """
    wanted = finite_vector(probabilities, name="probabilities")
    if ((wanted < 0) | (wanted > 1)).any():
        raise InvalidData("probabilities: numbers from 0 to 1 are needed")
    estimate, low, high = (
        _quantiles(curve.time, 1 - column, wanted)
        for column in (curve.survival, curve.conf_low, curve.conf_high)
    )
    condition = ("median not reached",) if np.isnan(estimate).any() else ()
    return SurvivalQuantiles(wanted, estimate, low, high, condition)


def _quantiles(time: FloatArray, share: FloatArray, wanted: FloatArray) -> FloatArray:
    """Read quantiles off a step function `share` of time that starts at 0 (R's `findq`).

    Limits need not be monotone; R then reads the sorted values, and so does this.
    """
    if time[0] == 0 and share[0] != 0:
        time, share = np.concatenate([[0.0], time]), np.concatenate([[0.0], share])
    last_time, last_share = time[-1], share[-1]
    known = np.isfinite(share)
    step, first = np.unique(share[known], return_index=True)
    step_time = time[known][first]

    def crossing(level: FloatArray) -> FloatArray:
        position = np.searchsorted(step, level, side="left")
        return np.append(step_time, np.nan)[position]

    lower = crossing(wanted - QUANTILE_TOLERANCE)
    quantile = (lower + crossing(wanted + QUANTILE_TOLERANCE)) / 2
    quantile[wanted == 0] = time[0]
    if np.isfinite(last_share):
        at_end = np.abs(wanted - last_share) < QUANTILE_TOLERANCE
        quantile[at_end] = (lower[at_end] + last_time) / 2
    return quantile
