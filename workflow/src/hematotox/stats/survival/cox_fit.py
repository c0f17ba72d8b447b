"""Fit a Cox model to risk sets, on the scale of the standardised covariates."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from hematotox.stats.numerics.newton_raphson import Maximum, Objective, newton_raphson
from hematotox.stats.numerics.survival_data import FloatArray
from hematotox.stats.survival.cox_risk_sets import RiskSets, partial_likelihood

BoolArray = NDArray[np.bool_]

# A covariate is aliased if less than this share of its spread is not shared with earlier ones.
ALIASED_SHARE = 1e-11
# A step that moves some patient's log relative risk by this much is long.
LONG_STEP = 0.1
# Where the likelihood is monotone, coefficients whose part of the step moves a patient's log
# relative risk by this much are the infinite ones; finite ones no longer move.
MOVING = 0.01
# Log relative risks this far apart, and still no maximum: there is none.
WIDEST_PLAUSIBLE = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class CoxFit:
    """The maximum of a partial likelihood.

    Attributes
    ----------
    sets : risk sets with the estimable covariates only
    estimable : (p,) covariates that are not aliased
    infinite : (p,) covariates in which the likelihood keeps rising
    coefficient : (k,) coefficients of the estimable standardised covariates
    direction : (k,) the last step, which way an infinite coefficient goes
    inverse_information : (k, k) at `coefficient`; NaN if it cannot be inverted
    loglik_null, loglik : log partial likelihood at 0 and at `coefficient`
    score_statistic : score test of all coefficients being 0
    iterations, converged : of Newton's method
    """

    sets: RiskSets
    estimable: BoolArray
    infinite: BoolArray
    coefficient: FloatArray
    direction: FloatArray
    inverse_information: FloatArray
    loglik_null: float
    loglik: float
    score_statistic: float
    iterations: int
    converged: bool


def fit_cox(sets: RiskSets) -> CoxFit:
    """Maximise the partial likelihood over the covariates that are not aliased.

    Parameters
    ----------
    sets : from `risk_sets`
    """
    p = sets.x.shape[0]
    null, gradient, information = partial_likelihood(sets, np.zeros(p))
    estimable = estimable_covariates(sets, information)
    kept = with_covariates(sets, estimable)
    inner = np.ix_(estimable, estimable)
    score = float(gradient[estimable] @ inverse(information[inner]) @ gradient[estimable])

    reach = np.abs(kept.x).max(axis=1, initial=0.0)
    maximum = maximise_likelihood(
        kept,
        lambda coefficient: partial_likelihood(kept, coefficient),
        start=np.zeros(int(estimable.sum())),
    )
    infinite = np.zeros(p, dtype=bool)
    infinite[estimable] = maximum.runaway & (np.abs(maximum.step) * reach > MOVING)
    return CoxFit(
        sets=kept,
        estimable=estimable,
        infinite=infinite,
        coefficient=maximum.argument,
        direction=maximum.step,
        inverse_information=inverse(maximum.information),
        loglik_null=null,
        loglik=maximum.value,
        score_statistic=score,
        iterations=maximum.iterations,
        converged=maximum.converged,
    )


def maximise_likelihood(sets: RiskSets, objective: Objective, *, start: FloatArray) -> Maximum:
    """Maximise a partial likelihood; `runaway` says that it has no finite maximum.

    Parameters
    ----------
    sets : risk sets with the covariates whose coefficients are free
    objective : the likelihood as a function of the free coefficients
    start : where the free coefficients start
    """
    maximum = newton_raphson(
        objective,
        start=start,
        is_long=lambda step: bool(np.abs(step @ sets.x).max(initial=0.0) > LONG_STEP),
    )
    implausible = start.size > 0 and bool(np.ptp(maximum.argument @ sets.x) > WIDEST_PLAUSIBLE)
    return replace(maximum, runaway=maximum.runaway or (not maximum.converged and implausible))


def with_covariates(sets: RiskSets, kept: BoolArray) -> RiskSets:
    """Return the risk sets with only some of the covariates."""
    if kept.all():
        return sets
    return replace(sets, x=sets.x[kept], centre=sets.centre[:, kept], scale=sets.scale[kept])


def inverse(information: FloatArray) -> FloatArray:
    """Return the inverse of an information matrix, NaN throughout if it has none."""
    identity = np.eye(information.shape[0])
    if not identity.size:
        return identity
    # unit diagonal first: an almost flat direction must not spoil the others
    diagonal = np.diag(information)
    if not (diagonal > 0).all():
        return np.full_like(identity, np.nan)
    size = np.sqrt(diagonal)
    outer = np.outer(size, size)
    try:
        correlation = cho_solve(cho_factor(information / outer), identity)
    except LinAlgError:
        return np.full_like(identity, np.nan)
    return np.asarray(correlation / outer, dtype=np.float64)


def estimable_covariates(sets: RiskSets, information: FloatArray) -> BoolArray:
    """Find the covariates that are not constant in, or combinations of others across, risk sets.

    As in R, of two covariates that say the same the later one is left out.

    Parameters
    ----------
    sets : risk sets of all covariates
    information : (p, p) information at coefficients of 0
    """
    kept: list[int] = []
    # Standardised covariates have a mean square of 1: the information is a difference of two
    # sums of about this size, and rounding errors in it are a share of them.
    spread = sets.row_weight.sum()
    for column in range(information.shape[0]):
        own = information[column, column]
        if kept:
            cross = information[kept, column]
            own -= cross @ inverse(information[np.ix_(kept, kept)]) @ cross
        if own > ALIASED_SHARE * spread:
            kept.append(column)
    estimable = np.zeros(information.shape[0], dtype=bool)
    estimable[kept] = True
    return estimable
