"""Two binary tests on the same patients: differences, ratios and their tests."""

from __future__ import annotations

import math

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.paired_tests import PairedTests
from hematotox.stats.accuracy.mcnemar import PairedDifference
from hematotox.stats.accuracy.paired_tests import PairedRatio, compare_tests

METHOD = "paired_tests"
DIFFERENCES = {
    "sensitivity_difference": "sensitivity",
    "specificity_difference": "specificity",
    "positive_predictive_value_difference": "ppv",
    "negative_predictive_value_difference": "npv",
}
RATIOS = {
    "log_likelihood_ratio_positive_ratio": "lr_positive",
    "log_likelihood_ratio_negative_ratio": "lr_negative",
}


def estimate_paired_tests(patients: Patients, analysis: PairedTests) -> list[Row]:
    """Return how much the first test's accuracy differs from the second's."""
    found = compare_tests(
        outcome=patients.event,
        first=(patients.category(analysis.exposure) == analysis.positive).astype(int),
        second=(patients.category(analysis.compare) == analysis.compare_positive).astype(int),
    )
    shared = {
        "term": analysis.exposure,
        "group": analysis.positive,
        "comparator": analysis.compare,
        "reference": analysis.compare_positive,
        **patients.sizes,
        "conf_level": found.conf_level,
        "condition": found.condition,
    }
    row = patients.context.row
    rows = [
        row(METHOD, estimand, **shared, **_difference(estimand, getattr(found, name)))
        for estimand, name in DIFFERENCES.items()
    ]
    return rows + [
        row(METHOD, estimand, **{**shared, **_ratio(getattr(found, name), found.condition)})
        for estimand, name in RATIOS.items()
    ]


def _difference(estimand: str, found: PairedDifference) -> Row:
    of_shares = estimand.startswith(("sensitivity", "specificity"))
    return {
        "estimate": found.difference,
        "conf_low": found.conf_low,
        "conf_high": found.conf_high,
        "conf_method": "tango" if of_shares else "plain",
        "test": "mcnemar" if of_shares else "weighted generalised score",
        "statistic": found.statistic,
        "p_value": found.p_value,
    }


def _ratio(found: PairedRatio, condition: tuple[str, ...]) -> Row:
    on_log_scale = 0 < found.ratio < math.inf
    return {
        "estimate": _logarithm(found.ratio),
        "std_error": found.log_std_error,
        "conf_low": _logarithm(found.conf_low),
        "conf_high": _logarithm(found.conf_high),
        "conf_method": "log",
        "test": "wald",
        "statistic": found.statistic,
        "p_value": found.p_value,
        "condition": condition if on_log_scale else (*condition, "zero cell"),
    }


def _logarithm(value: float) -> float:
    return math.log(value) if 0 < value < math.inf else math.nan
