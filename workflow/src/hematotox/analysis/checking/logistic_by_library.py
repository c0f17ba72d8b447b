"""Logistic regression by statsmodels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from hematotox.analysis.checking.library_models import coefficients, whole_model
from hematotox.analysis.methods.logistic import profiled
from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.models import INTERCEPT, models
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.logistic import Logistic
from hematotox.stats.binary.linear_predictor import FirstStep
from hematotox.stats.libraries.second_opinion import RegressionOpinion, logistic_opinion


def logistic_by_library(patients: Patients, analysis: Logistic) -> list[Row]:
    """Return every logistic model that the analysis asks for."""

    def first_step(covariates: NDArray[np.float64]) -> FirstStep:
        found = logistic_opinion(outcome=patients.event, covariates=covariates)
        return FirstStep(found.estimate[0] + covariates @ found.estimate[1:], ())

    words = ("statsmodels", "logistic", "log_odds_ratio")
    rows: list[Row] = []
    for model in models(patients, analysis, first_step):
        if (
            analysis.interaction
            or analysis.spline
            or analysis.penalty
            or analysis.strata
            or analysis.cluster
        ):
            continue  # other columns; another likelihood, or variance
        context = patients.context.adjusted(model.adjustment)
        found = logistic_opinion(outcome=patients.event, covariates=model.design.matrix)
        columns = (INTERCEPT, *model.design.columns)
        if profiled(patients, adjusted=bool(model.adjustment)):
            found = replace(found, p_value=likelihood_ratios(patients, model.design.matrix, found))
        rows += coefficients(context, columns, found, words=words)
        rows += whole_model(context, found, "statsmodels", method="logistic")
    return rows


def likelihood_ratios(
    patients: Patients, matrix: NDArray[np.float64], found: RegressionOpinion
) -> NDArray[np.float64]:
    """Return the p of leaving out each covariate; none of the intercept."""
    smaller = [
        logistic_opinion(outcome=patients.event, covariates=np.delete(matrix, column, axis=1))
        for column in range(matrix.shape[1])
    ]
    lost = [2 * (found.log_likelihood - one.log_likelihood) for one in smaller]
    return np.array([np.nan, *chdtrc(1, np.maximum(0.0, lost))])
