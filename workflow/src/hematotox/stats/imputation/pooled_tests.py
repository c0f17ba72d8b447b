"""Tests of several parameters over imputations: D1 (Wald), D2 (statistics)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc

from hematotox.stats.numerics.survival_data import (
    FloatArray,
    InvalidData,
    covariate_matrix,
    finite_vector,
)


@dataclass(frozen=True, slots=True)
class PooledTest:
    """An F test over imputations.

    Attributes
    ----------
    statistic : F
    df, df_residual : its degrees of freedom
    p_value : upper tail
    increase : average relative increase of the variance by the missing values
    """

    statistic: float
    df: int
    df_residual: float
    p_value: float
    increase: float


def pool_wald(
    *, estimate: ArrayLike, covariance: ArrayLike, df_complete: float = np.inf
) -> PooledTest:
    """Test that several parameters are 0, from estimates and covariances (D1).

    Parameters
    ----------
    estimate : (m, k) parameters of each imputation
    covariance : (m, k, k) their covariances
    df_complete : degrees of freedom without missing values

    References
    ----------
    Li, Raghunathan and Rubin 1991; Reiter, Biometrika 2007;94:502-8 (finite `df_complete`).
    R ``mice::D1``, ``mitml::testModels(method = "D1", df.com =)``.

    Examples
    --------
    >>> from hematotox.stats import pool_wald
    >>> test = pool_wald(
    ...     estimate=[[1.0, 0.5], [1.2, 0.4], [0.9, 0.7]], covariance=[np.eye(2) * 0.1] * 3
    ... )
    >>> print(f"F = {test.statistic:.2f}, p = {test.p_value:.3f}")
    F = 5.16, p = 0.009
    """
    u = np.asarray(covariance, dtype=np.float64)
    q = covariate_matrix(estimate, length=len(u))
    m, k = _sizes(q)
    mean, within = q.mean(axis=0), u.mean(axis=0)
    if not np.isfinite(u).all() or np.linalg.matrix_rank(within) < k:
        raise InvalidData("covariance: missing, infinite or singular")
    between = np.cov(q, rowvar=False).reshape(k, k)
    increase = (1 + 1 / m) * float(np.trace(np.linalg.solve(within, between))) / k
    statistic = float(mean @ np.linalg.solve(within, mean)) / (k * (1 + increase))
    t = k * (m - 1)
    finite = np.isfinite(df_complete) and t > 4
    residual = _reiter(increase, t, df_complete) if finite else _li(increase, k, m)
    return _test(statistic, k, residual, increase)


def pool_chi_square(*, statistic: ArrayLike, df: int) -> PooledTest:
    """Test from the chi-square statistics of the imputations alone (D2).

    Parameters
    ----------
    statistic : (m,) Wald, likelihood ratio or log-rank statistics
    df : their degrees of freedom

    References
    ----------
    Li, Meng, Raghunathan and Rubin, Stat Sin 1991;1:65-92. R ``mitml::testModels(method = "D2")``.

    Examples
    --------
    >>> from hematotox.stats import pool_chi_square
    >>> test = pool_chi_square(statistic=[4.2, 5.1, 6.3], df=1)
    >>> print(f"F = {test.statistic:.2f}, p = {test.p_value:.3f}")
    F = 4.72, p = 0.030
    """
    w = finite_vector(statistic, name="statistic")
    m, _ = _sizes(w[:, None])
    increase = (1 + 1 / m) * float(np.sqrt(w).var(ddof=1))
    pooled = (float(w.mean()) / df - (m + 1) / (m - 1) * increase) / (1 + increase)
    residual = df ** (-3 / m) * (m - 1) * (1 + 1 / increase) ** 2 if increase > 0 else np.inf
    return _test(max(pooled, 0.0), df, residual, increase)


def _sizes(values: FloatArray) -> tuple[int, int]:
    if values.ndim != 2 or values.shape[0] < 2:
        raise InvalidData("estimates: at least two imputations are needed")
    return values.shape[0], values.shape[1]


def _test(statistic: float, df: int, residual: float, increase: float) -> PooledTest:
    large = residual if np.isfinite(residual) else 1e12  # fdtrc takes no infinite second df
    p_value = float(fdtrc(df, large, statistic))
    return PooledTest(statistic, df, residual, p_value, increase)


def _li(increase: float, k: int, m: int) -> float:
    """Residual degrees of freedom where the complete data's are infinite."""
    t = k * (m - 1)
    if increase <= 0:
        return np.inf
    if t > 4:
        return 4 + (t - 4) * (1 + (1 - 2 / t) / increase) ** 2
    return t * (1 + 1 / k) * (1 + 1 / increase) ** 2 / 2


def _reiter(increase: float, t: int, complete: float) -> float:
    """Residual degrees of freedom of a small sample."""
    a = increase * t / (t - 2)
    whole = (complete + 1) / (complete + 3) * complete
    c0, c1, c2 = 1 / (t - 4), whole - 2 * (1 + a), whole - 4 * (1 + a)
    terms = (
        a**2 * c1 / ((1 + a) ** 2 * c2)
        + 8 * a**2 * c1 / ((1 + a) * c2**2)
        + 4 * a**2 / ((1 + a) * c2)
        + 4 * a**2 / (c2 * c1)
        + 16 * a**2 * c1 / c2**3
        + 8 * a**2 / c2**2
    )
    return 4 + 1 / (1 / c2 + c0 * terms)
