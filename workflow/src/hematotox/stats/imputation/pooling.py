"""Rubin's rules: estimates of several imputed data sets as one, on the scale where it is normal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit, stdtr, stdtrit

from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector

Scale = Literal["identity", "logit", "cloglog"]
Function = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """Estimates pooled over imputations, each an array over the quantities pooled.

    Attributes
    ----------
    estimate, std_error : mean over the imputations, square root of the total variance; where the
        scale of pooling is another, transformed back (the standard error by the delta method)
    conf_low, conf_high : t limits, transformed back
    within, between, total : variances on the scale of pooling
    df : degrees of freedom of Barnard and Rubin
    fmi : fraction of missing information
    statistic, p_value : estimate divided by its standard error on the scale of pooling, two-sided
    m : number of imputations
    conf_level : coverage of the limits
    """

    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    within: FloatArray
    between: FloatArray
    total: FloatArray
    df: FloatArray
    fmi: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    m: int
    conf_level: float


SCALES: dict[Scale, tuple[Function, Function, Function]] = {
    "identity": (lambda x: x, np.ones_like, lambda q: q),
    "logit": (logit, lambda p: 1 / (p * (1 - p)), expit),
    "cloglog": (
        lambda s: np.log(-np.log(s)),
        lambda s: 1 / np.abs(s * np.log(s)),
        lambda q: np.exp(-np.exp(q)),
    ),
}
"""Of each scale the transformation, its slope (in size) and its inverse; `cloglog` is log(-log)."""


def pool(
    *,
    estimate: ArrayLike,
    std_error: ArrayLike,
    df_complete: float = np.inf,
    scale: Scale = "identity",
    conf_level: float = 0.95,
) -> Pooled:
    """Pool estimates by Rubin's rules.

    Parameters
    ----------
    estimate, std_error : (m,) or (m, k) of each imputation; within (0, 1) if the scale is another
        than identity
    df_complete : degrees of freedom that the estimate had without missing values
    scale : on which the estimates are averaged: log ratios and differences as they are,
        proportions and areas logit, survival and incidence log(-log)
    conf_level : coverage of the limits

    Raises
    ------
    InvalidData
        Fewer than two imputations, shapes that differ, missing or infinite numbers.

    References
    ----------
    Rubin 1987; Barnard and Rubin, Biometrika 1999;86:948-55. R ``mice::pool``. Without variance
    between the imputations the degrees of freedom are those of the observed data.

    Examples
    --------
    >>> from hematotox.stats import pool
    >>> found = pool(estimate=[0.5, 0.7, 0.6], std_error=[0.2, 0.2, 0.2], df_complete=100)
    >>> print(f"{found.estimate[0]:.2f}, df {found.df[0]:.1f}, fmi {found.fmi[0]:.2f}")
    0.60, df 22.3, fmi 0.31
    """
    values, errors = (np.asarray(x, dtype=np.float64) for x in (estimate, std_error))
    if values.shape != errors.shape or values.ndim not in (1, 2) or values.shape[0] < 2:
        raise InvalidData("estimate, std_error: at least two imputations of the same shape")
    if not (np.isfinite(values).all() and np.isfinite(errors).all()):
        raise InvalidData("estimate, std_error: missing or infinite values")
    values, errors = (x.reshape(x.shape[0], -1) for x in (values, errors))
    to, slope, back = SCALES[scale]
    with np.errstate(divide="ignore", invalid="ignore"):
        q, within = to(values), ((errors * slope(values)) ** 2).mean(axis=0)
        m, mean = values.shape[0], q.mean(axis=0)
        between = q.var(axis=0, ddof=1)
        added = (1 + 1 / m) * between
        total = within + added
        df = _degrees_of_freedom(added / total, m=m, complete=df_complete)
        ratio = added / within
        fmi = (ratio + 2 / (df + 3)) / (1 + ratio)
        half = stdtrit(df, (1 + conf_level) / 2) * np.sqrt(total)
        statistic = mean / np.sqrt(total)
        ends = np.sort([back(mean - half), back(mean + half)], axis=0)
        shown = back(mean)
        return Pooled(
            estimate=shown,
            std_error=np.sqrt(total) / slope(shown),
            conf_low=ends[0],
            conf_high=ends[1],
            within=within,
            between=between,
            total=total,
            df=df,
            fmi=fmi,
            statistic=statistic,
            p_value=2 * stdtr(df, -np.abs(statistic)),
            m=m,
            conf_level=conf_level,
        )


def _degrees_of_freedom(share: FloatArray, *, m: int, complete: float) -> FloatArray:
    """Barnard and Rubin's degrees of freedom; `share` of the variance comes from imputing."""
    old = (m - 1) / share**2
    if not np.isfinite(complete):
        return old
    observed = (complete + 1) / (complete + 3) * complete * (1 - share)
    return np.where(np.isfinite(old), old * observed / (old + observed), observed)


def pool_wilson(
    *, share: ArrayLike, n: ArrayLike, conf_level: float = 0.95
) -> tuple[float, float, float]:
    """Pool proportions of which some may be 0 or 1: mean and Wilson's limits for imputations.

    Parameters
    ----------
    share : (m,) proportion of each imputation, from 0 to 1
    n : (m,) patients that it is a share of
    conf_level : coverage of the limits

    Raises
    ------
    InvalidData
        Fewer than two imputations, no patients, lengths that differ, no proportions.

    References
    ----------
    Lott and Reiter, Am Stat 2020;74:109-15. One imputation's worth of agreement gives Wilson's
    own limits (R ``prop.test(correct = FALSE)``).

    Examples
    --------
    >>> from hematotox.stats import pool_wilson
    >>> [round(x, 3) for x in pool_wilson(share=[0.0, 0.0, 0.1], n=[20, 20, 20])]
    [0.033, 0.001, 0.651]
    """
    shares = finite_vector(share, name="share")
    sizes = finite_vector(n, name="n", length=shares.size)
    if shares.size < 2 or sizes.mean() <= 0 or ((shares < 0) | (shares > 1)).any():
        raise InvalidData("share, n: proportions of patients in two imputations or more are needed")
    m, mean, size = shares.size, float(shares.mean()), float(sizes.mean())
    within = float((shares * (1 - shares)).mean()) / size
    added = (1 + 1 / m) * float(shares.var(ddof=1))
    ratio = added / within if within > 0 else 0.0
    df = (m - 1) * (1 + 1 / ratio) ** 2 if ratio > 0 else np.inf
    square = float(stdtrit(df, (1 + conf_level) / 2)) ** 2 * (1 + ratio) / size
    centre = (2 * mean + square) / (2 * (1 + square))
    half = np.sqrt(max(centre**2 - mean**2 / (1 + square), 0.0))
    return mean, max(float(centre - half), 0.0), min(float(centre + half), 1.0)
