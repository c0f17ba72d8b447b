"""What analyses share that set patients beside a published risk of the same event."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hematotox.declarations.base import Text
from hematotox.declarations.study.analysis_base import EndpointAnalysis, LaterDay, Variable

WHICHEVER_FITS = "any"
Days = tuple[float, float]


class ComparedRisk(EndpointAnalysis):
    """An endpoint by a score's points, beside published risks of the score."""

    marker: Variable
    """`<score>.points`, or a number that is itself a predicted risk, from 0 to 1."""
    against: Text | None = None
    """Key of the paper in config/published/expected_risks.csv whose risks are compared; `any`:
    every one that fits. A risk fits that has the score, the endpoint, its days and its estimand;
    the study's own paper never does."""
    time: LaterDay | None = None
    """Of an endpoint with a time: the day by which it counts."""
    window: Annotated[Days | None, Field(default=None)] = None
    """Of a column of an analysis-ready table: the days after infusion that it covers, which the
    table does not say."""

    @property
    def score(self) -> str:
        """The score whose points are the marker; empty for a predicted risk."""
        name, _, kind = self.marker.rpartition(".")
        return name if kind == "points" else ""
