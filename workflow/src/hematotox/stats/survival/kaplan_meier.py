"""Survival of a group over time: the Kaplan-Meier curve, also reversed for the follow-up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.case_weights import case_weights
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    finite_vector,
    survival_data,
)
from hematotox.stats.survival.survival_limits import ConfType, survival_limits

NO_EVENTS = "no events"


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """A Kaplan-Meier step curve, one row a distinct time, the first row at time 0.

    Attributes
    ----------
    time : distinct follow-up times, from 0
    n_risk : weight (number, without weights) of the patients with follow-up of at least `time`
    n_event, n_censor : events and censorings at `time`
    survival : probability to be free of the event beyond `time`
    std_error : standard error of `survival`; NaN where nobody is left free of the event
    conf_low, conf_high : limits; NaN where the scale has none
    conf_type, conf_level : scale and coverage of the limits
    n : number of patients
    condition : statistical trouble, "no events"
    """

    time: FloatArray
    n_risk: FloatArray
    n_event: FloatArray
    n_censor: FloatArray
    survival: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    conf_type: ConfType
    conf_level: float
    n: int
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalAtTimes:
    """Survival probabilities read off a curve at chosen times.

    Attributes
    ----------
    time : the times asked for
    survival, std_error, conf_low, conf_high : as in the curve
    n_risk : patients with follow-up of at least `time`
    n_event : events up to and including `time`
    """

    time: FloatArray
    survival: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    n_risk: FloatArray
    n_event: FloatArray


def kaplan_meier(
    *,
    time: ArrayLike,
    event: ArrayLike,
    weights: ArrayLike | None = None,
    conf_type: ConfType = "log-log",
    conf_level: float = 0.95,
) -> SurvivalCurve:
    """Survival probability over time (Kaplan-Meier product-limit estimate).

    At equal times an event comes before a censoring.

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    weights : (n,) case weights; patients of weight 0 are left out
        The variance is Greenwood's for whole-number weights and the infinitesimal jackknife
        for fractional ones, as in R.
    conf_type : scale of the limits
    conf_level : coverage of the limits

    Raises
    ------
    InvalidData
        Missing or impossible times, events, weights or settings.

    References
    ----------
    Kaplan and Meier, JASA 1958; Greenwood 1926. R: `survfit(Surv(time, event) ~ 1)`.

    Examples
    --------
    >>> from hematotox.stats import kaplan_meier
    >>> curve = kaplan_meier(time=[5, 8, 8, 12], event=[1, 1, 0, 1])
    >>> curve.survival.tolist()
    [1.0, 0.75, 0.5, 0.0]
    """
    times, events = survival_data(time=time, event=event)
    weight = case_weights(weights, length=times.size)
    counted = weight > 0
    times, events, weight = times[counted], events[counted], weight[counted]
    distinct, row = np.unique(times, return_inverse=True)
    n_event: FloatArray = np.bincount(row, weights=weight * events).astype(np.float64)
    n_censor: FloatArray = np.bincount(row, weights=weight * (1 - events)).astype(np.float64)
    n_risk: FloatArray = np.cumsum((n_event + n_censor)[::-1])[::-1]
    survival = np.cumprod((n_risk - n_event) / n_risk, dtype=np.float64)
    if (weight == np.floor(weight)).all():
        std_error = survival * _greenwood_error(n_risk=n_risk, n_event=n_event)
    else:
        influence = _Influence(row=row, weight=weight, event=events)
        std_error = survival * _jackknife_error(influence, n_risk=n_risk, n_event=n_event)
    low, high = survival_limits(survival, std_error, conf_type=conf_type, conf_level=conf_level)
    # The origin is a row of the curve; a patient with time 0 already has one.
    origin = 0 if distinct[0] == 0 else 1

    def from_origin(column: FloatArray, value: float) -> FloatArray:
        return np.concatenate([np.full(origin, value), column])

    return SurvivalCurve(
        time=from_origin(distinct, 0.0),
        n_risk=from_origin(n_risk, float(n_risk[0])),
        n_event=from_origin(n_event, 0.0),
        n_censor=from_origin(n_censor, 0.0),
        survival=from_origin(survival, 1.0),
        std_error=from_origin(std_error, 0.0),
        conf_low=from_origin(low, 1.0),
        conf_high=from_origin(high, 1.0),
        conf_type=conf_type,
        conf_level=conf_level,
        n=int(times.size),
        condition=() if n_event.any() else (NO_EVENTS,),
    )


def reverse_kaplan_meier(
    *,
    time: ArrayLike,
    event: ArrayLike,
    conf_type: ConfType = "log-log",
    conf_level: float = 0.95,
) -> SurvivalCurve:
    """Probability to be still under observation (reverse Kaplan-Meier estimate).

    Censoring becomes the event and the event censors; the median of the curve, read with
    `quantile_with_limits`, is the median follow-up.

    Parameters
    ----------
    time, event, conf_type, conf_level : as in `kaplan_meier`

    Raises
    ------
    InvalidData
        Missing or impossible times or events.

    References
    ----------
    Schemper and Smith, Control Clin Trials 1996. R: `survfit(Surv(time, 1 - event) ~ 1)`.

    Examples
    --------
    >>> from hematotox.stats import quantile_with_limits, reverse_kaplan_meier
    >>> curve = reverse_kaplan_meier(time=[2, 4, 6, 9], event=[1, 0, 0, 0])
    >>> float(quantile_with_limits(curve, [0.5]).estimate[0])
    6.0
    """
    times, events = survival_data(time=time, event=event)
    return kaplan_meier(time=times, event=1 - events, conf_type=conf_type, conf_level=conf_level)


def survival_at(curve: SurvivalCurve, times: ArrayLike) -> SurvivalAtTimes:
    """Survival probability, its limits and the patients at risk at chosen times.

    Beyond the last follow-up the last survival is carried on with nobody at risk; `n_risk`
    says so.

    Parameters
    ----------
    curve : from `kaplan_meier`
    times : (m,) times, not negative

    Raises
    ------
    InvalidData
        Missing or negative times.

    References
    ----------
    R: `summary(survfit(...), times = times, extend = TRUE)`.

    Examples
    --------
    >>> from hematotox.stats import kaplan_meier, survival_at
    >>> curve = kaplan_meier(time=[5, 8, 8, 12], event=[1, 1, 0, 1])
    >>> at = survival_at(curve, [8, 10])
    >>> at.survival.tolist(), at.n_risk.tolist()
    ([0.5, 0.5], [3.0, 1.0])
    """
    wanted = finite_vector(times, name="times")
    if (wanted < 0).any():
        raise InvalidData(f"times: {int((wanted < 0).sum())} negative values")
    row = np.searchsorted(curve.time, wanted, side="right") - 1
    next_row = np.searchsorted(curve.time, wanted, side="left")
    return SurvivalAtTimes(
        time=wanted,
        survival=curve.survival[row],
        std_error=curve.std_error[row],
        conf_low=curve.conf_low[row],
        conf_high=curve.conf_high[row],
        n_risk=np.append(curve.n_risk, 0.0)[next_row],
        n_event=np.cumsum(curve.n_event)[row],
    )


def _greenwood_error(*, n_risk: FloatArray, n_event: FloatArray) -> FloatArray:
    """Return the standard error of log survival; NaN once nobody is left."""
    left = n_risk - n_event
    hazard = np.divide(n_event, n_risk * left, out=np.full_like(n_risk, np.nan), where=left > 0)
    return np.asarray(np.sqrt(np.cumsum(hazard)))


@dataclass(frozen=True, slots=True, eq=False)
class _Influence:
    """What each patient brings to the variance: row of the curve, weight, event."""

    row: IntArray
    weight: FloatArray
    event: IntArray


def _jackknife_error(
    patients: _Influence, *, n_risk: FloatArray, n_event: FloatArray
) -> FloatArray:
    """Return the infinitesimal-jackknife standard error of log survival.

    The derivative of log S(t) with respect to the weight of a patient whose follow-up ended at
    s is G(min(s, t)) - [event at s <= t] / left(s), G being the sum of d / (n (n - d)).
    Patients still followed at t all share G(t), so one pass over the times is enough.
    """
    left = n_risk - n_event
    some_left = left > 0
    growth = np.cumsum(
        np.divide(n_event, n_risk * left, out=np.zeros_like(n_risk), where=some_left)
    )
    own = np.divide(1.0, left, out=np.zeros_like(n_risk), where=some_left)
    row, weight = patients.row, patients.weight
    ended = (weight * (growth[row] - patients.event * own[row])) ** 2
    squared_weight = np.bincount(row, weights=weight**2)
    followed = np.append(np.cumsum(squared_weight[::-1])[::-1][1:], 0.0)
    variance = np.cumsum(np.bincount(row, weights=ended)) + growth**2 * followed
    return np.asarray(np.sqrt(variance))
