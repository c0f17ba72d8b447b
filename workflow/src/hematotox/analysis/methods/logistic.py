"""Logistic regression: odds ratios with Wald or profile-likelihood limits and tests."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.fits import LIKELIHOOD_RATIO, WALD, Fit
from hematotox.analysis.regression.models import FloatArray
from hematotox.analysis.regression.regression import Kind, regression_rows
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.logistic import Logistic
from hematotox.stats.binary.cluster_robust import cluster_robust
from hematotox.stats.binary.conditional_logistic import conditional_logistic
from hematotox.stats.binary.firth import firth
from hematotox.stats.binary.linear_predictor import FirstStep, logistic_first_step
from hematotox.stats.binary.logistic import logistic
from hematotox.stats.imputation.weighted import robust_logistic

METHOD, ESTIMAND = "logistic", "log_odds_ratio"
OF_METHOD = {
    "robust": ("robust", WALD),
    "Wald": ("wald", WALD),
    "profile likelihood": ("profile", LIKELIHOOD_RATIO),
    "penalized profile likelihood": ("profile penalised", "penalised likelihood ratio"),
    "none": ("", WALD),
}
"""How the kernel made the limits: `conf_method` and `test` of the rows."""


def estimate_logistic(patients: Patients, analysis: Logistic) -> list[Row]:
    """Return every logistic model that the analysis asks for."""

    def first_step(covariates: FloatArray) -> FirstStep:
        return logistic_first_step(outcome=patients.event, covariates=covariates)

    kind = Kind(
        method=METHOD,
        estimand=ESTIMAND,
        fit=partial(_fit, patients, analysis),
        first_step=first_step,
        further=lambda *_: [],
        alone=not analysis.strata,
    )
    return regression_rows(patients, analysis, kind)


def profiled(patients: Patients, *, adjusted: bool) -> bool:
    """Return whether limits and tests are of the profile likelihood, else Wald's.

    As printed they are where the model is adjusted.
    """
    inference = patients.plan.inference
    return inference == "profile" or (inference == "as_printed" and adjusted)


def _fit(patients: Patients, analysis: Logistic, matrix: FloatArray, adjusted: bool) -> Fit:
    """Fit a model."""
    data: Row = {"outcome": patients.event, "covariates": matrix}
    words: Row = {"estimand": ESTIMAND}
    fitted: Any
    if analysis.strata:
        fitted = conditional_logistic(**data, strata=patients.category(analysis.strata))
        words |= {"method": "logistic_conditional", "conf_method": "wald", "test": WALD}
    else:
        if patients.weights is not None:
            fitted = robust_logistic(**data, weights=patients.weights)
        elif analysis.penalty == "firth":
            fitted = firth(**data)
        else:
            profile = profiled(patients, adjusted=adjusted) and not analysis.cluster
            fitted = logistic(**data, interval="profile" if profile else "wald")
        limits, test = OF_METHOD[fitted.conf_method]
        if analysis.cluster and fitted.method == "maximum likelihood":
            cluster = patients.category(analysis.cluster)
            fitted, limits = cluster_robust(fitted, **data, cluster=cluster), "cr2"
        elif analysis.cluster:
            fitted = replace(fitted, condition=(*fitted.condition, "clusters ignored"))
        method = "logistic_firth" if fitted.method == "Firth" else METHOD
        words |= {"method": method, "conf_method": limits, "test": test}
    whole = {"statistic": fitted.lr_statistic, "df": fitted.n_parameters}
    tests = {LIKELIHOOD_RATIO: {**whole, "p_value": fitted.lr_p_value}}
    return Fit(
        words=words,
        fitted=fitted,
        coefficient=fitted.estimate,
        log_likelihood=fitted.log_likelihood,
        null_log_likelihood=fitted.null_log_likelihood,
        tests={} if analysis.cluster else tests,  # a likelihood does not allow for clusters
        intercept=not analysis.strata,
    )
