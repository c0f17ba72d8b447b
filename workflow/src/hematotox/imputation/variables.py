"""What enters the imputation: items, covariates and outcomes as columns of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.contracts import Cohort
from hematotox.declarations.study.imputation_plan import ImputationPlan
from hematotox.declarations.study.plan import PlannedVariable
from hematotox.stats.imputation.chained_equations import Incomplete
from hematotox.stats.imputation.hazards import own_cumulative_hazard

FEWEST_EVENTS = 10
"""A competing cause with fewer events predicts nothing and is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """One variable of the imputation.

    `stored` says whether what is drawn for it is kept: items and covariates, not outcomes, whose
    rows are left out of the analyses of that outcome.
    """

    name: str
    incomplete: Incomplete
    stored: bool = True
    logarithm: bool = False


def variables(cohort: Cohort, plan: ImputationPlan) -> list[Variable]:
    """Return all variables of the included patients, in a fixed order."""
    population = cohort.population[cohort.population["included"]].set_index("patient_id")
    return [
        *_items(cohort.baseline, plan, population.index),
        *(_covariate(population[name], name, one) for name, one in plan.covariates.items()),
        *_outcomes(cohort.endpoints, plan, population.index),
    ]


def complete_columns(known: list[Variable], n: int) -> np.ndarray:
    """Return the variables that are known of everybody as columns; categories as indicators."""
    columns = [np.empty((n, 0))]
    for one in known:
        values, levels = one.incomplete.low, one.incomplete.n_levels
        indicators = [values == level for level in range(1, levels)]
        columns.append(np.column_stack(indicators) if levels > 1 else values[:, None])
    return np.column_stack(columns).astype(np.float64)


def _items(baseline: pd.DataFrame, plan: ImputationPlan, patients: pd.Index) -> Iterator[Variable]:
    """Yield each item once; positive ones as logarithms, a measured zero as half the least."""
    done = set()
    for score, items in plan.items.items():
        for item, name in items.items():
            if name in done:
                continue
            done.add(name)
            own = (baseline["score"] == plan.scores[score].id) & (baseline["variable"] == item)
            rows = baseline[own & (baseline["variant"].fillna("") == "")].set_index("patient_id")
            low, high = (
                rows[end].reindex(patients).to_numpy(dtype=np.float64, copy=True)
                for end in ("value_low", "value_high")
            )
            yield _number(name, low, high)


def _number(name: str, low: np.ndarray, high: np.ndarray) -> Variable:
    exact = low == high
    positive = low[exact & (low > 0)]
    if not positive.size or (low < 0).any():
        return Variable(name, Incomplete(low, high))
    zero = exact & (low == 0)
    low[zero] = high[zero] = positive.min() / 2
    with np.errstate(divide="ignore"):
        return Variable(name, Incomplete(np.log(low), np.log(high)), logarithm=True)


def _covariate(column: pd.Series, name: str, planned: PlannedVariable) -> Variable:
    if planned.type == "number":
        values = pd.to_numeric(column).to_numpy(dtype=np.float64)
        return Variable(name, Incomplete(values, values))
    levels = (*planned.levels, *planned.further)
    place = {level: float(i) for i, level in enumerate(levels)}
    values = column.map(place).to_numpy(dtype=np.float64)
    return Variable(name, Incomplete(values, values, n_levels=len(levels)))


def _outcomes(
    endpoints: pd.DataFrame, plan: ImputationPlan, patients: pd.Index
) -> Iterator[Variable]:
    """Yield whether each outcome happened and, of one with a time, its own cumulative hazard."""
    for name, planned in plan.outcomes.items():
        rows = endpoints[(endpoints["endpoint"] == name) & endpoints["evaluable"]]
        own = rows.set_index("patient_id").reindex(patients)
        status = own["status"].to_numpy(dtype=np.float64, na_value=np.nan)
        known = ~np.isnan(status)
        for cause in range(1, max(len(planned.causes), 1) + 1):
            event = np.where(known, status == cause, np.nan)
            if cause > 1 and np.nansum(event) < FEWEST_EVENTS:
                continue
            label = f"{name}.{cause}"
            yield Variable(label, Incomplete(event, event, n_levels=2), stored=False)
            if planned.type == "time_to_event":
                hazard = np.full(status.size, np.nan)
                time = own["time"].to_numpy(dtype=np.float64)
                hazard[known] = own_cumulative_hazard(time=time[known], event=event[known])
                yield Variable(f"{label}.hazard", Incomplete(hazard, hazard), stored=False)
