"""Logistic regression: odds ratios unadjusted (Wald) and adjusted (profile likelihood)."""

from __future__ import annotations

import numpy as np

from hematotox.analysis.methods.design_matrix import Column, Design
from hematotox.analysis.methods.models import FirstStep, Model, empty_groups, models
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.methods.logistic import Logistic
from hematotox.stats.binary.logistic import logistic
from hematotox.stats.binary.logistic_model import LogisticRegression

INTERCEPT = Column("(intercept)", "", "")
CONF_METHODS = {
    "Wald": "wald",
    "profile likelihood": "profile",
    "penalized profile likelihood": "profile penalised",
    "none": "",
}


def estimate_logistic(patients: Patients, analysis: Logistic) -> list[Row]:
    """Return every logistic model that the analysis asks for."""

    def first_step(design: Design) -> FirstStep:
        fitted = logistic(outcome=patients.event, covariates=design.matrix)
        predictor = fitted.linear_predictor(design.matrix)
        # Without events, or with only events, the second step has no estimate either and says so.
        return np.where(np.isfinite(predictor), predictor, 0.0), fitted.condition

    rows: list[Row] = []
    for model in models(patients, analysis, first_step):
        rows += _model_rows(patients, model)
    return rows


def _model_rows(patients: Patients, model: Model) -> list[Row]:
    fitted = logistic(
        outcome=patients.event,
        covariates=model.design.matrix,
        interval="profile" if model.adjustment else "wald",
    )
    method = "logistic_firth" if fitted.method == "Firth" else "logistic"
    context = patients.context.adjusted(model.adjustment, model.condition)
    shared = {"n": fitted.n, "n_event": fitted.n_event, "condition": fitted.condition}
    rows = _effects(context, method, model.design, fitted)
    rows += empty_groups(patients, context, model, method=method, estimand="log_odds_ratio")
    rows.append(
        context.row(
            method,
            "hypothesis_test",
            **shared,
            term="model",
            test="likelihood ratio",
            statistic=fitted.lr_statistic,
            df=fitted.n_parameters,
            p_value=fitted.lr_p_value,
        )
    )
    for term, value in (("null", fitted.null_log_likelihood), ("model", fitted.log_likelihood)):
        rows.append(context.row(method, "log_likelihood", **shared, term=term, estimate=value))
    return rows


def _effects(
    context: Context, method: str, design: Design, fitted: LogisticRegression
) -> list[Row]:
    return [
        context.row(
            method,
            "log_odds" if column is INTERCEPT else "log_odds_ratio",
            term=column.term,
            group=column.level,
            reference=column.reference,
            estimate=fitted.estimate[i],
            std_error=fitted.std_error[i],
            conf_low=fitted.conf_low[i],
            conf_high=fitted.conf_high[i],
            conf_level=fitted.conf_level,
            conf_method=CONF_METHODS[fitted.conf_method],
            test="penalised likelihood ratio" if method == "logistic_firth" else "wald",
            statistic=fitted.statistic[i],
            df=1,
            p_value=fitted.p_value[i],
            n=fitted.n,
            n_event=fitted.n_event,
            condition=fitted.condition,
        )
        for i, column in enumerate((INTERCEPT, *design.columns))
    ]
