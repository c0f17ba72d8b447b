"""Restricted cubic splines: smooth between the knots, straight beyond the outer ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import FloatArray, InvalidData

QUANTILES = {
    3: (0.1, 0.5, 0.9),
    4: (0.05, 0.35, 0.65, 0.95),
    5: (0.05, 0.275, 0.5, 0.725, 0.95),
}
"""Number of knots and their quantiles (Harrell)."""


def spline_knots(values: ArrayLike, *, number: int) -> FloatArray:
    """Return the knots at Harrell's quantiles (R type 7).

    Examples
    --------
    >>> from hematotox.stats.numerics.restricted_spline import spline_knots
    >>> spline_knots(range(101), number=3).tolist()
    [10.0, 50.0, 90.0]
    """
    if number not in QUANTILES:
        raise InvalidData("number: 3, 4 or 5 knots are needed")
    return np.asarray(np.quantile(np.asarray(values, dtype=np.float64), QUANTILES[number]))


def spline_basis(values: ArrayLike, *, knots: ArrayLike) -> FloatArray:
    """Return the (n, k - 1) columns of a restricted cubic spline, the first the value itself.

    References
    ----------
    Harrell, Regression Modeling Strategies 2015, 2.4.5. R: `Hmisc::rcspline.eval(norm = 2,
    inclx = TRUE)`.

    Examples
    --------
    >>> from hematotox.stats.numerics.restricted_spline import spline_basis
    >>> spline_basis([2.0], knots=[0, 1, 2]).tolist()
    [[2.0, 1.5]]
    """
    x, t = np.asarray(values, dtype=np.float64), np.asarray(knots, dtype=np.float64)
    last = t[-1] - t[-2]

    def cubed(knot: float) -> FloatArray:
        return np.asarray(np.maximum(x - knot, 0.0) ** 3)

    curved = [
        (cubed(knot) - cubed(t[-2]) * (t[-1] - knot) / last + cubed(t[-1]) * (t[-2] - knot) / last)
        / (t[-1] - t[0]) ** 2
        for knot in t[:-2]
    ]
    return np.column_stack([x, *curved])
