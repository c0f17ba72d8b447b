"""Durations that everybody completes: median with its interval, quartiles."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtr

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import InvalidData, finite_vector


@dataclass(frozen=True, slots=True)
class MedianDuration:
    """Median of an uncensored duration.

    Attributes
    ----------
    estimate : median
    conf_low, conf_high : order statistics, NaN with fewer than six patients (at 0.95)
    conf_level : confidence level asked for
    coverage : confidence level reached, at least the one asked for
    q1, q3 : quartiles (R's type 7)
    minimum, maximum : range
    n : patients
    condition : statistical trouble in words
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    coverage: float
    q1: float
    q3: float
    minimum: float
    maximum: float
    n: int
    condition: tuple[str, ...]


def median_duration(*, duration: ArrayLike, conf_level: float = 0.95) -> MedianDuration:
    """Estimate the median of a duration known for every patient, with order-statistic limits.

    Parameters
    ----------
    duration : (n,) any unit, none censored
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Missing values, or no patients.

    References
    ----------
    R ``k <- qbinom(.025, n, .5); sort(x)[c(k, n - k + 1)]``; Conover, Practical Nonparametric
    Statistics, section 3.2.

    Examples
    --------
    >>> from hematotox.stats import median_duration
    >>> days = median_duration(duration=[3, 5, 6, 8, 9, 11, 14, 21])
    >>> print(f"{days.estimate} ({days.conf_low}-{days.conf_high})")
    8.5 (3.0-21.0)
    """
    values = np.sort(finite_vector(duration, name="duration"))
    n = values.size
    if n == 0:
        raise InvalidData("duration: no patients")
    two_sided_quantile(conf_level)
    position = _lower_position(n, (1 - conf_level) / 2)
    q1, median, q3 = (float(value) for value in np.quantile(values, [0.25, 0.5, 0.75]))
    known = position > 0
    return MedianDuration(
        estimate=median,
        conf_low=float(values[position - 1]) if known else math.nan,
        conf_high=float(values[n - position]) if known else math.nan,
        conf_level=conf_level,
        coverage=1 - 2 * float(bdtr(position - 1, n, 0.5)) if known else math.nan,
        q1=q1,
        q3=q3,
        minimum=float(values[0]),
        maximum=float(values[-1]),
        n=n,
        condition=() if known else ("limits not finite",),
    )


def _lower_position(n: int, tail: float) -> int:
    """Return the smallest k with P(X <= k) >= tail for X binomial(n, 1/2), as qbinom does."""
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        # the relative allowance keeps a tail that is met exactly, as qbinom does
        if float(bdtr(middle, n, 0.5)) >= tail * (1 - 1e-14):
            high = middle
        else:
            low = middle + 1
    return low
