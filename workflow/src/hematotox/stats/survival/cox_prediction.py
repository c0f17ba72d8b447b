"""Predictions of a Cox model: linear predictor and survival of new patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    finite_vector,
    groups,
)
from hematotox.stats.survival.cox import CoxModel
from hematotox.stats.survival.cox_baseline import (
    Accumulated,
    accumulated,
    estimated,
    new_covariates,
    relative_risk,
    times_risk,
)
from hematotox.stats.survival.cox_risk_sets import RiskSets
from hematotox.stats.survival.survival_limits import ConfType, survival_limits


@dataclass(frozen=True, slots=True, eq=False)
class PredictedSurvival:
    """Survival predicted for patients at chosen times.

    Attributes
    ----------
    time : (m,) times
    survival, std_error, conf_low, conf_high : (k, m) one row a patient
    cumulative_hazard : (k, m)
    condition : the conditions of the model
    """

    time: FloatArray
    survival: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    cumulative_hazard: FloatArray
    condition: tuple[str, ...]


def cox_linear_predictor(model: CoxModel, covariates: ArrayLike) -> FloatArray:
    """Log hazard of patients relative to one with the mean covariates of the fitted patients.

    An aliased covariate counts with 0, an infinite coefficient with the value at which the
    iteration stopped.

    Parameters
    ----------
    model : from `cox`
    covariates : (k, p) as in the fit

    Raises
    ------
    InvalidData
        Missing covariates or another number of columns.

    References
    ----------
    R: `predict(coxph(...), newdata, type = "lp")`, centred at the means of all covariates.

    Examples
    --------
    >>> from hematotox.stats import cox, cox_linear_predictor
    >>> model = cox(time=[1, 2, 3, 4], event=[1, 1, 1, 1], covariates=[1, 0, 1, 0])
    >>> cox_linear_predictor(model, [0.5]).tolist()
    [0.0]
    """
    matrix = new_covariates(model, covariates)
    means = model.data.covariates.mean(axis=0)
    # Column by column: equal rows get equal predictors to the last bit, whatever their position.
    predictor = np.zeros(matrix.shape[0])
    for column, mean, coefficient in zip(matrix.T, means, model.last_iterate, strict=True):
        predictor += coefficient * (column - mean)
    return predictor


def predict_survival(
    model: CoxModel,
    *,
    covariates: ArrayLike,
    times: ArrayLike,
    strata: ArrayLike | None = None,
    conf_type: ConfType = "log-log",
    conf_level: float = 0.95,
) -> PredictedSurvival:
    """Survival of new patients predicted by a Cox model, with limits.

    Survival is exp(-cumulative hazard); beyond the last event time it stays as it is.

    Parameters
    ----------
    model : from `cox`
    covariates : (k, p) as in the fit
    times : (m,) not negative
    strata : (k,) the stratum of each patient, needed if the model has strata
    conf_type, conf_level : scale and coverage of the limits

    Raises
    ------
    InvalidData
        Missing values, another number of columns, negative times, an unknown stratum.

    References
    ----------
    Therneau and Grambsch, Modeling Survival Data, 2000, section 10.2; Tsiatis, Ann Stat 1981.
    R: `summary(survfit(coxph(...), newdata), times, extend = TRUE)`.

    Examples
    --------
    >>> from hematotox.stats import cox, predict_survival
    >>> model = cox(time=[1, 2, 3, 4], event=[1, 1, 0, 1], covariates=[0, 0, 0, 0])
    >>> predict_survival(model, covariates=[0], times=[2]).survival.round(4).tolist()
    [[0.558]]
    """
    patients = new_covariates(model, covariates)
    wanted = finite_vector(times, name="times")
    if (wanted < 0).any():
        raise InvalidData(f"times: {int((wanted < 0).sum())} negative values")
    codes = _stratum_codes(model, strata, length=patients.shape[0])
    sets, sums, coefficient = estimated(model)
    shape = (patients.shape[0], wanted.size)
    hazard, hazard_error = np.empty(shape), np.empty(shape)
    for code in np.unique(codes).tolist():
        rows = np.flatnonzero(codes == code)
        z, risk = relative_risk(sets, sums.shift, (patients[rows], coefficient), code)
        sofar = accumulated(sets, sums, code, wanted)
        hazard[rows] = times_risk(risk, sofar.hazard)
        unit_error = _unit_error(sofar, z, _standardised_covariance(model, sets))
        hazard_error[rows] = times_risk(risk, unit_error)
    survival = np.exp(-hazard)
    std_error = np.where(survival > 0, survival * np.where(survival > 0, hazard_error, 0.0), 0.0)
    low, high = survival_limits(survival, std_error, conf_type=conf_type, conf_level=conf_level)
    return PredictedSurvival(
        time=wanted,
        survival=survival,
        std_error=std_error,
        conf_low=low,
        conf_high=high,
        cumulative_hazard=hazard,
        condition=model.condition,
    )


def _stratum_codes(model: CoxModel, strata: ArrayLike | None, *, length: int) -> IntArray:
    levels = model.data.strata_levels
    if strata is None:
        if len(levels) > 1:
            raise InvalidData("strata: the model has strata, the new patients need theirs")
        return np.zeros(length, dtype=np.int64)
    return groups(strata, name="strata", length=length, levels=levels).codes


def _standardised_covariance(model: CoxModel, sets: RiskSets) -> FloatArray:
    """Return the covariance of the standardised coefficients; an aliased one does not vary."""
    scale = np.where(sets.scale > 0, sets.scale, 1.0)
    covariance = model.covariance * np.outer(scale, scale)
    aliased = np.isnan(model.coefficient)
    covariance[aliased] = 0.0
    covariance[:, aliased] = 0.0
    return np.asarray(covariance, dtype=np.float64)


def _unit_error(sofar: Accumulated, z: FloatArray, covariance: FloatArray) -> FloatArray:
    """Return the (k, m) standard error of each cumulative hazard, divided by the relative risk.

    To the variance with known coefficients comes that of the coefficients, by how far the
    patient was from the patients at risk, event by event.
    """
    columns = []
    for hazard, variance, mean in zip(
        sofar.hazard, sofar.variance, sofar.mean_hazard.T, strict=True
    ):
        distance = hazard * z - mean
        columns.append(variance + np.einsum("ij,jk,ik->i", distance, covariance, distance))
    variance = np.array(columns).reshape(-1, z.shape[0]).T
    return np.asarray(np.sqrt(variance), dtype=np.float64)
