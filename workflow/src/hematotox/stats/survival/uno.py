"""Discrimination of a risk for a censored outcome, free of the censoring pattern: Uno's C."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.confidence import two_sided_p, two_sided_quantile
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    finite_vector,
    survival_data,
)
from hematotox.stats.survival.censoring_distribution import censoring_distribution
from hematotox.stats.survival.dominance import sums_below


@dataclass(frozen=True, slots=True, eq=False)
class UnoConcordance:
    """Uno's C.

    Attributes
    ----------
    estimate, std_error : C and its infinitesimal-jackknife standard error, censoring weights
        taken as known
    conf_low, conf_high : normal limits, clipped to [0, 1]
    conf_level : confidence level
    horizon : last event time that counts, infinite for all
    n, n_event : patients, and events up to the horizon
    influence : (n,) of each patient on the estimate
    condition : "not estimable"
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    horizon: float
    n: int
    n_event: int
    influence: FloatArray
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnoDifference:
    """Uno's C of one risk less that of another, in the same patients.

    Attributes
    ----------
    difference, std_error : and its infinitesimal-jackknife standard error
    conf_low, conf_high, conf_level : normal limits
    statistic, p_value : z and its two-sided p
    condition : those of both, "not estimable" where the risks order the patients alike
    """

    difference: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    statistic: float
    p_value: float
    condition: tuple[str, ...]


def uno_concordance(
    *,
    time: ArrayLike,
    event: ArrayLike,
    risk: ArrayLike,
    horizon: float = math.inf,
    conf_level: float = 0.95,
) -> UnoConcordance:
    """Estimate how often the patient with the higher risk has the event first (Uno's C).

    Each event counts with the inverse square of the probability of not being censored before it,
    so that the value does not depend on who happened to be censored.

    Parameters
    ----------
    time : (n,) follow-up from the time origin
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    risk : (n,) any number that is higher for a higher risk
    horizon : events after it do not count; advisable where few patients are followed
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Missing, negative or impossible values, lengths that differ.

    References
    ----------
    Uno et al., Stat Med 2011;30:1105-17. R ``concordance(Surv(time, event) ~ risk,
    timewt = "n/G2", ymax = horizon, reverse = TRUE)``.

    Examples
    --------
    >>> from hematotox.stats import uno_concordance
    >>> result = uno_concordance(
    ...     time=[1, 2, 3, 4, 5], event=[1, 0, 1, 1, 0], risk=[5, 2, 1, 3, 1]
    ... )
    >>> round(result.estimate, 3)
    0.714
    """
    quantile = two_sided_quantile(conf_level)
    times, events = survival_data(time=time, event=event)
    score = finite_vector(risk, name="risk", length=times.size)
    if not horizon > 0:
        raise InvalidData("horizon: a time above 0 is needed")
    censoring = censoring_distribution(time=times, status=events)
    counted = events * (times <= horizon)
    weight = counted / np.where(counted == 1, censoring.before(times), 1.0) ** 2
    pairs = _pairs(times, events, score=score, weight=weight)
    kinds = pairs.sum(axis=1) / 2
    total = float(kinds.sum())
    estimate, influence = math.nan, np.full(times.size, np.nan)
    if total > 0:
        somers_d = (kinds[0] - kinds[1]) / total
        influence = (pairs[0] - pairs[1] - somers_d * pairs.sum(axis=0)) / total / 2
        estimate = float((somers_d + 1) / 2)
    std_error = math.sqrt(float(influence @ influence))
    low, high = np.clip([estimate - quantile * std_error, estimate + quantile * std_error], 0, 1)
    return UnoConcordance(
        estimate=estimate,
        std_error=std_error,
        conf_low=float(low),
        conf_high=float(high),
        conf_level=conf_level,
        horizon=horizon,
        n=times.size,
        n_event=int(counted.sum()),
        influence=influence,
        condition=() if total > 0 else ("not estimable",),
    )


def compare_uno(first: UnoConcordance, second: UnoConcordance) -> UnoDifference:
    """Compare two risks of the same patients by Uno's C.

    Parameters
    ----------
    first, second : from `uno_concordance`, of the same patients and horizon

    References
    ----------
    R ``concordance(first, second, timewt = "n/G2", ymax = )``, its covariance.

    Examples
    --------
    >>> from hematotox.stats import compare_uno, uno_concordance
    >>> of = {"time": [1, 2, 3, 4, 5], "event": [1, 0, 1, 1, 0]}
    >>> one, two = (uno_concordance(**of, risk=r) for r in ([5, 2, 1, 3, 1], [3, 1, 4, 2, 1]))
    >>> round(compare_uno(one, two).difference, 3)
    -0.179
    """
    change = first.influence - second.influence
    error = math.sqrt(float(change @ change))
    difference = first.estimate - second.estimate
    half = two_sided_quantile(first.conf_level) * error
    z, alike = (difference / error, ()) if error > 0 else (math.nan, ("not estimable",))
    return UnoDifference(
        difference=difference,
        std_error=error,
        conf_low=difference - half,
        conf_high=difference + half,
        conf_level=first.conf_level,
        statistic=z,
        p_value=two_sided_p(z),
        condition=tuple(dict.fromkeys((*first.condition, *second.condition, *alike))),
    )


def _pairs(
    time: FloatArray, event: IntArray, *, score: FloatArray, weight: FloatArray
) -> FloatArray:
    """Return (3, n) weights of each patient's concordant, discordant and tied pairs."""
    order = np.lexsort((event, -time))
    new = (np.diff(time[order]) != 0) | (np.diff(event[order]) != 0)
    # ranked by how long the patient was known to be free of the event, the longest first
    rank = np.empty(time.size, dtype=np.int64)
    rank[order] = np.concatenate([[0], np.cumsum(new)])
    block = np.zeros(time.size, dtype=np.int64)
    outlived_by = sums_below(rank=rank, score=score, value=np.ones(time.size), block=block)
    outlived = sums_below(rank=rank.max() - rank, score=score, value=weight, block=block)
    return np.asarray(weight * outlived_by[[0, 2, 1]] + outlived[[2, 0, 1]])
