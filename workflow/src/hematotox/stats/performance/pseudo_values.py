"""Calibration of predicted risks at a horizon by jackknife pseudo-values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    InvalidData,
    competing_data,
    finite_vector,
)
from hematotox.stats.performance.calibration import CalibrationMeasure

STEPS, TOLERANCE = 100, 1e-12


@dataclass(frozen=True, slots=True)
class HorizonCalibration:
    """Calibration on the complementary log-log scale at a horizon.

    Attributes
    ----------
    intercept : calibration in the large, slope held at 1
    slope : coefficient of log(-log(1 - risk))
    intercept_at_slope : intercept of the model that estimates the slope
    condition : statistical trouble in words
    """

    intercept: CalibrationMeasure
    slope: CalibrationMeasure
    intercept_at_slope: float
    condition: tuple[str, ...]


def pseudo_risks(*, time: ArrayLike, status: ArrayLike, horizon: float) -> FloatArray:
    """Return each patient's pseudo-value of the risk by a horizon.

    n times the Aalen-Johansen incidence minus n - 1 times that without the patient; without
    competing events the incidence is one minus Kaplan-Meier.

    Parameters
    ----------
    time, status : (n,) follow-up; 0 censored, 1 event of interest, 2 and above competing events
    horizon : time by which the event counts

    References
    ----------
    Andersen, Klein and Rosthoj, Biometrika 2003;90:15-27; R ``prodlim::jackknife``.

    Examples
    --------
    >>> from hematotox.stats import pseudo_risks
    >>> pseudo_risks(time=[1, 2, 3, 4], status=[1, 0, 1, 0], horizon=3).round(3).tolist()
    [1.0, 0.5, 1.5, -0.5]
    """
    times, codes = competing_data(time=time, status=status)
    at = np.unique(times[(codes > 0) & (times <= horizon)])
    n = times.size
    there = (times[:, None] >= at).astype(np.float64)
    here = times[:, None] == at
    own, any_event = here & (codes == 1)[:, None], here & (codes > 0)[:, None]

    def incidence(risk: FloatArray, event: FloatArray, every: FloatArray) -> FloatArray:
        safe = np.where(risk > 0, risk, 1.0)
        free = np.cumprod(1 - every / safe, axis=-1)
        before = np.concatenate([np.ones((*free.shape[:-1], 1)), free[..., :-1]], axis=-1)
        return np.asarray((before * event / safe).sum(axis=-1))

    sums = [part.sum(axis=0) for part in (there, own, any_event)]
    left_out = incidence(sums[0] - there, sums[1] - own, sums[2] - any_event)
    return n * incidence(*sums) - (n - 1) * left_out


def calibration_at_horizon(
    *, pseudo: ArrayLike, risk: ArrayLike, conf_level: float = 0.95
) -> HorizonCalibration:
    """Estimate intercept and slope of predicted risks against pseudo-values, sandwich errors.

    Parameters
    ----------
    pseudo : (n,) from `pseudo_risks`
    risk : (n,) predicted risk by the horizon, above 0 and below 1
    conf_level : confidence level

    Raises
    ------
    InvalidData
        A risk of 0 or 1, which has no complementary log-log.

    References
    ----------
    van Geloven et al., BMJ 2022;377:e069249; R ``geepack::geese(mean.link = "cloglog")``.

    Examples
    --------
    >>> from hematotox.stats import calibration_at_horizon, pseudo_risks
    >>> pseudo = pseudo_risks(time=[1, 2, 3, 4, 5, 6], status=[1, 0, 1, 1, 0, 0], horizon=4)
    >>> fit = calibration_at_horizon(pseudo=pseudo, risk=[0.3, 0.7, 0.4, 0.5, 0.6, 0.2])
    >>> f"{fit.intercept.estimate:.2f}"
    '0.62'
    """
    values, predicted = finite_vector(pseudo, name="pseudo"), finite_vector(risk, name="risk")
    if (predicted <= 0).any() or (predicted >= 1).any():
        raise InvalidData("risk: probabilities above 0 and below 1 are needed")
    scale = np.log(-np.log1p(-predicted))
    ones = np.ones((values.size, 1))
    large = _fit(values, ones, offset=scale, conf_level=conf_level)
    if np.ptp(scale) == 0:
        unknown = CalibrationMeasure(*[float("nan")] * 4)
        return HorizonCalibration(large[0], unknown, float("nan"), ("constant variable",))
    both = _fit(values, np.column_stack([ones, scale]), offset=0 * scale, conf_level=conf_level)
    trouble = () if np.isfinite(both[1].estimate + large[0].estimate) else ("did not converge",)
    return HorizonCalibration(large[0], both[1], both[0].estimate, trouble)


def _fit(
    values: FloatArray, design: FloatArray, *, offset: FloatArray, conf_level: float
) -> list[CalibrationMeasure]:
    """Solve the estimating equations of a cloglog mean with constant variance."""
    # the predictions themselves: intercept 0, slope 1
    beta = np.arange(design.shape[1], dtype=np.float64)
    converged = False
    for _ in range(STEPS):
        hazard = np.exp(np.clip(design @ beta + offset, -30, 3))
        slope = (hazard * np.exp(-hazard))[:, None] * design
        residual = values - (1 - np.exp(-hazard))
        bread = np.linalg.pinv(slope.T @ slope)
        step = bread @ (slope.T @ residual)
        beta = beta + step
        if np.abs(step).max() <= TOLERANCE:
            converged = True
            break
    meat = (slope * residual[:, None] ** 2).T @ slope
    errors = np.sqrt(np.diag(bread @ meat @ bread))
    if not converged:
        beta, errors = beta * np.nan, errors * np.nan
    half = two_sided_quantile(conf_level) * errors
    columns = zip(beta, errors, beta - half, beta + half, strict=True)
    return [CalibrationMeasure(*(float(number) for number in one)) for one in columns]
