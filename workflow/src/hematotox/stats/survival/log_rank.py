"""Do groups differ in survival: the log-rank test, also stratified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from hematotox.stats.numerics.quadratic_form import quadratic_form
from hematotox.stats.numerics.survival_data import FloatArray, IntArray, groups, survival_data

NO_EVENTS = "no events"
EMPTY_GROUP = "empty group"
FEWER_THAN_TWO_GROUPS = "one group"
SINGULAR_VARIANCE = "not estimable"


@dataclass(frozen=True, slots=True, eq=False)
class LogRankTest:
    """Log-rank test of equal survival in all groups.

    Attributes
    ----------
    statistic, df, p_value : chi-square test; NaN where it cannot be computed, see `condition`
    levels : the groups, in the order of the columns below
    n, observed, expected : patients, events, events expected if the groups did not differ,
        events as weighted
    condition : "no events", "empty group", "one group", "not estimable"
    """

    statistic: float
    df: int
    p_value: float
    levels: tuple[Any, ...]
    n: IntArray
    observed: FloatArray
    expected: FloatArray
    condition: tuple[str, ...]


def log_rank(
    *,
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    strata: ArrayLike | None = None,
    levels: tuple[Any, ...] | None = None,
    weights: tuple[float, float] = (0.0, 0.0),
) -> LogRankTest:
    """Test whether groups differ in survival (log-rank test, also weighted).

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    group : (n,) the groups compared
    strata : (n,) patients are compared only within a stratum, for example a centre
    levels : the order of the groups; otherwise sorted
    weights : Fleming and Harrington's rho and gamma: an event counts S^rho (1 - S)^gamma, with S
        the survival of the whole stratum just before it; (0, 0) is the log-rank test

    Raises
    ------
    InvalidData
        Missing or impossible times, events, groups or strata.

    References
    ----------
    Mantel 1966; Peto and Peto 1972. Harrington and Fleming 1982. R: `survdiff(Surv(time,
    event) ~ group + strata(strata), rho)`; gamma by the formula.

    Examples
    --------
    >>> from hematotox.stats import log_rank
    >>> test = log_rank(time=[3, 5, 7, 9], event=[1, 1, 1, 0], group=["a", "a", "b", "b"])
    >>> round(test.statistic, 4), test.df, test.observed.tolist()
    (2.8824, 1, [2.0, 1.0])
    """
    times, events = survival_data(time=time, event=event)
    arm = groups(group, name="group", length=times.size, levels=levels)
    stratum = np.zeros(times.size, dtype=np.int64)
    if strata is not None:
        stratum = groups(strata, name="strata", length=times.size).codes
    n_group = len(arm.levels)
    observed, expected, variance = _events(
        times, events, _Arms(arm.codes, stratum, n_group), weights=weights
    )
    n = np.bincount(arm.codes, minlength=n_group)
    # A group nobody of which was at risk at an event time takes no part.
    compared = expected > 0
    statistic, condition = _statistic(
        (observed - expected)[compared], variance[np.ix_(compared, compared)]
    )
    if not events.any():
        condition = (NO_EVENTS,)
    df = max(int(compared.sum()) - 1, 0)
    return LogRankTest(
        statistic=statistic,
        df=df,
        p_value=float(chdtrc(df, statistic)) if np.isfinite(statistic) else float("nan"),
        levels=arm.levels,
        n=n,
        observed=observed,
        expected=expected,
        condition=condition if (n > 0).all() else (*condition, EMPTY_GROUP),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Arms:
    """Group and stratum of each patient."""

    group: IntArray
    stratum: IntArray
    n_group: int


def _events(
    time: FloatArray, event: IntArray, arms: _Arms, *, weights: tuple[float, float]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return observed and expected events of each group and their covariance, over the strata.

    Only the event times of a stratum matter: a count of the patients at risk in each group at
    each of them is two sorted searches.
    """
    rho, gamma = weights
    observed, expected = np.zeros(arms.n_group), np.zeros(arms.n_group)
    variance = np.zeros((arms.n_group, arms.n_group))
    for members in _by_code(arms.stratum):
        times, events, arm = time[members], event[members], arms.group[members]
        event_time, deaths = np.unique(times[events == 1], return_counts=True)
        at_risk = np.empty((event_time.size, arms.n_group))
        for code in range(arms.n_group):
            ends = np.sort(times[arm == code])
            at_risk[:, code] = ends.size - np.searchsorted(ends, event_time, side="left")
        total = at_risk.sum(axis=1)
        share = at_risk / total[:, None]
        before = np.concatenate([[1.0], np.cumprod(1 - deaths / total)[:-1]])
        weight = before**rho * (1 - before) ** gamma
        counted = weight[np.searchsorted(event_time, times[events == 1])]
        observed += np.bincount(arm[events == 1], weights=counted, minlength=arms.n_group)
        expected += (weight * deaths) @ share
        # hypergeometric variance; with one patient at risk nothing can vary
        spread = weight**2 * deaths * (total - deaths) / np.maximum(total - 1, 1)
        variance += np.diag(spread @ share) - (share * spread[:, None]).T @ share
    return observed, expected, variance


def _by_code(codes: IntArray) -> list[IntArray]:
    """Return the positions of each code, one array a code."""
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)


def _statistic(difference: FloatArray, variance: FloatArray) -> tuple[float, tuple[str, ...]]:
    """Return the quadratic form in observed minus expected, one redundant group left out."""
    if difference.size < 2:
        return float("nan"), (FEWER_THAN_TWO_GROUPS,)
    statistic = quadratic_form(difference[1:], variance[1:, 1:])
    return statistic, () if np.isfinite(statistic) else (SINGULAR_VARIANCE,)
