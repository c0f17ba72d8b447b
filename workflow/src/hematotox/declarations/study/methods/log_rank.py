"""Log-rank test."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import HYPOTHESIS_TEST, MethodFacts

Weight = Annotated[float, Field(ge=0, le=10)]


class LogRank(EndpointAnalysis):
    """Log-rank test between the groups of an exposure."""

    facts = MethodFacts(
        what="Log-rank test",
        name="log-rank test",
        sentence="Survival was compared between groups by the log-rank test{strata}.",
        place=40,
        endpoint="time",
        exposure="category",
        estimands=(HYPOTHESIS_TEST,),
        cells="analysed",
        term_is_exposure=True,
    )

    method: Literal["log_rank"]
    exposure: Variable
    """Variable whose levels are compared."""
    strata: Variable | None = None
    """Variable within whose levels they are compared."""
    weights: tuple[Weight, Weight] = (0, 0)
    """Fleming and Harrington's rho and gamma: [1, 0] weights early differences, [0, 1] late ones,
    [0, 0] is the log-rank test."""
