"""Newton's method for a smooth log-likelihood, free or under linear constraints.

The solver receives a callable and knows no model. A failure to converge is a field of the
result, never an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, null_space

from hematotox.stats.numerics.survival_data import FloatArray

# Below this step the log-likelihood cannot tell two points apart any more.
NEGLIGIBLE_STEP = 1e-5
HALVINGS = 30
# A fall of this share is rounding of the sum.
ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A log-likelihood at one point.

    Attributes
    ----------
    value : log-likelihood
    score : (q,) its gradient
    information : (q, q) expected information, positive definite wherever the value is finite
    curvature : (q, q) minus the Hessian where it differs from the information, else None
    """

    value: float
    score: FloatArray
    information: FloatArray
    curvature: FloatArray | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where the search ended.

    Attributes
    ----------
    parameters : (q,) the point
    value : log-likelihood there
    information : (q, q) information there
    multiplier : (m,) derivative of the maximum with respect to each constrained value
    iterations : Newton steps taken
    converged : whether the last step was below the tolerance
    """

    parameters: FloatArray
    value: float
    information: FloatArray
    multiplier: FloatArray
    iterations: int
    converged: bool


Likelihood = Callable[[FloatArray], Evaluation]


def maximise(
    evaluate: Likelihood,
    *,
    start: FloatArray,
    constraint: FloatArray | None = None,
    max_iterations: int = 60,
    tolerance: float = 1e-12,
) -> Maximum:
    """Maximise a log-likelihood, keeping `constraint @ parameters` where it is at the start.

    Parameters
    ----------
    evaluate : log-likelihood, score and information at a point
    start : (q,) first point; with a constraint it must already satisfy it
    constraint : (m, q) rows that stay fixed, or None
    max_iterations : Newton steps allowed
    tolerance : the largest step, relative to 1 + the largest parameter, that counts as none

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats.numerics.constrained_newton import Evaluation, maximise
    >>> parabola = lambda x: Evaluation(-float((x - 3) @ (x - 3)), -2 * (x - 3), 2 * np.eye(x.size))
    >>> maximise(parabola, start=np.zeros(2)).parameters
    array([3., 3.])
    """
    held = np.zeros((0, start.size)) if constraint is None else constraint
    free = null_space(held) if held.size else np.eye(start.size)
    point, here, converged = start, evaluate(start), False
    iteration = 0
    while not converged and iteration < max_iterations:
        iteration += 1
        step, on_hill = _newton_step(here, free)
        if step is None:
            break
        point, here = _advance(evaluate, point, here=here, step=step)
        limit = tolerance * (1 + np.abs(point).max(initial=0.0))
        # A level point that is no hill is a saddle, not a maximum. The full step counts: halved
        # ones also become small on the plateau of a separated likelihood.
        converged = on_hill and bool(np.abs(step).max(initial=0.0) <= limit)
    multiplier = np.asarray(np.linalg.lstsq(held.T, here.score)[0], dtype=np.float64)
    return Maximum(point, here.value, here.information, multiplier, iteration, converged)


def _newton_step(here: Evaluation, free: FloatArray) -> tuple[FloatArray | None, bool]:
    """Step within the free directions, and whether the likelihood curves down in all of them."""
    gradient = free.T @ here.score
    curvature = here.information if here.curvature is None else here.curvature
    for matrix, on_hill in ((curvature, True), (here.information, False)):
        try:
            return free @ cho_solve(cho_factor(free.T @ matrix @ free), gradient), on_hill
        except (LinAlgError, ValueError):
            continue
    return None, False


def _advance(
    evaluate: Likelihood, point: FloatArray, *, here: Evaluation, step: FloatArray
) -> tuple[FloatArray, Evaluation]:
    """Take the step, halved until the log-likelihood does not fall."""
    for _ in range(HALVINGS):
        there = evaluate(point + step)
        rises = there.value >= here.value - ROUNDING * (1 + abs(here.value))
        if rises or (np.isfinite(there.value) and np.abs(step).max() < NEGLIGIBLE_STEP):
            return point + step, there
        step = step / 2
    return point, here
