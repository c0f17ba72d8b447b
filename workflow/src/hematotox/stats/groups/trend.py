"""Trend across ordered groups, such as points of a score."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numpy.typing import ArrayLike
from scipy.special import chdtrc, stdtr, stdtrit

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    InvalidData,
    finite_vector,
    status_codes,
)

# residuals this small, relative to the variance, are rounding
PERFECT_FIT = 1e-24


@dataclass(frozen=True, slots=True)
class TrendInProportions:
    """Result of the chi-square test for trend (Cochran-Armitage).

    Attributes
    ----------
    statistic : chi-square with one degree of freedom
    p_value : of that distribution
    slope : change of the proportion per point (weighted least squares)
    n, n_event : patients and events
    condition : statistical trouble in words
    """

    statistic: float
    p_value: float
    slope: float
    n: int
    n_event: int
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinearTrend:
    """Slope of a straight line.

    Attributes
    ----------
    estimate : change of the measurement per point
    std_error : of the slope
    conf_low, conf_high : limits of the t distribution
    conf_level : confidence level
    statistic : t
    df : patients minus 2
    p_value : two-sided
    r_squared : share of the variance explained
    n : patients
    condition : statistical trouble in words
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    statistic: float
    df: int
    p_value: float
    r_squared: float
    n: int
    condition: tuple[str, ...]


def trend_in_proportions(*, outcome: ArrayLike, score: ArrayLike) -> TrendInProportions:
    """Test whether the share of patients with an outcome changes with a score.

    Parameters
    ----------
    outcome : (n,) 1 with the outcome, 0 without
    score : (n,) points

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, outcome other than 0 and 1.

    References
    ----------
    R ``prop.trend.test``; Armitage, Biometrics 1955;11:375-86.

    Examples
    --------
    >>> from hematotox.stats import trend_in_proportions
    >>> infection, points = [0, 0, 1, 0, 1, 1, 1, 1], [0, 0, 1, 1, 1, 2, 2, 3]
    >>> test = trend_in_proportions(outcome=infection, score=points)
    >>> print(f"chi-square {test.statistic:.2f}, p = {test.p_value:.3f}")
    chi-square 4.30, p = 0.038
    """
    points = _points(score)
    event = status_codes(outcome, length=points.size, largest=1)
    share = float(event.mean())
    centred = points - points.mean()
    spread = float(centred @ centred)
    statistic = p_value = slope = math.nan
    condition: tuple[str, ...] = ()
    if spread == 0:
        condition = ("constant variable",)
    elif share in (0.0, 1.0):
        condition = ("no events" if share == 0 else "no patients without the event",)
    else:
        slope = float(centred @ event) / spread
        statistic = slope**2 * spread / (share * (1 - share))
        p_value = float(chdtrc(1, statistic))
    return TrendInProportions(statistic, p_value, slope, points.size, int(event.sum()), condition)


def linear_trend(*, values: ArrayLike, score: ArrayLike, conf_level: float = 0.95) -> LinearTrend:
    """Estimate the change of a measurement per point of a score by least squares.

    Parameters
    ----------
    values : (n,) measurement, for example days of neutropenia
    score : (n,) points
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Missing values or lengths that differ.

    References
    ----------
    R ``lm(values ~ score)``, ``confint``.

    Examples
    --------
    >>> from hematotox.stats import linear_trend
    >>> days = linear_trend(values=[5, 7, 6, 9, 12, 11], score=[0, 0, 1, 2, 3, 3])
    >>> print(f"{days.estimate:.2f} ({days.conf_low:.2f} to {days.conf_high:.2f}) days per point")
    1.89 (0.86 to 2.92) days per point
    """
    points = _points(score)
    measured = finite_vector(values, name="values", length=points.size)
    two_sided_quantile(conf_level)
    n, df = points.size, points.size - 2
    centred = points - points.mean()
    outcome = measured - measured.mean()
    spread = float(centred @ centred)
    if spread == 0 or df < 1:
        nan = math.nan
        trouble = ("constant variable",) if spread == 0 else ("fewer than three patients",)
        return LinearTrend(nan, nan, nan, nan, conf_level, nan, df, nan, nan, n, trouble)
    slope = float(centred @ outcome) / spread
    residual = outcome - slope * centred
    total, unexplained = float(outcome @ outcome), float(residual @ residual)
    perfect = unexplained <= PERFECT_FIT * total
    std_error = 0.0 if perfect else math.sqrt(unexplained / df / spread)
    half = float(stdtrit(df, (1 + conf_level) / 2)) * std_error
    t = math.nan if perfect else slope / std_error
    return LinearTrend(
        estimate=slope,
        std_error=std_error,
        conf_low=slope - half,
        conf_high=slope + half,
        conf_level=conf_level,
        statistic=t,
        df=df,
        p_value=2 * float(stdtr(df, -abs(t))),
        r_squared=slope**2 * spread / total if total > 0 else math.nan,
        n=n,
        condition=("perfect fit",) if perfect else (),
    )


def _points(score: ArrayLike) -> FloatArray:
    points = finite_vector(score, name="score")
    if points.size == 0:
        raise InvalidData("score: no patients")
    return points
