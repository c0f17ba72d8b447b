"""The headline odds ratio and AUC under every convention, policy and window, by the libraries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from hematotox.analysis.checking.library_models import coefficients
from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.checking.logistic_by_library import likelihood_ratios
from hematotox.analysis.methods.logistic import profiled
from hematotox.analysis.methods.sensitivity import Choices, outcome_under, policy_text, scored_by
from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import design_matrix
from hematotox.analysis.regression.models import INTERCEPT
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.methods.sensitivity import Sensitivity
from hematotox.stats.libraries.second_opinion import logistic_opinion
from hematotox.stats.libraries.second_opinion_tests import auc_opinion


def sensitivity_by_library(patients: Patients, analysis: Sensitivity) -> list[Row]:
    """Return odds ratio and AUC of every combination of choices."""
    choices = Choices(patients, analysis)
    scored = {
        policy_text(policy, window): scored_by(choices, policy, window)
        for window in choices.windows
        for policy in choices.analysis.policies
    }
    rows: list[Row] = []
    for convention in choices.conventions:
        outcome = outcome_under(choices, convention)
        evaluable = outcome[outcome["_evaluable"]]
        for policy, score in scored.items():
            here = replace(patients.context, convention=convention, policy=policy)
            table = evaluable.join(score)
            rows += _odds_ratios(choices, here, table[table["group"] != ""])
            rows += _area(choices, here, table[table["points"].notna()])
    return rows


def _odds_ratios(choices: Choices, context: Context, table: pd.DataFrame) -> list[Row]:
    if table.empty or choices.group not in choices.patients.plan.variables:
        return []
    named = table.rename(columns={"group": choices.group})
    patients = replace(choices.patients, table=named, context=context)
    design = design_matrix(patients, (choices.group,))
    found = logistic_opinion(outcome=patients.event, covariates=design.matrix)
    if profiled(patients, adjusted=False):
        found = replace(found, p_value=likelihood_ratios(patients, design.matrix, found))
    words = ("statsmodels", "logistic", "log_odds_ratio")
    return coefficients(context, (INTERCEPT, *design.columns), found, words=words)[1:]


def _area(choices: Choices, context: Context, table: pd.DataFrame) -> list[Row]:
    if table.empty:
        return []
    marker = table["points"].to_numpy(dtype=np.float64)
    area = auc_opinion(outcome=table["_status"].to_numpy(dtype=np.int64), marker=marker)
    words = {"term": choices.points, "estimate": area}
    return [library_row(context, "scikit-learn", "roc", estimand="auc", **words)]
