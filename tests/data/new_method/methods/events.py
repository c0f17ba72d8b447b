"""Patients and events by group."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import Estimand, MethodFacts


class Events(EndpointAnalysis):
    """Patients and events by group, counted."""

    facts = MethodFacts(
        what="Events counted",
        name="events",
        sentence="Events ({endpoints}) were counted.",
        place=45,
        endpoint="yes or no",
        exposure="category",
        estimands=(Estimand("events", "Events", "count"),),
        cells="groups",
    )
    method: Literal["events"]
    exposure: Variable
    """Variable whose levels are counted."""
