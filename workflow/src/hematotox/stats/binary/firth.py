"""Firth's penalized logistic regression: finite odds ratios from separated or sparse data."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from hematotox.stats.binary.logistic_model import (
    LogisticDesign,
    LogisticRegression,
    data_conditions,
    logistic_design,
    not_estimable,
    penalized_log_likelihood,
)
from hematotox.stats.binary.logistic_profile import (
    MAX_ITERATIONS,
    likelihood_ratios,
    null_maximum,
    profile_limits,
)
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.constrained_newton import maximise


def firth(
    *,
    outcome: ArrayLike,
    covariates: ArrayLike,
    weights: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> LogisticRegression:
    """Estimate log odds ratios by Firth's penalized likelihood, with its profile limits and tests.

    The estimate maximises the log-likelihood plus half the log determinant of the expected
    information. It is finite for every data set with at least one patient of either outcome and
    removes the first-order bias of maximum likelihood.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    covariates : (n, p) numeric covariates; an intercept is added
    weights : (n,) patients each row stands for
    offset : (n,) known part of the log odds, coefficient fixed at 1
    conf_level : confidence level of the profile limits

    Returns
    -------
    LogisticRegression
        Its standard errors are the square roots of the diagonal of the inverse expected
        information at the estimate; statistic and p-value are of the penalized likelihood-ratio
        test of each coefficient.

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, outcome other than 0 and 1, negative weights.

    References
    ----------
    Firth, Biometrika 1993;80:27-38; Heinze and Schemper, Stat Med 2002;21:2409-19. Coefficients:
    R ``brglm2`` (type "AS_mean"); limits and tests: R ``logistf``.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats import firth
    >>> high_risk = np.repeat([0, 1, 1], [20, 12, 5])
    >>> infection = np.repeat([0, 0, 1], [20, 12, 5])
    >>> fit = firth(outcome=infection, covariates=high_risk)
    >>> print(f"odds ratio {np.exp(fit.estimate[1]):.1f}, p = {fit.p_value[1]:.4f}")
    odds ratio 18.0, p = 0.0102
    """
    two_sided_quantile(conf_level)
    design = logistic_design(outcome=outcome, covariates=covariates, weights=weights, offset=offset)
    trouble = data_conditions(design)
    if not 0 < design.n_event < design.n:
        return not_estimable(design, conf_level=conf_level, condition=trouble)
    return estimate_firth(
        design,
        conf_level=conf_level,
        condition=trouble,
        infinite=np.zeros(design.size, dtype=bool),
    )


def estimate_firth(
    design: LogisticDesign,
    *,
    conf_level: float,
    condition: tuple[str, ...],
    infinite: NDArray[np.bool_],
) -> LogisticRegression:
    """Fit a checked design; `infinite` and `condition` are what is already known about it."""
    likelihood = penalized_log_likelihood(design)
    start = np.zeros(design.kept.size)
    found = maximise(likelihood, start=start, max_iterations=MAX_ITERATIONS)
    if not found.converged:
        return not_estimable(
            design, conf_level=conf_level, condition=(*condition, "did not converge")
        )
    low, high = profile_limits(
        likelihood, design, found=found, quantile=two_sided_quantile(conf_level)
    )
    chi_square = likelihood_ratios(likelihood, design, found=found)
    if np.isnan(np.concatenate([low, high, chi_square])).any():
        condition = (*condition, "limits not finite")
    null = null_maximum(likelihood, found)
    overall = float(np.maximum(0.0, 2 * (found.value - null.value)))
    covariance = design.covariance(found.information)
    return LogisticRegression(
        estimate=design.spread(design.to_original @ found.parameters),
        std_error=design.spread(np.sqrt(np.diag(covariance))),
        conf_low=design.spread(low),
        conf_high=design.spread(high),
        statistic=design.spread(chi_square),
        p_value=design.spread(chdtrc(1, chi_square)),
        covariance=design.spread_matrix(covariance),
        conf_level=conf_level,
        method="Firth",
        conf_method="penalized profile likelihood",
        log_likelihood=found.value,
        null_log_likelihood=null.value,
        n_parameters=design.n_parameters,
        lr_statistic=overall,
        lr_p_value=design.chi_square_p(overall),
        n=design.n,
        n_event=design.n_event,
        iterations=found.iterations,
        converged=True,
        infinite=infinite,
        condition=condition,
    )
