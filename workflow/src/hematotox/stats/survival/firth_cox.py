"""Hazard ratios by Firth's penalised likelihood, finite where Cox's own are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.constrained_newton import Evaluation, Maximum, maximise
from hematotox.stats.numerics.profile_likelihood import ProfilePoint, profile_limit
from hematotox.stats.numerics.survival_data import FloatArray
from hematotox.stats.survival.cox_data import CoxSettings, Ties, cox_data
from hematotox.stats.survival.cox_fit import estimable_covariates, inverse, with_covariates
from hematotox.stats.survival.cox_risk_sets import (
    RiskSets,
    exposure,
    partial_likelihood,
    risk_sets,
    risk_sums,
    sums_at_risk,
)

ALIASED = "aliased covariate"
NO_EVENTS = "no events"
NOT_CONVERGED = "did not converge"
LIMIT_NOT_FOUND = "limits not finite"

# An approximate second derivative makes the steps shrink by a factor only; they can be many.
MOST_ITERATIONS = 500


@dataclass(frozen=True, slots=True, eq=False)
class FirthCoxModel:
    """A Cox model fitted by Firth's penalised likelihood.

    Attributes
    ----------
    coefficient : (p,) log hazard ratios; NaN if aliased
    std_error : from the information matrix at the estimate
    conf_low, conf_high : profile penalised-likelihood limits
    statistic, p_value : penalised likelihood-ratio test of each coefficient being 0
    penalized_loglik : log partial likelihood plus half the log determinant of the information,
        up to a constant that depends on the scale of the covariates
    n, n_event : patients and events
    converged : whether the estimate was reached
    conf_level : coverage of the limits
    condition : "no events", "aliased covariate", "did not converge", "limits not finite"
    """

    coefficient: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    penalized_loglik: float
    n: int
    n_event: int
    converged: bool
    conf_level: float
    condition: tuple[str, ...]


def firth_cox(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    strata: ArrayLike | None = None,
    ties: Ties = "breslow",
    conf_level: float = 0.95,
) -> FirthCoxModel:
    """Hazard ratios where a group has no event or events are few (Firth's penalised likelihood).

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    covariates : (n, p) numbers, factors as 0/1 columns; any scale
    strata : (n,) strata with a baseline hazard of their own
    ties : treatment of equal event times, by default that of R's coxphf
    conf_level : coverage of the limits

    Raises
    ------
    InvalidData
        Missing, impossible or unequally long input.

    References
    ----------
    Heinze and Schemper, Biometrics 2001. R: `coxphf::coxphf`.

    Examples
    --------
    >>> from hematotox.stats import firth_cox
    >>> model = firth_cox(
    ...     time=[1, 2, 3, 4, 5, 6], event=[1, 1, 1, 0, 0, 0], covariates=[1, 1, 1, 0, 0, 0]
    ... )
    >>> round(float(model.coefficient[0]), 3), model.condition
    (2.565, ())
    """
    quantile = two_sided_quantile(conf_level)
    data = cox_data(
        time=time,
        event=event,
        covariates=covariates,
        strata=strata,
        cluster=None,
        settings=CoxSettings(ties=ties),
    )
    every = risk_sets(data)
    p = every.x.shape[0]
    estimable = estimable_covariates(every, partial_likelihood(every, np.zeros(p))[2])
    sets = with_covariates(every, estimable)
    found = maximise(
        lambda coefficient: penalised_likelihood(sets, coefficient),
        start=np.zeros(sets.scale.size),
        max_iterations=MOST_ITERATIONS,
    )
    table = np.full((6, p), np.nan)
    if found.converged:
        columns = [_inference(sets, found, j, quantile) for j in range(sets.scale.size)]
        table[:, estimable] = np.array(columns).reshape(-1, 6).T
    trouble = {
        NO_EVENTS: not data.event.any(),
        ALIASED: bool(data.event.any()) and not estimable.all(),
        NOT_CONVERGED: not found.converged,
        LIMIT_NOT_FOUND: found.converged and bool(np.isnan(table[:, estimable]).any()),
    }
    return FirthCoxModel(
        coefficient=table[0],
        std_error=table[1],
        conf_low=table[2],
        conf_high=table[3],
        statistic=table[4],
        p_value=table[5],
        penalized_loglik=found.value,
        n=int(data.time.size),
        n_event=int(data.event.sum()),
        converged=found.converged,
        conf_level=conf_level,
        condition=tuple(name for name, present in trouble.items() if present),
    )


def penalised_likelihood(sets: RiskSets, coefficient: FloatArray) -> Evaluation:
    """Return the penalised log likelihood, its gradient and about minus its second derivative.

    The derivative of half the log determinant contracts the third central moments of the
    covariates in the risk sets with the inverse information.

    Parameters
    ----------
    sets : risk sets of covariates that are not aliased
    coefficient : (p,) coefficients of the standardised covariates
    """
    p = sets.x.shape[0]
    sums = risk_sums(sets, coefficient)
    nothing = Evaluation(-np.inf, np.zeros(p), np.zeros((p, p)))
    if sums is None:
        return nothing
    loglik, gradient, information = partial_likelihood(sets, coefficient)
    if not p:
        return Evaluation(loglik, gradient, information)
    sign, log_determinant = np.linalg.slogdet(information)
    covariance = inverse(information)
    if sign <= 0 or not np.isfinite(covariance).all():
        return nothing
    # The third moments are summed like the information: over patients, not over risk sets.
    weighted = sets.weight * sums.risk
    leverage = np.einsum("ji,jk,ki->i", sets.x, covariance, sets.x)
    towards = covariance @ sums.mean
    hazard = sets.row_weight / sums.total
    alone = leverage * exposure(sets, hazard) - 2 * (sets.x * exposure(sets, hazard * towards)).sum(
        axis=0
    )
    mean_leverage = sums_at_risk(sets, (weighted * leverage)[None])[0] / sums.total
    shared = 2 * (sums.mean * towards).sum(axis=0) - mean_leverage
    third = sets.x @ (weighted * alone) + sums.mean @ (sets.row_weight * shared)
    return Evaluation(
        value=float(loglik + log_determinant / 2),
        score=gradient + third / 2,
        information=information * penalty_curvature(sets),
    )


def penalty_curvature(sets: RiskSets) -> float:
    """Return roughly how much the penalty adds to the information, as a factor.

    With one event the second derivative of the penalised likelihood is up to twice the
    information, and a step made with the information alone would overshoot for ever; half way
    is close enough on both sides. With many events a parameter the penalty hardly counts.
    """
    return 1 + sets.scale.size / (2 * max(sets.death.size, 1))


def _inference(sets: RiskSets, found: Maximum, column: int, quantile: float) -> tuple[float, ...]:
    """Return coefficient, standard error, limits, statistic and p, on the covariate's scale."""
    held = np.eye(sets.scale.size)[[column]]
    covariance = inverse(found.information) * penalty_curvature(sets)
    direction = covariance[column] / covariance[column, column]
    estimate = float(found.parameters[column])
    std_error = float(np.sqrt(covariance[column, column]))

    def maximum_at(value: float) -> Maximum:
        return maximise(
            lambda coefficient: penalised_likelihood(sets, coefficient),
            start=found.parameters + (value - estimate) * direction,
            constraint=held,
            max_iterations=MOST_ITERATIONS,
        )

    def profile(value: float) -> ProfilePoint:
        point = maximum_at(value)
        if not point.converged:
            return ProfilePoint(value=float("nan"), slope=float("nan"))
        return ProfilePoint(value=point.value, slope=float(point.multiplier[0]))

    low, high = (
        profile_limit(
            profile,
            estimate=estimate,
            std_error=std_error,
            maximum=found.value,
            distance=distance,
        )
        for distance in (-quantile, quantile)
    )
    null = maximum_at(0.0)
    statistic = max(0.0, 2 * (found.value - null.value)) if null.converged else float("nan")
    scale = float(sets.scale[column])
    on_scale = (estimate / scale, std_error / scale, low / scale, high / scale)
    return (*on_scale, statistic, float(chdtrc(1, statistic)))
