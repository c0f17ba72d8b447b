"""What all analyses that a study may declare share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from hematotox.declarations.base import Declaration, Name
from hematotox.declarations.in_print import Printed
from hematotox.declarations.trouble import Key

LaterDay = Annotated[float, Field(gt=0)]


class AnalysisBase(Declaration):
    """What every analysis may say: on whom it is done and where it stands."""

    label: Printed | None = None
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


def variable_fields(analysis: Any) -> Iterator[tuple[Key, str]]:
    """Yield every variable that an analysis names: the key in its declaration, and the name."""
    single = ("exposure", "marker", "compare", "strata", "cluster", "censoring_groups", "groups")
    for field in (*single, "variable", "by"):
        value = getattr(analysis, field, None)
        if value:
            yield (field,), value
    for field in ("covariates", "variables"):
        for position, value in enumerate(getattr(analysis, field, ())):
            yield (field, position), value
    for variable in analysis.within:
        yield ("within", variable), variable
