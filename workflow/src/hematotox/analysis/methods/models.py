"""The models of a regression analysis: unadjusted, adjusted directly, by linear predictor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.methods.design_matrix import Column, Design, design_matrix
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.analysis_base import Regression

FirstStep = tuple[NDArray[np.float64], tuple[str, ...]]
"""Linear predictor of each patient, and what was wrong with its model."""
LinearPredictor = Callable[[Design], FirstStep]
LINEAR_PREDICTOR = "linear_predictor"


@dataclass(frozen=True, slots=True)
class Model:
    """A design matrix, the words of the adjustment it makes, and what was wrong with that."""

    design: Design
    adjustment: str
    condition: tuple[str, ...] = ()


def models(
    patients: Patients, analysis: Regression, linear_predictor: LinearPredictor
) -> list[Model]:
    """Return the models that an analysis asks for.

    Without covariates one unadjusted model; with covariates one adjusted by them; with `adjust`
    the two-step model (exposure and linear predictor, its coefficient free) and, beside it, the
    direct multivariable model, both on the same patients.

    Parameters
    ----------
    linear_predictor : fits the endpoint's own model to the covariates and returns each
        patient's linear predictor, and the conditions of the model
    """
    exposure = (analysis.exposure,)
    if analysis.adjust:
        covariates = patients.plan.linear_predictors[analysis.adjust].covariates
        first_step = linear_predictor(design_matrix(patients, covariates))
        return [
            _with_column(patients, exposure, first_step, analysis.adjust),
            _direct(patients, exposure, covariates),
        ]
    if analysis.covariates:
        return [_direct(patients, exposure, analysis.covariates)]
    return [Model(design_matrix(patients, exposure), "")]


def _direct(patients: Patients, exposure: tuple[str, ...], covariates: tuple[str, ...]) -> Model:
    design = design_matrix(patients, (*exposure, *covariates))
    return Model(design, f"multivariable: {' + '.join(covariates)}")


def _with_column(
    patients: Patients, exposure: tuple[str, ...], first_step: FirstStep, name: str
) -> Model:
    values, condition = first_step
    design = design_matrix(patients, exposure)
    matrix = np.column_stack([design.matrix, values])
    columns = (*design.columns, Column(LINEAR_PREDICTOR, "", ""))
    adjusted = Design(matrix, columns, design.absent)
    return Model(adjusted, f"linear predictor: {name}", condition)


def empty_groups(
    patients: Patients, context: Context, model: Model, *, method: str, estimand: str
) -> list[Row]:
    """Return a row for each group without patients, so that a display says so.

    A model that is left without any column has one row that says that there is one group.
    """
    shared = {"n": len(patients.table), "n_event": int(patients.event.sum())}
    rows = [
        context.row(
            method,
            estimand,
            term=column.term,
            group=column.level,
            reference=column.reference,
            **shared,
            condition="empty group",
        )
        for column in model.design.absent
    ]
    if not model.design.columns and not rows:
        rows = [context.row(method, estimand, term="model", **shared, condition="one group")]
    return rows
