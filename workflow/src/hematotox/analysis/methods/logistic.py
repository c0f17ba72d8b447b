"""Logistic regression: odds ratios unadjusted (Wald) and adjusted (profile likelihood)."""

from __future__ import annotations

from hematotox.analysis.methods.models import (
    INTERCEPT,
    FloatArray,
    Model,
    effect_rows,
    empty_groups,
    models,
    whole_model_rows,
)
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.logistic import Logistic
from hematotox.stats.binary.linear_predictor import FirstStep, logistic_first_step
from hematotox.stats.binary.logistic import logistic

ESTIMAND = "log_odds_ratio"
CONF_METHODS = {
    "Wald": "wald",
    "profile likelihood": "profile",
    "penalized profile likelihood": "profile penalised",
    "none": "",
}


def estimate_logistic(patients: Patients, analysis: Logistic) -> list[Row]:
    """Return every logistic model that the analysis asks for."""

    def first_step(covariates: FloatArray) -> FirstStep:
        return logistic_first_step(outcome=patients.event, covariates=covariates)

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
    firth = fitted.method == "Firth"
    method = "logistic_firth" if firth else "logistic"
    context = patients.context.adjusted(model.adjustment, model.condition)
    words = {
        "method": method,
        "estimand": ESTIMAND,
        "conf_method": CONF_METHODS[fitted.conf_method],
        "test": "penalised likelihood ratio" if firth else "wald",
    }
    columns = (INTERCEPT, *model.design.columns)
    test = {"statistic": fitted.lr_statistic, "df": fitted.n_parameters}
    return [
        *effect_rows(context, columns, fitted, words=words, estimate=fitted.estimate),
        *empty_groups(patients, context, model, method=method, estimand=ESTIMAND),
        *whole_model_rows(
            context,
            method,
            fitted,
            tests={"likelihood ratio": {**test, "p_value": fitted.lr_p_value}},
            log_likelihood=(fitted.null_log_likelihood, fitted.log_likelihood),
        ),
    ]
