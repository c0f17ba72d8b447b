"""Profile-likelihood interval of a hazard ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.profile_likelihood import ProfilePoint, profile_limit
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData
from hematotox.stats.survival.cox import CoxModel
from hematotox.stats.survival.cox_fit import inverse, maximise_likelihood, with_covariates
from hematotox.stats.survival.cox_risk_sets import (
    WIDEST_LINEAR_PREDICTOR,
    RiskSets,
    partial_likelihood,
    risk_sets,
)

ALIASED = "aliased covariate"
NOT_FOUND = "limits not finite"
# Half of what still fits into a double, so that the other coefficients have room to move.
WIDEST = WIDEST_LINEAR_PREDICTOR / 2


@dataclass(frozen=True, slots=True)
class ProfileInterval:
    """Profile-likelihood interval of one coefficient.

    Attributes
    ----------
    estimate, conf_low, conf_high : log hazard ratio; a limit is infinite where the likelihood
        never falls far enough
    conf_level : coverage
    statistic, p_value : likelihood-ratio chi-square (1 df) of the coefficient being 0
    condition : "aliased covariate", "limits not finite", and those of the model
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
    statistic: float
    p_value: float
    condition: tuple[str, ...]


def profile_interval(model: CoxModel, term: int, *, conf_level: float = 0.95) -> ProfileInterval:
    """Profile-likelihood interval of the log hazard ratio of one covariate.

    It holds every value that a likelihood-ratio test does not reject. Where the likelihood is
    monotone the limit on that side is infinite and the other one is still informative.

    Parameters
    ----------
    model : from `cox`; the interval ignores clusters
    term : column of the covariate
    conf_level : coverage of the limits

    Raises
    ------
    InvalidData
        A column the model does not have, or an impossible level.

    References
    ----------
    Venzon and Moolgavkar, Applied Statistics 1988. R: the values at which `coxph` with the
    covariate as an offset loses `qchisq(conf_level, 1) / 2` of log likelihood.

    Examples
    --------
    >>> from hematotox.stats import cox, profile_interval
    >>> model = cox(
    ...     time=[1, 2, 3, 4, 5, 6], event=[1, 1, 1, 1, 1, 0], covariates=[1, 0, 1, 1, 0, 0]
    ... )
    >>> interval = profile_interval(model, 0)
    >>> round(interval.conf_low, 3), round(interval.conf_high, 3)
    (-0.681, 4.411)
    """
    if not 0 <= term < model.coefficient.size:
        raise InvalidData(f"term: a column from 0 to {model.coefficient.size - 1} is needed")
    z = two_sided_quantile(conf_level)
    estimate = float(model.coefficient[term])
    if np.isnan(estimate):
        nan = float("nan")
        return ProfileInterval(nan, nan, nan, conf_level, nan, nan, (ALIASED,))
    low = -np.inf if estimate == -np.inf else _limit(model, term, distance=-z)
    high = np.inf if estimate == np.inf else _limit(model, term, distance=z)
    statistic = _likelihood_ratio(model, term)
    not_found = (NOT_FOUND,) if np.isnan([low, high]).any() else ()
    return ProfileInterval(
        estimate=estimate,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        statistic=statistic,
        p_value=float(chdtrc(1, statistic)),
        condition=(*model.condition, *not_found),
    )


def _likelihood_ratio(model: CoxModel, term: int) -> float:
    """Return twice the log likelihood that is lost where the coefficient is held at 0."""
    estimable = ~np.isnan(model.coefficient)
    sets = with_covariates(risk_sets(model.data), estimable)
    start = model.last_iterate[estimable] * sets.scale
    column = int(estimable[:term].sum())
    start[column] = 0.0
    return max(0.0, 2 * (model.loglik - _profile_point(sets, column, start).value))


def _limit(model: CoxModel, term: int, *, distance: float) -> float:
    """Return one limit, searched for on the scale of the standardised covariate."""
    estimable = ~np.isnan(model.coefficient)
    sets = with_covariates(risk_sets(model.data), estimable)
    column = int(estimable[:term].sum())
    best = model.last_iterate[estimable] * sets.scale
    estimate, std_error = float(best[column]), float("nan")
    origin, start = 0.0, np.zeros(best.size)
    direction = (np.arange(best.size) == column).astype(np.float64)
    if model.converged:
        covariance = inverse(partial_likelihood(sets, best)[2])
        std_error = float(np.sqrt(covariance[column, column]))
        direction = covariance[column] / covariance[column, column]
        origin, start = estimate, best
    # beyond the range of a double the likelihood has long become flat or hopeless
    farthest = WIDEST / float(np.ptp(direction @ sets.x))

    def profile(value: float) -> ProfilePoint:
        change = np.clip(value - origin, -farthest, farthest)
        return _profile_point(sets, column, start + change * direction)

    limit = profile_limit(
        profile,
        estimate=estimate,
        # an infinite coefficient has no standard error: the search starts at 0 instead
        std_error=std_error if model.converged else abs(estimate / distance),
        maximum=model.loglik,
        distance=distance,
    )
    return limit / float(sets.scale[column])


def _profile_point(sets: RiskSets, column: int, start: FloatArray) -> ProfilePoint:
    """Maximise the likelihood over all coefficients but one.

    The others may run away to infinity; the likelihood they approach is what counts.
    """
    others = np.arange(start.size) != column

    def objective(free: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        value, gradient, information = partial_likelihood(sets, completed(free))
        return value, gradient[others], information[np.ix_(others, others)]

    def completed(free: FloatArray) -> FloatArray:
        coefficient = start.copy()
        coefficient[others] = free
        return coefficient

    found = maximise_likelihood(with_covariates(sets, others), objective, start=start[others])
    value, gradient, _ = partial_likelihood(sets, completed(found.argument))
    if not (found.converged or found.runaway):
        return ProfilePoint(value=float("nan"), slope=float("nan"))
    return ProfilePoint(value=value, slope=float(gradient[column]))
