"""Two binary tests on the same patients."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Text
from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import Estimand, MethodFacts


class PairedTests(EndpointAnalysis):
    """Two binary tests on the same patients: differences and ratios with their tests."""

    facts = MethodFacts(
        what="Two binary tests compared on the same patients",
        name="paired comparison",
        sentence="Two risk groups were compared as tests on the same patients: sensitivity and "
        "specificity by McNemar's test, predictive values by the weighted generalised score test "
        "({intervals}).",
        place=160,
        endpoint="yes or no",
        exposure="category",
        estimands=(
            Estimand("sensitivity_difference", "Difference of sensitivities", "difference"),
            Estimand("specificity_difference", "Difference of specificities", "difference"),
            Estimand(
                "positive_predictive_value_difference",
                "Difference of positive predictive values",
                "difference",
            ),
            Estimand(
                "negative_predictive_value_difference",
                "Difference of negative predictive values",
                "difference",
            ),
            Estimand(
                "log_likelihood_ratio_positive_ratio",
                "Ratio of positive likelihood ratios",
                "log ratio",
            ),
            Estimand(
                "log_likelihood_ratio_negative_ratio",
                "Ratio of negative likelihood ratios",
                "log ratio",
            ),
        ),
        cells="analysed",
    )

    method: Literal["paired_tests"]
    exposure: Variable
    """Variable that is the first test."""
    positive: Text
    """Level that counts as a positive first test."""
    compare: Variable
    """Variable that is the second test."""
    compare_positive: Text
    """Level that counts as a positive second test."""
