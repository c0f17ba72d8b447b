"""Share of patients with a binary endpoint."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.analysis_base import EndpointAnalysis, Variable
from hematotox.declarations.study.facts import COUNT, PROPORTION, MethodFacts


class Proportion(EndpointAnalysis):
    """Patients with a binary endpoint, in all and in each group of an exposure."""

    facts = MethodFacts(
        what="Share of patients with a binary endpoint",
        name="share of patients",
        sentence="Proportions have exact limits ({intervals}).",
        place=120,
        endpoint="any",
        exposure="category",
        estimands=(COUNT, PROPORTION),
        cells="groups",
    )

    method: Literal["proportion"]
    exposure: Variable | None = None
    """Variable whose levels get a proportion each, beside that of all patients."""
