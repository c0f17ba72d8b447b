"""Calibration curves: observed against predicted risk, smoothed by loess."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import FloatArray, IntArray, InvalidData, finite_vector
from hematotox.stats.performance.calibration import outcome_and_risk

SPAN = 0.75
FEWEST_DISTINCT_RISKS = 4
TOO_FEW = ("not estimable",)


@dataclass(frozen=True, slots=True)
class LoessErrors:
    """Distances between the loess calibration curve and the predicted risks.

    Attributes
    ----------
    ici : integrated calibration index, the mean absolute distance
    e50, e90, emax : median, 90th percentile and maximum
    condition : statistical trouble in words
    """

    ici: float
    e50: float
    e90: float
    emax: float
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationCurve:
    """Flexible calibration curve.

    Attributes
    ----------
    risk : (k,) predicted risk
    observed : (k,) loess estimate of the observed risk, clipped to [0, 1]
    conf_low, conf_high : (k,) pointwise limits of the t distribution, clipped to [0, 1]
    conf_level : confidence level
    condition : statistical trouble in words
    """

    risk: FloatArray
    observed: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    conf_level: float
    condition: tuple[str, ...]


def loess_calibration_errors(*, outcome: ArrayLike, risk: ArrayLike) -> LoessErrors:
    """Estimate ICI, E50, E90 and Emax, the distances of a loess curve from perfect calibration.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    risk : (n,) predicted probability

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, risks outside [0, 1], outcome other than 0 and 1.

    References
    ----------
    Austin and Steyerberg, Stat Med 2019;38:4051-65; R ``loess(y ~ p, span = .75, degree = 2)``.

    Examples
    --------
    >>> from hematotox.stats import loess_calibration_errors
    >>> errors = loess_calibration_errors(
    ...     outcome=[0, 0, 1, 0, 1, 0, 1, 1], risk=[0.1, 0.2, 0.25, 0.3, 0.4, 0.6, 0.7, 0.8]
    ... )
    >>> round(errors.ici, 3)
    0.186
    """
    event, predicted = outcome_and_risk(outcome, risk)
    smooth = _loess(event, predicted, at=predicted)
    if smooth is None:
        return LoessErrors(math.nan, math.nan, math.nan, math.nan, TOO_FEW)
    distance = np.abs(np.asarray(smooth.values) - predicted)
    e50, e90 = (float(value) for value in np.quantile(distance, [0.5, 0.9]))
    return LoessErrors(float(distance.mean()), e50, e90, float(distance.max()), ())


def calibration_curve(
    *,
    outcome: ArrayLike,
    risk: ArrayLike,
    at: ArrayLike | None = None,
    conf_level: float = 0.95,
) -> CalibrationCurve:
    """Estimate the observed risk along the predicted one (loess), with pointwise limits.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    risk : (n,) predicted probability
    at : (k,) predicted risks at which the curve is wanted, within the range of the risks; 101
        points over that range if None
    conf_level : confidence level of the pointwise limits

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, risks outside [0, 1], points outside their range.

    References
    ----------
    R ``predict(loess(y ~ p, span = .75, degree = 2), se = TRUE)``.

    Examples
    --------
    >>> from hematotox.stats import calibration_curve
    >>> curve = calibration_curve(
    ...     outcome=[0, 0, 1, 0, 1, 0, 1, 1], risk=[0.1, 0.2, 0.25, 0.3, 0.4, 0.6, 0.7, 0.8],
    ...     at=[0.3, 0.5],
    ... )
    >>> curve.observed.round(2).tolist()
    [0.51, 0.52]
    """
    event, predicted = outcome_and_risk(outcome, risk)
    two_sided_quantile(conf_level)
    low, high = float(predicted.min()), float(predicted.max())
    points = np.linspace(low, high, 101) if at is None else finite_vector(at, name="at")
    if ((points < low) | (points > high)).any():
        raise InvalidData("at: points within the range of the predicted risks are needed")
    smooth = _loess(event, predicted, at=points)
    if smooth is None:
        unknown = np.full(points.size, np.nan)
        return CalibrationCurve(points, unknown, unknown, unknown, conf_level, TOO_FEW)
    value, std_error = np.asarray(smooth.values), np.asarray(smooth.stderr)
    half = float(stdtrit(smooth.df, (1 + conf_level) / 2)) * std_error
    return CalibrationCurve(
        risk=points,
        observed=np.clip(value, 0, 1),
        conf_low=np.clip(value - half, 0, 1),
        conf_high=np.clip(value + half, 0, 1),
        conf_level=conf_level,
        condition=(),
    )


def _loess(event: IntArray, predicted: FloatArray, *, at: FloatArray) -> Any:
    """Return the loess prediction, None where the risks do not carry a local parabola."""
    from skmisc.loess import loess

    if np.unique(predicted).size < FEWEST_DISTINCT_RISKS:
        return None
    model = loess(predicted, event.astype(np.float64), span=SPAN, degree=2)
    try:
        model.fit()
        return model.predict(at, stderror=True)
    except ValueError:
        return None
