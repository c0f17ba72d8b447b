"""Logistic regression: odds ratios of a binary outcome, with a finite answer under separation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtr

from hematotox.stats.binary.firth import estimate_firth
from hematotox.stats.binary.logistic_model import (
    LogisticDesign,
    LogisticRegression,
    data_conditions,
    log_likelihood,
    logistic_design,
    not_estimable,
)
from hematotox.stats.binary.logistic_profile import (
    likelihood_ratios,
    null_maximum,
    profile_limits,
)
from hematotox.stats.binary.separation import separating_direction
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.constrained_newton import Maximum, maximise
from hematotox.stats.numerics.survival_data import InvalidData

NOT_CONVERGED = "did not converge"
NEGLIGIBLE_SHARE = 1e-6
INTERVALS = ("wald", "profile")
CERTAIN_LOG_ODDS = 10.0
"""A probability this close to 0 or 1 makes it worth looking for separation."""


@dataclass(frozen=True, slots=True)
class LikelihoodRatioTest:
    """Comparison of two nested models.

    Attributes
    ----------
    statistic : twice the difference of the log-likelihoods
    df : difference in the number of estimated covariates
    p_value : of the chi-square distribution
    condition : statistical trouble in words
    """

    statistic: float
    df: int
    p_value: float
    condition: tuple[str, ...]


def logistic(
    *,
    outcome: ArrayLike,
    covariates: ArrayLike,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    conf_level: float = 0.95,
    interval: str = "wald",
) -> LogisticRegression:
    """Estimate log odds ratios of a binary outcome by maximum likelihood, or Firth if separated.

    Where a covariate predicts some outcomes without error (separation) no finite maximum
    likelihood estimate exists. Firth's penalized likelihood is used then, with its profile
    limits and tests, and `condition` holds "separation".

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    covariates : (n, p) numeric covariates, an indicator column for each level of a factor but
        the reference; (n, 0) fits the intercept alone. A score in points as one column gives the
        log odds ratio per point. An intercept is always added.
    weights : (n,) patients each row stands for; rows of weight zero are left out
    offset : (n,) known part of the log odds, coefficient fixed at 1
    conf_level : confidence level of the limits
    interval : "wald", with Wald tests, or "profile", with likelihood-ratio tests

    Returns
    -------
    LogisticRegression

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, outcome other than 0 and 1, negative weights, an
        unknown kind of interval.

    References
    ----------
    R ``glm(family = binomial)`` at full convergence. The profile limits are those of the exact
    profile likelihood; ``confint`` interpolates it. Separation: R ``detectseparation``.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats import logistic
    >>> high_risk = np.repeat([0, 0, 1, 1], [16, 4, 8, 12])
    >>> infection = np.repeat([0, 1, 0, 1], [16, 4, 8, 12])
    >>> fit = logistic(outcome=infection, covariates=high_risk)
    >>> print(f"odds ratio {np.exp(fit.estimate[1]):.2f}, p = {fit.p_value[1]:.4f}")
    odds ratio 6.00, p = 0.0130
    """
    if interval not in INTERVALS:
        raise InvalidData(f"interval: one of {', '.join(INTERVALS)} is needed")
    two_sided_quantile(conf_level)
    design = logistic_design(outcome=outcome, covariates=covariates, weights=weights, offset=offset)
    trouble = data_conditions(design)
    if not 0 < design.n_event < design.n:
        return not_estimable(design, conf_level=conf_level, condition=trouble)
    found = maximise(log_likelihood(design), start=np.zeros(design.kept.size))
    infinite = np.zeros(design.size, dtype=bool)
    if not found.converged or _predicts_without_error(design, found):
        infinite = _infinite_coefficients(design)
    if found.converged and not infinite.any():
        return _estimates(design, found, conf_level=conf_level, interval=interval, trouble=trouble)
    if not infinite.any():
        return not_estimable(design, conf_level=conf_level, condition=(*trouble, NOT_CONVERGED))
    return estimate_firth(
        design, conf_level=conf_level, condition=("separation", *trouble), infinite=infinite
    )


def _predicts_without_error(design: LogisticDesign, found: Maximum) -> bool:
    """Tell whether somebody's outcome is as good as certain.

    On the flat end of the likelihood of separated data the search can stop as if it had
    converged; then a predicted probability lies next to 0 or 1.
    """
    return bool(np.abs(design.basis @ found.parameters + design.offset).max() > CERTAIN_LOG_ODDS)


def _infinite_coefficients(design: LogisticDesign) -> NDArray[np.bool_]:
    """Tell which coefficients are infinite, from a direction found on standardised columns."""
    original = design.basis @ np.linalg.inv(design.to_original)
    centre, scale = original[:, 1:].mean(axis=0), original[:, 1:].std(axis=0)
    original[:, 1:] = (original[:, 1:] - centre) / scale
    direction = separating_direction(original, outcome=design.outcome)
    shift = direction[1:] / scale * centre
    intercept = direction[0] - shift.sum()
    negligible = NEGLIGIBLE_SHARE * (np.abs(direction[0]) + np.abs(shift).sum())
    infinite = np.zeros(design.size, dtype=bool)
    infinite[design.kept] = np.concatenate([[abs(intercept) > negligible], direction[1:] != 0])
    return infinite


def _estimates(
    design: LogisticDesign,
    found: Maximum,
    *,
    conf_level: float,
    interval: str,
    trouble: tuple[str, ...],
) -> LogisticRegression:
    """Put the maximum on the scale of the covariates, with limits and tests."""
    likelihood, quantile = log_likelihood(design), two_sided_quantile(conf_level)
    covariance = design.covariance(found.information)
    estimate = design.to_original @ found.parameters
    std_error = np.sqrt(np.diag(covariance))
    low, high = estimate - quantile * std_error, estimate + quantile * std_error
    statistic = estimate / std_error
    p_value = 2 * ndtr(-np.abs(statistic))
    if interval == "profile":
        low, high = profile_limits(likelihood, design, found=found, quantile=quantile)
        statistic = likelihood_ratios(likelihood, design, found=found)
        p_value = chdtrc(1, statistic)
        if np.isnan(low).any() or np.isnan(high).any():
            trouble = (*trouble, "limits not finite")
    null = null_maximum(likelihood, found)
    overall = float(np.maximum(0.0, 2 * (found.value - null.value)))
    return LogisticRegression(
        estimate=design.spread(estimate),
        std_error=design.spread(std_error),
        conf_low=design.spread(low),
        conf_high=design.spread(high),
        statistic=design.spread(statistic),
        p_value=design.spread(p_value),
        covariance=design.spread_matrix(covariance),
        conf_level=conf_level,
        method="maximum likelihood",
        conf_method="profile likelihood" if interval == "profile" else "Wald",
        log_likelihood=found.value,
        null_log_likelihood=null.value,
        n_parameters=design.n_parameters,
        lr_statistic=overall,
        lr_p_value=design.chi_square_p(overall),
        n=design.n,
        n_event=design.n_event,
        iterations=found.iterations,
        converged=True,
        infinite=np.zeros(design.size, dtype=bool),
        condition=trouble,
    )


def compare_nested(
    *, smaller: LogisticRegression, larger: LogisticRegression
) -> LikelihoodRatioTest:
    """Test whether the covariates a larger model adds improve a smaller one (likelihood ratio).

    Two penalized fits have different penalties, so that their likelihoods cannot be compared;
    `condition` says so.

    Parameters
    ----------
    smaller, larger : models of `logistic` on the same patients, the larger with all covariates
        of the smaller

    Raises
    ------
    InvalidData
        Models of different patients, or no covariates added.

    References
    ----------
    R ``anova(smaller, larger, test = "LRT")``.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats import compare_nested, logistic
    >>> outcome, age = [0, 0, 1, 0, 1, 1], [41, 52, 60, 63, 58, 70]
    >>> score = [0, 1, 3, 2, 1, 2]
    >>> alone = logistic(outcome=outcome, covariates=age)
    >>> both = logistic(outcome=outcome, covariates=np.column_stack([age, score]))
    >>> round(compare_nested(smaller=alone, larger=both).p_value, 2)
    0.79
    """
    df = larger.n_parameters - smaller.n_parameters
    if smaller.n != larger.n or smaller.n_event != larger.n_event or df < 1:
        raise InvalidData("nested models: the same patients and more covariates are needed")
    if {smaller.method, larger.method} != {"maximum likelihood"}:
        return LikelihoodRatioTest(np.nan, df, np.nan, ("separation",))
    statistic = max(0.0, 2 * (larger.log_likelihood - smaller.log_likelihood))
    return LikelihoodRatioTest(statistic, df, float(chdtrc(df, statistic)), ())
