"""The same analyses where scores are imputed, weighted or bounded: rows, and what is behind them.

The method's own module estimates; only the patients' table, or their weights, are others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from hematotox.analysis.estimation import Work, analysed, as_table, prepare, rows_of, score_of
from hematotox.analysis.missing_values.pooled_rows import pooled_rows
from hematotox.analysis.missing_values.weighting import Weighted, weights_of_known
from hematotox.analysis.patients import WEIGHT, variables_of
from hematotox.analysis.rows import Row
from hematotox.contract_tables import BOUNDS, IMPUTED, TABLES, WEIGHTED
from hematotox.contracts import Cohort, conform, empty
from hematotox.declarations.study.analyses import ESTIMANDS, Analysis
from hematotox.declarations.study.analysis_base import variable_fields
from hematotox.declarations.study.imputation_plan import PolicyPlan
from hematotox.pool import map_in_pool

WEIGHTED_METHODS = ("proportion", "logistic", "cox", "kaplan_meier", "roc")
POOLED_METHODS = (*WEIGHTED_METHODS, "diagnostic_accuracy", "log_rank")
SHIFTED_METHODS = ("logistic", "cox")
"""Where it is told what lower or higher missing values would do: the ratios of the groups."""
LEFT_OUT = ("evaluability", "survival_curve", "roc_curve", "log_likelihood")
"""Methods and estimands of rows that are not repeated: who was analysed, curves, likelihoods."""
Drawn = tuple[pd.DataFrame, pd.DataFrame]


def estimate_policies(
    cohort: Cohort, plan: PolicyPlan, drawn: Drawn, *, workers: int = 1
) -> dict[str, pd.DataFrame]:
    """Repeat the pooled analyses of a study under its policies about missing values.

    Parameters
    ----------
    cohort : the study's cohort with its scores
    plan : the analyses that are repeated, and the policies
    drawn : tables `imputed` and `imputed_scores`
    workers : processes; their number does not change a result

    Returns
    -------
    `<analysis>.policies`: rows of the estimates, of which the column `policy` names the policy;
    `<analysis>.imputations`: the estimate of each imputation
    """
    work = prepare(cohort, plan.plan)
    repeat = _Repeater(work, plan, _tables(work, plan, drawn))
    names = list(plan.plan.analyses)
    found = map_in_pool(repeat, names, workers=workers)
    frames = {}
    for name, (rows, each) in zip(names, found, strict=True):
        frames[f"{name}.policies"] = as_table(rows)
        columns = list(TABLES["imputations"].columns)
        frames[f"{name}.imputations"] = (
            conform("imputations", pd.DataFrame(each, columns=columns))
            if each
            else empty("imputations")
        )
    return frames


@dataclass(frozen=True, slots=True)
class _Tables:
    """The patients' tables of each policy; of imputations one each."""

    imputed: dict[str, list[pd.DataFrame]]
    """By what was added to imputed values, nothing first."""
    bounded: dict[str, pd.DataFrame]
    weighted: dict[str, Weighted]
    """By score: the patients of whom it is known, with their weights."""


def _tables(work: Work, plan: PolicyPlan, drawn: Drawn) -> _Tables:
    compare = plan.missing.compare
    imputed: dict[str, list[pd.DataFrame]] = {}
    if "imputation" in compare:
        imputed, scores = {}, drawn[1]
        for shift in ["", *sorted(set(scores["shift"]) - {""})]:
            imputed[shift] = list(_imputed(work, plan, drawn, shift))
    return _Tables(
        imputed=imputed,
        bounded={one: _bounded(work, one) for one in BOUNDS if one in compare},
        weighted={
            score: weights_of_known(work, plan, score)
            for score in work.cohort.scores["score"].unique()
            if "weights" in compare
        },
    )


def _imputed(work: Work, plan: PolicyPlan, drawn: Drawn, shift: str) -> Iterator[pd.DataFrame]:
    """Yield the patients' table of each imputation; without anything drawn, m times the same."""
    covariates, scores = drawn
    items = set(covariates["variable"]) - set(work.plan.variables)
    covariates = covariates[~covariates["variable"].isin(items)]
    chosen = scores[scores["shift"] == shift]
    if shift:  # a score that the item is not of stays as imputed
        of = set(chosen["score"])
        chosen = pd.concat([chosen, scores[(scores["shift"] == "") & ~scores["score"].isin(of)]])
    for number in range(1, plan.missing.imputation.m + 1):
        table = work.table.copy()
        own = covariates[covariates["imputation"] == number]
        for name, rows in own.groupby("variable", sort=True):
            planned = work.plan.variables[str(name)]
            values: Any = rows.set_index("patient_id")["value_low"]
            if planned.type == "category":
                levels = np.array([*planned.levels, *planned.further], dtype=object)
                values = pd.Series(levels[values.astype(int)], index=values.index)
            table.loc[values.index, name] = values
        for score, rows in chosen[chosen["imputation"] == number].groupby("score", sort=True):
            by_patient = rows.set_index("patient_id")
            table.loc[by_patient.index, f"{score}.group"] = by_patient["group"]
            table.loc[by_patient.index, f"{score}.points"] = by_patient["points"]
        yield table


def _bounded(work: Work, policy: str) -> pd.DataFrame:
    """Return the patients' table with the group and points that missing items allow."""
    table, ending = work.table.copy(), {"lowest": "low", "highest": "high"}.get(policy)
    for score, rows in work.cohort.scores.groupby("score", sort=True):
        own = rows.set_index("patient_id").reindex(table.index)
        group = own[f"group_{ending}" if ending else "group_determinable"]
        table[f"{score}.group"] = group.fillna("")
        points = own[f"points_{ending}"] if ending else own["points"]
        table[f"{score}.points"] = points.astype(float)
    return table


class _Repeater:
    """One analysis under every policy, in a form that a process pool can send."""

    def __init__(self, work: Work, plan: PolicyPlan, tables: _Tables) -> None:
        self.work, self.plan, self.tables = work, plan, tables

    def __call__(self, name: str) -> tuple[list[Row], list[Row]]:
        analysis = self.work.plan.analyses[name]
        rows: list[Row] = []
        each: list[Row] = []
        for shift, tables in self.tables.imputed.items():
            if shift and analysis.method not in SHIFTED_METHODS:
                continue
            policy = f"{IMPUTED}, {shift}" if shift else IMPUTED
            if analysis.method not in POOLED_METHODS:
                rows += self._not_offered(name, analysis, policy)
                continue
            imputations = [self._rows(name, analysis, one, policy) for one in tables]
            rows += pooled_rows(imputations)
            if not shift:
                each += [
                    {**row, "imputation": number}
                    for number, found in enumerate(imputations, start=1)
                    for row in found
                    if row["estimand"] not in LEFT_OUT
                ]
        for policy, table in self.tables.bounded.items():
            rows += self._kept(self._rows(name, analysis, table, policy))
        score = score_of(self.work.plan, analysis)
        if "weights" in self.plan.missing.compare:
            if _takes_weights(analysis) and score in self.tables.weighted:
                found = self._rows(name, analysis, self.tables.weighted[score].table, WEIGHTED)
                rows += self._kept(found, weighted=True)
            else:
                rows += self._not_offered(name, analysis, WEIGHTED)
        return rows, each

    def _rows(self, name: str, analysis: Analysis, table: pd.DataFrame, policy: str) -> list[Row]:
        """Return what the method makes of one patients' table, under the name of its policy."""
        rows: list[Row] = []
        # a table of few columns: copying all of them takes longer than most methods
        used = {name for _, name in variable_fields(analysis)} | {WEIGHT, "centre"}
        used |= {*variables_of(analysis, self.work.plan), f"{analysis.population}.group"}
        slim = table[[column for column in table.columns if column in used]]
        for patients, _ in analysed(replace(self.work, table=slim), name, analysis):
            named = replace(patients.context, policy=policy)
            if policy.startswith(IMPUTED) and _goes_beyond(analysis):
                named = replace(named, conditions=(*named.conditions, "uncongenial"))
            own = replace(patients, context=named)
            rows += rows_of(own, analysis)
            if policy == WEIGHTED:
                rows += self.tables.weighted[named.score].rows(own, analysis.method)
        return rows

    def _not_offered(self, name: str, analysis: Analysis, policy: str) -> list[Row]:
        for patients, _ in analysed(self.work, name, analysis):
            named = replace(patients.context, policy=policy)
            nothing = {"term": "analysed", "condition": "not offered under this policy"}
            return [named.row(analysis.method, "count", **nothing)]
        return []

    @staticmethod
    def _kept(rows: list[Row], *, weighted: bool = False) -> list[Row]:
        """Leave out curves and tests; of weighted analyses also counts, which have no weights."""
        out = ("count", "none") if weighted else ("none",)
        return [
            {**row, "n_at_risk": None} if weighted else row
            for row in rows
            if row["estimand"] not in LEFT_OUT and ESTIMANDS[row["estimand"]].scale not in out
        ]


def _goes_beyond(analysis: Analysis) -> bool:
    """Return whether an analysis asks for what the imputation does not know: it is linear."""
    asked = (getattr(analysis, name, None) for name in ("interaction", "spline", "by"))
    return any(asked)


def _takes_weights(analysis: Analysis) -> bool:
    """Return whether an analysis has a weighted form; one of clusters or strata has none."""
    grouped = getattr(analysis, "cluster", None) or getattr(analysis, "strata", None)
    return analysis.method in WEIGHTED_METHODS and not grouped
