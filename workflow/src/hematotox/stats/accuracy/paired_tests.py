"""Two binary tests on the same patients: which is the more sensitive, specific, predictive."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from hematotox.stats.accuracy.mcnemar import PairedCells, PairedDifference, mcnemar
from hematotox.stats.numerics.confidence import two_sided_p, two_sided_quantile
from hematotox.stats.numerics.survival_data import InvalidData, status_codes


@dataclass(frozen=True, slots=True)
class PairedRatio:
    """Ratio of a likelihood ratio between the tests, first over second.

    Attributes
    ----------
    first, second : the two likelihood ratios
    ratio : first divided by second
    log_std_error : of the logarithm of the ratio
    conf_low, conf_high : limits of the ratio
    statistic : z
    p_value : two-sided
    """

    first: float
    second: float
    ratio: float
    log_std_error: float
    conf_low: float
    conf_high: float
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True)
class PairedTests:
    """All comparisons of two binary tests.

    Attributes
    ----------
    cases, controls : patients with and without the outcome, by the two tests
    sensitivity, specificity, ppv, npv : differences
    lr_positive, lr_negative : ratios
    conf_level : confidence level
    condition : statistical trouble in words
    """

    cases: PairedCells
    controls: PairedCells
    sensitivity: PairedDifference
    specificity: PairedDifference
    ppv: PairedDifference
    npv: PairedDifference
    lr_positive: PairedRatio
    lr_negative: PairedRatio
    conf_level: float
    condition: tuple[str, ...]


def compare_tests(
    *, outcome: ArrayLike, first: ArrayLike, second: ArrayLike, conf_level: float = 0.95
) -> PairedTests:
    """Compare two binary tests, such as two scores' high-risk groups, in the same patients.

    Sensitivity and specificity by McNemar's test (without continuity correction, and exact) with
    Tango's score interval, which excludes 0 exactly when that test is significant; predictive
    values by the weighted generalised score test, with a delta-method interval of the
    difference; likelihood ratios by the regression of their logarithms (a Wald test whose
    variance is the delta method's).

    Parameters
    ----------
    outcome : (n,) 1 with the outcome, 0 without
    first, second : (n,) 1 positive, 0 negative
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, anything but 0 and 1, no patients.

    References
    ----------
    R ``mcnemar.test(correct = FALSE)``, ``binom.test``. Tango, Stat Med 1998;17:891-908;
    Kosinski, Stat Med 2013;32:964-77; Gu and Pepe, Biostatistics 2009;10:213-22.

    Examples
    --------
    >>> from hematotox.stats import compare_tests
    >>> result = compare_tests(
    ...     outcome=[1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0],
    ...     first=[1, 1, 1, 1, 1, 0, 1, 0, 0, 0, 0, 1],
    ...     second=[1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0],
    ... )
    >>> gain = result.sensitivity
    >>> print(f"{gain.difference:.2f} ({gain.conf_low:.2f} to {gain.conf_high:.2f})")
    0.33 (-0.31 to 0.75)
    """
    quantile = two_sided_quantile(conf_level)
    cases, controls = _cells(outcome, first, second=second)
    flipped = _flipped(controls), _flipped(cases)
    return PairedTests(
        cases=cases,
        controls=controls,
        sensitivity=mcnemar(cases, quantile=quantile),
        specificity=mcnemar(flipped[0], quantile=quantile),
        ppv=_predictive_values(cases, controls, quantile=quantile),
        npv=_predictive_values(*flipped, quantile=quantile),
        lr_positive=_likelihood_ratios(cases, controls, quantile=quantile),
        lr_negative=_likelihood_ratios(flipped[1], flipped[0], quantile=quantile),
        conf_level=conf_level,
        condition=_conditions(cases, controls),
    )


def _cells(
    outcome: ArrayLike, first: ArrayLike, *, second: ArrayLike
) -> tuple[PairedCells, PairedCells]:
    n = np.asarray(outcome).size
    if n == 0:
        raise InvalidData("outcome: no patients")
    event = status_codes(outcome, length=n, largest=1)
    one = status_codes(first, length=n, largest=1)
    two = status_codes(second, length=n, largest=1)
    counts = [int(c) for c in np.bincount(4 * event + 2 * one + two, minlength=8)]
    neither, second_only, first_only, both = counts[4:]
    cases = PairedCells(both, first_only, second_only, neither)
    neither, second_only, first_only, both = counts[:4]
    return cases, PairedCells(both, first_only, second_only, neither)


def _flipped(cells: PairedCells) -> PairedCells:
    """Count negative results instead of positive ones."""
    return PairedCells(cells.neither, cells.second_only, cells.first_only, cells.both)


def _conditions(cases: PairedCells, controls: PairedCells) -> tuple[str, ...]:
    found = []
    if cases.n == 0:
        found.append("no events")
    if controls.n == 0:
        found.append("only events")
    one_positive = cases.both + cases.first_only + controls.both + controls.first_only
    two_positive = cases.both + cases.second_only + controls.both + controls.second_only
    if 0 in (one_positive, two_positive):
        found.append("empty group")
    if cases.n + controls.n in (one_positive, two_positive):
        found.append("empty group")
    discordant = (cases.first_only, cases.second_only, controls.first_only, controls.second_only)
    if not any(discordant):
        found.append("tests agree")
    return tuple(found)


def _divided(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator else math.nan


def _predictive_values(
    cases: PairedCells, controls: PairedCells, *, quantile: float
) -> PairedDifference:
    """Compare the share of cases among the positives of each test."""
    hits = cases.both + cases.first_only, cases.both + cases.second_only
    positive = (
        hits[0] + controls.both + controls.first_only,
        hits[1] + controls.both + controls.second_only,
    )
    share = _divided(hits[0], positive[0]), _divided(hits[1], positive[1])
    difference = share[0] - share[1]
    if 0 in positive:
        nan = math.nan
        return PairedDifference(
            *share, nan, nan, nan, "delta method", nan, nan, nan, "weighted generalised score"
        )
    pooled = (hits[0] + hits[1]) / (positive[0] + positive[1])
    shared = cases.both * (1 - pooled) ** 2 + controls.both * pooled**2
    null_variance = (pooled * (1 - pooled) - 2 * shared / (positive[0] + positive[1])) * (
        1 / positive[0] + 1 / positive[1]
    )
    statistic = difference**2 / null_variance if null_variance > 1e-15 else math.nan
    covariance = (
        cases.both * (1 - share[0]) * (1 - share[1]) + controls.both * share[0] * share[1]
    ) / (positive[0] * positive[1])
    variance = (
        share[0] * (1 - share[0]) / positive[0]
        + share[1] * (1 - share[1]) / positive[1]
        - 2 * covariance
    )
    half = quantile * math.sqrt(max(0.0, variance))
    return PairedDifference(
        first=share[0],
        second=share[1],
        difference=difference,
        conf_low=difference - half,
        conf_high=difference + half,
        conf_method="delta method",
        statistic=statistic,
        p_value=float(chdtrc(1, statistic)),
        exact_p_value=math.nan,
        test="weighted generalised score",
    )


def _likelihood_ratios(
    cases: PairedCells, controls: PairedCells, *, quantile: float
) -> PairedRatio:
    """Compare the positive likelihood ratios; no interval if one of them is 0 or infinite."""
    hits = cases.both + cases.first_only, cases.both + cases.second_only
    false = controls.both + controls.first_only, controls.both + controls.second_only
    if 0 in (*hits, *false):
        first, second = (
            _divided(_divided(hit, cases.n), _divided(miss, controls.n))
            for hit, miss in zip(hits, false, strict=True)
        )
        nan = math.nan
        return PairedRatio(first, second, nan, nan, nan, nan, nan, nan)
    first, second = (
        (hit / cases.n) / (miss / controls.n) for hit, miss in zip(hits, false, strict=True)
    )
    variance = (
        1 / hits[0]
        + 1 / hits[1]
        - 2 * cases.both / (hits[0] * hits[1])
        + 1 / false[0]
        + 1 / false[1]
        - 2 * controls.both / (false[0] * false[1])
    )
    std_error = math.sqrt(max(0.0, variance))
    log_ratio = math.log(first / second)
    z = log_ratio / std_error if std_error > 1e-12 else math.nan
    return PairedRatio(
        first=first,
        second=second,
        ratio=first / second,
        log_std_error=std_error,
        conf_low=math.exp(log_ratio - quantile * std_error),
        conf_high=math.exp(log_ratio + quantile * std_error),
        statistic=z,
        p_value=two_sided_p(z),
    )
