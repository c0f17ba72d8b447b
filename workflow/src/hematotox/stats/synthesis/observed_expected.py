"""Ratio of observed to expected events over centres, centres without events among them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from hematotox.stats.numerics.constrained_newton import Evaluation, Likelihood
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector
from hematotox.stats.synthesis.binomial_normal import BinomialNormal, pooled

NODES = np.linspace(-8.0, 8.0, 1601)
"""Of the integral over the centres, in standard deviations between them; the same at every point,
so that value, score and curvature belong to one function."""
LOG_DENSITY = -(NODES**2) / 2 + math.log((NODES[1] - NODES[0]) / math.sqrt(2 * math.pi))
EDGE = 0.01
"""A risk cannot exceed 1: its logarithm bends over this width, so that the likelihood is smooth."""


def observed_expected(
    *, events: ArrayLike, n: ArrayLike, expected: ArrayLike, conf_level: float = 0.95
) -> BinomialNormal:
    """Pool the ratio of observed to expected events of centres that differ.

    The events of a centre are binomial, its risk is the expected risk times its own ratio, and the
    log ratios are normal between centres. Nothing is added to a centre without events.

    Parameters
    ----------
    events, n : (k,) patients with the event, and all patients, of each centre
    expected : (k,) events expected among them, above 0
    conf_level : confidence level

    Returns
    -------
    the pooled log ratio in the fields of a binomial-normal model

    Raises
    ------
    InvalidData
        Missing values, more events than patients, nothing expected.

    References
    ----------
    Debray et al., Stat Methods Med Res 2019;28:2768-86 (log link, offset log E/n). The integral and
    its maximum are exact to rounding; R: ``optim`` of the same likelihood by ``integrate``.

    Examples
    --------
    >>> from hematotox.stats import observed_expected
    >>> found = observed_expected(
    ...     events=[0, 2, 5, 1, 7], n=[27, 30, 40, 22, 35], expected=[1.2, 1.9, 2.4, 1.1, 3.0]
    ... )
    >>> print(f"{found.estimate:.2f} ({found.conf_low:.2f} to {found.conf_high:.2f})")
    0.46 (-0.02 to 0.94)
    """
    y = finite_vector(events, name="events")
    size = finite_vector(n, name="n", length=y.size)
    hoped = finite_vector(expected, name="expected", length=y.size)
    if (y > size).any() or (y < 0).any() or (hoped <= 0).any() or not y.size:
        raise InvalidData("events, n, expected: counts of centres where something is expected")
    if not y.any():
        return pooled(None, n=(y.size, 0), conf_level=conf_level, condition=("no events",))
    return pooled(
        _likelihood(y, size, log_risk=np.log(hoped / size)),
        n=(y.size, y.size),
        conf_level=conf_level,
    )


def _likelihood(y: FloatArray, n: FloatArray, *, log_risk: FloatArray) -> Likelihood:
    """Return the log-likelihood of (log ratio, tau); tau may have either sign."""
    powers = np.stack([np.ones_like(NODES), NODES, NODES**2])

    def evaluate(parameters: FloatArray) -> Evaluation:
        theta, tau = (float(value) for value in parameters)
        beyond = np.minimum((log_risk[:, None] + theta + tau * NODES) / EDGE, 30.0)
        log_risks, slope = -EDGE * np.logaddexp(0.0, -beyond), expit(-beyond)
        without = (n - y)[:, None]
        log_density = y[:, None] * log_risks + without * np.log(-np.expm1(log_risks)) + LOG_DENSITY
        top = log_density.max(axis=1, keepdims=True)
        weight = np.exp(log_density - top)
        total = weight.sum(axis=1, keepdims=True)
        weight /= total
        odds = 1 / np.expm1(-log_risks)
        excess = y[:, None] - without * odds
        residual = excess * slope
        held = without * odds * (1 + odds) * slope**2 + excess * slope * (1 - slope) / EDGE
        slopes = residual[:, None] * powers[:2]
        mean = np.einsum("kpz,kz->kp", slopes, weight)
        bend = np.einsum("kz,pz->p", weight * held, powers)
        information = np.array([[bend[0], bend[1]], [bend[1], bend[2]]])
        spread = np.einsum("kpz,kqz,kz->pq", slopes, slopes, weight) - mean.T @ mean
        # Louis: observed = complete information minus the variance of the complete score
        value = float((top + np.log(total)).sum())
        return Evaluation(value, mean.sum(axis=0), information, curvature=information - spread)

    return evaluate
