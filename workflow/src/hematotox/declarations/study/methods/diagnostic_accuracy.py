"""A risk group as a test."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Text
from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import (
    COUNT,
    SENSITIVITY,
    SPECIFICITY,
    Estimand,
    MethodFacts,
)


class DiagnosticAccuracy(EndpointAnalysis):
    """Sensitivity, specificity, predictive values and likelihood ratios of a group."""

    facts = MethodFacts(
        what="Sensitivity, specificity, predictive values, likelihood ratios",
        name="sensitivity and specificity",
        sentence="Sensitivity, specificity, predictive values and likelihood ratios describe the "
        "risk groups as a test ({intervals}).",
        place=150,
        endpoint="yes or no",
        exposure="category",
        estimands=(
            COUNT,
            SENSITIVITY,
            SPECIFICITY,
            Estimand("positive_predictive_value", "Positive predictive value", "probability"),
            Estimand("negative_predictive_value", "Negative predictive value", "probability"),
            Estimand("diagnostic_accuracy", "Share classified correctly", "probability"),
            Estimand("log_likelihood_ratio_positive", "Positive likelihood ratio", "log ratio"),
            Estimand("log_likelihood_ratio_negative", "Negative likelihood ratio", "log ratio"),
            Estimand("log_diagnostic_odds_ratio", "Diagnostic odds ratio", "log ratio"),
        ),
        effects=(SENSITIVITY, SPECIFICITY),
        cells="table",
    )

    method: Literal["diagnostic_accuracy"]
    exposure: Variable
    """Variable that is the test."""
    positive: Text
    """Level that counts as a positive test."""
    interval: Literal["clopper-pearson", "wilson"] = "clopper-pearson"
    """Method of the confidence limits of the proportions."""
