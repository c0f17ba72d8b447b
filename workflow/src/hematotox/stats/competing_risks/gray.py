"""Gray's test of equal cumulative incidence in several groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from hematotox.stats.numerics.survival_data import (
    LARGEST_STATUS,
    FloatArray,
    IntArray,
    InvalidData,
    competing_data,
    groups,
)

# Relative size below which a direction of the covariance counts as empty (R: qr).
RANK_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class GrayTest:
    """Gray's test of one cause.

    Attributes
    ----------
    cause : status code of the event compared
    statistic, df, p_value : chi-square test; NaN where it cannot be computed
    groups : the levels compared, in the order of the arrays
    n, observed, expected : (g,) patients, their events of this cause, and the events expected if
        the incidence were the same in every group
    covariance : (g - 1, g - 1) of observed - expected of all groups but the last
    n_strata : strata over which the scores were summed
    condition : "no events", "one group", "not estimable"
    """

    cause: int
    statistic: float
    df: int
    p_value: float
    groups: tuple[Any, ...]
    n: IntArray
    observed: FloatArray
    expected: FloatArray
    covariance: FloatArray
    n_strata: int
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Stratum:
    """Counts of one stratum at its event times (rows) by group (columns)."""

    at_risk: FloatArray
    by_cause: dict[int, FloatArray]
    any_cause: FloatArray
    event_free_before: FloatArray
    event_free: FloatArray


def gray_test(
    *,
    time: ArrayLike,
    status: ArrayLike,
    group: ArrayLike,
    cause: int = 1,
    strata: ArrayLike | None = None,
) -> GrayTest:
    """Test whether the cumulative incidence of one cause is the same in all groups.

    Parameters
    ----------
    time : (n,) follow-up from the time origin, any unit
    status : (n,) 0 censored, 1 event of interest, 2 and above competing events
    group : (n,) the groups compared
    cause : status code of the event compared
    strata : (n,) centre or other stratum; scores and covariances are summed over strata

    Raises
    ------
    InvalidData
        Times or status that cannot be follow-up, missing groups or strata, an impossible cause.

    References
    ----------
    Gray, Annals of Statistics 16 (1988) 1141, with rho = 0. Equals `$Tests` of R
    `cmprsk::cuminc(time, status, group, strata)`; where R marks a singular covariance by a
    statistic of -1, it is NaN here.

    Examples
    --------
    >>> from hematotox.stats import gray_test
    >>> test = gray_test(
    ...     time=[1, 2, 3, 4, 5, 6, 7, 8],
    ...     status=[1, 1, 2, 1, 0, 2, 1, 0],
    ...     group=["high", "high", "high", "high", "low", "low", "low", "low"],
    ... )
    >>> round(test.statistic, 3), test.df
    (3.774, 1)
    """
    if not isinstance(cause, (int, np.integer)) or not 1 <= cause <= LARGEST_STATUS:
        raise InvalidData(f"cause: a whole number from 1 to {LARGEST_STATUS} is needed")
    return _tests(time=time, status=status, group=group, strata=strata, causes=(int(cause),))[0]


def gray_tests(
    *, time: ArrayLike, status: ArrayLike, group: ArrayLike, strata: ArrayLike | None = None
) -> tuple[GrayTest, ...]:
    """Test every cause that occurs; see `gray_test`.

    Parameters
    ----------
    time, status, group, strata : as in `gray_test`

    Examples
    --------
    >>> from hematotox.stats import gray_tests
    >>> tests = gray_tests(time=[1, 2, 3, 4], status=[1, 2, 1, 2], group=[0, 0, 1, 1])
    >>> [test.cause for test in tests]
    [1, 2]
    """
    return _tests(time=time, status=status, group=group, strata=strata, causes=None)


def _tests(
    *,
    time: ArrayLike,
    status: ArrayLike,
    group: ArrayLike,
    strata: ArrayLike | None,
    causes: tuple[int, ...] | None,
) -> tuple[GrayTest, ...]:
    times, codes = competing_data(time=time, status=status)
    arms = groups(group, name="group", length=times.size)
    if causes is None:
        causes = tuple(np.unique(codes[codes > 0]).tolist()) or (1,)
    if strata is None:
        parts = [np.arange(times.size)]
    else:
        stratum = groups(strata, name="strata", length=times.size)
        order = np.argsort(stratum.codes, kind="stable")
        parts = np.split(order, np.cumsum(np.bincount(stratum.codes))[:-1])
    size = len(arms.levels)
    counted = [
        _count(times[p], codes[p], arms=arms.codes[p], size=size, causes=causes) for p in parts
    ]
    return tuple(
        _combine(cause, counted, levels=arms.levels, n=np.bincount(arms.codes)) for cause in causes
    )


def _count(
    times: FloatArray, codes: IntArray, *, arms: IntArray, size: int, causes: tuple[int, ...]
) -> _Stratum:
    """Tabulate one stratum at the times where any event happens."""
    grid, position = np.unique(times, return_inverse=True)
    cell = position * size + arms

    def table(chosen: IntArray) -> FloatArray:
        counts = np.bincount(chosen, minlength=grid.size * size)
        return counts.reshape(grid.size, size).astype(np.float64)

    leaving, events = table(cell), table(cell[codes > 0])
    at_risk = leaving[::-1].cumsum(axis=0)[::-1]
    rows = np.flatnonzero(events.any(axis=1))
    at_risk, events = at_risk[rows], events[rows]
    event_free = _ratio(at_risk - events, at_risk, empty=1.0).cumprod(axis=0)
    return _Stratum(
        at_risk=at_risk,
        by_cause={cause: table(cell[codes == cause])[rows] for cause in causes},
        any_cause=events,
        event_free_before=_before(event_free, start=1.0),
        event_free=event_free,
    )


def _combine(
    cause: int, strata: list[_Stratum], *, levels: tuple[Any, ...], n: IntArray
) -> GrayTest:
    """Sum scores and covariances over strata and form the chi-square statistic."""
    observed = np.sum([part.by_cause[cause].sum(axis=0) for part in strata], axis=0)
    score, covariance = np.zeros(len(levels)), np.zeros((len(levels) - 1, len(levels) - 1))
    for part in strata:
        if part.any_cause.size and len(levels) > 1:
            one_score, one_covariance = _score(part, cause)
            score, covariance = score + one_score, covariance + one_covariance
    condition: tuple[str, ...] = ()
    statistic = np.nan
    if len(levels) == 1:
        condition = ("one group",)
    elif observed.sum() == 0:
        condition = ("no events",)
    elif not _full_rank(covariance):
        condition = ("not estimable",)
    else:
        statistic = float(score[:-1] @ np.linalg.solve(covariance, score[:-1]))
    df = len(levels) - 1
    return GrayTest(
        cause=cause,
        statistic=statistic,
        df=df,
        p_value=float("nan") if np.isnan(statistic) else float(chdtrc(df, statistic)),
        groups=levels,
        n=n,
        observed=observed,
        expected=observed - score,
        covariance=covariance,
        n_strata=len(strata),
        condition=condition,
    )


def _score(part: _Stratum, cause: int) -> tuple[FloatArray, FloatArray]:
    """Score of every group, and covariance of all but the last, in one stratum.

    Notation of the paper: h = Y / S(t-), the number at risk freed of the other causes and of
    censoring; F the pooled incidence; a(t) the covariance kernel, c(t) its running integral. The
    covariance is the sum over events of u u' times the variance of a jump, where
    u = a + x (c(end) - c(t)) for an event of this cause and x (c(end) - c(t)) for the others.
    """
    y, s_before, s = part.at_risk, part.event_free_before, part.event_free
    own = part.by_cause[cause]
    other = part.any_cause - own
    total = own.sum(axis=1)
    f_before = _before(np.cumsum(_ratio(s_before * own, y), axis=0), start=0.0)
    h = y / np.where(y > 0, s_before, 1.0)
    h_total = h.sum(axis=1)
    pooled = np.cumsum(total / h_total)
    risk = h * (1 - f_before)
    score = (own - risk * _ratio(total, risk.sum(axis=1))[:, None]).sum(axis=0)

    size = y.shape[1]
    kernel = h[:, :-1, None] * (np.eye(size)[:-1] - (h / h_total[:, None])[:, None, :])
    rate = _ratio(total, h_total * (1 - _before(pooled, start=0.0)), empty=np.nan)
    integral = np.cumsum(kernel * rate[:, None, None], axis=0)
    remaining = integral[-1] - integral

    others_free = _ratio(1 - pooled[:, None], s)
    tie = 1 - np.maximum(total - 1, 0)[:, None] * _ratio(1.0, h_total[:, None] * s_before - 1)
    jump = tie * _ratio(s_before * (total / h_total)[:, None], y)
    u = kernel + (1 - others_free)[:, None, :] * remaining
    covariance = np.einsum("tik,tk,tjk->ij", u, jump, u, optimize=True)

    tie = 1 - np.maximum(other - 1, 0) * _ratio(1.0, y - 1)
    jump = np.where(s > 0, tie * other * _ratio(s_before, y) ** 2, 0.0)
    u = others_free[:, None, :] * remaining
    return score, covariance + np.einsum("tik,tk,tjk->ij", u, jump, u, optimize=True)


def _full_rank(covariance: FloatArray) -> bool:
    variance = np.diag(covariance)
    if not np.isfinite(covariance).all() or (variance <= 0).any():
        return False
    scale = np.sqrt(variance)
    rank = np.linalg.matrix_rank(covariance / np.outer(scale, scale), tol=RANK_TOLERANCE)
    return bool(rank == variance.size)


def _ratio(top: FloatArray | float, bottom: FloatArray, *, empty: float = 0.0) -> FloatArray:
    """Divide, with `empty` where there is nobody (a denominator of 0)."""
    out = np.full(np.broadcast_shapes(np.shape(top), bottom.shape), empty)
    np.divide(top, bottom, out=out, where=bottom != 0)
    return out


def _before(values: FloatArray, *, start: float) -> FloatArray:
    """Shift a right-continuous step function to its value just before each time."""
    return np.concatenate([np.full_like(values[:1], start), values[:-1]])
