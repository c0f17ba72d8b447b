"""Common odds ratio of a higher grade (proportional odds), and the test that it is common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, expit, logit, ndtr

from hematotox.stats.binary.logistic import logistic
from hematotox.stats.binary.logistic_model import LogisticRegression
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.constrained_newton import Evaluation, maximise
from hematotox.stats.numerics.quadratic_form import quadratic_form
from hematotox.stats.numerics.survival_data import FloatArray, covariate_matrix, finite_vector

NOT_CONVERGED, ONE_GRADE = "did not converge", "constant variable"
NOT_ESTIMABLE = "not estimable"


@dataclass(frozen=True, slots=True)
class ProportionalOdds:
    """A proportional odds model of ordered grades.

    Attributes
    ----------
    estimate : (p,) log odds ratios of a higher grade, the same at every cut
    std_error, conf_low, conf_high, statistic, p_value : Wald
    log_likelihood : at the estimate
    cuts : (k,) lowest grade above each cut
    at_cuts : the logistic model of each cut, grade at least `cuts` against below
    brant_statistic, brant_df, brant_p_value : Brant's test that the odds ratios of all cuts agree
    n, n_event : patients; those above the first cut
    conf_level : coverage of the limits
    condition : "constant variable", "did not converge", "not estimable" (Brant's test)
    """

    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    log_likelihood: float
    cuts: NDArray[np.int64]
    at_cuts: tuple[LogisticRegression, ...]
    brant_statistic: float
    brant_df: int
    brant_p_value: float
    n: int
    n_event: int
    conf_level: float
    condition: tuple[str, ...]


def proportional_odds(
    *, grade: ArrayLike, covariates: ArrayLike, conf_level: float = 0.95
) -> ProportionalOdds:
    """Estimate the common odds ratio of a higher grade for each covariate.

    Parameters
    ----------
    grade : (n,) whole numbers in their order; grades that nobody has are passed over
    covariates : (n, p) numbers, factors as 0/1 columns
    conf_level : coverage of the limits

    References
    ----------
    McCullagh 1980; Brant, Biometrics 1990. R: `ordinal::clm`, `brant::brant`.

    Examples
    --------
    >>> from hematotox.stats import proportional_odds
    >>> grades, high_risk = [0, 1, 2, 0, 2, 1, 0, 1], [0, 1, 1, 0, 1, 0, 1, 0]
    >>> model = proportional_odds(grade=grades, covariates=high_risk)
    >>> round(float(model.estimate[0]), 3), len(model.at_cuts)
    (1.913, 2)
    """
    z = two_sided_quantile(conf_level)
    grades = finite_vector(grade, name="grade")
    x = covariate_matrix(covariates, length=grades.size)
    levels, code = np.unique(grades.astype(np.int64), return_inverse=True)
    size = x.shape[1]
    nothing = np.full(size, np.nan)
    at_cuts = tuple(
        logistic(outcome=(code >= cut).astype(int), covariates=x) for cut in range(1, levels.size)
    )
    condition: tuple[str, ...] = (ONE_GRADE,)
    estimate, error, value = nothing, nothing, float("nan")
    if levels.size > 1:
        estimate, error, value, condition = _fit(code, x, levels.size - 1)
    statistic, df = _brant(x, at_cuts)
    if levels.size > 2 and not np.isfinite(statistic):
        condition = (*condition, NOT_ESTIMABLE)
    with np.errstate(divide="ignore", invalid="ignore"):
        wald = estimate / error
    return ProportionalOdds(
        estimate=estimate,
        std_error=error,
        conf_low=estimate - z * error,
        conf_high=estimate + z * error,
        statistic=wald,
        p_value=2 * ndtr(-np.abs(wald)),
        log_likelihood=value,
        cuts=levels[1:],
        at_cuts=at_cuts,
        brant_statistic=statistic,
        brant_df=df,
        brant_p_value=float(chdtrc(df, statistic)) if df else float("nan"),
        n=grades.size,
        n_event=int((code > 0).sum()),
        conf_level=conf_level,
        condition=condition,
    )


def _fit(
    code: NDArray[np.int64], x: FloatArray, cuts: int
) -> tuple[FloatArray, FloatArray, float, tuple[str, ...]]:
    """Return log odds ratios, their standard errors, the log-likelihood, and what was wrong."""
    scale = x.std(axis=0)
    varies = scale > 0
    standard = (x[:, varies] - x[:, varies].mean(axis=0)) / scale[varies]
    steps = np.vstack([np.zeros(cuts), np.eye(cuts), np.zeros(cuts)])
    upper = np.hstack([steps[code + 1], -standard])
    lower = np.hstack([steps[code], -standard])
    first, last = code == 0, code == cuts

    def likelihood(parameters: FloatArray) -> Evaluation:
        high = np.where(last, 1.0, expit(upper @ parameters))
        low = np.where(first, 0.0, expit(lower @ parameters))
        p = high - low
        if not (p > 0).all():
            q = parameters.size
            return Evaluation(-np.inf, np.zeros(q), np.eye(q))
        slope = [part * (1 - part) for part in (high, low)]
        bend = [s * (1 - 2 * part) for s, part in zip(slope, (high, low), strict=True)]
        each = (slope[0][:, None] * upper - slope[1][:, None] * lower) / p[:, None]
        curvature = (upper.T * (bend[0] / p)) @ upper - (lower.T * (bend[1] / p)) @ lower
        return Evaluation(float(np.log(p).sum()), each.sum(axis=0), each.T @ each - curvature)

    above = np.array([(code >= cut).mean() for cut in range(1, cuts + 1)])
    start = np.concatenate([logit(1 - above), np.zeros(standard.shape[1])])
    found = maximise(likelihood, start=start)
    estimate, error = np.full((2, x.shape[1]), np.nan)
    if not found.converged:
        return estimate, error, float("nan"), (NOT_CONVERGED,)
    covariance = np.linalg.inv(found.information)[cuts:, cuts:]
    estimate[varies] = found.parameters[cuts:] / scale[varies]
    error[varies] = np.sqrt(np.diag(covariance)) / scale[varies]
    return estimate, error, found.value, ()


def _brant(x: FloatArray, at_cuts: tuple[LogisticRegression, ...]) -> tuple[float, int]:
    """Return Brant's chi-square of equal coefficients at all cuts, and its degrees of freedom."""
    cuts, size = len(at_cuts), x.shape[1]
    if cuts < 2 or any(one.method != "maximum likelihood" for one in at_cuts):
        return float("nan"), 0
    design = np.column_stack([np.ones(len(x)), x])
    share = [expit(design @ one.estimate) for one in at_cuts]
    if not np.isfinite(share).all():
        return float("nan"), 0
    bread = [np.linalg.inv((design.T * (p * (1 - p))) @ design) for p in share]
    covariance = np.zeros((cuts * size, cuts * size))
    for j in range(cuts):
        for k in range(j, cuts):
            common = share[k] - share[j] * share[k]
            block = (bread[j] @ ((design.T * common) @ design) @ bread[k])[1:, 1:]
            covariance[j * size : (j + 1) * size, k * size : (k + 1) * size] = block
            covariance[k * size : (k + 1) * size, j * size : (j + 1) * size] = block.T
    differ = np.hstack([np.tile(np.eye(size), (cuts - 1, 1)), -np.eye((cuts - 1) * size)])
    values = np.concatenate([one.estimate[1:] for one in at_cuts])
    statistic = quadratic_form(differ @ values, differ @ covariance @ differ.T)
    return statistic, (cuts - 1) * size
