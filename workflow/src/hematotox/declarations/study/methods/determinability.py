"""In how many patients score and grade are determined."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hematotox.declarations.base import Name
from hematotox.declarations.study.analysis_base import AnalysisBase
from hematotox.declarations.study.facts import COUNT, MethodFacts


class Determinability(AnalysisBase):
    """How many patients' score and grade are determined by what was measured."""

    facts = MethodFacts(
        what="Patients whose score or grade is determined by the known values",
        name="what is determined by the measured values",
        place=250,
        endpoint="none",
        exposure="none",
        estimands=(COUNT,),
        cells="choices",
        everybody=True,
    )

    method: Literal["determinability"]
    scores: tuple[Name, ...] = ()
    """Scores: points known, group known though points unknown, group at the other boundary."""
    windows: tuple[Name, ...] = ()
    """Windows of the conventions: grade determined whatever was in the sampling gaps."""
    conventions: tuple[Name, ...] = ()
    """Conventions that grade; the study's primary one and its others if absent."""
    severe_from: Annotated[int, Field(ge=1, le=4)] = 3
    """Grade from which on it is severe."""

    @model_validator(mode="after")
    def _of_something(self) -> Determinability:
        if not self.scores and not self.windows:
            raise ValueError("needs scores or windows")
        if self.population != "all" or self.landmark is not None or self.by is not None:
            raise ValueError("population must be all, without by and landmark")
        return self
