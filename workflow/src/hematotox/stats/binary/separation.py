"""Separation in logistic regression: covariates that predict some outcomes without error."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from hematotox.stats.numerics.survival_data import FloatArray, IntArray

# The linear programme works to 1e-7; an infinite coefficient reaches its bound of 1 or a share
# of it.
NOT_ZERO = 1e-5


def separating_direction(design: FloatArray, *, outcome: IntArray) -> FloatArray:
    """Return the direction in which maximum likelihood coefficients are infinite, zero if none.

    A direction in which no patient's prediction gets worse and some get better is one along which
    the likelihood rises for ever. The linear programme of Konis finds the largest such direction;
    its non-zero entries belong to the infinite coefficients.

    Parameters
    ----------
    design : (n, q) design matrix of full rank, intercept included, columns of similar scale
    outcome : (n,) 0 or 1

    References
    ----------
    Konis, Linear programming algorithms for detecting separated data in binary logistic
    regression models, DPhil thesis, Oxford 2007, equation 4.23; R ``detectseparation``.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats.binary.separation import separating_direction
    >>> exposed = np.array([0, 0, 0, 1, 1])
    >>> design = np.column_stack([np.ones(5), exposed])
    >>> separating_direction(design, outcome=np.array([0, 1, 0, 1, 1])).tolist()
    [0.0, 1.0]
    """
    towards = np.unique(np.where(outcome[:, None] == 1, design, -design), axis=0)
    solution = linprog(
        -towards.mean(axis=0),
        A_ub=-towards,
        b_ub=np.zeros(len(towards)),
        bounds=(-1, 1),
        method="highs",
    )
    if solution.x is None or solution.fun > -1e-9:
        return np.zeros(design.shape[1])
    return np.where(np.abs(solution.x) > NOT_ZERO, solution.x, 0.0)
