"""Which items of a score are missing, where, and what became of the patients without them."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from hematotox.declarations.base import Name
from hematotox.declarations.study.analysis_base import AnalysisBase, LaterDay
from hematotox.declarations.study.facts import PROPORTION, SURVIVAL, MethodFacts


class Missingness(AnalysisBase):
    """Missing items by variable and centre; outcomes with and without a known score."""

    facts = MethodFacts(
        what="Missing items of a score, and the outcomes of patients with and without them",
        name="missing values",
        sentence="Missing items of the scores were counted by item and centre, and the outcomes of "
        "patients with and without them set side by side.",
        place=245,
        endpoint="none",
        exposure="none",
        estimands=(PROPORTION, SURVIVAL),
        cells="groups",
        everybody=True,
    )

    method: Literal["missingness"]
    score: Name
    """Score whose items are counted."""
    endpoints: tuple[Name, ...] = ()
    """Endpoints that are compared between patients with and without a known score."""
    time: LaterDay = 365
    """Day at which survival free of an endpoint with a time is compared."""
    follow_up: Name | None = None
    """One of `endpoints`, that of death: who died or was observed to `time` was followed up. How
    many are evaluable for each endpoint and were followed up is then counted too."""

    @model_validator(mode="after")
    def _of_everybody(self) -> Missingness:
        if self.population != "all" or self.landmark is not None or self.by is not None:
            raise ValueError("population must be all, without by and landmark")
        if self.follow_up is not None and self.follow_up not in self.endpoints:
            raise ValueError("follow_up must be one of endpoints")
        return self
