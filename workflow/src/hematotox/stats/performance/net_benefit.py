"""Clinical utility of predicted risks: net benefit and decision curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.resampling import percentile_limits, resampling_weights
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, finite_vector
from hematotox.stats.performance.calibration import outcome_and_risk


@dataclass(frozen=True, slots=True, eq=False)
class NetBenefit:
    """Net benefit along the threshold probability; treating nobody has net benefit 0.

    Attributes
    ----------
    threshold : (t,) risk from which a patient is treated
    net_benefit : (t,) of treating by the predicted risk
    treat_all : (t,) of treating everybody
    gain : (t,) net benefit minus the better of treating all and treating nobody
    avoided : (t,) net interventions avoided per patient, compared with treating all
    true_positive, false_positive : (t,) shares of all patients
    n, n_event : patients and events
    condition : statistical trouble in words
    """

    threshold: FloatArray
    net_benefit: FloatArray
    treat_all: FloatArray
    gain: FloatArray
    avoided: FloatArray
    true_positive: FloatArray
    false_positive: FloatArray
    n: int
    n_event: int
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DecisionCurve:
    """Net benefit with bootstrap percentile limits.

    Attributes
    ----------
    estimate : net benefit in all patients
    conf_low, conf_high : (t,) limits of the net benefit
    treat_all_low, treat_all_high : (t,) limits of treating everybody
    gain_low, gain_high : (t,) limits of the gain over the better of treating all and nobody
    conf_level : confidence level
    replicates : bootstrap samples
    condition : statistical trouble in words
    """

    estimate: NetBenefit
    conf_low: FloatArray
    conf_high: FloatArray
    treat_all_low: FloatArray
    treat_all_high: FloatArray
    gain_low: FloatArray
    gain_high: FloatArray
    conf_level: float
    replicates: int
    condition: tuple[str, ...]


def net_benefit(*, outcome: ArrayLike, risk: ArrayLike, thresholds: ArrayLike) -> NetBenefit:
    """Estimate the net benefit of treating patients from a threshold of predicted risk.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    risk : (n,) predicted probability; a patient is treated at `risk >= threshold`
    thresholds : (t,) above 0 and below 1

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, risks outside [0, 1], thresholds outside (0, 1).

    References
    ----------
    Vickers and Elkin, Med Decis Making 2006;26:565-74; R ``dcurves::dca``.

    Examples
    --------
    >>> from hematotox.stats import net_benefit
    >>> curve = net_benefit(
    ...     outcome=[0, 0, 1, 0, 1, 1], risk=[0.1, 0.2, 0.3, 0.5, 0.6, 0.7], thresholds=[0.25, 0.5]
    ... )
    >>> curve.net_benefit.round(3).tolist(), curve.treat_all.round(3).tolist()
    ([0.444, 0.167], [0.333, 0.0])
    """
    event, predicted = outcome_and_risk(outcome, risk)
    cuts = checked_thresholds(thresholds)
    weights = np.ones((1, event.size))
    true_positive, false_positive, prevalence = positive_shares(
        event.astype(np.float64), predicted, thresholds=cuts, weights=weights
    )
    odds = cuts / (1 - cuts)
    benefit = true_positive[0] - false_positive[0] * odds
    treat_all = prevalence[0] - (1 - prevalence[0]) * odds
    n_event = int(event.sum())
    return NetBenefit(
        threshold=cuts,
        net_benefit=benefit,
        treat_all=treat_all,
        gain=benefit - np.maximum(treat_all, 0.0),
        avoided=(benefit - treat_all) / odds,
        true_positive=true_positive[0],
        false_positive=false_positive[0],
        n=event.size,
        n_event=n_event,
        condition=() if n_event else ("no events",),
    )


def decision_curve(
    *,
    outcome: ArrayLike,
    risk: ArrayLike,
    thresholds: ArrayLike,
    rng: np.random.Generator,
    replicates: int = 2000,
    conf_level: float = 0.95,
) -> DecisionCurve:
    """Estimate net benefit with bootstrap percentile limits.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    risk : (n,) predicted probability
    thresholds : (t,) above 0 and below 1
    rng : source of the bootstrap samples
    replicates : bootstrap samples of patients
    conf_level : confidence level

    Raises
    ------
    InvalidData
        As `net_benefit`; fewer than two replicates.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats import decision_curve
    >>> curve = decision_curve(
    ...     outcome=[0, 0, 1, 0, 1, 1] * 20, risk=[0.1, 0.2, 0.3, 0.5, 0.6, 0.7] * 20,
    ...     thresholds=[0.25], rng=np.random.default_rng(1),
    ... )
    >>> print(f"{curve.estimate.net_benefit[0]:.2f} > {curve.conf_low[0]:.2f}")
    0.44 > 0.34
    """
    event, predicted = outcome_and_risk(outcome, risk)
    estimate = net_benefit(outcome=event, risk=predicted, thresholds=thresholds)
    case, odds = event.astype(np.float64), estimate.threshold / (1 - estimate.threshold)
    benefits, alls = [], []
    for weights in resampling_weights(n=event.size, replicates=replicates, rng=rng):
        true_positive, false_positive, prevalence = positive_shares(
            case, predicted, thresholds=estimate.threshold, weights=weights
        )
        benefits.append(true_positive - false_positive * odds)
        alls.append(prevalence[:, None] - (1 - prevalence[:, None]) * odds)
    benefit, treat_all = np.concatenate(benefits), np.concatenate(alls)
    low, high = percentile_limits(benefit, conf_level=conf_level)
    all_low, all_high = percentile_limits(treat_all, conf_level=conf_level)
    gain = benefit - np.maximum(treat_all, 0.0)
    gain_low, gain_high = percentile_limits(gain, conf_level=conf_level)
    return DecisionCurve(
        estimate=estimate,
        conf_low=low,
        conf_high=high,
        treat_all_low=all_low,
        treat_all_high=all_high,
        gain_low=gain_low,
        gain_high=gain_high,
        conf_level=conf_level,
        replicates=replicates,
        condition=estimate.condition,
    )


def checked_thresholds(thresholds: ArrayLike) -> FloatArray:
    """Return thresholds strictly between 0 and 1.

    Raises
    ------
    InvalidData
        Missing values, none, or a threshold outside (0, 1).
    """
    cuts = finite_vector(thresholds, name="thresholds")
    if cuts.size == 0 or (cuts <= 0).any() or (cuts >= 1).any():
        raise InvalidData("thresholds: probabilities above 0 and below 1 are needed")
    return cuts


def positive_shares(
    event: FloatArray, risk: FloatArray, *, thresholds: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the (b, t) shares of true and false positives and the (b,) prevalence.

    Parameters
    ----------
    event, risk : (n,)
    thresholds : (t,)
    weights : (b, n) how often each sample holds each patient
    """
    positive = risk[:, None] >= thresholds
    total = weights.sum(axis=1)
    true_positive = weights @ (positive * event[:, None]) / total[:, None]
    false_positive = weights @ (positive * (1 - event)[:, None]) / total[:, None]
    return true_positive, false_positive, weights @ event / total
