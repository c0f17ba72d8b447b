"""Prediction performance in many weighted samples of the same patients at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from hematotox.stats.numerics.survival_data import FloatArray, IntArray
from hematotox.stats.performance.net_benefit import positive_shares

NEWTON_STEPS = 50
NEWTON_TOLERANCE = 1e-10
# parameters this large are on their way to infinity (a separated sample)
LARGEST_LOG_ODDS = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class PerformanceReplicates:
    """Performance in bootstrap samples of patients.

    Attributes
    ----------
    auc : (b,) area under the ROC curve
    intercept : (b,) calibration in the large
    slope : (b,) calibration slope
    brier : (b,) Brier score
    net_benefit : (b, t) at each threshold
    thresholds : (t,)
    n_not_estimable : samples in which a measure does not exist (NaN), such as one without events
    condition : "bootstrap replicates without an estimate"
    """

    auc: FloatArray
    intercept: FloatArray
    slope: FloatArray
    brier: FloatArray
    net_benefit: FloatArray
    thresholds: FloatArray
    n_not_estimable: int
    condition: tuple[str, ...]


def performance_in_samples(
    event: IntArray, risk: FloatArray, *, thresholds: FloatArray, weights: Iterable[FloatArray]
) -> PerformanceReplicates:
    """Return the performance in each sample of checked data.

    Parameters
    ----------
    event, risk : (n,) checked outcome and predicted risk
    thresholds : (t,) of the net benefit
    weights : pieces of (b, n) weights, one row a sample
    """
    order = np.argsort(risk, kind="stable")
    case, predicted = event[order].astype(np.float64), risk[order]
    parts = [
        _performance(case, predicted, thresholds=thresholds, weights=piece[:, order])
        for piece in weights
    ]
    auc, intercept, slope, brier, benefit = (
        np.concatenate(measure) for measure in zip(*parts, strict=True)
    )
    unknown = int((~np.isfinite(auc + intercept + slope + brier)).sum())
    return PerformanceReplicates(
        auc=auc,
        intercept=intercept,
        slope=slope,
        brier=brier,
        net_benefit=benefit,
        thresholds=thresholds,
        n_not_estimable=unknown,
        condition=("bootstrap replicates without an estimate",) if unknown else (),
    )


def _performance(
    case: FloatArray, risk: FloatArray, *, thresholds: FloatArray, weights: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Compute all measures for some samples of patients sorted by risk."""
    total = weights.sum(axis=1)
    true_positive, false_positive, _ = positive_shares(
        case, risk, thresholds=thresholds, weights=weights
    )
    benefit = true_positive - false_positive * thresholds / (1 - thresholds)
    brier = weights @ (case - risk) ** 2 / total
    events = weights @ case
    both = (events > 0) & (events < total)
    if ((risk == 0) | (risk == 1)).any():
        unknown = np.full(len(weights), np.nan)
        return _areas(case, risk, weights=weights), unknown, unknown, brier, benefit
    log_odds = logit(risk)
    centre = log_odds.mean()
    spread = log_odds.std()
    intercept = _newton(
        case, np.ones((risk.size, 1)), offset=log_odds, weights=weights, estimable=both
    )[:, 0]
    if spread <= 1e-12 * max(1.0, abs(centre)):
        slope = np.full(len(weights), np.nan)
    else:
        design = np.column_stack([np.ones(risk.size), (log_odds - centre) / spread])
        slope = (
            _newton(case, design, offset=np.zeros(risk.size), weights=weights, estimable=both)[:, 1]
            / spread
        )
    return _areas(case, risk, weights=weights), intercept, slope, brier, benefit


def _areas(case: FloatArray, risk: FloatArray, *, weights: FloatArray) -> FloatArray:
    """Return the AUC of each sample from one pass over the sorted risks."""
    first = np.flatnonzero(np.diff(risk, prepend=-1.0))
    cases = np.add.reduceat(weights * case, first, axis=1)
    controls = np.add.reduceat(weights * (1 - case), first, axis=1)
    below = np.cumsum(controls, axis=1) - controls / 2
    pairs = cases.sum(axis=1) * controls.sum(axis=1)
    beaten = np.einsum("bk,bk->b", cases, below)
    return np.divide(beaten, pairs, out=np.full(len(weights), np.nan), where=pairs > 0)


def _newton(
    case: FloatArray,
    design: FloatArray,
    *,
    offset: FloatArray,
    weights: FloatArray,
    estimable: NDArray[np.bool_],
) -> FloatArray:
    """Fit a logistic model with one or two parameters in every sample at once."""
    q = design.shape[1]
    parameters = np.zeros((len(weights), q))
    target = weights @ (design * case[:, None])
    products = (design[:, :, None] * design[:, None, :]).reshape(-1, q * q)
    converged = np.zeros(len(weights), dtype=bool)
    active = np.flatnonzero(estimable)
    for _ in range(NEWTON_STEPS):
        if not active.size:
            break
        risk = expit(parameters[active] @ design.T + offset)
        held = weights[active] * risk
        score = target[active] - held @ design
        information = ((held * (1 - risk)) @ products).reshape(-1, q, q)
        step = _solved(information, score)
        parameters[active] += step
        done = np.abs(step).max(axis=1) <= NEWTON_TOLERANCE
        lost = ~np.isfinite(step).all(axis=1) | (
            np.abs(parameters[active]).max(axis=1) > LARGEST_LOG_ODDS
        )
        converged[active[done]] = True
        active = active[~(done | lost)]
    parameters[~converged] = np.nan
    return parameters


def _solved(information: FloatArray, score: FloatArray) -> FloatArray:
    """Solve one or two equations in every sample; NaN where they are singular."""
    if score.shape[1] == 1:
        determinant, solution = information[:, 0, 0], score
    else:
        (a, b), (_, d) = information.transpose(1, 2, 0)
        determinant = a * d - b * b
        solution = np.column_stack(
            [d * score[:, 0] - b * score[:, 1], a * score[:, 1] - b * score[:, 0]]
        )
    singular = determinant <= 0
    safe = np.where(singular, 1.0, determinant)[:, None]
    return np.where(singular[:, None], np.nan, solution / safe)
