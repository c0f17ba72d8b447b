"""Analyses of how much a result depends on choices: convention, missing values, baseline window."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hematotox.declarations.base import Name
from hematotox.declarations.study.analysis_base import AnalysisBase, EndpointAnalysis

Policy = Literal["complete_case", "lowest", "highest", "determinable"]
OWN_WINDOW = "own_window"
"""Stands for the score's own timing among its windows."""


class Sensitivity(EndpointAnalysis):
    """Odds ratio and AUC under every convention, missing-data policy and baseline window.

    The endpoint is a grade of the study's conventions; the score's risk group is compared by
    logistic regression, its points by the area under the ROC curve, in all patients for whom the
    policy gives a group.
    """

    method: Literal["sensitivity"]
    score: Name
    """Score whose group and points are related to the endpoint."""
    conventions: tuple[Name, ...] = ()
    """Conventions that grade; the study's primary one and its others if absent."""
    policies: tuple[Policy, ...] = ("complete_case", "lowest", "highest", "determinable")
    """Missing items: only patients without any; fewest points; most points; the group where it is
    the same whatever the missing values are."""
    windows: tuple[Name, ...] = ()
    """Variants of the score (other baseline windows) beside its own timing."""

    @model_validator(mode="after")
    def _the_policies_choose_the_patients(self) -> Sensitivity:
        if self.population != "all" or self.landmark is not None or self.by is not None:
            raise ValueError("population must be all, without by and landmark; the policies choose")
        return self


class Determinability(AnalysisBase):
    """How many patients' score and grade are determined by what was measured."""

    method: Literal["determinability"]
    scores: tuple[Name, ...] = ()
    """Scores: points known, group known though points unknown, group at the other boundary."""
    windows: tuple[Name, ...] = ()
    """Windows of the study's conventions: grade determined whatever was in the sampling gaps."""
    severe_from: Annotated[int, Field(ge=1, le=4)] = 3
    """Grade from which on it is severe."""

    @model_validator(mode="after")
    def _of_something(self) -> Determinability:
        if not self.scores and not self.windows:
            raise ValueError("needs scores or windows")
        if self.population != "all" or self.landmark is not None or self.by is not None:
            raise ValueError("population must be all, without by and landmark")
        return self
