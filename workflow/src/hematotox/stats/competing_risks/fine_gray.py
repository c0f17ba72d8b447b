"""Subdistribution hazard ratios: the proportional hazards model of Fine and Gray."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from hematotox.stats.competing_risks.fine_gray_data import (
    FineGrayData,
    FineGraySettings,
    fine_gray_data,
)
from hematotox.stats.competing_risks.fine_gray_variance import cluster_sums, contributions
from hematotox.stats.competing_risks.subdistribution_risk import log_likelihood, risk_sums
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.newton_raphson import Maximum, newton_raphson
from hematotox.stats.numerics.quadratic_form import quadratic_form
from hematotox.stats.numerics.survival_data import FloatArray
from hematotox.stats.survival.cox import CoxTest, cox_test

NO_EVENTS = "no events"
ALIASED = "aliased covariate"
MONOTONE = "monotone likelihood"
NOT_CONVERGED = "did not converge"
FEW_EVENTS = "too few events per parameter"
FEW_CLUSTERS = "fewer than 20 clusters"

FEWEST_EVENTS_PER_PARAMETER = 5
FEWEST_CLUSTERS = 20
# A step that moves some patient's log relative risk by this much is long.
LONG_STEP = 0.01
# No two patients have log relative risks this far apart, unless the likelihood has no maximum.
ABSURD_SPREAD = 300.0


@dataclass(frozen=True, slots=True)
class FineGrayModel:
    """A fitted Fine-Gray model, coefficients as log subdistribution hazard ratios per unit.

    Attributes
    ----------
    coefficient : (p,) NaN if aliased or not converged, plus or minus infinity if the likelihood
        has no maximum
    std_error, conf_low, conf_high, statistic, p_value : (p,) Wald inference
    covariance : (p, p) sandwich covariance of the coefficients
    naive_covariance : (p, p) inverse information; not a variance for this model
    loglik_null, loglik : log pseudo partial likelihood without and with the covariates
    wald, likelihood_ratio : tests that all coefficients are 0; the latter, on the pseudo
        likelihood, is a rough guide only
    n, n_event : patients, events of interest
    n_cluster : clusters of the robust variance, None without them
    iterations, converged : of Newton's method
    condition : "no events", "aliased covariate", "monotone likelihood", "did not converge",
        "too few events per parameter", "fewer than 20 clusters"
    last_iterate : (p,) finite coefficients where the iteration stopped, 0 if aliased
    data : what the model was fitted to, for predictions and tests
    conf_level : coverage of the limits
    """

    coefficient: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    covariance: FloatArray
    naive_covariance: FloatArray
    loglik_null: float
    loglik: float
    wald: CoxTest
    likelihood_ratio: CoxTest
    n: int
    n_event: int
    n_cluster: int | None
    iterations: int
    converged: bool
    condition: tuple[str, ...]
    last_iterate: FloatArray
    data: FineGrayData
    conf_level: float


def fine_gray(
    *,
    time: ArrayLike,
    status: ArrayLike,
    covariates: ArrayLike,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    settings: FineGraySettings | None = None,
) -> FineGrayModel:
    """Estimate subdistribution hazard ratios of covariates for one of several competing events.

    The variance includes the estimation of the censoring distribution. With clusters it is the
    robust variance with the censoring distribution taken as known, and, as in R `finegray`,
    events come before censorings of the same time; with tied times the coefficients then differ
    slightly from those without clusters.

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    status : (n,) 0 censored, 1 event of interest, 2 and above competing events
    covariates : (n, p) numbers, factors as 0/1 columns; any scale
    strata : (n,) strata with a baseline and a censoring distribution of their own
    cluster : (n,) groups of dependent patients, for example centres
    settings : cause of interest, censoring groups, coverage

    Raises
    ------
    InvalidData
        Missing, impossible or unequally long input.

    References
    ----------
    Fine and Gray, JASA 94 (1999) 496. Equals R `cmprsk::crr(time, status, covariates, cengroup)`,
    iterated to convergence; with clusters R `survival::finegray` and `coxph(ties="breslow",
    weights=fgwt, cluster=cluster)`; with strata Zhou et al., Biometrics 67 (2011) 661.

    Examples
    --------
    >>> from hematotox.stats import fine_gray
    >>> model = fine_gray(
    ...     time=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ...     status=[1, 1, 2, 1, 0, 2, 1, 0, 2, 1, 1, 0],
    ...     covariates=[1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1],
    ... )
    >>> model.converged, round(float(model.coefficient[0]), 3)
    (True, -1.246)
    """
    settings = settings or FineGraySettings()
    z = two_sided_quantile(settings.conf_level)
    data = fine_gray_data(
        time=time,
        status=status,
        covariates=covariates,
        strata=strata,
        cluster=cluster,
        settings=settings,
    )
    fit = _fit(data)
    return _model(data, fit, z=z, conf_level=settings.conf_level)


@dataclass(frozen=True, slots=True)
class _Fit:
    """A fit on the standardised scale, of the covariates that are not aliased."""

    maximum: Maximum
    loglik_null: float
    endless: NDArray[np.bool_]
    covariance: FloatArray
    naive: FloatArray


def _fit(data: FineGrayData) -> _Fit:
    def objective(coefficient: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        parts = [log_likelihood(part, coefficient) for part in data.strata]
        return (
            sum(value for value, _, _ in parts),
            np.sum([score for _, score, _ in parts], axis=0),
            np.sum([information for _, _, information in parts], axis=0),
        )

    def is_long(step: FloatArray) -> bool:
        moved = (np.abs(step @ part.design[1:]).max() for part in data.strata)
        return bool(max(moved) > LONG_STEP)

    start = np.zeros(int(data.kept.sum()))
    if start.size == 0:
        null = sum(log_likelihood(part, start)[0] for part in data.strata)
        nothing = np.zeros((0, 0))
        stay = Maximum(start, null, start, nothing, start, 0, data.n_event > 0, runaway=False)
        return _Fit(stay, null, start > 0, nothing, nothing)
    maximum = newton_raphson(objective, start=start, is_long=is_long)
    endless = _endless(data, maximum)
    covariance, naive = _covariance(data, maximum, finite=~endless)
    return _Fit(maximum, objective(start)[0], endless, covariance, naive)


def _endless(data: FineGrayData, maximum: Maximum) -> NDArray[np.bool_]:
    """Tell which coefficients the likelihood drives to infinity."""
    z = [part.design[1:] for part in data.strata]
    spread = max(float(np.ptp(maximum.argument @ one)) for one in z)
    if maximum.converged or not (maximum.runaway or spread > ABSURD_SPREAD):
        return np.zeros(maximum.argument.size, dtype=bool)
    reach = np.max([np.abs(one).max(axis=1) for one in z], axis=0)
    return np.asarray(np.abs(maximum.step) * reach > LONG_STEP)


def _covariance(
    data: FineGrayData, maximum: Maximum, *, finite: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Sandwich covariance and inverse information; NaN for infinite coefficients.

    Where the likelihood has no maximum, the information about the infinite coefficients and
    their share in that about the others both vanish, so the finite ones stand alone.
    """
    size = finite.size
    meat = np.zeros((size, size))
    by_cluster = np.zeros((size, 0 if data.cluster is None else len(data.cluster.levels)))
    for part in data.strata:
        sums = risk_sums(part, maximum.argument)
        residual = contributions(
            part,
            sums,
            weight=np.ones_like(part.event_time),
            known_censoring=data.cluster is not None,
        )
        if data.cluster is None:
            meat += residual @ residual.T
        else:
            by_cluster += cluster_sums(
                residual, codes=data.cluster.codes[part.row], size=by_cluster.shape[1]
            )
    meat += by_cluster @ by_cluster.T

    chosen = np.ix_(finite, finite)
    covariance, naive = np.full((2, size, size), np.nan)
    if not (maximum.converged or (~finite).any()):
        return covariance, naive
    try:
        naive[chosen] = np.linalg.inv(maximum.information[chosen])
    except np.linalg.LinAlgError:
        return covariance, naive
    # Scores add up to 0: a single cluster has no variance to show.
    if data.cluster is None or len(data.cluster.levels) > 1:
        covariance[chosen] = naive[chosen] @ meat[chosen] @ naive[chosen]
    return covariance, naive


def _model(data: FineGrayData, fit: _Fit, *, z: float, conf_level: float) -> FineGrayModel:
    """Return to the scale of the covariates and name what was wrong."""
    kept, size = data.kept, data.kept.size
    last_iterate, coefficient = np.zeros(size), np.full(size, np.nan)
    last_iterate[kept] = fit.maximum.argument
    if fit.maximum.converged or fit.endless.any():
        infinite = np.copysign(np.inf, fit.maximum.step)
        coefficient[kept] = np.where(fit.endless, infinite, fit.maximum.argument)
    covariance, naive = np.full((2, size, size), np.nan)
    covariance[np.ix_(kept, kept)], naive[np.ix_(kept, kept)] = fit.covariance, fit.naive
    # of a handful of patients the two parts of the variance can cancel to below 0
    variance = np.where(covariance.diagonal() < 0, np.nan, covariance.diagonal())
    std_error = np.sqrt(variance) / data.scale
    coefficient = coefficient / data.scale
    finite = np.where(np.isfinite(coefficient), coefficient, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):  # no variance: every cluster alike
        statistic = finite / std_error
    n_cluster = None if data.cluster is None else len(data.cluster.levels)
    return FineGrayModel(
        coefficient=coefficient,
        std_error=std_error,
        conf_low=finite - z * std_error,
        conf_high=finite + z * std_error,
        statistic=statistic,
        p_value=2 * ndtr(-np.abs(statistic)),
        covariance=covariance / data.scale / data.scale[:, None],
        naive_covariance=naive / data.scale / data.scale[:, None],
        loglik_null=fit.loglik_null,
        loglik=fit.maximum.value,
        # NaN with infinite coefficients or fewer clusters than coefficients
        wald=cox_test(quadratic_form(fit.maximum.argument, fit.covariance), int(kept.sum())),
        likelihood_ratio=cox_test(2 * (fit.maximum.value - fit.loglik_null), int(kept.sum())),
        n=data.n,
        n_event=data.n_event,
        n_cluster=n_cluster,
        iterations=fit.maximum.iterations,
        converged=fit.maximum.converged,
        condition=_conditions(data, fit, n_cluster=n_cluster),
        last_iterate=last_iterate / data.scale,
        data=data,
        conf_level=conf_level,
    )


def _conditions(data: FineGrayData, fit: _Fit, *, n_cluster: int | None) -> tuple[str, ...]:
    parameters = int(data.kept.sum())
    found = {
        NO_EVENTS: data.n_event == 0,
        ALIASED: data.n_event > 0 and not data.kept.all(),
        MONOTONE: bool(fit.endless.any()),
        NOT_CONVERGED: data.n_event > 0 and not (fit.maximum.converged or fit.endless.any()),
        FEW_EVENTS: 0 < data.n_event < FEWEST_EVENTS_PER_PARAMETER * parameters,
        FEW_CLUSTERS: n_cluster is not None and n_cluster < FEWEST_CLUSTERS,
    }
    return tuple(name for name, applies in found.items() if applies)
