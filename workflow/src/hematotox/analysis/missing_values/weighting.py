"""Weights of the patients whose score is known, so that they stand for all of the study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.analysis.estimation import Work
from hematotox.analysis.patients import WEIGHT, Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.imputation_plan import PolicyPlan
from hematotox.stats.imputation.known_weights import KnownWeights, known_weights


@dataclass(frozen=True, slots=True)
class Weighted:
    """The patients whose every item of a score is known, with their weights."""

    table: pd.DataFrame
    found: KnownWeights | None
    """None where everybody lacks an item."""

    def rows(self, patients: Patients, method: str) -> list[Row]:
        """Return what the weights of an analysis are like: how many count, the largest, balance.

        `imbalance` is the largest standardised difference of a covariate between the patients
        with every item and all, before and after weighting.
        """
        weights = patients.weights
        if self.found is None or weights is None or not weights.size:
            return []
        told = {
            "effective patients": weights.sum() ** 2 / (weights**2).sum(),
            "largest weight": weights.max(),
            "imbalance before": np.abs(self.found.imbalance_before).max(initial=0.0),
            "imbalance after": np.abs(self.found.imbalance_after).max(initial=0.0),
        }
        return [
            patients.context.row(method, "weighting", term=term, estimate=value, n=weights.size)
            for term, value in told.items()
        ]


def weights_of_known(work: Work, plan: PolicyPlan, score: str) -> Weighted:
    """Return the patients whose every item of a score is known, with their weights."""
    found = score_weights(work, plan, score)
    weight = np.zeros(len(work.table)) if found is None else found.weight
    return Weighted(work.table.assign(**{WEIGHT: weight})[weight > 0], found)


def score_weights(work: Work, plan: PolicyPlan, score: str) -> KnownWeights | None:
    """Return the weights of all patients, 0 where an item is missing; none if all lack one.

    What is not known of a covariate is a level of its own: it is whether the score is known that
    is predicted, not an outcome.
    """
    table, chosen = work.table, plan.missing.weights
    columns = [np.empty((len(table), 0))]
    for name in chosen.covariates:
        values = table[name]
        if work.plan.variables[name].type == "number":
            columns += [
                values.fillna(values.mean()).fillna(0.0).to_numpy(dtype=np.float64)[:, None]
            ]
            values = values.isna().map(str)
        levels = sorted(values.unique())[1:]
        columns += [(values == level).to_numpy(dtype=np.float64)[:, None] for level in levels]
    scores = work.cohort.scores[work.cohort.scores["score"] == score].set_index("patient_id")
    complete = scores["items_missing"].reindex(table.index).eq(0) & table[f"{score}.group"].ne("")
    if not complete.any():
        return None
    return known_weights(
        known=complete.to_numpy(dtype=bool),
        covariates=np.column_stack(columns),
        centre=table["centre"].to_numpy(dtype=object),
        cut=chosen.cut,
    )
