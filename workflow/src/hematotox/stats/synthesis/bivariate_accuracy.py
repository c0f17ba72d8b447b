"""Summary sensitivity and specificity of several studies: the bivariate model of Reitsma."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.constrained_newton import Evaluation, Likelihood, maximise
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector

METHODS = ("REML", "ML")
FEWEST_STUDIES = 3
CORRECTION = 0.5
# a correlation or a variance this close to the edge of its range is on the edge
EDGE = 1e-6
DIFFERENCE_STEP = 1e-5


@dataclass(frozen=True, slots=True)
class SummaryProportion:
    """A proportion summarised over studies.

    Attributes
    ----------
    estimate : summary proportion
    conf_low, conf_high : limits, from the log odds
    logit : summary log odds
    std_error : of the log odds
    between_sd : standard deviation of the log odds between studies
    """

    estimate: float
    conf_low: float
    conf_high: float
    logit: float
    std_error: float
    between_sd: float


@dataclass(frozen=True, slots=True, eq=False)
class BivariateAccuracy:
    """Summary point of a diagnostic test.

    Attributes
    ----------
    sensitivity, specificity : summary proportions
    covariance : (2, 2) of the two summary log odds, for a confidence region
    between : (2, 2) covariance of the log odds between studies, for a prediction region
    correlation : between studies; negative where studies differ in their threshold
    conf_level : confidence level
    log_likelihood : restricted (REML) or full (ML), without its constant
    method : "REML" or "ML"
    n_studies : studies
    iterations : Newton steps
    converged : whether the search converged
    condition : statistical trouble in words
    """

    sensitivity: SummaryProportion
    specificity: SummaryProportion
    covariance: FloatArray
    between: FloatArray
    correlation: float
    conf_level: float
    log_likelihood: float
    method: str
    n_studies: int
    iterations: int
    converged: bool
    condition: tuple[str, ...]


def bivariate_accuracy(
    *,
    tp: ArrayLike,
    fp: ArrayLike,
    fn: ArrayLike,
    tn: ArrayLike,
    method: str = "REML",
    conf_level: float = 0.95,
) -> BivariateAccuracy:
    """Summarise sensitivity and specificity over studies, allowing for their correlation.

    The log odds of both are normal within studies, with the usual variances, and jointly normal
    between studies. A study with a zero cell has no log odds: 0.5 is added to its four cells and
    `condition` says so.

    Parameters
    ----------
    tp, fp, fn, tn : (k,) counts of each study
    method : "REML" or "ML"
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Counts that are missing, negative or not whole; a study without cases or controls.

    References
    ----------
    Reitsma et al., J Clin Epidemiol 2005;58:982-90. R
    ``metafor::rma.mv(mods = ~ arm - 1, random = ~ arm | study, struct = "UN")`` at full
    convergence; ``mada::reitsma`` is the same model of the false positive rate.

    Examples
    --------
    >>> from hematotox.stats import bivariate_accuracy
    >>> summary = bivariate_accuracy(
    ...     tp=[45, 30, 60, 27, 33], fp=[20, 9, 14, 5, 31],
    ...     fn=[5, 3, 22, 13, 7], tn=[80, 51, 96, 65, 49],
    ... )
    >>> found = summary.sensitivity
    >>> print(f"{found.estimate:.2f} ({found.conf_low:.2f}-{found.conf_high:.2f})")
    0.80 (0.70-0.87)
    """
    if method not in METHODS:
        raise InvalidData(f"method: one of {', '.join(METHODS)} is needed")
    quantile = two_sided_quantile(conf_level)
    y, v, condition = _logits(tp, fp, fn=fn, tn=tn)
    restricted = method == "REML"
    if len(y) < FEWEST_STUDIES:
        unknown = np.full((2, 2), np.nan)
        return _result(
            y.mean(axis=0) * np.nan,
            (unknown, unknown),
            quantile=quantile,
            fit=(math.nan, 0, False),
            labels=(conf_level, method, len(y)),
            condition=(*condition, "fewer than five studies"),
        )
    spread = np.sqrt(np.maximum(y.var(axis=0, ddof=1) - v.mean(axis=0), 0.1 * v.mean(axis=0)))
    centred = y - y.mean(axis=0)
    slant = math.copysign(0.3 * spread[1], float(centred[:, 0] @ centred[:, 1]))
    start = np.array([spread[0], slant, spread[1]])
    found = maximise(
        _likelihood(y, v, restricted=restricted), start=start, max_iterations=500, tolerance=1e-11
    )
    between = _between(found.parameters)
    mean, covariance = _pooled(y, v, between=between)
    if not found.converged:
        condition = (*condition, "did not converge")
    return _result(
        mean,
        (covariance, between),
        quantile=quantile,
        fit=(found.value, found.iterations, found.converged),
        labels=(conf_level, method, len(y)),
        condition=condition,
    )


def _logits(
    tp: ArrayLike, fp: ArrayLike, *, fn: ArrayLike, tn: ArrayLike
) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
    """Return (k, 2) log odds of sensitivity and specificity and their variances."""
    first = finite_vector(tp, name="tp")
    k = first.size
    if k == 0:
        raise InvalidData("tp: no studies")
    others = [
        finite_vector(values, name=name, length=k)
        for name, values in (("fn", fn), ("tn", tn), ("fp", fp))
    ]
    cells = np.stack([first, *others], axis=1)
    if (cells < 0).any() or (cells % 1 != 0).any():
        raise InvalidData("counts: whole numbers of at least 0 are needed")
    if (cells[:, :2].sum(axis=1) == 0).any() or (cells[:, 2:].sum(axis=1) == 0).any():
        raise InvalidData("counts: a study without cases or without controls")
    zero = (cells == 0).any(axis=1)
    cells = cells + CORRECTION * zero[:, None]
    y = np.log(cells[:, [0, 2]] / cells[:, [1, 3]])
    v = 1 / cells[:, [0, 2]] + 1 / cells[:, [1, 3]]
    return y, v, ("0.5 added to zero cells",) if zero.any() else ()


def _between(parameters: FloatArray) -> FloatArray:
    """Return the covariance between studies from its Cholesky factor."""
    a, b, c = parameters
    return np.array([[a * a, a * b], [a * b, b * b + c * c]])


def _weights(v: FloatArray, between: FloatArray) -> FloatArray:
    total = between + v[:, :, None] * np.eye(2)
    return np.asarray(np.linalg.inv(total), dtype=np.float64)


def _pooled(y: FloatArray, v: FloatArray, *, between: FloatArray) -> tuple[FloatArray, FloatArray]:
    weights = _weights(v, between)
    covariance = np.linalg.inv(weights.sum(axis=0))
    return covariance @ np.einsum("kij,kj->i", weights, y), covariance


def _likelihood(y: FloatArray, v: FloatArray, *, restricted: bool) -> Likelihood:
    """Return the log-likelihood of the Cholesky factor of the covariance between studies."""

    def value_and_score(parameters: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        a, b, c = parameters
        directions = np.array(
            [[[2 * a, b], [b, 0.0]], [[0.0, a], [a, 2 * b]], [[0.0, 0.0], [0.0, 2 * c]]]
        )
        weights = _weights(v, _between(parameters))
        mean, covariance = _pooled(y, v, between=_between(parameters))
        residual = np.einsum("kij,kj->ki", weights, y - mean)
        value = np.linalg.slogdet(weights)[1].sum() - np.einsum("ki,ki->", residual, y - mean)
        # derivatives of the weights' sum: weights @ direction @ weights
        bent = np.einsum("kij,djl,klm->dim", weights, directions, weights)
        score = np.einsum("ki,dij,kj->d", residual, directions, residual) - np.einsum(
            "kij,dji->d", weights, directions
        )
        if restricted:
            value += np.linalg.slogdet(covariance)[1]
            score = score + np.einsum("ij,dji->d", covariance, bent)
        information = np.einsum(
            "kij,djl,klm,emi->de", weights, directions, weights, directions, optimize=True
        )
        return float(value) / 2, score / 2, information / 2

    def evaluate(parameters: FloatArray) -> Evaluation:
        value, score, information = value_and_score(parameters)
        size = 1 + np.abs(parameters).max()
        steps = DIFFERENCE_STEP * size * np.eye(3)
        slopes = np.array(
            [
                (value_and_score(parameters - h)[1] - value_and_score(parameters + h)[1])
                / (2 * DIFFERENCE_STEP * size)
                for h in steps
            ]
        )
        # the expected information vanishes on the edge; a little ridge keeps it invertible
        ridge = 1e-8 * np.trace(information) * np.eye(3)
        return Evaluation(value, score, information + ridge, curvature=(slopes + slopes.T) / 2)

    return evaluate


def _result(
    mean: FloatArray,
    matrices: tuple[FloatArray, FloatArray],
    *,
    quantile: float,
    fit: tuple[float, int, bool],
    labels: tuple[float, str, int],
    condition: tuple[str, ...],
) -> BivariateAccuracy:
    covariance, between = matrices
    scale = math.sqrt(between[0, 0] * between[1, 1])
    correlation = float(between[0, 1] / scale) if scale > EDGE**2 else math.nan
    if abs(correlation) > 1 - EDGE:
        condition = (*condition, "correlation at the edge of its range")
    if min(between[0, 0], between[1, 1]) < EDGE**2:
        condition = (*condition, "no variance between studies")
    summaries = []
    for logit, variance, spread in zip(mean, np.diag(covariance), np.diag(between), strict=True):
        std_error = math.sqrt(variance)
        limits = expit([logit, logit - quantile * std_error, logit + quantile * std_error])
        estimate, low, high = (float(value) for value in limits)
        summaries.append(
            SummaryProportion(estimate, low, high, float(logit), std_error, math.sqrt(spread))
        )
    return BivariateAccuracy(
        sensitivity=summaries[0],
        specificity=summaries[1],
        covariance=covariance,
        between=between,
        correlation=correlation,
        conf_level=labels[0],
        log_likelihood=fit[0],
        method=labels[1],
        n_studies=labels[2],
        iterations=fit[1],
        converged=fit[2],
        condition=condition,
    )
