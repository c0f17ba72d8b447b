"""The rows of a regression analysis, whatever its kind of model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import Design
from hematotox.analysis.regression.fits import Fit, effect_rows, factor_rows, whole_model_rows
from hematotox.analysis.regression.interaction import interaction_rows
from hematotox.analysis.regression.models import FloatArray, empty_groups, models
from hematotox.analysis.regression.splines import spline_rows
from hematotox.analysis.rows import Context, Row, adjustment_words
from hematotox.declarations.study.analysis_base import Regression
from hematotox.stats.binary.linear_predictor import FirstStep


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of regression model.

    Attributes
    ----------
    method, estimand : of its rows
    fit : fits it to a design matrix; the second argument says whether the model is adjusted
    first_step : the endpoint's own model of the covariates
    further : rows that only this kind has
    condition : what must be said of all rows
    alone : whether a model without covariates is one
    """

    method: str
    estimand: str
    fit: Callable[[FloatArray, bool], Fit]
    first_step: Callable[[FloatArray], FirstStep]
    further: Callable[[Context, Design, Fit], list[Row]]
    condition: tuple[str, ...] = ()
    alone: bool = False


def regression_rows(patients: Patients, analysis: Regression, kind: Kind) -> list[Row]:
    """Return the rows of every model that an analysis asks for."""
    rows: list[Row] = []
    for model in models(patients, analysis, kind.first_step):
        context = patients.context.adjusted(
            adjustment_words(analysis, model.adjustment), (*model.condition, *kind.condition)
        )
        refit = partial(_refit, kind, bool(model.adjustment))
        if analysis.interaction:
            rows += interaction_rows(patients, analysis, context, model.design, refit=refit)
            continue
        if analysis.spline:
            rows += spline_rows(patients, analysis, context, model.design, refit=refit)
            continue
        design, method = model.design, kind.method
        if design.columns or kind.alone:
            fit = refit(design.matrix)
            method = fit.ratios.words["method"]
            rows += effect_rows(context, design.columns, fit)
            rows += factor_rows(context, design, fit, refit) if analysis.global_p else []
            rows += whole_model_rows(context, fit)
            rows += kind.further(context, design, fit)
        rows += empty_groups(patients, context, model, method=method, estimand=kind.estimand)
    return rows


def _refit(kind: Kind, adjusted: bool, matrix: FloatArray) -> Fit:
    return kind.fit(matrix, adjusted)
