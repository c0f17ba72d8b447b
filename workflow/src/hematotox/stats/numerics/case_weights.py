"""Case weights: how much each patient counts."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector


def case_weights(weights: ArrayLike | None, *, length: int) -> FloatArray:
    """Return one non-negative weight a patient; without weights everybody counts once.

    Parameters
    ----------
    weights : (n,) weights from 0 upwards, or None
        A patient of weight 0 contributes nothing; the caller leaves such patients out.
    length : the number of patients

    Raises
    ------
    InvalidData
        Missing, infinite or negative weights, another length, or no weight above zero.

    Examples
    --------
    >>> from hematotox.stats.numerics.case_weights import case_weights
    >>> case_weights(None, length=2)
    array([1., 1.])
    """
    if weights is None:
        return np.ones(length)
    vector = finite_vector(weights, name="weights", length=length)
    if (vector < 0).any():
        raise InvalidData(f"weights: {int((vector < 0).sum())} negative values")
    if not (vector > 0).any():
        raise InvalidData("weights: no patient has a weight above zero")
    return vector
