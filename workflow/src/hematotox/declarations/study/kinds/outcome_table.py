"""Binary outcomes by group with unadjusted and adjusted odds ratios (proportion, logistic)."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class OutcomeTable(DisplayBase):
    """Binary outcomes by group with unadjusted and adjusted odds ratios (proportion, logistic).

    Of a model adjusted by a linear predictor the two-step odds ratio is shown; a regression table
    shows the direct multivariable one beside it.
    """

    form = "table"
    methods = frozenset({"proportion", "logistic"})
    kind: Literal["outcome_table"]
