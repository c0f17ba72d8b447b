"""Two-step adjustment of a risk group by the linear predictor of a disease model.

Step 1 fits the endpoint's own model on the disease covariates, without the score. Step 2 fits
the group together with step 1's linear predictor, whose coefficient stays free. The standard
errors of step 2 take the linear predictor as known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.binary.logistic import logistic
from hematotox.stats.binary.logistic_model import LogisticRegression
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, covariate_matrix


@dataclass(frozen=True, slots=True, eq=False)
class FirstStep:
    """The endpoint's own model.

    Attributes
    ----------
    linear_predictor : (n,) log odds or log hazard, one a patient
    condition : what was wrong with the model
    """

    linear_predictor: FloatArray
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SecondStep:
    """What the second step is fitted to.

    Attributes
    ----------
    columns : (n, q + 1) the exposure's columns, then the linear predictor
    condition : conditions of the first step
    """

    columns: FloatArray
    condition: tuple[str, ...]


def add_linear_predictor(
    *,
    exposure: ArrayLike,
    covariates: ArrayLike,
    first_step: Callable[[FloatArray], FirstStep],
) -> SecondStep:
    """Return an exposure with the linear predictor of disease covariates beside it.

    Both steps use the same patients: the caller passes rows on which endpoint, exposure and
    covariates are all known. Where the first step has no finite linear predictor (without events,
    or with only events) it counts 0: the second step has no estimate either and says so.

    Parameters
    ----------
    exposure : (n,) or (n, q) indicator columns of the risk group, or the score in points
    covariates : (n, p) disease covariates of step 1, without the score
    first_step : fits the endpoint's model to a covariate matrix

    Raises
    ------
    InvalidData
        Missing values or lengths that differ.

    Examples
    --------
    >>> from hematotox.stats import add_linear_predictor
    >>> from hematotox.stats.binary.linear_predictor import logistic_first_step
    >>> outcome, age = [0, 0, 1, 0, 1, 1, 0, 1], [50, 61, 64, 48, 71, 55, 47, 66]
    >>> second = add_linear_predictor(
    ...     exposure=[0, 0, 0, 0, 1, 1, 1, 1],
    ...     covariates=age,
    ...     first_step=lambda columns: logistic_first_step(outcome=outcome, covariates=columns),
    ... )
    >>> second.columns[:2].round(1).tolist()
    [[0.0, -2.1], [0.0, 0.9]]
    """
    try:
        n = np.shape(covariates)[0] if np.ndim(covariates) else 0
    except ValueError as error:
        raise InvalidData("covariates: rows of one length are needed") from error
    groups = covariate_matrix(exposure, length=n)
    first = first_step(covariate_matrix(covariates, length=n))
    predictor = np.asarray(first.linear_predictor, dtype=np.float64)
    if predictor.shape != (n,):
        raise InvalidData(f"linear predictor: {predictor.shape} where ({n},) is needed")
    finite = np.where(np.isfinite(predictor), predictor, 0.0)
    return SecondStep(np.column_stack([groups, finite]), first.condition)


def logistic_first_step(*, outcome: ArrayLike, covariates: ArrayLike) -> FirstStep:
    """Return the log odds of each patient by a logistic model of the covariates; see `logistic`."""
    fitted = logistic(outcome=outcome, covariates=covariates)
    return FirstStep(fitted.linear_predictor(covariates), fitted.condition)


def logistic_adjusted_by_linear_predictor(
    *,
    outcome: ArrayLike,
    exposure: ArrayLike,
    covariates: ArrayLike,
    interval: str = "wald",
) -> LogisticRegression:
    """Estimate a group's log odds ratio adjusted by the linear predictor of disease covariates.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    exposure : (n,) or (n, q) indicator columns of the risk group, or the score in points
    covariates : (n, p) disease covariates
    interval : "wald" or "profile"

    Returns
    -------
    LogisticRegression
        The second step: intercept, exposure, linear predictor. A separated first step is answered
        by Firth's estimate.

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
    >>> round(float(adjusted.estimate[1]), 2)
    5.28
    """
    second = add_linear_predictor(
        exposure=exposure,
        covariates=covariates,
        first_step=lambda columns: logistic_first_step(outcome=outcome, covariates=columns),
    )
    return logistic(outcome=outcome, covariates=second.columns, interval=interval)
