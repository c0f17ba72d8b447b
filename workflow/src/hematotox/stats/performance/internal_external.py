"""Internal-external validation: each centre's risks by a model made in all others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from hematotox.stats.binary.logistic import logistic
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    covariate_matrix,
    groups,
    status_codes,
    survival_data,
)
from hematotox.stats.survival.cox import cox
from hematotox.stats.survival.cox_prediction import cox_linear_predictor, predict_survival


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Predictions of each patient by a model of the other centres.

    Attributes
    ----------
    predictor : (n,) log odds, or log hazard; NaN where the other centres determine no model
    risk : (n,) of the event, or of the event by the horizon
    condition : "not estimable" where a model is missing
    """

    predictor: FloatArray
    risk: FloatArray
    condition: tuple[str, ...]


def left_out_log_odds(*, outcome: ArrayLike, covariates: ArrayLike, centre: ArrayLike) -> LeftOut:
    """Return each patient's log odds by a logistic model of the other centres' patients.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    covariates : (n, p); (n, 0) gives the log odds of the other centres
    centre : (n,) names

    References
    ----------
    Steyerberg and Harrell, J Clin Epidemiol 2016;69:245-7. R ``glm`` of the others, ``predict``.

    Examples
    --------
    >>> from hematotox.stats import left_out_log_odds
    >>> left_out_log_odds(
    ...     outcome=[0, 1, 1, 0, 0, 1], covariates=[[]] * 6, centre=list("aabbbb")
    ... ).predictor.round(2).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    """
    n = np.asarray(outcome).size
    event = status_codes(outcome, length=n, largest=1)
    matrix = covariate_matrix(covariates, length=n)
    found = np.full(n, np.nan)
    for own in members(centre, length=n):
        fitted = logistic(outcome=event[~own], covariates=matrix[~own])
        if fitted.converged:
            found[own] = np.nan_to_num(fitted.estimate[1:]) @ matrix[own].T + fitted.estimate[0]
    return LeftOut(found, expit(found), _condition(found))


def left_out_survival(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    centre: ArrayLike,
    horizon: float,
) -> LeftOut:
    """Return each patient's log hazard and risk by the horizon, by a Cox model of the others.

    Parameters
    ----------
    time, event : (n,) follow-up, and 1 where it ends with the event
    covariates : (n, p)
    centre : (n,) names
    horizon : time of the predicted risk

    References
    ----------
    R ``coxph(ties = "efron")`` of the others, ``predict(type = "lp")``, ``basehaz``.

    Examples
    --------
    >>> from hematotox.stats import left_out_survival
    >>> found = left_out_survival(
    ...     time=[1, 2, 3, 4, 1, 2, 3, 4], event=[1, 1, 0, 1, 1, 0, 1, 1],
    ...     covariates=[4, 2, 3, 1, 3, 4, 2, 2], centre=list("aaaabbbb"), horizon=3,
    ... )
    >>> found.risk[:2].round(2).tolist()
    [0.75, 0.5]
    """
    times, events = survival_data(time=time, event=event)
    n = times.size
    matrix = covariate_matrix(covariates, length=n)
    predictor, risk = np.full(n, np.nan), np.full(n, np.nan)
    for own in members(centre, length=n):
        if not events[~own].any():
            continue
        model = cox(time=times[~own], event=events[~own], covariates=matrix[~own])
        if model.converged:
            predictor[own] = cox_linear_predictor(model, matrix[own])
            curves = predict_survival(model, covariates=matrix[own], times=[horizon])
            risk[own] = 1 - curves.survival[:, 0]
    return LeftOut(predictor, risk, _condition(risk))


def _condition(values: FloatArray) -> tuple[str, ...]:
    return () if np.isfinite(values).all() else ("not estimable",)


def members(centre: ArrayLike, *, length: int) -> Iterator[NDArray[np.bool_]]:
    """Yield who is of each centre; nobody where there is only one."""
    found = groups(centre, name="centre", length=length)
    for code in range(len(found.levels) if len(found.levels) > 1 else 0):
        yield found.codes == code
