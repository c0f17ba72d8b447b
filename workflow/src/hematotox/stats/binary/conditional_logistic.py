"""Odds ratios within centres: logistic regression conditional on each centre's events."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, gammaln, ndtr

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.constrained_newton import Evaluation, Likelihood, maximise
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    covariate_matrix,
    groups,
    status_codes,
)

Stratum = tuple[FloatArray, IntArray]
"""Standardised covariates, centred at the stratum's means, and outcomes."""


LEFT_OUT = ("centres without information",)


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalLogistic:
    """Log odds ratios of patients compared within their strata.

    Attributes
    ----------
    estimate, std_error, conf_low, conf_high, statistic, p_value : (p,) Wald
    covariance : (p, p)
    conf_level : confidence level
    log_likelihood, null_log_likelihood : conditional, at the estimate and at odds ratios of 1
    lr_statistic, lr_p_value, n_parameters : likelihood-ratio test of all covariates
    n, n_event : patients and events of the strata with both outcomes; the others say nothing
    condition : "no events" (in no stratum both outcomes), "did not converge", "centres
        without information" (patients of strata with one outcome are not in the model)
    """

    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    covariance: FloatArray
    conf_level: float
    log_likelihood: float
    null_log_likelihood: float
    lr_statistic: float
    lr_p_value: float
    n_parameters: int
    n: int
    n_event: int
    condition: tuple[str, ...]


def conditional_logistic(
    *, outcome: ArrayLike, covariates: ArrayLike, strata: ArrayLike, conf_level: float = 0.95
) -> ConditionalLogistic:
    """Estimate log odds ratios conditional on the number of events of each stratum.

    Each centre keeps its own risk, which is not estimated: many small centres bias nothing. The
    likelihood is exact.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    covariates : (n, p) numeric covariates
    strata : (n,) names
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, outcome other than 0 and 1.

    References
    ----------
    Gail, Lubin and Rubinstein, Biometrika 1981;68:703-7. R ``survival::clogit(method = "exact")``.

    Examples
    --------
    >>> from hematotox.stats import conditional_logistic
    >>> found = conditional_logistic(
    ...     outcome=[0, 1, 0, 1, 1, 0, 1, 0], covariates=[1, 2, 2, 3, 2, 1, 1, 3],
    ...     strata=list("aaaabbbb"),
    ... )
    >>> found.estimate.round(2).tolist()
    [0.32]
    """
    n = np.asarray(outcome).size
    if n == 0:
        raise InvalidData("outcome: no patients")
    event = status_codes(outcome, length=n, largest=1)
    matrix = covariate_matrix(covariates, length=n)
    codes = groups(strata, name="strata", length=n).codes
    scale = matrix.std(axis=0)
    scale[scale == 0] = 1.0
    found: list[Stratum] = []
    for code in np.unique(codes):
        own = codes == code
        if 0 < event[own].sum() < own.sum():
            found.append(((matrix[own] - matrix[own].mean(axis=0)) / scale, event[own]))
    likelihood, start = _likelihood(found), np.zeros(matrix.shape[1])
    top = maximise(likelihood, start=start) if found else None
    made = top is not None and top.converged
    empty = np.full(start.size, np.nan)
    estimate, covariance = empty, np.full((start.size,) * 2, np.nan)
    value = null = np.nan
    if top is not None and made:
        estimate, value, null = top.parameters / scale, top.value, likelihood(start).value
        covariance = np.linalg.inv(top.information) / np.outer(scale, scale)
    error = np.sqrt(np.diag(covariance))
    half, z = two_sided_quantile(conf_level) * error, estimate / error
    gain = max(0.0, 2 * (value - null)) if made else np.nan
    trouble = () if made else ("did not converge",) if found else ("no events",)
    informative = sum(outcomes.size for _, outcomes in found)
    return ConditionalLogistic(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - half,
        conf_high=estimate + half,
        statistic=z,
        p_value=2 * ndtr(-np.abs(z)),
        covariance=covariance,
        conf_level=conf_level,
        log_likelihood=value,
        null_log_likelihood=null,
        lr_statistic=gain,
        lr_p_value=float(chdtrc(start.size, gain)),
        n_parameters=start.size,
        n=informative,
        n_event=sum(int(outcomes.sum()) for _, outcomes in found),
        condition=(*trouble, *(LEFT_OUT if informative < n else ())),
    )


def _likelihood(strata: list[Stratum]) -> Likelihood:
    def evaluate(parameters: FloatArray) -> Evaluation:
        parts = [_of_stratum(x, outcome, parameters) for x, outcome in strata]
        value, score, information = (sum(part[i] for part in parts) for i in range(3))
        return Evaluation(float(value), np.asarray(score), np.asarray(information))

    return evaluate


def _of_stratum(
    x: FloatArray, outcome: IntArray, parameters: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Return log-likelihood, score and information of a stratum.

    Patient by patient, b[j] is the mean product of the odds of j of them over all choices of j
    (divided by its largest, whose logarithm is kept), with its derivatives.
    """
    n, d, p = outcome.size, int(outcome.sum()), parameters.size
    b, g, h = np.zeros(d + 1), np.zeros((d + 1, p)), np.zeros((d + 1, p, p))
    b[0], lost = 1.0, 0.0
    position = np.arange(d + 1)
    for i, (row, odds) in enumerate(zip(x, np.exp(x @ parameters), strict=True), start=1):
        stay, move = np.maximum(i - position, 0) / i, position[1:] / i * odds
        cross = row[:, None] * g[:-1, None, :]
        add_h = h[:-1] + cross + cross.transpose(0, 2, 1) + b[:-1, None, None] * np.outer(row, row)
        add_g, add_b = g[:-1] + b[:-1, None] * row, b[:-1]
        b, g, h = stay * b, stay[:, None] * g, stay[:, None, None] * h
        b[1:] += move * add_b
        g[1:] += move[:, None] * add_g
        h[1:] += move[:, None, None] * add_h
        top = b.max()
        b, g, h, lost = b / top, g / top, h / top, lost + np.log(top)
    mean = g[d] / b[d]
    choices = gammaln(n + 1) - gammaln(d + 1) - gammaln(n - d + 1)
    value = outcome @ x @ parameters - (choices + np.log(b[d]) + lost)
    return float(value), outcome @ x - mean, h[d] / b[d] - np.outer(mean, mean)
