"""Pooled odds ratio of studies with few or no events: the binomial-normal model."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, stdtrit

from hematotox.stats.numerics.confidence import two_sided_p, two_sided_quantile
from hematotox.stats.numerics.constrained_newton import Likelihood, Maximum, maximise
from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.synthesis.tables_likelihood import (
    informative_studies,
    one_sided,
    tables_likelihood,
)

METHODS = ("random", "common")
STARTS = (0.2, 1.0)
NO_GAIN = 1e-9
"""Rounding of a likelihood that no variance between studies makes higher."""


@dataclass(frozen=True, slots=True)
class BinomialNormal:
    """Pooled log odds ratio.

    Attributes
    ----------
    estimate : log odds ratio, first group against second
    std_error : from the observed information
    conf_low, conf_high : Wald limits
    conf_level : confidence level
    statistic, p_value : Wald z and its two-sided p-value
    tau2 : variance of the log odds ratio between studies
    heterogeneity_statistic : twice the gain in log-likelihood over tau2 = 0
    heterogeneity_p_value : half a chi-square with 1 df, since tau2 is on the edge of its range
    prediction_low, prediction_high : where the log odds ratio of a new study lies (t, k - 1 df)
    log_likelihood : conditional log-likelihood
    method : "random" or "common"
    n_studies, n_informative : studies, and those with events in a group but not in everybody
    converged : whether the search converged
    condition : statistical trouble in words
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    statistic: float
    p_value: float
    tau2: float
    heterogeneity_statistic: float
    heterogeneity_p_value: float
    prediction_low: float
    prediction_high: float
    log_likelihood: float
    method: str
    n_studies: int
    n_informative: int
    converged: bool
    condition: tuple[str, ...]


def binomial_normal(
    *,
    events_1: ArrayLike,
    n_1: ArrayLike,
    events_2: ArrayLike,
    n_2: ArrayLike,
    method: str = "random",
    conf_level: float = 0.95,
) -> BinomialNormal:
    """Pool odds ratios of studies without adding anything to zero cells.

    Given its margins, the events of a study follow the non-central hypergeometric distribution
    with the study's own odds ratio; log odds ratios are normal between studies. Studies without
    any event, or with events in everybody, carry no information on the odds ratio and drop out.

    Parameters
    ----------
    events_1, n_1 : (k,) events and patients of the first group in each study
    events_2, n_2 : (k,) of the second group, the reference
    method : "random", or "common" for one odds ratio in all studies
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Counts that are missing, negative or not whole, more events than patients, no studies.

    References
    ----------
    R ``metafor::rma.glmm(measure = "OR", model = "CM.EL")``; van Houwelingen, Zwinderman and
    Stijnen, Stat Med 1993;12:2273-84; Stijnen, Hamza and Ozdemir, Stat Med 2010;29:3046-67.
    The likelihood here is integrated and maximised to rounding; ``rma.glmm`` stops earlier.

    Examples
    --------
    >>> from hematotox.stats import binomial_normal
    >>> pooled = binomial_normal(
    ...     events_1=[6, 4, 9, 3, 8], n_1=[20, 15, 42, 18, 33],
    ...     events_2=[1, 0, 3, 0, 2], n_2=[22, 14, 40, 21, 30],
    ... )
    >>> print(f"{pooled.estimate:.2f} ({pooled.conf_low:.2f} to {pooled.conf_high:.2f})")
    1.79 (0.88 to 2.70)
    """
    if method not in METHODS:
        raise InvalidData(f"method: one of {', '.join(METHODS)} is needed")
    two_sided_quantile(conf_level)
    studies = informative_studies(events_1, n_1, events_2=events_2, n_2=n_2)
    likelihood: Likelihood | None = None
    condition: tuple[str, ...] = ("not estimable",)
    if studies and one_sided(studies):
        condition = ("separation",)
    elif studies:
        likelihood, condition = tables_likelihood(studies), ()
    return pooled(
        likelihood,
        n=(np.asarray(events_1).size, len(studies)),
        method=method,
        conf_level=conf_level,
        condition=condition,
    )


def pooled(
    likelihood: Likelihood | None,
    *,
    n: tuple[int, int],
    method: str = "random",
    conf_level: float,
    condition: tuple[str, ...] = (),
) -> BinomialNormal:
    """Return what studies say together.

    Parameters
    ----------
    likelihood : log-likelihood of (log odds ratio, tau); None where nothing can be estimated
    n : studies, and those that inform on the odds ratio
    method : "random", or "common" for one odds ratio in all studies
    conf_level : confidence level
    condition : why nothing can be estimated
    """
    n_studies, k = n
    found: Maximum | None = None
    theta = std_error = tau2 = gain = reach = math.nan
    if likelihood is not None:
        condition = ("one study",) if k == 1 else ()
        found, common = _maxima(likelihood, random=method == "random" and k > 1)
        theta, std_error, tau2 = _estimates(likelihood, found)
        gain = max(0.0, 2 * (found.value - common.value))
        condition = condition if found.converged else (*condition, "did not converge")
    if k > 1 and method == "random":
        reach = float(stdtrit(k - 1, (1 + conf_level) / 2)) * math.sqrt(std_error**2 + tau2)
    half = two_sided_quantile(conf_level) * std_error
    converged = found is not None and found.converged
    return BinomialNormal(
        estimate=theta,
        std_error=std_error,
        conf_low=theta - half,
        conf_high=theta + half,
        conf_level=conf_level,
        statistic=theta / std_error,
        p_value=two_sided_p(theta / std_error),
        tau2=tau2,
        heterogeneity_statistic=gain,
        heterogeneity_p_value=1.0 if gain < NO_GAIN else float(chdtrc(1, gain)) / 2,
        prediction_low=theta - reach,
        prediction_high=theta + reach,
        log_likelihood=found.value if found and converged else math.nan,
        method=method,
        n_studies=n_studies,
        n_informative=k,
        converged=converged,
        condition=condition,
    )


def _maxima(likelihood: Likelihood, *, random: bool) -> tuple[Maximum, Maximum]:
    """Maximise with tau free, from several starts, and with tau held at 0."""
    common = maximise(likelihood, start=np.zeros(2), constraint=np.array([[0.0, 1.0]]))
    if not random:
        return common, common
    start = common.parameters[0]
    tried = [maximise(likelihood, start=np.array([start, tau])) for tau in STARTS]
    return max([common, *tried], key=lambda one: (one.converged, one.value)), common


def _estimates(likelihood: Likelihood, found: Maximum) -> tuple[float, float, float]:
    """Return log odds ratio, its standard error and tau2; NaN where nothing was found."""
    if not found.converged:
        return math.nan, math.nan, math.nan
    theta, tau = (float(value) for value in found.parameters)
    curvature = likelihood(found.parameters).curvature
    observed = found.information if curvature is None else curvature
    # at tau = 0 the two parameters are orthogonal
    variance = np.linalg.inv(observed)[0, 0] if tau != 0 else 1 / observed[0, 0]
    return theta, math.sqrt(variance), tau * tau
