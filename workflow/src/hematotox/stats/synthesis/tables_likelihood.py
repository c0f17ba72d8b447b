"""Likelihood of 2x2 tables given their margins, log odds ratios normal between studies."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from hematotox.stats.numerics.constrained_newton import Evaluation, Likelihood
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector

# The normal density is negligible beyond nine standard deviations; the trapezoidal rule with
# steps of a third of the narrowest peak is exact to rounding.
REACH = 9.0
POINTS_PER_WIDTH = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """Possible events in the first group given the margins, with their log weights."""

    events: float
    support: FloatArray
    log_weight: FloatArray


def informative_studies(
    events_1: ArrayLike, n_1: ArrayLike, *, events_2: ArrayLike, n_2: ArrayLike
) -> list[Study]:
    """Return the studies that inform on the odds ratio: events in some, not in everybody."""
    first = finite_vector(events_1, name="events_1")
    k = first.size
    if k == 0:
        raise InvalidData("events_1: no studies")
    names = {"n_1": n_1, "events_2": events_2, "n_2": n_2}
    size_1, second, size_2 = (finite_vector(v, name=n, length=k) for n, v in names.items())
    counts = np.stack([first, size_1, second, size_2])
    if (counts < 0).any() or (counts % 1 != 0).any():
        raise InvalidData("counts: whole numbers of at least 0 are needed")
    if (first > size_1).any() or (second > size_2).any():
        raise InvalidData("events: more than patients")
    studies = []
    for a, n, c, m in counts.T:
        support = np.arange(max(0.0, a + c - m), min(n, a + c) + 1)
        if support.size > 1:
            weight = -(
                gammaln(support + 1)
                + gammaln(n - support + 1)
                + gammaln(a + c - support + 1)
                + gammaln(m - a - c + support + 1)
            )
            studies.append(Study(float(a), support, weight - weight.max()))
    return studies


def one_sided(studies: list[Study]) -> bool:
    """Tell whether all studies lie at the same end, so that the odds ratio is 0 or infinite."""
    return all(s.events == s.support[0] for s in studies) or all(
        s.events == s.support[-1] for s in studies
    )


def tables_likelihood(studies: list[Study]) -> Likelihood:
    """Return the log-likelihood of (log odds ratio, tau); tau may have either sign."""

    def evaluate(parameters: FloatArray) -> Evaluation:
        value, score = 0.0, np.zeros(2)
        information, spread = np.zeros((2, 2)), np.zeros((2, 2))
        for study in studies:
            log_density, residual, variance, z = _on_grid(study, parameters)
            top = log_density.max()
            weight = np.exp(log_density - top)
            total = weight.sum()
            weight = weight / total
            value += float(top + math.log(total * (z[1] - z[0])))
            slopes = residual * np.stack([np.ones_like(z), z])
            mean = slopes @ weight
            powers = np.stack([np.ones_like(z), z, z * z])
            moments = powers @ (weight * variance)
            information += np.array([[moments[0], moments[1]], [moments[1], moments[2]]])
            spread += (slopes * weight) @ slopes.T - np.outer(mean, mean)
            score += mean
        # Louis: observed = complete information minus the variance of the complete score
        return Evaluation(value, score, information, curvature=information - spread)

    return evaluate


def _on_grid(
    study: Study, parameters: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return log density times normal density, events minus expected, variance, and the grid."""
    theta, tau = float(parameters[0]), float(parameters[1])
    mode, widest = _mode(study, theta, tau=tau)
    points = 2 * math.ceil(REACH * POINTS_PER_WIDTH * math.sqrt(1 + tau * tau * widest)) + 1
    z = np.linspace(mode - REACH, mode + REACH, points)
    log_probability, mean, variance = _moments(study, theta + tau * z)
    log_density = log_probability - z * z / 2 - math.log(2 * math.pi) / 2
    return log_density, study.events - mean, variance, z


def _moments(study: Study, log_ratio: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return log probability of the observed events, mean and variance at each log odds ratio."""
    weight = study.log_weight + log_ratio[:, None] * study.support
    top = weight.max(axis=1, keepdims=True)
    share = np.exp(weight - top)
    total = share.sum(axis=1, keepdims=True)
    share = share / total
    mean = share @ study.support
    variance = (share * (study.support - mean[:, None]) ** 2).sum(axis=1)
    position = int(study.events - study.support[0])
    return weight[:, position] - top[:, 0] - np.log(total[:, 0]), mean, variance


def _mode(study: Study, theta: float, *, tau: float) -> tuple[float, float]:
    """Return where the integrand peaks, and a bound on the variance of the events."""
    low, high = -REACH * 40, REACH * 40
    for _ in range(60):
        middle = (low + high) / 2
        _, mean, _ = _moments(study, np.array([theta + tau * middle]))
        if tau * (study.events - mean[0]) - middle > 0:
            low = middle
        else:
            high = middle
    at = (low + high) / 2
    _, _, variance = _moments(study, theta + tau * np.linspace(at - REACH, at + REACH, 61))
    return at, float(variance.max())
