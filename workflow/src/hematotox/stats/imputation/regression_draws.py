"""One conditional model of chained equations: normal regression with a random centre intercept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.special import ndtr, ndtri

from hematotox.stats.numerics.survival_data import FloatArray

PRIOR_WEIGHT, PRIOR_SHARE = 1.0, 0.01
"""The prior of a variance: as one value, whose square is this share of the response's variance."""
FLAT, WEAK = 1e-6, 1.0
"""Prior precisions, in observations: of the intercept, and of coefficients that are not shrunken.
One observation moves a coefficient by little, and keeps that of a column which hardly varies among
those with a value from throwing those without one out of all bounds."""


@dataclass(slots=True)
class Variances:
    """Where a Markov chain stands: variances of residuals, centres and shrunken coefficients."""

    residual: float
    centre: float
    slope: float


@dataclass(frozen=True, slots=True, eq=False)
class Draw:
    """Coefficients drawn from their posterior, its mean, and the residual standard deviation."""

    drawn: FloatArray
    mean: FloatArray
    residual: float


def start(response: FloatArray, n_slope: int) -> Variances:
    """Return where a chain starts, from the observed response."""
    spread = max(float(response.var()), 1e-12)
    return Variances(residual=spread, centre=0.1 * spread, slope=spread / max(n_slope, 1))


def draw_coefficients(
    response: FloatArray,
    design: FloatArray,
    *,
    n_centre: int,
    state: Variances,
    generator: np.random.Generator,
) -> Draw:
    """Draw coefficients and variances once, by Gibbs sampling; `state` moves on.

    Parameters
    ----------
    response : (n,)
    design : (n, 1 + p + n_centre) ones, standardised predictors, an indicator a centre
    n_centre : last columns, which have a normal prior of their own: a random intercept; that of a
        centre without any observed value is drawn from the prior
    state : variances, changed in place
    generator : of random numbers

    Notes
    -----
    Where the predictors exceed a tenth of the patients their coefficients have a normal prior too,
    whose variance is drawn with them: a ridge whose strength the data say.
    """
    n, size = design.shape
    slopes = slice(1, size - n_centre)
    n_slope = size - n_centre - 1
    shrunken = n_slope > n / 10
    precision = np.full(size, FLAT)
    precision[slopes] = state.residual / state.slope if shrunken else WEAK
    precision[size - n_centre :] = state.residual / state.centre
    factor = cho_factor(design.T @ design + np.diag(precision), lower=True, check_finite=False)
    mean = cho_solve(factor, design.T @ response, check_finite=False)
    noise = solve_triangular(factor[0], generator.standard_normal(size), lower=True, trans="T")
    drawn = mean + np.sqrt(state.residual) * noise
    floor = PRIOR_SHARE * max(float(response.var()), 1e-12)
    rest = response - design @ drawn
    state.residual = _variance(rest, floor, generator)
    if n_centre:
        state.centre = _variance(drawn[size - n_centre :], floor, generator)
    if shrunken:
        state.slope = _variance(drawn[slopes], floor / n_slope, generator)
    return Draw(drawn, mean, float(np.sqrt(state.residual)))


def _variance(values: FloatArray, floor: float, generator: np.random.Generator) -> float:
    """Draw a variance given values of mean 0 that have it (scaled inverse chi-square)."""
    scale = float(values @ values) + PRIOR_WEIGHT * floor
    return scale / float(generator.chisquare(values.size + PRIOR_WEIGHT))


def nearest_donors(
    wanted: FloatArray, offered: FloatArray, *, donors: int, generator: np.random.Generator
) -> np.ndarray:
    """Return for each patient the position of one of the nearest donors, drawn at random.

    Parameters
    ----------
    wanted, offered : (k, d), (n, d) predictions of those without and of those with a value
    donors : how many of the nearest are drawn from
    """
    count = min(donors, len(offered))
    distance = ((wanted[:, None, :] - offered[None, :, :]) ** 2).sum(axis=2)
    nearest = np.argpartition(distance, count - 1, axis=1)[:, :count]
    nearest.sort(axis=1)  # argpartition leaves their order to the machine
    chosen: np.ndarray = nearest[
        np.arange(len(wanted)), generator.integers(count, size=len(wanted))
    ]
    return chosen


def truncated_normal(
    mean: FloatArray, spread: float, low: FloatArray, high: FloatArray, *,
    generator: np.random.Generator,
) -> FloatArray:  # fmt: skip
    """Draw normal values inside their intervals; ends may be infinite."""
    above = low > mean  # the upper tail is turned over, where the distribution keeps its digits
    sign = np.where(above, -1.0, 1.0)
    first, last = sign * (low - mean) / spread, sign * (high - mean) / spread
    first, last = np.minimum(first, last), np.maximum(first, last)
    share = ndtr(first) + generator.random(mean.size) * (ndtr(last) - ndtr(first))
    with np.errstate(divide="ignore"):
        found: FloatArray = mean + sign * spread * ndtri(share)
    return np.clip(np.where(np.isfinite(found), found, np.where(above, low, high)), low, high)
