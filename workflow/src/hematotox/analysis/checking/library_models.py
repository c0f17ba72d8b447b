"""Rows of regression models by libraries.

The design matrices and the two steps of an adjustment are those of the analysis; every
coefficient, that of the first step too, is the library's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import Column
from hematotox.analysis.regression.models import INTERCEPT, models
from hematotox.analysis.rows import Context, Row, adjustment_words
from hematotox.declarations.study.analysis_base import Regression
from hematotox.stats.binary.linear_predictor import FirstStep
from hematotox.stats.libraries.second_opinion import RegressionOpinion, cox_opinion


def cox_rows(patients: Patients, analysis: Regression, method: str) -> list[Row]:
    """Return every Cox model that an analysis asks for, with Harrell's C where not stratified."""
    strata = getattr(analysis, "strata", None)

    def fit(matrix: NDArray[np.float64]) -> RegressionOpinion:
        return cox_opinion(
            time=patients.time,
            event=patients.event,
            covariates=matrix,
            strata=patients.category_or_none(strata),
        )

    def first_step(covariates: NDArray[np.float64]) -> FirstStep:
        return FirstStep(covariates @ fit(covariates).estimate, ())

    rows: list[Row] = []
    for model in models(patients, analysis, first_step):
        if (
            not model.design.columns
            or analysis.interaction
            or analysis.spline
            or getattr(analysis, "penalty", None)
        ):
            continue
        context = patients.context.adjusted(adjustment_words(analysis, model.adjustment))
        found = fit(model.design.matrix)
        words = ("lifelines", method, "log_hazard_ratio")
        effects = coefficients(context, model.design.columns, found, words=words)
        clustered = getattr(analysis, "cluster", None)
        other = clustered or patients.plan.inference == "profile"
        rows += [_without_wald(row) for row in effects] if other else effects
        rows += whole_model(context, found, "lifelines", method=method)
        if method == "cox" and not strata:
            c: Row = {"estimand": "concordance", "term": "model", "estimate": found.concordance}
            rows.append(library_row(context, "lifelines", method, **c))
    return rows


def _without_wald(row: Row) -> Row:
    """Return a row without its Wald test: ours is another, or by R's robust standard error."""
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


def whole_model(
    context: Context, found: RegressionOpinion, library: str, *, method: str
) -> list[Row]:
    """Return the likelihood-ratio test and the log-likelihoods of a model."""
    row = partial(library_row, context, library, method)
    test = {"statistic": found.lr_statistic, "p_value": found.lr_p_value}
    values = {"null": found.null_log_likelihood, "model": found.log_likelihood}
    return [row(estimand="hypothesis_test", term="model", test="likelihood ratio", **test)] + [
        row(estimand="log_likelihood", term=term, estimate=value) for term, value in values.items()
    ]
