"""Profile likelihood of single coefficients of a logistic model, plain or penalized."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from hematotox.stats.binary.logistic_model import LogisticDesign
from hematotox.stats.numerics.constrained_newton import Likelihood, Maximum, maximise
from hematotox.stats.numerics.profile_likelihood import ProfilePoint, profile_limit
from hematotox.stats.numerics.survival_data import FloatArray

# A penalized profile can be nearly flat across its ridge, and then needs many steps.
MAX_ITERATIONS = 200


def maximum_given(
    likelihood: Likelihood, found: Maximum, *, contrast: FloatArray, values: FloatArray
) -> Maximum:
    """Maximise with linear combinations of the parameters held at given values.

    The value of a search that does not converge is NaN.

    Parameters
    ----------
    likelihood : log-likelihood
    found : unconstrained maximum, or any earlier one, to start from
    contrast : (m, q) linear combinations
    values : (m,) where they are held
    """
    try:
        response = cho_solve(cho_factor(found.information), contrast.T)
    except LinAlgError:
        return replace(found, value=np.nan, converged=False)
    gap = values - contrast @ found.parameters
    start = found.parameters + response @ np.linalg.solve(contrast @ response, gap)
    held = maximise(likelihood, start=start, constraint=contrast, max_iterations=MAX_ITERATIONS)
    return held if held.converged else replace(held, value=np.nan)


def null_maximum(likelihood: Likelihood, found: Maximum) -> Maximum:
    """Maximise with every covariate's coefficient held at zero."""
    slopes = np.eye(found.parameters.size)[1:]
    if not slopes.size:
        return found
    return maximum_given(likelihood, found, contrast=slopes, values=np.zeros(len(slopes)))


def profile_limits(
    likelihood: Likelihood, design: LogisticDesign, *, found: Maximum, quantile: float
) -> tuple[FloatArray, FloatArray]:
    """Return the (q,) lower and upper limits of the estimated coefficients."""
    covariance = design.covariance(found.information)
    limits = np.array(
        [
            _limits_of(
                likelihood, found, row=row, std_error=float(np.sqrt(variance)), quantile=quantile
            )
            for row, variance in zip(design.to_original, np.diag(covariance), strict=True)
        ]
    )
    return limits[:, 0], limits[:, 1]


def likelihood_ratios(
    likelihood: Likelihood, design: LogisticDesign, *, found: Maximum
) -> FloatArray:
    """Return the (q,) likelihood-ratio chi-square of each coefficient against zero."""
    value = np.array(
        [
            maximum_given(likelihood, found, contrast=row[None, :], values=np.zeros(1)).value
            for row in design.to_original
        ]
    )
    return np.maximum(0.0, 2 * (found.value - value))


def _limits_of(
    likelihood: Likelihood, found: Maximum, *, row: FloatArray, std_error: float, quantile: float
) -> tuple[float, float]:
    # In units of the standard error the search sees no scale of the covariate.
    contrast = row[None, :] / std_error
    centre = float(contrast[0] @ found.parameters)

    def one_side(distance: float) -> float:
        latest = found

        def profile(value: float) -> ProfilePoint:
            nonlocal latest
            held = maximum_given(
                likelihood, latest, contrast=contrast, values=np.array([centre + value])
            )
            if not held.converged:
                return ProfilePoint(value=np.nan, slope=np.nan)
            latest = held
            return ProfilePoint(value=held.value, slope=float(held.multiplier[0]))

        limit = profile_limit(
            profile, estimate=0.0, std_error=1.0, maximum=found.value, distance=distance
        )
        return (centre + limit) * std_error

    return one_side(-quantile), one_side(quantile)
