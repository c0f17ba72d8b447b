"""Hazard ratios: the proportional hazards model of Cox."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.quadratic_form import quadratic_form
from hematotox.stats.numerics.survival_data import FloatArray
from hematotox.stats.survival.cox_data import CoxData, CoxSettings, cox_data
from hematotox.stats.survival.cox_fit import CoxFit, fit_cox
from hematotox.stats.survival.cox_risk_sets import risk_sets, risk_sums
from hematotox.stats.survival.cox_robust import robust_covariance

NO_EVENTS = "no events"
ALIASED = "aliased covariate"
MONOTONE = "monotone likelihood"
NOT_CONVERGED = "did not converge"
FEW_EVENTS = "too few events per parameter"
FEW_CLUSTERS = "fewer than 20 clusters"
SINGULAR_ROBUST = "not estimable"

FEWEST_EVENTS_PER_PARAMETER = 5
FEWEST_CLUSTERS = 20


@dataclass(frozen=True, slots=True)
class CoxTest:
    """A chi-square test: statistic, degrees of freedom, p-value."""

    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True, eq=False)
class CoxModel:
    """A fitted Cox model, coefficients as log hazard ratios per unit of each covariate.

    Attributes
    ----------
    coefficient : (p,) log hazard ratios; NaN if aliased, plus or minus infinity where the
        likelihood keeps rising ("monotone likelihood")
    std_error, conf_low, conf_high, statistic, p_value : Wald inference, robust if asked for;
        NaN where the coefficient is not finite
    naive_std_error : from the information matrix, also where `std_error` is robust
    covariance : (p, p) covariance that `std_error` is taken from
    loglik_null, loglik : log partial likelihood without and with the covariates
    wald, likelihood_ratio, score : tests that all coefficients are 0
    n, n_event : patients and events with a weight above 0
    n_cluster : clusters of the robust variance, None without clusters
    iterations, converged : of Newton's method
    condition : "no events", "aliased covariate", "monotone likelihood", "did not converge",
        "too few events per parameter", "fewer than 20 clusters", "not estimable"
    data : what the model was fitted to, for predictions and tests
    last_iterate : (p,) finite coefficients where the iteration stopped, 0 if aliased; equal to
        `coefficient` unless that is infinite
    conf_level : coverage of the limits
    """

    coefficient: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    naive_std_error: FloatArray
    covariance: FloatArray
    loglik_null: float
    loglik: float
    wald: CoxTest
    likelihood_ratio: CoxTest
    score: CoxTest
    n: int
    n_event: int
    n_cluster: int | None
    iterations: int
    converged: bool
    condition: tuple[str, ...]
    data: CoxData
    last_iterate: FloatArray
    conf_level: float


def cox(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    settings: CoxSettings | None = None,
) -> CoxModel:
    """Hazard ratios of covariates (Cox proportional hazards model, Efron's treatment of ties).

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    covariates : (n, p) numbers, factors as 0/1 columns; any scale
    strata : (n,) strata with a baseline hazard of their own, for example centres
    cluster : (n,) groups of dependent patients: the variance becomes cluster-robust
    settings : case weights, treatment of ties, robust variance, coverage

    Raises
    ------
    InvalidData
        Missing, impossible or unequally long input.

    References
    ----------
    Cox, J R Stat Soc B 1972; Efron, JASA 1977; Lin and Wei, JASA 1989 (robust variance).
    R: `coxph(Surv(time, event) ~ covariates + strata(strata), cluster = cluster)`.

    Examples
    --------
    >>> from hematotox.stats import cox
    >>> model = cox(
    ...     time=[1, 2, 3, 4, 5, 6], event=[1, 1, 1, 1, 1, 0], covariates=[1, 0, 1, 1, 0, 0]
    ... )
    >>> round(float(model.coefficient[0]), 4), model.condition
    (1.3945, ())
    """
    chosen = CoxSettings() if settings is None else settings
    data = cox_data(
        time=time,
        event=event,
        covariates=covariates,
        strata=strata,
        cluster=cluster,
        settings=chosen,
    )
    fit = fit_cox(risk_sets(data))
    n_cluster = None if data.cluster is None else int(np.unique(data.cluster).size)
    covariance = fit.inverse_information
    if n_cluster == 1:
        covariance = np.full_like(covariance, np.nan)  # one cluster says nothing about others
    elif chosen.robust or n_cluster is not None:
        sums = risk_sums(fit.sets, fit.coefficient)
        if sums is not None:
            covariance = robust_covariance(
                fit.sets, sums, naive=fit.inverse_information, cluster=data.cluster
            )
            # the contributions cancelled out; what is left is rounding
            nothing = np.diag(covariance) <= 1e-20 * np.diag(fit.inverse_information)
            covariance = np.where(nothing | nothing[:, None], np.nan, covariance)
    return _model(
        fit, data, covariance=covariance, n_cluster=n_cluster, conf_level=chosen.conf_level
    )


def _model(
    fit: CoxFit,
    data: CoxData,
    *,
    covariance: FloatArray,
    n_cluster: int | None,
    conf_level: float,
) -> CoxModel:
    """Take the fit back to the scale of the covariates and add the inference."""
    z = two_sided_quantile(conf_level)
    last_iterate = np.zeros(fit.estimable.size)
    last_iterate[fit.estimable] = fit.coefficient / fit.sets.scale
    coefficient = np.where(fit.estimable, last_iterate, np.nan)
    direction = np.zeros(fit.estimable.size)
    direction[fit.estimable] = fit.direction
    coefficient[fit.infinite] = np.copysign(np.inf, direction[fit.infinite])
    full = _on_covariate_scale(fit, covariance)
    std_error = np.sqrt(np.diag(full))
    finite = np.where(np.isfinite(coefficient), coefficient, np.nan)
    statistic = finite / std_error
    wald = float("nan") if fit.infinite.any() else quadratic_form(fit.coefficient, covariance)
    df = fit.coefficient.size
    return CoxModel(
        coefficient=coefficient,
        std_error=std_error,
        conf_low=finite - z * std_error,
        conf_high=finite + z * std_error,
        statistic=statistic,
        p_value=2 * ndtr(-np.abs(statistic)),
        naive_std_error=np.sqrt(np.diag(_on_covariate_scale(fit, fit.inverse_information))),
        covariance=full,
        loglik_null=fit.loglik_null,
        loglik=fit.loglik,
        wald=cox_test(wald, df),
        likelihood_ratio=cox_test(2 * (fit.loglik - fit.loglik_null), df),
        score=cox_test(fit.score_statistic, df),
        n=int(data.time.size),
        n_event=int(data.event.sum()),
        n_cluster=n_cluster,
        iterations=fit.iterations,
        converged=fit.converged,
        condition=_condition(fit, covariance, data=data, n_cluster=n_cluster),
        data=data,
        last_iterate=last_iterate,
        conf_level=conf_level,
    )


def cox_test(statistic: float, df: int) -> CoxTest:
    """Return a chi-square test; NaN without degrees of freedom."""
    if df == 0 or not np.isfinite(statistic):
        return CoxTest(statistic=float("nan"), df=df, p_value=float("nan"))
    statistic = max(float(statistic), 0.0)
    return CoxTest(statistic=statistic, df=df, p_value=float(chdtrc(df, statistic)))


def _on_covariate_scale(fit: CoxFit, covariance: FloatArray) -> FloatArray:
    """Return a covariance of all covariates, NaN where there is none."""
    full = np.full((fit.estimable.size, fit.estimable.size), np.nan)
    scale = fit.sets.scale
    full[np.ix_(fit.estimable, fit.estimable)] = covariance / np.outer(scale, scale)
    full[fit.infinite, :] = np.nan
    full[:, fit.infinite] = np.nan
    return full


def _condition(
    fit: CoxFit, covariance: FloatArray, *, data: CoxData, n_cluster: int | None
) -> tuple[str, ...]:
    """Name the statistical trouble of a fit."""
    n_event = int(data.event.sum())
    if n_event == 0:
        return (NO_EVENTS,)
    trouble = {
        ALIASED: not fit.estimable.all(),
        MONOTONE: bool(fit.infinite.any()),
        NOT_CONVERGED: not (fit.converged or fit.infinite.any()),
        FEW_EVENTS: n_event < FEWEST_EVENTS_PER_PARAMETER * fit.coefficient.size,
        FEW_CLUSTERS: n_cluster is not None and n_cluster < FEWEST_CLUSTERS,
        SINGULAR_ROBUST: covariance is not fit.inverse_information
        and fit.converged
        and not np.isfinite(quadratic_form(fit.coefficient, covariance)),
    }
    return tuple(name for name, present in trouble.items() if present)
