"""Odds ratio and AUC under each combination of choices, in their order (sensitivity)."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from hematotox.declarations.study.display_base import DisplayBase


class SpecificationCurve(DisplayBase):
    """Odds ratio and AUC under each combination of choices, in their order (sensitivity)."""

    form = "figure"
    quiet = True
    kind: Literal["specification_curve"]

    @model_validator(mode="after")
    def _one_analysis(self) -> SpecificationCurve:
        if len(self.analyses) != 1:
            raise ValueError("analyses: needs exactly one analysis of method sensitivity")
        return self
