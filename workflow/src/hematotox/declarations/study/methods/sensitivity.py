"""How much a result depends on convention, missing values and baseline window."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from hematotox.declarations.base import Name
from hematotox.declarations.study.analysis_base import EndpointAnalysis
from hematotox.declarations.study.facts import COUNT, MethodFacts

Policy = Literal["complete_case", "lowest", "highest", "determinable"]
OWN_WINDOW = "own_window"
"""Stands for the score's own timing among its windows."""


class Sensitivity(EndpointAnalysis):
    """Odds ratio and AUC under every convention, missing-data policy and baseline window.

    The endpoint is a grade of the study's conventions; the score's risk group is compared by
    logistic regression, its points by the area under the ROC curve, in all patients for whom the
    policy gives a group.
    """

    facts = MethodFacts(
        what="Patients by grade and risk group under each convention, policy and window",
        name="sensitivity to conventions, missing items and windows",
        place=240,
        endpoint="any",
        exposure="none",
        estimands=(COUNT,),
        cells="choices",
        everybody=True,
    )

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
