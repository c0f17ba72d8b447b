"""Gray's test."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import HYPOTHESIS_TEST, MethodFacts


class GrayTest(EndpointAnalysis):
    """Gray's test between the groups of an exposure, for every cause."""

    facts = MethodFacts(
        what="Gray's test",
        name="Gray's test",
        sentence="Cumulative incidence was compared between groups by Gray's test{strata}.",
        place=80,
        endpoint="time",
        exposure="category",
        estimands=(HYPOTHESIS_TEST,),
        cells="analysed",
        term_is_exposure=True,
    )

    method: Literal["gray_test"]
    exposure: Variable
    """Variable whose levels are compared."""
    strata: Variable | None = None
    """Variable within whose levels they are compared."""
