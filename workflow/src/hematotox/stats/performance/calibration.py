"""Calibration of predicted risks of a binary outcome: intercept, slope, Brier score, O/E."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logit

from hematotox.stats.accuracy.roc import AreaUnderCurve, auc
from hematotox.stats.binary.logistic import logistic
from hematotox.stats.binary.logistic_model import LogisticRegression
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    finite_vector,
    status_codes,
)


@dataclass(frozen=True, slots=True)
class CalibrationMeasure:
    """One measure of calibration.

    Attributes
    ----------
    estimate : the measure
    std_error : its standard error (of the logarithm for a ratio)
    conf_low, conf_high : limits
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Agreement of predicted risks with outcomes.

    Attributes
    ----------
    intercept : calibration in the large, log odds observed minus predicted (slope held at 1)
    slope : coefficient of the predicted log odds; below 1, predictions are too extreme
    intercept_at_slope : intercept of the model that estimates the slope
    brier : mean squared difference of outcome and risk
    scaled_brier : 1 - Brier / Brier of the prevalence
    observed_expected : ratio of observed to expected events
    discrimination : area under the ROC curve
    n, n_event : patients and events
    conf_level : confidence level
    condition : statistical trouble in words
    """

    intercept: CalibrationMeasure
    slope: CalibrationMeasure
    intercept_at_slope: float
    brier: CalibrationMeasure
    scaled_brier: float
    observed_expected: CalibrationMeasure
    discrimination: AreaUnderCurve
    n: int
    n_event: int
    conf_level: float
    condition: tuple[str, ...]


def calibration(*, outcome: ArrayLike, risk: ArrayLike, conf_level: float = 0.95) -> Calibration:
    """Estimate how well predicted risks agree with a binary outcome.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    risk : (n,) predicted probability of the event, 0 to 1; a risk of exactly 0 or 1 has no log
        odds and leaves intercept and slope undefined
    conf_level : confidence level of the limits

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, risks outside [0, 1], outcome other than 0 and 1.

    References
    ----------
    R ``rms::val.prob``; intercept ``glm(y ~ offset(logit(p)))``, slope ``glm(y ~ logit(p))``.
    Van Calster et al., BMC Med 2019;17:230. Interval of O/E: log scale, Debray et al., BMJ
    2017;356:i6460.

    Examples
    --------
    >>> from hematotox.stats import calibration
    >>> result = calibration(
    ...     outcome=[0, 0, 1, 0, 1, 0, 1, 1], risk=[0.1, 0.2, 0.25, 0.3, 0.4, 0.6, 0.7, 0.8]
    ... )
    >>> print(f"slope {result.slope.estimate:.2f}, O/E {result.observed_expected.estimate:.2f}")
    slope 1.15, O/E 1.19
    """
    event, predicted = outcome_and_risk(outcome, risk)
    quantile = two_sided_quantile(conf_level)
    n, n_event = event.size, int(event.sum())
    trouble: tuple[str, ...] = ()
    if ((predicted == 0) | (predicted == 1)).any():
        trouble = ("risk of exactly 0 or 1",)
        in_the_large = slope = None
    else:
        log_odds = logit(predicted)
        in_the_large = logistic(
            outcome=event, covariates=np.empty((n, 0)), offset=log_odds, conf_level=conf_level
        )
        slope = logistic(outcome=event, covariates=log_odds, conf_level=conf_level)
        trouble = tuple(dict.fromkeys(in_the_large.condition + slope.condition))
    brier, scaled = _brier(event, predicted, quantile=quantile)
    return Calibration(
        intercept=_coefficient(in_the_large, 0),
        slope=_coefficient(slope, 1),
        intercept_at_slope=_coefficient(slope, 0).estimate,
        brier=brier,
        scaled_brier=scaled,
        observed_expected=_observed_expected(event, predicted, quantile=quantile),
        discrimination=auc(outcome=event, marker=predicted, conf_level=conf_level),
        n=n,
        n_event=n_event,
        conf_level=conf_level,
        condition=trouble,
    )


def outcome_and_risk(outcome: ArrayLike, risk: ArrayLike) -> tuple[IntArray, FloatArray]:
    """Check a binary outcome and predicted risks.

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, no patients, risks outside [0, 1].
    """
    predicted = finite_vector(risk, name="risk")
    if predicted.size == 0:
        raise InvalidData("risk: no patients")
    if (predicted < 0).any() or (predicted > 1).any():
        raise InvalidData("risk: probabilities from 0 to 1 are needed, not percentages or points")
    return status_codes(outcome, length=predicted.size, largest=1), predicted


def _coefficient(fit: LogisticRegression | None, position: int) -> CalibrationMeasure:
    if fit is None:
        return CalibrationMeasure(math.nan, math.nan, math.nan, math.nan)
    return CalibrationMeasure(
        float(fit.estimate[position]),
        float(fit.std_error[position]),
        float(fit.conf_low[position]),
        float(fit.conf_high[position]),
    )


def _brier(
    event: IntArray, predicted: FloatArray, *, quantile: float
) -> tuple[CalibrationMeasure, float]:
    square = (event - predicted) ** 2
    estimate, n = float(square.mean()), event.size
    std_error = float(square.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
    half = quantile * std_error
    prevalence = float(event.mean())
    spread = prevalence * (1 - prevalence)
    measure = CalibrationMeasure(estimate, std_error, max(0.0, estimate - half), estimate + half)
    return measure, 1 - estimate / spread if spread else math.nan


def _observed_expected(
    event: IntArray, predicted: FloatArray, *, quantile: float
) -> CalibrationMeasure:
    observed, expected = float(event.sum()), float(predicted.sum())
    if expected == 0 or observed == 0:
        ratio = observed / expected if expected else math.nan
        return CalibrationMeasure(ratio, math.nan, math.nan, math.nan)
    ratio = observed / expected
    std_error = math.sqrt((1 - observed / event.size) / observed)
    width = math.exp(quantile * std_error)
    return CalibrationMeasure(ratio, std_error, ratio / width, ratio * width)
