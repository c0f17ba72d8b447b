"""Counts, medians and tests of variables by group."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag
from hematotox.declarations.study.analysis_base import AnalysisBase, Variable
from hematotox.declarations.study.facts import (
    COUNT,
    HYPOTHESIS_TEST,
    MEDIAN,
    PERCENTAGE_OF_KNOWN,
    QUANTILE,
    Estimand,
    MethodFacts,
)

STANDARDISED_DIFFERENCE = Estimand(
    "standardised_difference",
    "Difference between groups in standard deviations; `reference` missing: of the share missing",
    "value",
)


class Describe(AnalysisBase):
    """Counts, medians and tests of variables by group: the numbers of a Table 1."""

    facts = MethodFacts(
        what="Counts, percentages, medians and quartiles by group, with a test",
        name="characteristics",
        sentence="Numbers are given as median and interquartile range and compared by the "
        "Kruskal–Wallis test, categories as counts and percentages of the patients with a known "
        "value and compared by Fisher's exact test.",
        place=10,
        endpoint="none",
        exposure="none",
        estimands=(
            COUNT,
            PERCENTAGE_OF_KNOWN,
            Estimand("mean", "Mean", "value"),
            Estimand("standard_deviation", "Standard deviation", "value"),
            MEDIAN,
            QUANTILE,
            Estimand("minimum", "Smallest value", "value"),
            Estimand("maximum", "Largest value", "value"),
            HYPOTHESIS_TEST,
            STANDARDISED_DIFFERENCE,
        ),
        cells="levels",
        draws=("seed",),
    )

    method: Literal["describe"]
    variables: tuple[Variable, ...]
    """Variables in the order of the table."""
    groups: Variable | None = None
    """Variable whose levels are the columns; one column of all patients if absent."""
    standardised: Flag = False
    """Also the standardised difference of each variable between the groups, of its known values,
    and that of the share missing; of three or more groups the mean size over their pairs."""
