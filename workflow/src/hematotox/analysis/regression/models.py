"""The models of a regression analysis: unadjusted, adjusted directly, by linear predictor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import Column, Design, design_matrix
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.analysis_base import Regression
from hematotox.stats.binary.linear_predictor import FirstStep, add_linear_predictor

LINEAR_PREDICTOR = "linear_predictor"
INTERCEPT = Column("(intercept)", "", "")
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """A design matrix, the words of the adjustment it makes, and what was wrong with that."""

    design: Design
    adjustment: str
    condition: tuple[str, ...] = ()


def models(
    patients: Patients, analysis: Regression, first_step: Callable[[FloatArray], FirstStep]
) -> list[Model]:
    """Return the models that an analysis asks for.

    Without covariates one unadjusted model; with covariates one adjusted by them; with `adjust`
    the two-step model (exposure and linear predictor, its coefficient free) and, beside it, the
    direct multivariable model, both on the same patients.

    Parameters
    ----------
    first_step : fits the endpoint's own model to the covariates
    """
    exposure = (analysis.exposure,)
    if analysis.adjust:
        covariates = patients.plan.linear_predictors[analysis.adjust].covariates
        design = design_matrix(patients, exposure)
        second = add_linear_predictor(
            exposure=design.matrix,
            covariates=design_matrix(patients, covariates).matrix,
            first_step=first_step,
        )
        columns = (*design.columns, Column(LINEAR_PREDICTOR, "", ""))
        adjusted = Design(second.columns, columns, design.absent)
        return [
            Model(adjusted, f"linear predictor: {analysis.adjust}", second.condition),
            _direct(patients, exposure, covariates),
        ]
    if analysis.covariates:
        return [_direct(patients, exposure, analysis.covariates)]
    return [Model(design_matrix(patients, exposure), "")]


def _direct(patients: Patients, exposure: tuple[str, ...], covariates: tuple[str, ...]) -> Model:
    design = design_matrix(patients, (*exposure, *covariates))
    return Model(design, f"multivariable: {' + '.join(covariates)}")


def wald_words(fitted: Any) -> Row:
    """Return interval and test of a hazard model, by the variance that it has."""
    return {"conf_method": "wald" if fitted.n_cluster is None else "robust", "test": "wald"}


def empty_groups(
    patients: Patients, context: Context, model: Model, *, method: str, estimand: str
) -> list[Row]:
    """Return a row for each group without patients, so that a display says so.

    A model that is left without any column has one row that says that there is one group.
    """
    shared = patients.sizes
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
