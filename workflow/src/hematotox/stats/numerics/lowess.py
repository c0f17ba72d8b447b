"""Locally weighted straight lines (lowess) as R computes them, without robustness iterations."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector


def lowess(*, x: ArrayLike, y: ArrayLike, span: float = 2 / 3) -> FloatArray:
    """Smooth y along x and return the fitted value of each patient.

    Parameters
    ----------
    x, y : (n,) points
    span : share of the points in each local fit

    Returns
    -------
    (n,) fitted values, in the order given

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, fewer than two points.

    References
    ----------
    R ``lowess(x, y, f = span, iter = 0)``, which fits at points a hundredth of the range apart
    and interpolates; Cleveland, JASA 1979;74:829-36.

    Examples
    --------
    >>> from hematotox.stats import lowess
    >>> lowess(x=[1, 2, 3, 4, 5], y=[2, 4, 6, 8, 10]).round(6).tolist()
    [2.0, 4.0, 6.0, 8.0, 10.0]
    """
    across = finite_vector(x, name="x")
    if across.size < 2:
        raise InvalidData("x: at least two points are needed")
    up = finite_vector(y, name="y", length=across.size)
    order = np.argsort(across, kind="stable")
    across, up = across[order], up[order]
    smooth = np.empty_like(across)
    smooth[order] = _smoothed(across, up, span=span)
    return smooth


def _smoothed(x: FloatArray, y: FloatArray, *, span: float) -> FloatArray:
    n = x.size
    neighbours = max(2, min(n, int(span * n + 1e-7)))
    gap = 0.01 * (x[-1] - x[0])
    fitted = np.empty(n)
    left, last, at = 0, -1, 0
    while True:
        while left + neighbours < n and x[at] - x[left] > x[left + neighbours] - x[at]:
            left += 1
        fitted[at] = _local_line(x, y, at=at, begin=left, end=left + neighbours)
        if at > last + 1 and last >= 0:
            share = (x[last + 1 : at] - x[last]) / (x[at] - x[last])
            fitted[last + 1 : at] = share * fitted[at] + (1 - share) * fitted[last]
        # tied points share the fit; the next fit is at the last point within the gap
        last = int(np.searchsorted(x, x[at], side="right")) - 1
        fitted[at : last + 1] = fitted[at]
        if last == n - 1:
            return fitted
        at = max(last + 1, int(np.searchsorted(x, x[last] + gap, side="right")) - 1)


def _local_line(x: FloatArray, y: FloatArray, *, at: int, begin: int, end: int) -> float:
    """Fit one weighted line over the neighbourhood and evaluate it at one point."""
    width = max(x[at] - x[begin], x[end - 1] - x[at])
    # ties with the farthest neighbour belong to the neighbourhood too
    end = int(np.searchsorted(x, x[at] + 0.999 * width, side="right"))
    distance = np.abs(x[begin:end] - x[at])
    near, ys = x[begin:end], y[begin:end]
    weight = np.where(
        distance <= 0.001 * width, 1.0, (1 - (distance / max(width, 1e-300)) ** 3) ** 3
    )
    weight = np.where(distance <= 0.999 * width, weight, 0.0)
    if width == 0:
        weight = np.ones_like(distance)
    weight = weight / weight.sum()
    centre = float(weight @ near)
    spread = float(weight @ (near - centre) ** 2)
    if np.sqrt(spread) > 0.001 * (x[-1] - x[0]):
        weight = weight * (1 + (x[at] - centre) / spread * (near - centre))
    return float(weight @ ys)
