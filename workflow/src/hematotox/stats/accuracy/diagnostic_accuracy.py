"""Diagnostic accuracy of a binary test, such as a high-risk score group, for a binary outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.accuracy.odds_ratio import conditional_odds_ratio
from hematotox.stats.groups.proportion import Proportion, proportion, whole_number
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import InvalidData, status_codes


@dataclass(frozen=True, slots=True)
class ClassificationCounts:
    """Patients by test and outcome.

    Attributes
    ----------
    tp, fp, fn, tn : true positive, false positive, false negative, true negative
    """

    tp: int
    fp: int
    fn: int
    tn: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio with limits from the log scale.

    Attributes
    ----------
    estimate : the ratio; infinite or 0 where a zero cell makes it so
    log_std_error : standard error of its logarithm
    conf_low, conf_high : limits of the ratio
    conf_method : "log" or "conditional exact"
    """

    estimate: float
    log_std_error: float
    conf_low: float
    conf_high: float
    conf_method: str


@dataclass(frozen=True, slots=True)
class DiagnosticAccuracy:
    """All measures of one binary test.

    Attributes
    ----------
    counts : patients by test and outcome
    prevalence, sensitivity, specificity, ppv, npv, accuracy : proportions with limits
    lr_positive, lr_negative : likelihood ratios
    odds_ratio : diagnostic odds ratio; conditional, with exact limits, if a cell is zero
    youden : sensitivity + specificity - 1
    conf_level : confidence level
    condition : statistical trouble in words
    """

    counts: ClassificationCounts
    prevalence: Proportion
    sensitivity: Proportion
    specificity: Proportion
    ppv: Proportion
    npv: Proportion
    accuracy: Proportion
    lr_positive: Ratio
    lr_negative: Ratio
    odds_ratio: Ratio
    youden: float
    conf_level: float
    condition: tuple[str, ...]


def classification_counts(*, outcome: ArrayLike, test: ArrayLike) -> ClassificationCounts:
    """Count patients by binary test and outcome.

    Parameters
    ----------
    outcome : (n,) 1 with the outcome, 0 without
    test : (n,) 1 positive (high risk), 0 negative

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, anything but 0 and 1.

    Examples
    --------
    >>> from hematotox.stats import classification_counts
    >>> classification_counts(outcome=[1, 1, 0, 0, 0], test=[1, 0, 1, 0, 0])
    ClassificationCounts(tp=1, fp=1, fn=1, tn=2)
    """
    n = np.asarray(outcome).size
    event = status_codes(outcome, length=n, largest=1)
    positive = status_codes(test, length=n, largest=1)
    cells = np.bincount(2 * event + positive, minlength=4)
    tn, fp, fn, tp = (int(cell) for cell in cells)
    return ClassificationCounts(tp=tp, fp=fp, fn=fn, tn=tn)


def diagnostic_accuracy(
    *,
    tp: int,
    fp: int,
    fn: int,
    tn: int,
    interval: str = "clopper-pearson",
    conf_level: float = 0.95,
) -> DiagnosticAccuracy:
    """Estimate sensitivity, specificity, predictive values, likelihood ratios and the odds ratio.

    Nothing is added to a zero cell. It is named in `condition`; likelihood ratios that it makes
    0, infinite or undefined carry no limits, and the odds ratio is the conditional one with
    exact limits.

    Parameters
    ----------
    tp, fp, fn, tn : true positives, false positives, false negatives, true negatives
    interval : of the proportions: "clopper-pearson" or "wilson"
    conf_level : confidence level of all limits

    Raises
    ------
    InvalidData
        Counts that are not whole or negative, no patients, unknown interval.

    References
    ----------
    R ``epiR::epi.tests(method = "exact")``; likelihood ratios: Simel et al., J Clin Epidemiol
    1991;44:763-70; conditional odds ratio: ``fisher.test``.

    Examples
    --------
    >>> from hematotox.stats import diagnostic_accuracy
    >>> test = diagnostic_accuracy(tp=27, fp=15, fn=14, tn=57)
    >>> lr = test.lr_positive
    >>> print(f"LR+ {lr.estimate:.2f} ({lr.conf_low:.2f}-{lr.conf_high:.2f})")
    LR+ 3.16 (1.91-5.22)
    """
    counts = ClassificationCounts(
        tp=whole_number(tp, name="tp"),
        fp=whole_number(fp, name="fp"),
        fn=whole_number(fn, name="fn"),
        tn=whole_number(tn, name="tn"),
    )
    tp, fp, fn, tn = counts.tp, counts.fp, counts.fn, counts.tn
    if tp + fp + fn + tn == 0:
        raise InvalidData("counts: no patients")
    quantile = two_sided_quantile(conf_level)

    def share(n_event: int, n: int) -> Proportion:
        return proportion(n_event=n_event, n=n, interval=interval, conf_level=conf_level)

    n = tp + fp + fn + tn
    return DiagnosticAccuracy(
        counts=counts,
        prevalence=share(tp + fn, n),
        sensitivity=share(tp, tp + fn),
        specificity=share(tn, tn + fp),
        ppv=share(tp, tp + fp),
        npv=share(tn, tn + fn),
        accuracy=share(tp + tn, n),
        lr_positive=_ratio_of_shares(tp, tp + fn, b=fp, n_b=fp + tn, quantile=quantile),
        lr_negative=_ratio_of_shares(fn, tp + fn, b=tn, n_b=fp + tn, quantile=quantile),
        odds_ratio=_odds_ratio(counts, quantile, conf_level=conf_level),
        youden=_divided(tp, tp + fn) + _divided(tn, tn + fp) - 1,
        conf_level=conf_level,
        condition=_conditions(counts),
    )


def _conditions(counts: ClassificationCounts) -> tuple[str, ...]:
    found = []
    if counts.tp + counts.fn == 0:
        found.append("no events")
    if counts.fp + counts.tn == 0:
        found.append("only events")
    if counts.tp + counts.fp == 0:
        found.append("empty group")
    if counts.fn + counts.tn == 0:
        found.append("empty group")
    if 0 in (counts.tp, counts.fp, counts.fn, counts.tn):
        found.append("zero cell")
    return tuple(found)


def _divided(numerator: float, denominator: float) -> float:
    """Divide, with infinity for x / 0 and NaN for 0 / 0."""
    if denominator:
        return numerator / denominator
    return math.inf if numerator > 0 else math.nan


def _ratio_of_shares(a: int, n_a: int, *, b: int, n_b: int, quantile: float) -> Ratio:
    """Return (a / n_a) / (b / n_b) with limits on the log scale, none if a count is zero."""
    ratio = _divided(_divided(a, n_a), _divided(b, n_b))
    if a == 0 or b == 0:
        return Ratio(ratio, math.nan, math.nan, math.nan, "log")
    std_error = math.sqrt(1 / a - 1 / n_a + 1 / b - 1 / n_b)
    width = math.exp(quantile * std_error)
    return Ratio(ratio, std_error, ratio / width, ratio * width, "log")


def _odds_ratio(counts: ClassificationCounts, quantile: float, *, conf_level: float) -> Ratio:
    cells = (counts.tp, counts.fp, counts.fn, counts.tn)
    if 0 in cells:
        exact = conditional_odds_ratio(
            a=counts.tp, b=counts.fp, c=counts.fn, d=counts.tn, conf_level=conf_level
        )
        return Ratio(exact.estimate, math.nan, exact.conf_low, exact.conf_high, "conditional exact")
    ratio = (counts.tp * counts.tn) / (counts.fp * counts.fn)
    std_error = math.sqrt(sum(1 / cell for cell in cells))
    width = math.exp(quantile * std_error)
    return Ratio(ratio, std_error, ratio / width, ratio * width, "log")
