"""Correlation of two measurements: Pearson and Spearman, with intervals and tests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtr

from hematotox.stats.groups.rank_tests import midranks
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector

ENUMERATED = 9
LARGEST_EXACT = 1290
# a correlation this close to 1 is 1 but for rounding
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation coefficient.

    Attributes
    ----------
    estimate : Pearson's r or Spearman's rho
    conf_low, conf_high : limits
    conf_level : confidence level
    conf_method : "Fisher z" or "Bonett-Wright"
    statistic : t of Pearson, sum of squared rank differences S of Spearman
    p_value : two-sided
    method : "t", "exact" or "Edgeworth series"
    n : patients
    condition : statistical trouble in words
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    conf_method: str
    statistic: float
    p_value: float
    method: str
    n: int
    condition: tuple[str, ...]


def pearson(*, x: ArrayLike, y: ArrayLike, conf_level: float = 0.95) -> Correlation:
    """Estimate Pearson's correlation with the limits of Fisher's z transformation.

    Parameters
    ----------
    x, y : (n,) the two measurements of each patient
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Missing values or lengths that differ.

    References
    ----------
    R ``cor.test``.

    Examples
    --------
    >>> from hematotox.stats import pearson
    >>> r = pearson(x=[1, 2, 3, 4, 5, 6], y=[2, 1, 4, 3, 7, 5])
    >>> print(f"{r.estimate:.2f} ({r.conf_low:.2f} to {r.conf_high:.2f}), p = {r.p_value:.3f}")
    0.79 (-0.06 to 0.98), p = 0.061
    """
    one, two = _pair(x, y)
    quantile = two_sided_quantile(conf_level)
    r, condition = _coefficient(one, two)
    df = one.size - 2
    t = _t_statistic(r, df)
    low, high = _limits(r, one.size, quantile=quantile)
    p_value = 2 * float(stdtr(df, -abs(t))) if df > 0 else math.nan
    return Correlation(r, low, high, conf_level, "Fisher z", t, p_value, "t", one.size, condition)


def spearman(*, x: ArrayLike, y: ArrayLike, conf_level: float = 0.95) -> Correlation:
    """Estimate Spearman's rank correlation.

    Without ties the p-value is exact up to 9 patients and of an Edgeworth series above; with ties
    it is of the t approximation. R gives no interval; this one is Bonett and Wright's.

    Parameters
    ----------
    x, y : (n,) the two measurements of each patient
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Missing values or lengths that differ.

    References
    ----------
    R ``cor.test(method = "spearman")``; Best and Roberts, Applied Statistics 1975;24:377-9
    (algorithm AS 89). Interval: Bonett and Wright, Psychometrika 2000;65:23-8.

    Examples
    --------
    >>> from hematotox.stats import spearman
    >>> rho = spearman(x=[1, 2, 3, 4, 5, 6], y=[2, 1, 4, 3, 7, 5])
    >>> print(f"{rho.estimate:.2f}, p = {rho.p_value:.3f} ({rho.method})")
    0.83, p = 0.058 (exact)
    """
    one, two = _pair(x, y)
    quantile = two_sided_quantile(conf_level)
    n = one.size
    rho, condition = _coefficient(midranks(one), midranks(two))
    statistic = (n**3 - n) * (1 - rho) / 6
    tied = np.unique(one).size < n or np.unique(two).size < n
    if math.isnan(rho):
        method, p_value = "not estimable", math.nan
    elif tied or n > LARGEST_EXACT:
        method, p_value = "t", 2 * float(stdtr(n - 2, -abs(_t_statistic(rho, n - 2))))
    else:
        method = "exact" if n <= ENUMERATED else "Edgeworth series"
        p_value = _exact_p(round(statistic), n)
    low, high = _limits(rho, n, quantile=quantile, variance_factor=1 + rho**2 / 2)
    return Correlation(
        rho, low, high, conf_level, "Bonett-Wright", statistic, p_value, method, n, condition
    )


def _pair(x: ArrayLike, y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    one = finite_vector(x, name="x")
    if one.size == 0:
        raise InvalidData("x: no patients")
    return one, finite_vector(y, name="y", length=one.size)


def _coefficient(one: FloatArray, two: FloatArray) -> tuple[float, tuple[str, ...]]:
    if one.size < 3:
        return math.nan, ("not estimable",)
    if np.ptp(one) == 0 or np.ptp(two) == 0:
        return math.nan, ("constant variable",)
    # divided by the range first, so that squares of 1e200 do not overflow
    one, two = (one - one.mean()) / np.ptp(one), (two - two.mean()) / np.ptp(two)
    r = float(one @ two / math.sqrt(float(one @ one) * float(two @ two)))
    if abs(r) > 1 - ROUNDING:
        return math.copysign(1.0, r), ("limits not finite",)
    return r, (("limits not finite",) if one.size < 4 else ())


def _t_statistic(r: float, df: int) -> float:
    if abs(r) == 1:
        return math.copysign(math.inf, r)
    return r * math.sqrt(df / (1 - r * r)) if df > 0 else math.nan


def _limits(
    r: float, n: int, *, quantile: float, variance_factor: float = 1.0
) -> tuple[float, float]:
    if math.isnan(r) or n < 4:
        return math.nan, math.nan
    if abs(r) == 1:
        return r, r
    half = quantile * math.sqrt(variance_factor / (n - 3))
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def _exact_p(statistic: int, n: int) -> float:
    """Return the two-sided p-value of the sum of squared rank differences without ties."""
    if statistic > (n**3 - n) / 6:
        tail = _upper_tail(statistic, n)
    else:
        tail = 1 - _upper_tail(statistic + 2, n)  # the sum is always even
    return min(1.0, 2 * tail)


def _upper_tail(statistic: int, n: int) -> float:
    """Return the probability of a sum of squared rank differences of at least `statistic`."""
    if n <= ENUMERATED:
        orders = np.array(list(permutations(range(n))), dtype=np.int64)
        sums = ((orders - np.arange(n)) ** 2).sum(axis=1)
        return float((sums >= statistic).mean())
    share = 1 / n
    x = (6 * (statistic - 1) * share / (n**2 - 1) - 1) * math.sqrt(1 / share - 1)
    y = x * x
    inner = 0.0072 - 0.0831 * share + y * share * (0.0131 - 4.6e-4 * y)
    middle = 0.1033 + 0.3932 * share - y * (0.0879 + 0.0151 * share - y * inner)
    series = y * (share * middle - 0.0758)
    correction = x * share * (0.2274 + share * (0.2531 + 0.1745 * share) + series)
    return min(1.0, max(0.0, correction / math.exp(y / 2) + float(ndtr(-x))))
