"""Regression models once more: Cox by lifelines, logistic by statsmodels.

The design matrices and the two steps of an adjustment are those of the analysis; every
coefficient, that of the first step too, is the library's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.methods.design_matrix import Column, Design
from hematotox.analysis.methods.models import FirstStep, models
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.methods.cause_specific_cox import CauseSpecificCox
from hematotox.declarations.study.methods.cox import Cox
from hematotox.declarations.study.methods.fine_gray import FineGray
from hematotox.declarations.study.methods.logistic import Logistic
from hematotox.declarations.study.methods.random_effects import RandomEffects
from hematotox.stats.libraries.second_opinion import (
    RegressionOpinion,
    cox_opinion,
    logistic_opinion,
)

INTERCEPT = Column("(intercept)", "", "")
AnyCox = Cox | CauseSpecificCox | FineGray


def cox_by_library(patients: Patients, analysis: AnyCox) -> list[Row]:
    """Return every Cox model that the analysis asks for, with Harrell's C where not stratified."""
    return _cox_rows(patients, analysis, "cox")


def cause_specific_by_library(patients: Patients, analysis: AnyCox) -> list[Row]:
    """Return the Cox models of the event of interest, other causes censored."""
    return _cox_rows(patients, analysis, "cause_specific_cox")


def _cox_rows(patients: Patients, analysis: AnyCox, method: str) -> list[Row]:
    strata = getattr(analysis, "strata", None)

    def fit(matrix: NDArray[np.float64]) -> RegressionOpinion:
        return cox_opinion(
            time=patients.time,
            event=patients.event,
            covariates=matrix,
            strata=patients.category(strata) if strata else None,
        )

    def first_step(design: Design) -> FirstStep:
        return np.asarray(design.matrix @ fit(design.matrix).estimate), ()

    rows: list[Row] = []
    for model in models(patients, analysis, first_step):
        if not model.design.columns:
            continue
        parts = [
            model.adjustment,
            f"stratified: {strata}" if strata else "",
            f"clustered: {analysis.cluster}" if analysis.cluster else "",
        ]
        context = patients.context.adjusted("; ".join(part for part in parts if part))
        found = fit(model.design.matrix)
        words = ("lifelines", method, "log_hazard_ratio")
        effects = coefficients(context, model.design.columns, found, words=words)
        rows += [_without_wald(row) for row in effects] if analysis.cluster else effects
        rows += _whole_model(context, found, "lifelines", method=method)
        if method == "cox" and not strata:
            rows.append(
                library_row(
                    context,
                    "lifelines",
                    method,
                    estimand="concordance",
                    term="model",
                    estimate=found.concordance,
                )
            )
    return rows


def logistic_by_library(patients: Patients, analysis: Logistic) -> list[Row]:
    """Return every logistic model that the analysis asks for."""

    def first_step(design: Design) -> FirstStep:
        found = logistic_opinion(outcome=patients.event, covariates=design.matrix)
        return np.asarray(found.estimate[0] + design.matrix @ found.estimate[1:]), ()

    rows: list[Row] = []
    for model in models(patients, analysis, first_step):
        context = patients.context.adjusted(model.adjustment)
        found = logistic_opinion(outcome=patients.event, covariates=model.design.matrix)
        columns = (INTERCEPT, *model.design.columns)
        words = ("statsmodels", "logistic", "log_odds_ratio")
        rows += coefficients(context, columns, found, words=words)
        rows += _whole_model(context, found, "statsmodels", method="logistic")
    return rows


def random_effects_by_library(patients: Patients, analysis: RandomEffects) -> list[Row]:
    """Return the log odds ratio of each centre; of the summary there is no second opinion."""
    reference, exposed = patients.levels(analysis.exposure)[:2]
    centres = patients.category("centre")
    rows: list[Row] = []
    for centre in sorted(set(centres)):
        member = centres == centre
        covariate = (patients.category(analysis.exposure)[member] == exposed).astype(np.float64)
        found = logistic_opinion(outcome=patients.event[member], covariates=covariate[:, None])
        columns = (INTERCEPT, Column(analysis.exposure, exposed, reference))
        words = ("statsmodels", "logistic", "log_odds_ratio")
        context = replace(patients.context, centre=centre)
        rows += coefficients(context, columns, found, words=words)[1:]
    return rows


def _without_wald(row: Row) -> Row:
    """Return a row without its Wald test: robust standard errors of lifelines are not R's."""
    return {name: value for name, value in row.items() if name not in ("std_error", "p_value")}


def coefficients(
    context: Context,
    columns: Sequence[Column],
    found: RegressionOpinion,
    *,
    words: tuple[str, str, str],
) -> list[Row]:
    """Return a row a coefficient; `words` are library, method and estimand."""
    library, method, estimand = words
    return [
        library_row(
            context,
            library,
            method,
            estimand="log_odds" if column is INTERCEPT else estimand,
            term=column.term,
            group=column.level,
            reference=column.reference,
            estimate=found.estimate[i],
            std_error=found.std_error[i],
            p_value=found.p_value[i],
        )
        for i, column in enumerate(columns)
    ]


def _whole_model(
    context: Context, found: RegressionOpinion, library: str, *, method: str
) -> list[Row]:
    """Return the likelihood-ratio test and the log-likelihoods of a model."""
    test = library_row(
        context,
        library,
        method,
        estimand="hypothesis_test",
        term="model",
        test="likelihood ratio",
        statistic=found.lr_statistic,
        p_value=found.lr_p_value,
    )
    values = {"null": found.null_log_likelihood, "model": found.log_likelihood}
    return [test] + [
        library_row(context, library, method, estimand="log_likelihood", term=term, estimate=value)
        for term, value in values.items()
    ]
