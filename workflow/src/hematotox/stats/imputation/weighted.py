"""Estimates of weighted patients, the weights taken as known (sandwich standard errors)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit, ndtr

from hematotox.stats.binary.logistic import logistic
from hematotox.stats.binary.logistic_model import LogisticRegression
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector


@dataclass(frozen=True, slots=True)
class WeightedShare:
    """A weighted proportion or area: estimate, linearised standard error, limits by the logit."""

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float


def _share(estimate: float, std_error: float, conf_level: float = 0.95) -> WeightedShare:
    low, high = math.nan, math.nan
    if 0 < estimate < 1:
        half = two_sided_quantile(conf_level) * std_error / (estimate * (1 - estimate))
        low, high = (float(expit(logit(estimate) + side)) for side in (-half, half))
    return WeightedShare(estimate, std_error, low, high, conf_level)


def _weighted(weights: ArrayLike, **columns: ArrayLike) -> tuple[FloatArray, ...]:
    """Return the columns, weights last: finite, of one length, no weight below 0, not all 0."""
    w = finite_vector(weights, name="weights")
    found = [finite_vector(one, name=name, length=w.size) for name, one in columns.items()]
    if (w < 0).any() or not w.any():
        raise InvalidData("weights: none below 0, and one above 0, are needed")
    return (*found, w)


def weighted_proportion(*, event: ArrayLike, weights: ArrayLike) -> WeightedShare:
    """Return the weighted share of patients with an event (Hajek).

    Parameters
    ----------
    event : (n,) 0 or 1
    weights : (n,) weights above 0

    References
    ----------
    R ``survey::svymean`` but for its factor n / (n - 1) of the variance.

    Examples
    --------
    >>> from hematotox.stats import weighted_proportion
    >>> found = weighted_proportion(event=[1, 0, 0, 1], weights=[1.0, 1.0, 1.0, 2.0])
    >>> round(found.estimate, 2), round(found.std_error, 4)
    (0.6, 0.2466)
    """
    y, w = _weighted(weights, event=event)
    total = w.sum()
    share = float(w @ y / total)
    return _share(share, float(np.sqrt((w**2 * (y - share) ** 2).sum()) / total))


def weighted_auc(*, outcome: ArrayLike, marker: ArrayLike, weights: ArrayLike) -> WeightedShare:
    """Return the weighted area under the ROC curve; a higher marker means more risk.

    Parameters
    ----------
    outcome : (n,) 1 case, 0 control, both present
    marker : (n,) the marker
    weights : (n,) weights above 0

    References
    ----------
    With equal weights the area of ``pROC::auc``; DeLong's variance with n in place of n - 1.

    Examples
    --------
    >>> from hematotox.stats import weighted_auc
    >>> found = weighted_auc(outcome=[0, 0, 1, 1], marker=[0, 1, 1, 2], weights=[1, 1, 1, 1])
    >>> round(found.estimate, 3)
    0.875
    """
    y, x, w = _weighted(weights, outcome=outcome, marker=marker)
    case = y == 1
    if not (w[case].any() and w[~case].any()):
        raise InvalidData("outcome: cases and controls with a weight are needed")
    above = _shares_below(x[case], x[~case], w[~case])
    below = 1 - _shares_below(x[~case], x[case], w[case])
    area = float(w[case] @ above / w[case].sum())
    variance = sum(
        float((own**2 * (placed - area) ** 2).sum() / own.sum() ** 2)
        for own, placed in ((w[case], above), (w[~case], below))
    )
    return _share(area, float(np.sqrt(variance)))


def _shares_below(values: FloatArray, others: FloatArray, weights: FloatArray) -> FloatArray:
    """Return for each value the weighted share of the others below it, ties half."""
    order = np.argsort(others, kind="stable")
    sums = np.concatenate([[0.0], np.cumsum(weights[order])])
    low, high = (np.searchsorted(others[order], values, side=side) for side in ("left", "right"))
    shares: FloatArray = (sums[low] + sums[high]) / 2 / sums[-1]
    return shares


def robust_logistic(
    *, outcome: ArrayLike, covariates: ArrayLike, weights: ArrayLike, conf_level: float = 0.95
) -> LogisticRegression:
    """Fit a logistic model to weighted patients, with standard errors by the sandwich (HC0).

    Parameters
    ----------
    outcome, covariates, weights : as of `logistic`; every patient counts once in `n`, `n_event`
    conf_level : coverage of the limits

    References
    ----------
    R ``sandwich::sandwich(glm(..., weights = w))``.

    Examples
    --------
    >>> from hematotox.stats import robust_logistic
    >>> data = {"outcome": [1, 0, 0, 1], "covariates": [0, 0, 1, 1], "weights": [1, 2, 1, 1]}
    >>> robust_logistic(**data).std_error.round(3).tolist()
    [1.414, 2.0]
    """
    fitted = logistic(outcome=outcome, covariates=covariates, weights=weights)
    y, w = (np.asarray(x, dtype=np.float64) for x in (outcome, weights))
    design = np.column_stack([np.ones(y.size), np.asarray(covariates).reshape(y.size, -1)])
    residual = w * (y - expit(design @ np.nan_to_num(fitted.estimate)))
    half = (design * residual[:, None]) @ fitted.covariance
    error = np.sqrt((half**2).sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = fitted.estimate / error
    reach = two_sided_quantile(conf_level) * error
    return replace(
        fitted,
        std_error=error,
        covariance=half.T @ half,
        conf_low=fitted.estimate - reach,
        conf_high=fitted.estimate + reach,
        statistic=statistic,
        p_value=2 * ndtr(-np.abs(statistic)),
        conf_method="robust",
        n=float(y.size),
        n_event=float(y.sum()),
    )
