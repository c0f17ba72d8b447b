"""The chi-square statistic of several numbers with a common covariance."""

from __future__ import annotations

import numpy as np

from hematotox.stats.numerics.survival_data import FloatArray

# Below this smallest eigenvalue of the correlation the numbers say the same twice.
SMALLEST_EIGENVALUE = 1e-11


def quadratic_form(values: FloatArray, covariance: FloatArray) -> float:
    """Return values' covariance^-1 values; NaN if the covariance is singular or unknown.

    Parameters
    ----------
    values : (k,) estimates or scores
    covariance : (k, k) their covariance, on any scale

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats.numerics.quadratic_form import quadratic_form
    >>> quadratic_form(np.array([2.0, 3.0]), np.diag([4.0, 1.0]))
    10.0
    >>> quadratic_form(np.array([2.0, 3.0]), np.ones((2, 2)))
    nan
    """
    if not values.size:
        return 0.0
    variance = np.diag(covariance)
    if not (np.isfinite(covariance).all() and np.isfinite(values).all() and (variance > 0).all()):
        return float("nan")
    scale = np.sqrt(variance)
    correlation = covariance / np.outer(scale, scale)
    if np.linalg.eigvalsh(correlation)[0] < SMALLEST_EIGENVALUE:
        return float("nan")
    standardised = values / scale
    return float(standardised @ np.linalg.solve(correlation, standardised))
