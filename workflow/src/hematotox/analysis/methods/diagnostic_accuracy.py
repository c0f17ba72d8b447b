"""Sensitivity, specificity, predictive values, likelihood ratios of a risk group."""

from __future__ import annotations

import math

from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row, columns_of
from hematotox.declarations.study.methods.diagnostic_accuracy import DiagnosticAccuracy
from hematotox.stats.accuracy.diagnostic_accuracy import DiagnosticAccuracy as Accuracy
from hematotox.stats.accuracy.diagnostic_accuracy import (
    Ratio,
    classification_counts,
    diagnostic_accuracy,
)

METHOD = "diagnostic_accuracy"
COUNTS = {
    "true positive": "tp",
    "false positive": "fp",
    "false negative": "fn",
    "true negative": "tn",
}
PROPORTIONS = {
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "positive_predictive_value": "ppv",
    "negative_predictive_value": "npv",
    "diagnostic_accuracy": "accuracy",
}
RATIOS = {
    "log_likelihood_ratio_positive": "lr_positive",
    "log_likelihood_ratio_negative": "lr_negative",
    "log_diagnostic_odds_ratio": "odds_ratio",
}


def estimate_diagnostic_accuracy(patients: Patients, analysis: DiagnosticAccuracy) -> list[Row]:
    """Return counts, proportions and ratios of the exposure's positive level as a test."""
    positive = (patients.category(analysis.exposure) == analysis.positive).astype(int)
    counts = classification_counts(outcome=patients.event, test=positive)
    found = diagnostic_accuracy(
        tp=counts.tp, fp=counts.fp, fn=counts.fn, tn=counts.tn, interval=analysis.interval
    )
    return accuracy_rows(patients, found, analysis)


def accuracy_rows(patients: Patients, found: Accuracy, analysis: DiagnosticAccuracy) -> list[Row]:
    """Return the rows of one 2x2 table."""
    shared = {"group": analysis.positive, **patients.sizes, "condition": found.condition}
    row = patients.context.row
    rows = [
        row(METHOD, "count", **shared, term=term, estimate=getattr(found.counts, name))
        for term, name in COUNTS.items()
    ]
    for estimand, name in PROPORTIONS.items():
        proportion = getattr(found, name)
        rows.append(
            row(
                METHOD,
                estimand,
                **shared,
                term=analysis.exposure,
                **columns_of(proportion, "estimate", "conf_low", "conf_high"),
                conf_level=found.conf_level,
                conf_method=analysis.interval,
            )
        )
    for estimand, name in RATIOS.items():
        rows.append(
            row(
                METHOD,
                estimand,
                **shared,
                term=analysis.exposure,
                **log_ratio(getattr(found, name)),
            )
        )
    return rows


def log_ratio(ratio: Ratio) -> Row:
    """Return a ratio on the log scale; what is not finite there stays empty."""
    return {
        "estimate": _logarithm(ratio.estimate),
        "std_error": ratio.log_std_error,
        "conf_low": _logarithm(ratio.conf_low),
        "conf_high": _logarithm(ratio.conf_high),
        "conf_level": 0.95,
        "conf_method": "log" if ratio.conf_method == "log" else "exact conditional",
    }


def _logarithm(value: float) -> float:
    return math.log(value) if 0 < value < math.inf else math.nan
