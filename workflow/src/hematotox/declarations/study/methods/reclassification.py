"""Patients by the groups of two scores."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import COUNT, MethodFacts


class Reclassification(EndpointAnalysis):
    """Patients by the groups of two scores, with and without the outcome."""

    facts = MethodFacts(
        what="Patients reclassified from one score's group to another's",
        name="reclassification",
        sentence="Patients were counted by the groups of both scores, with and without the event.",
        place=170,
        endpoint="yes or no",
        exposure="category",
        estimands=(COUNT,),
        cells="table",
    )

    method: Literal["reclassification"]
    exposure: Variable
    """Groups of the first score."""
    compare: Variable
    """Groups of the second score."""
