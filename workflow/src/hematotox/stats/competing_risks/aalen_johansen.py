"""The Aalen-Johansen step function on counts at distinct times: estimate, variances, limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hematotox.stats.numerics.survival_data import FloatArray, IntArray

# A sum of jumps equals 1 only up to rounding.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class EventSteps:
    """Counts at the distinct follow-up times of one sample, in increasing order of time.

    Attributes
    ----------
    at_risk : (m,) patients followed to this time or longer
    events : (m,) events of any cause at this time
    leaving : (m,) patients whose follow-up ends at this time
    event_free_before, event_free : (m,) Kaplan-Meier probability of no event just before and at
        this time
    """

    at_risk: FloatArray
    events: FloatArray
    leaving: FloatArray
    event_free_before: FloatArray
    event_free: FloatArray


def event_steps(*, leaving: IntArray, events: IntArray) -> EventSteps:
    """Count the patients at risk and estimate the probability of no event."""
    at_risk = (leaving.sum() - np.cumsum(leaving) + leaving).astype(np.float64)
    event_free = np.cumprod((at_risk - events) / at_risk)
    return EventSteps(
        at_risk=at_risk,
        events=events.astype(np.float64),
        leaving=leaving.astype(np.float64),
        event_free_before=np.concatenate([[1.0], event_free[:-1]]),
        event_free=event_free,
    )


def incidence(steps: EventSteps, of_cause: IntArray) -> FloatArray:
    """Estimate the incidence of one cause: sum of S(t-) d(t) / Y(t)."""
    return np.asarray(np.cumsum(steps.event_free_before * of_cause / steps.at_risk))


def aalen_variance(steps: EventSteps, of_cause: IntArray, *, curve: FloatArray) -> FloatArray:
    """Estimate the variance of the incidence as `cuminc` does, with its correction for ties.

    The variance at t is A + F(t)^2 C - 2 F(t) B, where A, B and C are running sums over the
    events of this cause and of the others. It changes only where this cause has an event.
    """
    others = steps.events - of_cause
    survivors = steps.event_free > 0
    inverse = np.divide(1.0, steps.event_free, out=np.zeros_like(curve), where=survivors)

    own = _tied_hazard(steps, of_cause)
    own_slope = 1 + inverse * curve
    other = np.where(survivors, _tied_hazard(steps, others), 0.0)
    other_slope = inverse * curve

    a = np.cumsum(own_slope**2 * own + other_slope**2 * other)
    b = np.cumsum(inverse * (own_slope * own + other_slope * other))
    c = np.cumsum(inverse**2 * (own + other))
    return _hold_between(a + curve**2 * c - 2 * curve * b, changes=of_cause > 0)


def jackknife_variance(steps: EventSteps, of_cause: IntArray, *, curve: FloatArray) -> FloatArray:
    """Estimate the variance of the incidence as the sum of squared influences.

    The influence of a patient who left at x <= t is P + Q F(t) with P and Q fixed at x; that of
    a patient still followed is -a(t) + b(t) F(t). Running sums of P^2, PQ and Q^2 over those who
    left give every t in one pass.
    """
    hazard = steps.events / steps.at_risk
    survivors = steps.at_risk - steps.events
    # 1 / (Y (1 - hazard)); where nobody survives the curve ends and the term has no effect.
    inverse = np.divide(1.0, survivors, out=np.zeros_like(curve), where=survivors > 0)
    direct = steps.event_free_before / steps.at_risk
    a = np.cumsum(direct * of_cause / steps.at_risk + curve * inverse * hazard)
    b = np.cumsum(inverse * hazard)

    kinds = (
        (steps.leaving - steps.events, -a, b),
        (of_cause, direct + curve * inverse - a, b - inverse),
        (steps.events - of_cause, curve * inverse - a, b - inverse),
    )
    pp = np.cumsum(sum(count * p * p for count, p, _ in kinds))
    pq = np.cumsum(sum(count * p * q for count, p, q in kinds))
    qq = np.cumsum(sum(count * q * q for count, _, q in kinds))
    followed = steps.at_risk - steps.leaving
    variance = pp + 2 * curve * pq + curve**2 * qq + followed * (b * curve - a) ** 2
    return np.where(curve > 0, np.maximum(variance, 0.0), 0.0)


def log_log_limits(
    estimate: FloatArray, std_error: FloatArray, *, z: float
) -> tuple[FloatArray, FloatArray]:
    """Limits est^exp(+-z se / (est log est)); NaN at incidence 0 and 1."""
    inside = (estimate > 0) & (estimate < 1 - ROUNDING)
    safe = np.where(inside, estimate, 0.5)
    width = z * std_error / (safe * np.log(safe))
    with np.errstate(over="ignore", under="ignore"):
        low, high = safe ** np.exp(-width), safe ** np.exp(width)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def log_limits(
    estimate: FloatArray, std_error: FloatArray, *, z: float
) -> tuple[FloatArray, FloatArray]:
    """Limits est exp(+-z se / est), the upper one at most 1; NaN at incidence 0."""
    inside = estimate > 0
    safe = np.where(inside, estimate, 0.5)
    factor = np.exp(z * std_error / safe)
    low, high = safe / factor, np.minimum(safe * factor, 1.0)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def _tied_hazard(steps: EventSteps, count: FloatArray | IntArray) -> FloatArray:
    """Variance of one jump S(t-) d / Y, hypergeometric where several events share the time."""
    ties = 1 - (np.maximum(count, 1) - 1) / np.maximum(steps.at_risk - 1, 1)
    return np.asarray(ties * count * (steps.event_free_before / steps.at_risk) ** 2)


def _hold_between(values: FloatArray, *, changes: np.ndarray) -> FloatArray:
    """Keep each value from one change to the next, 0 before the first."""
    last = np.maximum.accumulate(np.where(changes, np.arange(values.size), -1))
    return np.where(last >= 0, np.maximum(values, 0.0)[last], 0.0)
