"""Durations that everybody completes."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from hematotox.declarations.base import Name
from hematotox.declarations.study.analysis_base import AnalysisBase, Variable
from hematotox.declarations.study.facts import MEDIAN, QUANTILE, MethodFacts


class Durations(AnalysisBase):
    """Median of a duration that everybody completes: time to an event, or a number of days.

    With an endpoint, among the patients who had it.
    """

    facts = MethodFacts(
        what="Median of an uncensored duration with order-statistic limits",
        name="durations",
        sentence="Times to onset among those affected are medians with order-statistic limits.",
        place=220,
        endpoint="time",
        exposure="category",
        estimands=(MEDIAN, QUANTILE),
        cells="groups",
    )

    method: Literal["durations"]
    endpoint: Name | None = None
    """Endpoint with a time."""
    variable: Variable | None = None
    """Instead of an endpoint: a number, such as `<endpoint>.days`."""
    exposure: Variable | None = None
    """Variable whose levels get a median each, beside that of all patients."""

    @model_validator(mode="after")
    def _one_duration(self) -> Durations:
        if (self.endpoint is None) == (self.variable is None):
            raise ValueError("needs either endpoint or variable")
        return self
