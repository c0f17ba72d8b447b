"""Cumulative incidence of competing events (Aalen-Johansen)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.competing_risks.aalen_johansen import (
    ROUNDING,
    aalen_variance,
    event_steps,
    incidence,
    jackknife_variance,
    log_limits,
    log_log_limits,
)
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import (
    LARGEST_STATUS,
    FloatArray,
    IntArray,
    InvalidData,
    competing_data,
    finite_vector,
    status_codes,
)

VarianceMethod = Literal["aalen", "jackknife"]


@dataclass(frozen=True, slots=True)
class CumulativeIncidence:
    """Step curves of cumulative incidence, one per cause, on a common time axis.

    A curve keeps its value from `times[j]` until just before `times[j + 1]`. The first entry is
    time 0 before any event; events on day 0 follow as a second entry with time 0.

    Attributes
    ----------
    times : (m,) 0 and every distinct follow-up time
    causes : the k status codes, in the order of the rows below
    estimate, variance, conf_low, conf_high : (k, m); limits are NaN where the incidence is 0,
        and where the log-log scale ends (incidence 1)
    n_event : (k, m) events of each cause at each time
    n_censored : (m,) censorings at each time
    n_at_risk : (m,) patients still followed just before each time
    conf_level : coverage of the limits
    variance_method : "aalen" or "jackknife"
    condition : "no events" or "no events of cause 2" and the like
    """

    times: FloatArray
    causes: tuple[int, ...]
    estimate: FloatArray
    variance: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    n_event: IntArray
    n_censored: IntArray
    n_at_risk: IntArray
    conf_level: float
    variance_method: VarianceMethod
    condition: tuple[str, ...]

    @property
    def std_error(self) -> FloatArray:
        """Standard error of the incidence, (k, m)."""
        return np.asarray(np.sqrt(self.variance))


@dataclass(frozen=True, slots=True)
class IncidenceAt:
    """Cumulative incidence of each cause (rows) at chosen times (columns)."""

    times: FloatArray
    causes: tuple[int, ...]
    estimate: FloatArray
    variance: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    n_at_risk: IntArray
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IncidenceQuantile:
    """Time by which a given proportion has had the event; NaN where it is not reached."""

    cause: int
    probability: float
    estimate: float
    conf_low: float
    conf_high: float
    condition: tuple[str, ...]


def cause_indicator(*, status: ArrayLike, cause: int) -> IntArray:
    """Recode competing events to one cause against the rest, for a cause-specific analysis.

    Parameters
    ----------
    status : (n,) 0 censored, 1 event of interest, 2 and above competing events
    cause : the code that becomes 1; censorings and the other causes become 0

    Examples
    --------
    >>> from hematotox.stats import cause_indicator
    >>> cause_indicator(status=[0, 1, 2, 1], cause=1).tolist()
    [0, 1, 0, 1]
    """
    length = int(np.asarray(status).size)
    _check_causes((cause,))
    return np.asarray(status_codes(status, length=length) == cause, dtype=np.int64)


def cumulative_incidence(
    *,
    time: ArrayLike,
    status: ArrayLike,
    causes: Sequence[int] | None = None,
    variance: VarianceMethod = "aalen",
    conf_level: float = 0.95,
) -> CumulativeIncidence:
    """Estimate the cumulative incidence of every cause in the presence of the others.

    Parameters
    ----------
    time : (n,) follow-up from the time origin, any unit
    status : (n,) 0 censored, 1 event of interest, 2 and above competing events
    causes : status codes to estimate, also such as do not occur; all that occur by default
    variance : "aalen" for the variance and the log-log limits usual with `cuminc`,
        "jackknife" for the infinitesimal jackknife with log limits of `survfit`
    conf_level : coverage of the pointwise limits

    Raises
    ------
    InvalidData
        Times or status that cannot be follow-up; an impossible cause, method or level.

    References
    ----------
    Aalen, Annals of Statistics 6 (1978) 534. Equals R `cmprsk::cuminc`; with "jackknife" R
    `survival::survfit(Surv(time, factor(status)) ~ 1)`.

    Examples
    --------
    >>> from hematotox.stats import cumulative_incidence, incidence_at
    >>> curve = cumulative_incidence(time=[3, 5, 5, 8, 9], status=[1, 2, 0, 1, 0])
    >>> incidence_at(curve, times=[5]).estimate.round(2).tolist()
    [[0.2], [0.2]]
    """
    times, codes = competing_data(time=time, status=status)
    if variance not in ("aalen", "jackknife"):
        raise InvalidData('variance: "aalen" or "jackknife" is needed')
    z = two_sided_quantile(conf_level)
    chosen = _occurring_causes(codes) if causes is None else _check_causes(causes)

    grid, position = np.unique(times, return_inverse=True)
    counts = np.array([np.bincount(position[codes == c], minlength=grid.size) for c in chosen])
    n_censored = np.bincount(position[codes == 0], minlength=grid.size)
    leaving = np.bincount(position, minlength=grid.size)
    steps = event_steps(leaving=leaving, events=leaving - n_censored)
    curves = [incidence(steps, count) for count in counts]
    measure = aalen_variance if variance == "aalen" else jackknife_variance
    variances = [
        measure(steps, count, curve=curve) for count, curve in zip(counts, curves, strict=True)
    ]

    estimate = np.column_stack([np.zeros(len(chosen)), curves])
    spread = np.column_stack([np.zeros(len(chosen)), variances])
    limits = log_log_limits if variance == "aalen" else log_limits
    low, high = limits(estimate, np.sqrt(spread), z=z)
    return CumulativeIncidence(
        times=np.concatenate([[0.0], grid]),
        causes=chosen,
        estimate=estimate,
        variance=spread,
        conf_low=low,
        conf_high=high,
        n_event=np.column_stack([np.zeros(len(chosen), dtype=np.int64), counts]),
        n_censored=np.concatenate([[0], n_censored]),
        n_at_risk=np.concatenate([[times.size], steps.at_risk.astype(np.int64)]),
        conf_level=conf_level,
        variance_method=variance,
        condition=_absent(chosen, counts),
    )


def incidence_at(curve: CumulativeIncidence, *, times: ArrayLike) -> IncidenceAt:
    """Read cumulative incidence with limits, and the number at risk, at chosen times.

    After the last follow-up time nothing is known: NaN, as R `cmprsk::timepoints`.

    Parameters
    ----------
    curve : result of `cumulative_incidence`
    times : (m,) times in the unit of the follow-up

    Examples
    --------
    >>> from hematotox.stats import cumulative_incidence, incidence_at
    >>> curve = cumulative_incidence(time=[3, 5, 8, 9], status=[1, 2, 1, 0])
    >>> incidence_at(curve, times=[4, 10]).estimate[0].tolist()
    [0.25, nan]
    """
    wanted = finite_vector(times, name="times")
    if (wanted < 0).any():
        raise InvalidData("times: negative values")
    step = np.searchsorted(curve.times, wanted, side="right") - 1
    beyond = wanted > curve.times[-1]

    def read(values: FloatArray) -> FloatArray:
        return np.where(beyond, np.nan, values[:, step])

    # At risk at t: followed to t or longer, so an event or censoring on t still counts.
    next_time = np.minimum(np.searchsorted(curve.times, wanted), curve.times.size - 1)
    variance = read(curve.variance)
    return IncidenceAt(
        times=wanted,
        causes=curve.causes,
        estimate=read(curve.estimate),
        variance=variance,
        std_error=np.sqrt(variance),
        conf_low=read(curve.conf_low),
        conf_high=read(curve.conf_high),
        n_at_risk=np.where(beyond, 0, curve.n_at_risk[next_time]),
        condition=curve.condition + (("horizon beyond follow-up",) if beyond.any() else ()),
    )


def incidence_quantile(
    curve: CumulativeIncidence, *, cause: int = 1, probability: float = 0.5
) -> IncidenceQuantile:
    """Estimate the time by which a proportion (by default half) has had the event.

    The first time at which the incidence reaches the proportion; its limits are the first times
    at which the upper and the lower limit of the incidence reach it.

    Parameters
    ----------
    curve : from `cumulative_incidence`
    cause : one of its causes
    probability : the proportion, between 0 and 1

    Raises
    ------
    InvalidData
        A cause that the curve does not have, a probability that is none.

    Examples
    --------
    >>> from hematotox.stats import cumulative_incidence, incidence_quantile
    >>> curve = cumulative_incidence(time=[3, 5, 8, 9], status=[1, 2, 1, 1])
    >>> incidence_quantile(curve, cause=1).estimate
    8.0
    """
    if not 0 < probability < 1:
        raise InvalidData("probability: a number between 0 and 1 is needed")
    if cause not in curve.causes:
        raise InvalidData(f"cause: {cause} is not among the causes of this curve")
    row = curve.causes.index(cause)

    def first_time(values: FloatArray) -> float:
        reached = np.flatnonzero(values >= probability - ROUNDING)
        return float(curve.times[reached[0]]) if reached.size else float("nan")

    estimate = first_time(curve.estimate[row])
    return IncidenceQuantile(
        cause=cause,
        probability=probability,
        estimate=estimate,
        conf_low=first_time(curve.conf_high[row]),
        conf_high=first_time(curve.conf_low[row]),
        condition=curve.condition + (("median not reached",) if np.isnan(estimate) else ()),
    )


def _occurring_causes(codes: IntArray) -> tuple[int, ...]:
    present = np.flatnonzero(np.bincount(codes))
    return tuple(present[present > 0].tolist()) or (1,)


def _check_causes(causes: Sequence[int]) -> tuple[int, ...]:
    whole = all(isinstance(c, (int, np.integer)) and 1 <= c <= LARGEST_STATUS for c in causes)
    if not causes or not whole or len(set(causes)) != len(causes):
        raise InvalidData(f"causes: different whole numbers from 1 to {LARGEST_STATUS} are needed")
    return tuple(int(c) for c in causes)


def _absent(causes: tuple[int, ...], counts: IntArray) -> tuple[str, ...]:
    """Name the causes nobody had."""
    missing = [cause for cause, n in zip(causes, counts.sum(axis=1), strict=True) if n == 0]
    if len(missing) == len(causes):
        return ("no events",)
    return tuple(f"no events of cause {cause}" for cause in missing)
