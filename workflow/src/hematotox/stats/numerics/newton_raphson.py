"""Maximise a concave function by Newton's method, to full convergence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from hematotox.stats.numerics.survival_data import FloatArray

Objective = Callable[[FloatArray], tuple[float, FloatArray, FloatArray]]

# The decrement is the squared length of the next step in standard errors. Newton's method
# squares the error: a step of 1e-7 standard errors leaves about 1e-14.
DECREMENT_CONVERGED = 1e-14
DECREMENT_FLAT = 1e-8
MOST_ITERATIONS = 100
MOST_HALVINGS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where the iteration stopped.

    Attributes
    ----------
    argument, value, gradient, information : the point and the function there
    step : the last Newton step
    iterations : steps taken
    converged : a maximum was reached
    runaway : the function is flat although the steps stay long: no finite maximum
    """

    argument: FloatArray
    value: float
    gradient: FloatArray
    information: FloatArray
    step: FloatArray
    iterations: int
    converged: bool
    runaway: bool


def newton_raphson(
    objective: Objective, *, start: FloatArray, is_long: Callable[[FloatArray], bool]
) -> Maximum:
    """Maximise `objective` from `start`, halving steps that do not ascend.

    Parameters
    ----------
    objective : returns value, gradient and information (minus the second derivative); a value
        of minus infinity where it cannot be evaluated
    start : first argument
    is_long : whether a step is long in the terms of the model
    """
    argument = start
    value, gradient, information = objective(argument)
    step = np.zeros_like(start)
    converged = start.size == 0
    runaway = False
    iterations = 0
    while not converged and iterations < MOST_ITERATIONS:
        try:
            step = cho_solve(cho_factor(information), gradient)
        except (LinAlgError, ValueError):
            break
        decrement = float(gradient @ step)
        runaway = decrement < DECREMENT_FLAT and is_long(step)
        if runaway:
            break
        move = step
        for _ in range(MOST_HALVINGS):
            reached = objective(argument + move)
            if reached[0] >= value - 1e-12 * (1 + abs(value)):
                break
            move = move / 2
        else:
            break
        argument = argument + move
        value, gradient, information = reached
        iterations += 1
        converged = decrement < DECREMENT_CONVERGED
    return Maximum(
        argument=argument,
        value=value,
        gradient=gradient,
        information=information,
        step=step,
        iterations=iterations,
        converged=converged,
        runaway=runaway,
    )
