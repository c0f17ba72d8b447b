"""What all analyses that a study may declare share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from hematotox.declarations.base import Declaration, Name, Text

LaterDay = Annotated[float, Field(gt=0)]


class AnalysisBase(Declaration):
    """What every analysis may say: on whom it is done and where it stands."""

    label: Text | None = None
    """Words for the analysis in tables and figures."""
    population: Name = "all"
    """`all`, or a score's name: the patients for whom that score is known."""
    within: dict[str, str] = {}
    """Only patients with this level of each named variable."""
    by: str | None = None
    """Repeat within each level of this variable (for example centre or product)."""
    landmark: LaterDay | None = None
    """Day at which follow-up starts again, among those then still at risk."""


class EndpointAnalysis(AnalysisBase):
    """An analysis of one endpoint."""

    endpoint: Name
    """Endpoint of config/endpoints.yaml, or of the analysis-ready table."""
