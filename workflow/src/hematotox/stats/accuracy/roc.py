"""Discrimination of a binary outcome: area under the ROC curve, its interval, paired comparison."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.accuracy.delong import (
    Classes,
    Placements,
    outcome_classes,
    place,
    placement_std_error,
    turned_marker,
)
from hematotox.stats.numerics.confidence import two_sided_p, two_sided_quantile
from hematotox.stats.numerics.survival_data import FloatArray, IntArray, InvalidData


@dataclass(frozen=True, slots=True)
class AreaUnderCurve:
    """Area under a ROC curve with DeLong's standard error and interval.

    Attributes
    ----------
    estimate : probability that a case has the higher-risk marker value than a control, ties half
    std_error : DeLong
    conf_low, conf_high : estimate plus and minus z standard errors, clipped to [0, 1]
    conf_level : confidence level
    n, n_case, n_control : patients, with the outcome, without it
    condition : statistical trouble in words
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    n: int
    n_case: int
    n_control: int
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairedAreas:
    """Two markers measured in the same patients.

    Attributes
    ----------
    first, second : areas with their own intervals
    difference : first minus second
    std_error : of the difference, correlation of the markers included
    conf_low, conf_high : limits of the difference
    conf_level : confidence level
    statistic : z
    p_value : two-sided
    covariance : of the two areas
    condition : statistical trouble in words
    """

    first: AreaUnderCurve
    second: AreaUnderCurve
    difference: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    statistic: float
    p_value: float
    covariance: float
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RocCurve:
    """Points of a ROC curve, from the strictest threshold to the most lenient.

    Attributes
    ----------
    threshold : (k,) a patient is positive at this marker value or one of higher risk; the first
        is infinite (nobody is positive)
    sensitivity, specificity : (k,) at each threshold
    condition : statistical trouble in words
    """

    threshold: FloatArray
    sensitivity: FloatArray
    specificity: FloatArray
    condition: tuple[str, ...]


def auc(
    *,
    outcome: ArrayLike,
    marker: ArrayLike,
    direction: str = "higher",
    conf_level: float = 0.95,
) -> AreaUnderCurve:
    """Estimate the area under the ROC curve with DeLong's interval.

    Parameters
    ----------
    outcome : (n,) 1 case, 0 control
    marker : (n,) score or risk
    direction : "higher" if higher values mean more risk, "lower" if lower ones do; never chosen
        from the data
    conf_level : confidence level of the limits

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, outcome other than 0 and 1, unknown direction.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson, Biometrics 1988;44:837-45; midranks: Sun and Xu, IEEE
    Signal Process Lett 2014;21:1389-93. R ``pROC::ci.auc(direction = "<")``.

    Examples
    --------
    >>> from hematotox.stats import auc
    >>> area = auc(outcome=[0, 0, 0, 1, 1, 1], marker=[0, 1, 3, 2, 4, 5])
    >>> print(f"{area.estimate:.3f} ({area.conf_low:.3f}-{area.conf_high:.3f})")
    0.889 (0.581-1.000)
    """
    two_sided_quantile(conf_level)
    classes = outcome_classes(outcome)
    values = turned_marker(marker, length=classes.case.size, direction=direction)
    return _area(
        classes, place(classes, values), weight=classes.variance_weight, conf_level=conf_level
    )


def compare_auc(
    *,
    outcome: ArrayLike,
    first: ArrayLike,
    second: ArrayLike,
    directions: tuple[str, str] = ("higher", "higher"),
    conf_level: float = 0.95,
) -> PairedAreas:
    """Compare the areas under the ROC curves of two markers of the same patients (DeLong).

    Parameters
    ----------
    outcome : (n,) 1 case, 0 control
    first, second : (n,) the markers
    directions : direction of each, "higher" or "lower"
    conf_level : confidence level of the limits

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, outcome other than 0 and 1, unknown direction.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson, Biometrics 1988;44:837-45. R
    ``pROC::roc.test(paired = TRUE, method = "delong")``.

    Examples
    --------
    >>> from hematotox.stats import compare_auc
    >>> pair = compare_auc(
    ...     outcome=[0, 0, 0, 0, 1, 1, 1, 1],
    ...     first=[1, 2, 3, 5, 4, 6, 7, 8],
    ...     second=[3, 1, 8, 2, 4, 6, 5, 7],
    ... )
    >>> print(f"{pair.difference:.4f}, p = {pair.p_value:.3f}")
    0.1875, p = 0.509
    """
    if len(directions) != 2:
        raise InvalidData("directions: one for each of the two markers is needed")
    quantile = two_sided_quantile(conf_level)
    classes = outcome_classes(outcome)
    weight = classes.variance_weight
    one, two = (
        place(classes, turned_marker(marker, length=classes.case.size, direction=direction))
        for marker, direction in zip((first, second), directions, strict=True)
    )
    area, other = (
        _area(classes, placed, weight=weight, conf_level=conf_level) for placed in (one, two)
    )
    difference = area.estimate - other.estimate
    deviation = one.share - two.share
    deviation -= difference
    std_error = placement_std_error(weight, deviation)
    z, condition = np.nan, tuple(dict.fromkeys(area.condition + other.condition))
    if std_error > 0:
        z = difference / std_error
    elif difference == 0:
        condition = (*condition, "constant variable")
    return PairedAreas(
        first=area,
        second=other,
        difference=difference,
        std_error=std_error,
        conf_low=difference - quantile * std_error,
        conf_high=difference + quantile * std_error,
        conf_level=conf_level,
        statistic=z,
        p_value=two_sided_p(z),
        covariance=(area.std_error**2 + other.std_error**2 - std_error**2) / 2,
        condition=condition,
    )


def roc_curve(*, outcome: ArrayLike, marker: ArrayLike, direction: str = "higher") -> RocCurve:
    """Return sensitivity and specificity at every threshold of a marker.

    Parameters
    ----------
    outcome : (n,) 1 case, 0 control
    marker : (n,) score or risk
    direction : "higher" if higher values mean more risk, else "lower"

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, outcome other than 0 and 1, unknown direction.

    References
    ----------
    R ``pROC::coords(roc, "all")`` counts the same patients; its thresholds lie half-way between
    marker values.

    Examples
    --------
    >>> from hematotox.stats import roc_curve
    >>> curve = roc_curve(outcome=[0, 0, 1, 1], marker=[0, 1, 1, 2])
    >>> curve.threshold.tolist(), curve.sensitivity.tolist(), curve.specificity.tolist()
    ([inf, 2.0, 1.0, 0.0], [0.0, 0.5, 1.0, 1.0], [1.0, 1.0, 0.5, 0.0])
    """
    classes = outcome_classes(outcome)
    values = turned_marker(marker, length=classes.case.size, direction=direction)
    order = np.argsort(-values, kind="stable")
    ordered = values[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    true_positive = np.cumsum(classes.case[order], dtype=np.int64)[last]
    false_positive = last + 1 - true_positive
    sign = 1.0 if direction == "higher" else -1.0
    return RocCurve(
        threshold=sign * np.concatenate([[np.inf], ordered[last]]),
        sensitivity=_shares(true_positive, classes.n_case),
        specificity=1 - _shares(false_positive, classes.n_control),
        condition=classes.condition,
    )


def _shares(counts: IntArray, total: int) -> FloatArray:
    shares = np.full(counts.size + 1, np.nan)
    if total:
        shares[0], shares[1:] = 0.0, counts / total
    return shares


def _area(
    classes: Classes, placed: Placements, *, weight: FloatArray, conf_level: float
) -> AreaUnderCurve:
    quantile, estimate = two_sided_quantile(conf_level), placed.area
    condition = classes.condition
    std_error = placement_std_error(weight, placed.share - estimate)
    if estimate in (0.0, 1.0):
        condition = (*condition, "perfect discrimination")
    elif placed.constant:
        condition = (*condition, "constant variable")
    low, high = np.clip([estimate - quantile * std_error, estimate + quantile * std_error], 0, 1)
    return AreaUnderCurve(
        estimate=estimate,
        std_error=std_error,
        conf_low=float(low),
        conf_high=float(high),
        conf_level=conf_level,
        n=classes.case.size,
        n_case=classes.n_case,
        n_control=classes.n_control,
        condition=condition,
    )
