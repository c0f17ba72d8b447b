"""Logistic regression by statsmodels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.checking.library_models import coefficients, whole_model
from hematotox.analysis.methods.models import INTERCEPT, models
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.logistic import Logistic
from hematotox.stats.binary.linear_predictor import FirstStep
from hematotox.stats.libraries.second_opinion import logistic_opinion


def logistic_by_library(patients: Patients, analysis: Logistic) -> list[Row]:
    """Return every logistic model that the analysis asks for."""

    def first_step(covariates: NDArray[np.float64]) -> FirstStep:
        found = logistic_opinion(outcome=patients.event, covariates=covariates)
        return FirstStep(found.estimate[0] + covariates @ found.estimate[1:], ())

    rows: list[Row] = []
    for model in models(patients, analysis, first_step):
        context = patients.context.adjusted(model.adjustment)
        found = logistic_opinion(outcome=patients.event, covariates=model.design.matrix)
        columns = (INTERCEPT, *model.design.columns)
        words = ("statsmodels", "logistic", "log_odds_ratio")
        rows += coefficients(context, columns, found, words=words)
        rows += whole_model(context, found, "statsmodels", method="logistic")
    return rows
