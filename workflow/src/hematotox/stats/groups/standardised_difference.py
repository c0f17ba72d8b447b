"""Standardised difference of a characteristic between two groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.quadratic_form import quadratic_form


@dataclass(frozen=True, slots=True)
class StandardisedDifference:
    """Difference in units of the standard deviation within groups.

    Attributes
    ----------
    estimate : first group minus second; of a category of three or more levels without sign; NaN
        where nothing varies within the groups
    std_error, conf_low, conf_high : normal approximation
    n : patients of both groups
    conf_level : coverage of the limits
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    n: int
    conf_level: float


def standardised_difference(
    first: ArrayLike, second: ArrayLike, *, conf_level: float = 0.95
) -> StandardisedDifference:
    """Standardised difference of a number or a category between two groups.

    Parameters
    ----------
    first, second : (n,) numbers; or (n, k) memberships 0 and 1 of the k levels of a category
    conf_level : coverage of the limits

    References
    ----------
    Yang and Dalton, SAS Global Forum 2012, paper 335. R: `stddiff`, `tableone`.

    Examples
    --------
    >>> from hematotox.stats.groups.standardised_difference import standardised_difference
    >>> round(standardised_difference([1.0, 2.0, 3.0], [2.0, 3.0, 4.0]).estimate, 2)
    -1.0
    """
    one, other = (np.asarray(part, dtype=np.float64) for part in (first, second))
    n1, n2 = len(one), len(other)
    estimate = float("nan")
    if min(n1, n2) > 0 and one.ndim == 2:
        estimate = _of_category(one, other)
    elif min(n1, n2) > 1:
        estimate = _ratio(one.mean() - other.mean(), one.var(ddof=1) + other.var(ddof=1))
    known = np.isfinite(estimate)
    error = np.sqrt((n1 + n2) / (n1 * n2) + estimate**2 / (2 * (n1 + n2))) if known else np.nan
    reach = two_sided_quantile(conf_level) * error
    return StandardisedDifference(
        estimate, float(error), estimate - reach, estimate + reach, n1 + n2, conf_level
    )


def _of_category(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the difference of two levels by the last one, of more levels by all but the first."""
    p, q = one[:, 1:].mean(axis=0), other[:, 1:].mean(axis=0)
    if p.size == 1:
        return _ratio(float(p[0] - q[0]), float(p[0] * (1 - p[0]) + q[0] * (1 - q[0])))
    spread = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    varies = np.diag(spread) > 0
    return float(np.sqrt(quadratic_form((p - q)[varies], spread[np.ix_(varies, varies)])))


def _ratio(difference: float, variances: float) -> float:
    return float(difference / np.sqrt(variances / 2)) if variances > 0 else float("nan")
