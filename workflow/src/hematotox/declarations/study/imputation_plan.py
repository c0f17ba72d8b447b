"""What missing values are imputed from, and what their policies are compared in."""

from __future__ import annotations

from hematotox.declarations.base import Declaration
from hematotox.declarations.score import Score
from hematotox.declarations.study.missing_values import Imputation, MissingValues
from hematotox.declarations.study.plan import Plan, PlannedEndpoint, PlannedVariable


class ImputationPlan(Declaration):
    """What `imputation.impute` and `scoring.score_imputed` need besides the cohort."""

    study: str
    scores: dict[str, Score]
    covariates: dict[str, PlannedVariable]
    """Variables of the pooled analyses and further predictors, all of the population's table."""
    outcomes: dict[str, PlannedEndpoint]
    """Endpoints of the pooled analyses, and every one with a time from the infusion."""
    imputation: Imputation
    seed: int

    @property
    def items(self) -> dict[str, dict[str, str]]:
        """Score and item, and the name under which its values are imputed.

        Scores that take an item at the same date share its values.
        """
        names: dict[tuple[str, str, str], str] = {}
        found: dict[str, dict[str, str]] = {}
        for score, declared in self.scores.items():
            found[score] = {}
            for item, of in declared.items.items():
                taken = (item, declared.timing.model_dump_json(), of.relative_to or "")
                found[score][item] = names.setdefault(taken, f"{score}.{item}")
        return found


class PolicyPlan(Declaration):
    """What the policies about missing values are compared in: the pooled analyses alone."""

    plan: Plan
    missing: MissingValues
