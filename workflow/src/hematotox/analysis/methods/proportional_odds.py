"""Grades by group, the common odds ratio of a higher grade, and that of each cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from hematotox.analysis.patients import Patients, known
from hematotox.analysis.regression.design_matrix import design_matrix
from hematotox.analysis.rows import TEST, Context, Row, columns_of
from hematotox.declarations.study.methods.proportional_odds import ProportionalOdds
from hematotox.stats.binary.proportional_odds import proportional_odds

METHOD = "proportional_odds"
NOT_ASSESSABLE = "not assessable"
GRADES = ("0", "1", "2", "3", "4")
NUMBERS = ("std_error", "conf_low", "conf_high", "statistic", "p_value")


def estimate_proportional_odds(patients: Patients, analysis: ProportionalOdds) -> list[Row]:
    """Return counts by group and grade, then the ratios, and Brant's test of their being one."""
    convention = (patients.plan.conventions or ("",))[0]
    window = patients.plan.endpoints[analysis.endpoint].window
    there = np.ones(len(patients.table), dtype=bool)
    for variable in (analysis.exposure, *analysis.covariates):
        there &= known(patients.table, variable, patients.plan).to_numpy()
    patients = replace(patients, table=patients.table[there])
    chosen = patients.cohort.grades
    chosen = chosen[(chosen["convention"] == convention) & (chosen["window"] == window)]
    own = chosen.set_index("patient_id").reindex(patients.table.index)
    assessable = own["assessable"].eq(True) & own["grade"].notna()
    grade = own["grade"].where(assessable)
    adjusted = f"multivariable: {' + '.join(analysis.covariates)}" if analysis.covariates else ""
    context = replace(patients.context, convention=convention)
    rows = _counts(patients, context, analysis, grade)
    assessed = replace(patients, table=patients.table[assessable.to_numpy()])
    if assessed.table.empty:
        return rows
    return rows + _ratios(assessed, context.adjusted(adjusted), analysis, grade[assessable])


def _counts(
    patients: Patients, context: Context, analysis: ProportionalOdds, grade: pd.Series
) -> list[Row]:
    """Return how many patients of each group have each grade, or none that can be assessed."""
    if not patients.is_category(analysis.exposure):
        return []
    words = grade.map(lambda one: NOT_ASSESSABLE if pd.isna(one) else f"{one:g}")
    group = patients.table[analysis.exposure]
    return [
        context.row(
            METHOD,
            "count",
            term=analysis.exposure,
            group=level,
            reference=one,
            estimate=int((words[group == level] == one).sum()),
            n=int((group == level).sum()),
        )
        for level in patients.levels(analysis.exposure)
        for one in (*GRADES, NOT_ASSESSABLE)
    ]


def _ratios(
    patients: Patients, context: Context, analysis: ProportionalOdds, grade: pd.Series
) -> list[Row]:
    design = design_matrix(patients, (analysis.exposure, *analysis.covariates))
    if analysis.exposure not in design.terms:
        return [context.row(METHOD, "hypothesis_test", term="model", condition="one group")]
    model = proportional_odds(grade=grade.to_numpy(dtype=float), covariates=design.matrix)
    rows = []
    for i, column in enumerate(design.columns):
        named = {"term": column.term, "group": column.level, "reference": column.reference}
        shared = {**named, "conf_level": model.conf_level, "conf_method": "wald", "test": "wald"}
        rows.append(
            context.row(
                METHOD,
                "log_common_odds_ratio",
                **shared,
                estimate=model.estimate[i],
                **columns_of(model, *NUMBERS, at=i),
                **columns_of(model, "n", "n_event", "condition"),
            )
        )
        for cut, fitted in zip(model.cuts, model.at_cuts, strict=True):
            firth = fitted.method == "Firth"
            limits = {"conf_method": "profile penalised", "test": "penalised likelihood ratio"}
            rows.append(
                context.row(
                    METHOD,
                    "log_cumulative_odds_ratio",
                    **{**shared, **(limits if firth else {})},
                    comparator=f"{cut}",
                    **columns_of(fitted, "estimate", *NUMBERS, at=i + 1),
                    **columns_of(fitted, "n", "n_event", "condition"),
                )
            )
    test = {name: getattr(model, f"brant_{name}") for name in TEST}
    shared = {"term": "model", "test": "brant", **columns_of(model, "n", "n_event", "condition")}
    return [*rows, context.row(METHOD, "hypothesis_test", **shared, **test)]
