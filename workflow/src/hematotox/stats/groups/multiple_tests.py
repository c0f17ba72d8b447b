"""P-values of several planned tests, adjusted so that the whole family errs rarely."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import FloatArray


def adjusted_p_values(p_values: ArrayLike, method: Literal["fixed_sequence", "holm"]) -> FloatArray:
    """Adjust p-values for the number of tests, or for their order.

    Parameters
    ----------
    p_values : (k,) of the planned tests in their order; NaN where a test could not be done, which
        counts as not passed
    method : fixed_sequence (a test counts only if all before it have passed) or holm

    Returns
    -------
    (k,) p-values that are compared with the level of the whole family; NaN where there is none

    References
    ----------
    Holm, Scand J Statist 1979; Maurer, Hothorn and Lehmacher 1995. R: `p.adjust(method="holm")`;
    fixed sequence: the largest p so far.

    Examples
    --------
    >>> from hematotox.stats.groups.multiple_tests import adjusted_p_values
    >>> adjusted_p_values([0.021, 0.049, 0.013], "fixed_sequence").tolist()
    [0.021, 0.049, 0.049]
    >>> adjusted_p_values([0.01, 0.04, 0.03], "holm").tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, dtype=np.float64)
    p = np.where(np.isnan(given), 1.0, given)
    if method == "fixed_sequence":
        adjusted = np.maximum.accumulate(p)
    else:
        order = np.argsort(p, kind="stable")
        steps = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
        adjusted = np.empty_like(p)
        adjusted[order] = np.minimum(1.0, steps)
    return np.where(np.isnan(given), np.nan, adjusted)
