"""Profile-likelihood interval of a hazard ratio."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hematotox.stats.confidence import two_sided_quantile
from hematotox.stats.cox import CoxModel
from hematotox.stats.cox_fit import maximise_likelihood, with_covariates
from hematotox.stats.cox_risk_sets import (
    WIDEST_LINEAR_PREDICTOR,
    RiskSets,
    partial_likelihood,
    risk_sets,
)
from hematotox.stats.profile_likelihood import ProfilePoint, profile_limit
from hematotox.stats.survival_data import FloatArray, InvalidData

ALIASED = "aliased covariate"
NOT_FOUND = "profile limit not found"
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
    condition : "aliased covariate", "profile limit not found", and those of the model
    """

    estimate: float
    conf_low: float
    conf_high: float
    conf_level: float
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
        return ProfileInterval(nan, nan, nan, conf_level, (ALIASED,))
    low = -np.inf if estimate == -np.inf else _limit(model, term, distance=-z)
    high = np.inf if estimate == np.inf else _limit(model, term, distance=z)
    not_found = (NOT_FOUND,) if np.isnan([low, high]).any() else ()
    return ProfileInterval(
        estimate=estimate,
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        condition=(*model.condition, *not_found),
    )


def _limit(model: CoxModel, term: int, *, distance: float) -> float:
    """Return one limit, searched for on the scale of the standardised covariate."""
    estimable = ~np.isnan(model.coefficient)
    sets = with_covariates(risk_sets(model.data), estimable)
    column = int(estimable[:term].sum())
    best = model.last_iterate[estimable] * sets.scale
    # towards infinity the likelihood is flat: a nearer point is as good and keeps within range
    best *= min(1.0, WIDEST / 2 / max(float(np.ptp(best @ sets.x)), 1.0))
    direction = _direction(model.covariance[np.ix_(estimable, estimable)] * sets.scale, column)
    farthest = WIDEST / 2 / np.ptp(direction @ sets.x)

    def profile(value: float) -> ProfilePoint:
        # beyond the range of a double the likelihood has long become flat or hopeless
        change = np.clip(value - best[column], -farthest, farthest)
        return _profile_point(sets, column, best + change * direction)

    std_error = float(model.naive_std_error[term] * sets.scale[column])
    limit = profile_limit(
        profile,
        estimate=float(best[column]),
        # an infinite coefficient has none: one unit of log relative risk sets the pace instead
        std_error=std_error if np.isfinite(std_error) else 1 / float(np.ptp(sets.x[column])),
        maximum=model.loglik,
        distance=distance,
    )
    return limit / float(sets.scale[column])


def _direction(covariance: FloatArray, column: int) -> FloatArray:
    """Return how the coefficients move, to first order, when one is moved by 1.

    Parameters
    ----------
    covariance : (k, k) its column `column` in the units of the standardised coefficients, up to
        a common factor
    column : the coefficient moved
    """
    moved = covariance[column] / covariance[column, column]
    alone = np.arange(moved.size) == column
    return moved if np.isfinite(moved).all() else alone.astype(np.float64)


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
