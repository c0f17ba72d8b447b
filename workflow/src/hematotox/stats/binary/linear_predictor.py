"""Two-step adjustment of a risk group by the linear predictor of a disease model.

Step 1 fits the endpoint's own model on the disease covariates, without the score. Step 2 fits
the group together with step 1's linear predictor, whose coefficient stays free. The standard
errors of step 2 take the linear predictor as known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.binary.logistic import logistic
from hematotox.stats.binary.logistic_model import LogisticRegression
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    InvalidData,
    covariate_matrix,
    finite_vector,
)

FIRST_STEP = "first step: "


class _Fitted(Protocol):
    @property
    def condition(self) -> tuple[str, ...]: ...


Model = TypeVar("Model", bound=_Fitted)


@dataclass(frozen=True, slots=True, eq=False)
class AdjustedByLinearPredictor(Generic[Model]):
    """Both steps of the adjustment.

    Attributes
    ----------
    first_step : model of the disease covariates
    linear_predictor : (n,) of step 1, one a patient
    second_step : model whose covariates are the exposure's columns, then the linear predictor;
        None if step 1 gave no linear predictor
    condition : conditions of step 1, marked as such, then of step 2
    """

    first_step: Model
    linear_predictor: FloatArray
    second_step: Model | None
    condition: tuple[str, ...]


def adjust_by_linear_predictor(
    *,
    exposure: ArrayLike,
    covariates: ArrayLike,
    fit: Callable[[FloatArray], Model],
    predict: Callable[[Model, FloatArray], FloatArray],
) -> AdjustedByLinearPredictor[Model]:
    """Adjust an exposure for the linear predictor of disease covariates, with any model.

    Both steps use the same patients: the caller passes rows on which endpoint, exposure and
    covariates are all known.

    Parameters
    ----------
    exposure : (n,) or (n, q) indicator columns of the risk group, or the score in points
    covariates : (n, p) disease covariates of step 1, without the score
    fit : fits the endpoint's model to a covariate matrix
    predict : linear predictor (log odds, log hazard) of a fitted model at a covariate matrix

    Raises
    ------
    InvalidData
        Missing values or lengths that differ.

    Examples
    --------
    >>> from hematotox.stats import adjust_by_linear_predictor, logistic
    >>> outcome = [0, 0, 1, 0, 1, 1, 0, 1, 1, 0]
    >>> high_risk, age = [0, 0, 0, 0, 1, 1, 1, 1, 1, 0], [50, 61, 64, 48, 71, 55, 47, 66, 58, 69]
    >>> adjusted = adjust_by_linear_predictor(
    ...     exposure=high_risk,
    ...     covariates=age,
    ...     fit=lambda columns: logistic(outcome=outcome, covariates=columns),
    ...     predict=lambda model, columns: model.linear_predictor(columns),
    ... )
    >>> [round(float(b), 2) for b in adjusted.second_step.estimate]
    [-2.59, 5.28, 2.32]
    """
    try:
        n = np.shape(covariates)[0] if np.ndim(covariates) else 0
    except ValueError as error:
        raise InvalidData("covariates: rows of one length are needed") from error
    disease = covariate_matrix(covariates, length=n)
    groups = covariate_matrix(exposure, length=n)
    first = fit(disease)
    predictor = np.asarray(predict(first, disease), dtype=np.float64)
    if predictor.shape != (n,):
        raise InvalidData(f"linear predictor: {predictor.shape} where ({n},) is needed")
    usable = np.isfinite(predictor).all()
    marked = tuple(FIRST_STEP + words for words in first.condition)
    if not usable:
        return AdjustedByLinearPredictor(
            first, predictor, None, (*marked, FIRST_STEP + "no linear predictor")
        )
    second = fit(np.column_stack([groups, predictor]))
    return AdjustedByLinearPredictor(first, predictor, second, (*marked, *second.condition))


def logistic_adjusted_by_linear_predictor(
    *,
    outcome: ArrayLike,
    exposure: ArrayLike,
    covariates: ArrayLike,
    conf_level: float = 0.95,
    interval: str = "wald",
) -> AdjustedByLinearPredictor[LogisticRegression]:
    """Estimate a group's log odds ratio adjusted by the linear predictor of disease covariates.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    exposure : (n,) or (n, q) indicator columns of the risk group, or the score in points
    covariates : (n, p) disease covariates
    conf_level : confidence level
    interval : "wald" or "profile"

    Returns
    -------
    AdjustedByLinearPredictor
        Coefficients of `second_step`: intercept, exposure, linear predictor. A separated first
        step is answered by Firth's estimate, and `condition` says so.

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, outcome other than 0 and 1.

    References
    ----------
    R ``lp <- predict(glm(y ~ covariates, binomial)); glm(y ~ group + lp, binomial)``.

    Examples
    --------
    >>> from hematotox.stats import logistic_adjusted_by_linear_predictor
    >>> adjusted = logistic_adjusted_by_linear_predictor(
    ...     outcome=[0, 0, 1, 0, 1, 1, 0, 1, 1, 0],
    ...     exposure=[0, 0, 0, 0, 1, 1, 1, 1, 1, 0],
    ...     covariates=[50, 61, 64, 48, 71, 55, 47, 66, 58, 69],
    ... )
    >>> round(float(adjusted.second_step.estimate[1]), 2)
    5.28
    """
    event = finite_vector(outcome, name="outcome")
    return adjust_by_linear_predictor(
        exposure=exposure,
        covariates=covariate_matrix(covariates, length=event.size),
        fit=lambda columns: logistic(
            outcome=event, covariates=columns, conf_level=conf_level, interval=interval
        ),
        predict=lambda model, columns: model.linear_predictor(columns),
    )
