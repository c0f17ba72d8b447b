"""AUC, sensitivity, specificity, predictive values, likelihood ratios."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class DiscriminationTable(DisplayBase):
    """AUC, sensitivity, specificity, predictive values, likelihood ratios."""

    form = "table"
    methods = frozenset({"roc", "diagnostic_accuracy", "net_benefit"})
    kind: Literal["discrimination_table"]
