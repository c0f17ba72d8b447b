"""Scores computed from imputed items, never imputed themselves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from hematotox.contracts import Cohort, conform, empty
from hematotox.declarations.score import Score
from hematotox.declarations.study.imputation_plan import ImputationPlan
from hematotox.scoring.points import score_values

AsImputed = tuple[str, float]


def score_imputed(cohort: Cohort, imputed: pd.DataFrame, plan: ImputationPlan) -> pd.DataFrame:
    """Score the patients of whom an item was missing or censored, in every imputation.

    Parameters
    ----------
    cohort : `population` and `baseline` are read
    imputed : table `imputed`
    plan : scores, and the amounts that are added to the logarithm of missing items

    Returns
    -------
    Table `imputed_scores`; a row without `shift` as imputed, and one for each amount and item of
    the score that it concerns.
    """
    frames = [
        frame
        for name, declared in plan.scores.items()
        for frame in _of_score(cohort, imputed, plan, name, declared)
    ]
    if not frames:
        return empty("imputed_scores")
    return conform("imputed_scores", pd.concat(frames, ignore_index=True))


def _of_score(
    cohort: Cohort, imputed: pd.DataFrame, plan: ImputationPlan, name: str, declared: Score
) -> Iterator[pd.DataFrame]:
    included = cohort.population.loc[cohort.population["included"], "patient_id"]
    rows = cohort.baseline[cohort.baseline["score"] == declared.id]
    rows = rows[(rows["variant"] == "") & rows["patient_id"].isin(included)]
    known = {
        end: rows.set_index(["patient_id", "variable"])[f"value_{end}"].unstack()
        for end in ("low", "high")
    }
    items = plan.items[name]
    drawn = imputed[imputed["variable"].isin(list(items.values()))]
    if drawn.empty:
        return
    wide = drawn.set_index(["patient_id", "imputation", "variable"])["value_low"].unstack()
    patients, numbers = (wide.index.get_level_values(level) for level in (0, 1))
    low, high = (table.reindex(patients).set_index(wide.index) for table in known.values())
    missing = low.isna()
    for item, stored in items.items():
        if stored in wide:
            there = wide[stored].notna()
            low[item], high[item] = (x[item].mask(there, wide[stored]) for x in (low, high))
    for shift, item, amount in _shifts(plan, items):
        ends = (low, high)
        if item:
            if not missing[item].any():
                continue
            factor = np.exp(amount)
            ends = tuple(x.assign(**{item: x[item].mask(missing[item], x[item] * factor)})
                         for x in ends)  # fmt: skip
        scored = score_values(declared, ends[0], high=ends[1])
        yield pd.DataFrame(
            {
                "patient_id": patients,
                "imputation": numbers,
                "score": name,
                "shift": shift,
                "points": scored["points"].to_numpy(),
                "group": scored["group"].to_numpy(),
            }
        )


def _shifts(plan: ImputationPlan, items: dict[str, str]) -> Iterator[tuple[str, str, float]]:
    """Yield what is added to which item, nothing first."""
    yield "", "", 0.0
    for item, amounts in plan.imputation.delta.items():
        if item in items:
            for amount in amounts:
                yield f"{item} {amount:+g}", item, amount
