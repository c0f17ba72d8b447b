"""What a study does about missing values: policies that are compared, imputation, weights."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from hematotox.declarations.base import Declaration, MemberName, Name, Text
from hematotox.declarations.score import MissingPolicy

ComparedPolicy = Literal[
    "complete_case", "imputation", "weights", "determinable", "lowest", "highest"
]


class Imputation(Declaration):
    """Multiple imputation of the items of the scores and of the covariates."""

    m: Annotated[int, Field(ge=2, le=1000)] = 20
    """Imputations."""
    cycles: Annotated[int, Field(ge=1, le=1000)] = 10
    """Rounds of the chained equations before the values of an imputation are taken."""
    predictors: tuple[Text, ...] = ()
    """Variables that predict missing values beside the items of the scores, the centre, the
    outcomes and the variables of the pooled analyses, which always do."""
    delta: dict[Name, tuple[float, ...]] = {}
    """Item and amounts that are added to the natural logarithm of its imputed values, such as
    ferritin: [-0.5, 0.5]: what if the missing values are lower or higher than the known ones
    let expect?"""


class KnownWeighting(Declaration):
    """Weights by which the patients whose score is known stand for all."""

    covariates: tuple[Text, ...] = ()
    """Variables that say, with the centre, whose score is known; unknown is a level of theirs."""
    cut: tuple[Annotated[float, Field(ge=0, le=1)], Annotated[float, Field(ge=0, le=1)]] = (
        0.01,
        0.99,
    )
    """Shares of the weights below and above which they are cut."""

    @field_validator("cut")
    @classmethod
    def _in_order(cls, cut: tuple[float, float]) -> tuple[float, float]:
        if cut[0] >= cut[1]:
            raise ValueError("the first share must be below the second")
        return cut


class MissingValues(Declaration):
    """What the study does where something is not known."""

    scores: dict[Name, MissingPolicy] = {}
    """What a missing item does, by score: no_score, as a rule; lowest or highest points; or
    determinable, the group where it is the same whatever the missing value. Where only one group
    can be known with an item missing (SimpleHT: low), determinable favours it, and sensitivity,
    specificity and odds ratios are biased. By default the policy of the score's file."""
    compare: tuple[ComparedPolicy, ...] = ("complete_case", "imputation")
    """Policies under which the pooled analyses are repeated. complete_case: the analysis itself;
    imputation: pooled over the imputations; weights: patients with a known score, weighted to
    stand for all; determinable, lowest, highest: bounds, no estimates."""
    pool: tuple[MemberName, ...] = ()
    """Analyses, or families of them, that are repeated under these policies; without any, nothing
    is imputed."""
    imputation: Imputation = Imputation()
    """How values are imputed."""
    weights: KnownWeighting = KnownWeighting()
    """How known scores are weighted."""

    def pooled(self, analyses: tuple[str, ...]) -> tuple[str, ...]:
        """Return the analyses that are named, themselves or by the family that they belong to."""
        return tuple(
            name
            for name in analyses
            if any(name == one or name.startswith(f"{one}.") for one in self.pool)
        )
