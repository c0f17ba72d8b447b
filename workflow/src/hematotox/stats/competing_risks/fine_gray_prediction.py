"""Cumulative incidence predicted by a Fine-Gray model, with limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hematotox.stats.competing_risks.fine_gray import FineGrayModel
from hematotox.stats.competing_risks.fine_gray_variance import (
    censoring_martingale,
    cluster_sums,
    contributions,
    earlier_competing,
)
from hematotox.stats.competing_risks.subdistribution_risk import (
    EVENT,
    RiskSums,
    SubdistributionRisk,
    after,
    expected_events,
    risk_sums,
)
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    InvalidData,
    covariate_matrix,
    finite_vector,
)

# Logarithm of a cumulative hazard at which the incidence is 1 to the last digit.
HIGHEST = 50.0


@dataclass(frozen=True, slots=True)
class PredictedIncidence:
    """Predicted cumulative incidence of patients (rows) at chosen times (columns).

    Attributes
    ----------
    times : (m,)
    estimate, std_error, conf_low, conf_high : (r, m); before the first event the incidence is 0
        and nothing is known about its error: NaN
    condition : the conditions of the model, "horizon beyond follow-up"
    """

    times: FloatArray
    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    condition: tuple[str, ...]


def predict_incidence(
    model: FineGrayModel, *, covariates: ArrayLike, times: ArrayLike, stratum: Any = None
) -> PredictedIncidence:
    """Predict the cumulative incidence of patients with given covariates.

    The limits are symmetric on the scale log(-log(1 - F)). There the variance is the sum over
    patients of their squared influence on the baseline and the coefficients together: the
    estimation of both, of their correlation and of the censoring distribution is included. In a
    model with clusters influences are summed within clusters first, and the censoring
    distribution is taken as known.

    Parameters
    ----------
    model : result of `fine_gray`
    covariates : (r, p) one row per patient, columns and units as in the model; a vector of
        length p is one patient
    times : (m,) times in the unit of the follow-up
    stratum : level of the stratum, in a model with strata

    Raises
    ------
    InvalidData
        Covariates of another width, negative times, or a stratum the model does not have.

    References
    ----------
    Fine and Gray, JASA 94 (1999) 496, section 4. The estimate equals R `predict(crr(...))`.

    Examples
    --------
    >>> from hematotox.stats import fine_gray, predict_incidence
    >>> model = fine_gray(
    ...     time=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ...     status=[1, 1, 2, 1, 0, 2, 1, 0, 2, 1, 1, 0],
    ...     covariates=[1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1],
    ... )
    >>> predict_incidence(model, covariates=[[0], [1]], times=[6]).estimate.round(2).tolist()
    [[0.37], [0.13]]
    """
    wanted = finite_vector(times, name="times")
    if (wanted < 0).any():
        raise InvalidData("times: negative values")
    profiles = _profiles(model, covariates)
    estimable = model.converged and np.isfinite(model.coefficient[model.data.kept]).all()
    if not estimable:
        nothing = np.full((profiles.shape[0], wanted.size), np.nan)
        return PredictedIncidence(wanted, nothing, nothing, nothing, nothing, model.condition)
    part = _stratum(model, stratum)
    beta = model.last_iterate[model.data.kept] * model.data.scale[model.data.kept]
    sums = risk_sums(part, beta)
    log_hazard, variance = _log_hazard(model, part, sums=sums, wanted=wanted, profiles=profiles)
    hazard = np.exp(log_hazard)
    margin = two_sided_quantile(model.conf_level) * np.sqrt(variance)
    beyond = wanted > part.time[-1]
    known = np.where(beyond, np.nan, 1.0)
    return PredictedIncidence(
        times=wanted,
        estimate=-np.expm1(-hazard) * known,
        # d F / d log(hazard) = hazard (1 - F)
        std_error=hazard * np.exp(-hazard) * np.sqrt(variance) * known,
        conf_low=-np.expm1(-np.exp(log_hazard - margin)) * known,
        conf_high=-np.expm1(-np.exp(np.minimum(log_hazard + margin, HIGHEST))) * known,
        condition=model.condition + (("horizon beyond follow-up",) if beyond.any() else ()),
    )


def _profiles(model: FineGrayModel, covariates: ArrayLike) -> FloatArray:
    """Standardise new covariates as the model's own and drop those that are aliased."""
    matrix, data = np.asarray(covariates, dtype=np.float64), model.data
    matrix = matrix[None, :] if matrix.ndim == 1 else matrix
    matrix = covariate_matrix(matrix, length=matrix.shape[0])
    if matrix.shape[1] != data.scale.size:
        raise InvalidData(f"covariates: {data.scale.size} columns are needed")
    return np.asarray(((matrix - data.center) / data.scale)[:, data.kept])


def _stratum(model: FineGrayModel, stratum: Any) -> SubdistributionRisk:
    if stratum not in model.data.strata_levels:
        raise InvalidData("stratum: a stratum of the model with an event of interest is needed")
    return model.data.strata[model.data.strata_levels.index(stratum)]


def _log_hazard(
    model: FineGrayModel,
    part: SubdistributionRisk,
    *,
    sums: RiskSums,
    wanted: FloatArray,
    profiles: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Logarithm of the cumulative subdistribution hazard, and its variance, (r, m) each."""
    data = model.data
    kept, scale = np.ix_(data.kept, data.kept), data.scale[data.kept]
    inverse = model.naive_covariance[kept] * scale * scale[:, None]
    covariance = model.covariance[kept] * scale * scale[:, None]
    beta = model.last_iterate[data.kept] * scale
    coefficient_influence = inverse @ _scores(model, part, beta=beta)
    predictor = profiles @ beta - sums.shift

    log_hazard = np.full((profiles.shape[0], wanted.size), -np.inf)
    variance = np.full_like(log_hazard, np.nan)
    for column, seen in enumerate(np.searchsorted(part.event_time, wanted, side="right")):
        if seen == 0:
            continue
        counted = np.arange(part.event_time.size) < seen
        steps = np.where(counted, sums.jump, 0.0)
        baseline = float(steps.sum())
        influence = _baseline_influence(model, part, sums=sums, counted=counted) / baseline
        away = profiles - sums.mean @ steps / baseline
        log_hazard[:, column] = np.minimum(predictor + np.log(baseline), HIGHEST)
        variance[:, column] = (
            influence @ influence
            + 2 * away @ (coefficient_influence @ influence)
            + np.einsum("rp,pq,rq->r", away, covariance, away)
        )
    return log_hazard, np.maximum(variance, 0.0)


def _scores(model: FineGrayModel, part: SubdistributionRisk, *, beta: FloatArray) -> FloatArray:
    """Contributions to the score: of the patients of one stratum, or of all clusters."""
    data = model.data
    if data.cluster is None:
        return _contributions(part, beta, known_censoring=False)
    size = len(data.cluster.levels)
    total = np.zeros((beta.size, size))
    for one in data.strata:
        residual = _contributions(one, beta, known_censoring=True)
        total += cluster_sums(residual, codes=data.cluster.codes[one.row], size=size)
    return total


def _contributions(
    part: SubdistributionRisk, beta: FloatArray, *, known_censoring: bool
) -> FloatArray:
    return contributions(
        part,
        risk_sums(part, beta),
        weight=np.ones_like(part.event_time),
        known_censoring=known_censoring,
    )


def _baseline_influence(
    model: FineGrayModel, part: SubdistributionRisk, *, sums: RiskSums, counted: NDArray[np.bool_]
) -> FloatArray:
    """Influence of every patient, or cluster, on the baseline cumulative hazard."""
    steps = np.where(counted, sums.jump / sums.total, 0.0)
    influence = -expected_events(part, sums, steps=steps)
    event = np.flatnonzero(part.kind == EVENT)
    influence[event] += np.where(counted, 1 / sums.total, 0.0)[part.passed[event] - 1]
    if model.data.cluster is not None:
        codes, size = model.data.cluster.codes[part.row], len(model.data.cluster.levels)
        return cluster_sums(influence[None, :], codes=codes, size=size).ravel()
    for code, group in enumerate(part.censoring):
        from_here = np.searchsorted(part.event_time, group.times, side="left")
        q = (
            earlier_competing(part, sums, group=group)[:1]
            * after(steps * group.at_events)[from_here]
        )
        members = np.flatnonzero(part.censoring_group == code)
        influence[members] += censoring_martingale(
            group, q, time=part.time[members], censored=part.kind[members] == 0
        )[0]
    return influence
