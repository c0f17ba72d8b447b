"""Time-dependent AUC of a marker under censoring and competing risks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import FloatArray, IntArray
from hematotox.stats.performance.horizon_weights import (
    FollowUp,
    follow_up_to,
    horizon_columns,
    influence_std_error,
)

ALIKE = "constant variable"


@dataclass(frozen=True, slots=True, eq=False)
class TimeDependentAuc:
    """Area under the time-dependent ROC curve at each horizon.

    Attributes
    ----------
    horizon : (t,)
    estimate, std_error : (t,) area and its standard error (influence function, estimation of the
        censoring distribution included)
    conf_low, conf_high : (t,) normal limits, clipped to [0, 1]
    conf_level : confidence level
    n_case, n_control, n_censored : (t,) patients with the event by the horizon, known to be free
        of it then, and censored before
    influence : (t, n) influence of each patient on the estimate
    condition : statistical trouble in words
    """

    horizon: FloatArray
    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    conf_level: float
    n_case: IntArray
    n_control: IntArray
    n_censored: IntArray
    influence: FloatArray
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TimeDependentAucDifference:
    """Difference of the areas of two markers of the same patients.

    Attributes
    ----------
    horizon : (t,)
    first, second : the areas
    difference, std_error : (t,) first minus second
    conf_low, conf_high : (t,) normal limits
    statistic, p_value : (t,) z and its two-sided p-value
    condition : statistical trouble in words
    """

    horizon: FloatArray
    first: TimeDependentAuc
    second: TimeDependentAuc
    difference: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    statistic: FloatArray
    p_value: FloatArray
    condition: tuple[str, ...]


def time_dependent_auc(
    *,
    time: ArrayLike,
    status: ArrayLike,
    marker: ArrayLike,
    horizons: ArrayLike,
    conf_level: float = 0.95,
) -> TimeDependentAuc:
    """Estimate how well a marker separates patients with and without the event by a horizon.

    Parameters
    ----------
    time : (n,) follow-up from the time origin
    status : (n,) 0 censored, 1 event of interest, 2 and above competing events
    marker : (n,) risk or score, or (n, t) with one column a horizon; higher means more risk
    horizons : (t,) times at which the event status is asked for
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Missing, negative or impossible values, lengths that differ.

    References
    ----------
    Blanche, Dartigues and Jacqmin-Gadda, Stat Med 2013;32:5381-97 (definition with competing
    events among the controls). R ``riskRegression::Score(metrics = "auc", cens.model = "km")``.

    Examples
    --------
    >>> from hematotox.stats import time_dependent_auc
    >>> area = time_dependent_auc(
    ...     time=[1, 2, 3, 4, 5, 6, 7, 8], status=[1, 1, 0, 1, 0, 1, 0, 1],
    ...     marker=[5, 3, 4, 4, 1, 2, 2, 1], horizons=[4.5],
    ... )
    >>> area.estimate.round(3).tolist()
    [1.0]
    """
    follow_up, at = follow_up_to(time, status, horizons=horizons)
    scores = horizon_columns(marker, name="marker", shape=(follow_up.time.size, at.size))
    quantile = two_sided_quantile(conf_level)
    pairs = [
        _area(follow_up, float(horizon), score=score)
        for horizon, score in zip(at, scores.T, strict=True)
    ]
    estimate = np.array([area for area, _ in pairs])
    influence = np.stack([curve for _, curve in pairs])
    std_error = influence_std_error(influence)
    half = quantile * std_error
    early = follow_up.time <= at[:, None]
    n_case = (early & (follow_up.status == 1)).sum(axis=1)
    n_censored = (early & (follow_up.status == 0)).sum(axis=1)
    n_control = follow_up.time.size - n_case - n_censored
    trouble = [
        words
        for words, there in (
            ("no events", (n_case == 0).any()),
            ("only events", (n_control == 0).any()),
        )
        if there
    ]
    return TimeDependentAuc(
        horizon=at,
        estimate=estimate,
        std_error=std_error,
        conf_low=np.maximum(0, estimate - half),
        conf_high=np.minimum(1, estimate + half),
        conf_level=conf_level,
        n_case=n_case,
        n_control=n_control,
        n_censored=n_censored,
        influence=influence,
        condition=tuple(trouble),
    )


def compare_time_dependent_auc(
    *,
    time: ArrayLike,
    status: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    horizons: ArrayLike,
    conf_level: float = 0.95,
) -> TimeDependentAucDifference:
    """Compare the time-dependent areas of two markers of the same patients.

    Parameters
    ----------
    time, status : as `time_dependent_auc`
    first, second : (n,) or (n, t) markers
    horizons : (t,) horizons
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Missing, negative or impossible values, lengths that differ.

    References
    ----------
    R ``riskRegression::Score(list(first, second), metrics = "auc", contrasts = TRUE)``.

    Examples
    --------
    >>> from hematotox.stats import compare_time_dependent_auc
    >>> test = compare_time_dependent_auc(
    ...     time=[1, 2, 3, 4, 5, 6, 7, 8], status=[1, 1, 0, 1, 0, 1, 0, 1],
    ...     first=[5, 3, 4, 4, 1, 2, 2, 1], second=[1, 3, 2, 1, 4, 4, 2, 3], horizons=[4.5],
    ... )
    >>> test.difference.round(3).tolist()
    [0.883]
    """
    one, two = (
        time_dependent_auc(
            time=time, status=status, marker=marker, horizons=horizons, conf_level=conf_level
        )
        for marker in (first, second)
    )
    difference = one.estimate - two.estimate
    std_error = influence_std_error(one.influence - two.influence)
    half = two_sided_quantile(conf_level) * std_error
    z = np.divide(difference, std_error, out=np.full(half.size, np.nan), where=std_error > 0)
    return TimeDependentAucDifference(
        horizon=one.horizon,
        first=one,
        second=two,
        difference=difference,
        std_error=std_error,
        conf_low=difference - half,
        conf_high=difference + half,
        statistic=z,
        p_value=2 * ndtr(-np.abs(z)),
        condition=one.condition if (std_error != 0).all() else (*one.condition, ALIKE),
    )


def _area(follow_up: FollowUp, horizon: float, *, score: FloatArray) -> tuple[float, FloatArray]:
    """Return the area and each patient's influence on it."""
    n = score.size
    weights = follow_up.at(horizon)
    control = weights.control + weights.competing
    share_case, share_control = weights.case.mean(), control.mean()
    if share_case == 0 or share_control == 0:
        return np.nan, np.full(n, np.nan)
    beaten = _weight_below(score, control) / n
    losing = weights.case.mean() - _weight_below(score, weights.case) / n
    pairs = share_case * share_control
    area = float((weights.case * beaten).mean() / pairs)
    of_cases = weights.case * (beaten - area * share_control) / pairs
    excess = (losing - area * share_case) / pairs
    influence = of_cases + control * excess
    return area, influence + follow_up.through_censoring(
        horizon, early=of_cases + weights.competing * excess, late=weights.control * excess
    )


def _weight_below(score: FloatArray, weight: FloatArray) -> FloatArray:
    """Sum the weights of the patients with a lower score, half of those with the same."""
    _, position = np.unique(score, return_inverse=True)
    at = np.bincount(position, weights=weight)
    return (np.cumsum(at) - at / 2)[position]
