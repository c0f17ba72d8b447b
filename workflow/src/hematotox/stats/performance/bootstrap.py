"""Bootstrap of prediction performance: all measures in the same samples, and optimism."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.resampling import resampling_weights
from hematotox.stats.numerics.survival_data import FloatArray, IntArray, InvalidData
from hematotox.stats.performance.calibration import outcome_and_risk
from hematotox.stats.performance.net_benefit import checked_thresholds
from hematotox.stats.performance.resampled_performance import (
    PerformanceReplicates,
    performance_in_samples,
)

MEASURES = ("auc", "intercept", "slope", "brier")


@dataclass(frozen=True, slots=True)
class OptimismCorrected:
    """One measure, corrected for having been estimated in the patients the model was made from.

    Attributes
    ----------
    measure : "auc", "intercept", "slope" or "brier"
    apparent : in the patients the model was made from
    optimism : mean over samples of (in the sample - in all patients) of refitted models
    corrected : apparent minus optimism
    n_used : samples that count
    """

    measure: str
    apparent: float
    optimism: float
    corrected: float
    n_used: int


def bootstrap_performance(
    *,
    outcome: ArrayLike,
    risk: ArrayLike,
    thresholds: ArrayLike,
    rng: np.random.Generator,
    replicates: int = 2000,
) -> PerformanceReplicates:
    """Bootstrap AUC, calibration intercept and slope, Brier score and net benefit together.

    All measures are computed in the same samples, so that differences and ratios of them can be
    formed. Limits: `percentile_limits`.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    risk : (n,) predicted probability; with a risk of exactly 0 or 1 intercept and slope are NaN
    thresholds : (t,) of the net benefit, above 0 and below 1
    rng : source of the samples
    replicates : samples of n patients with replacement

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, risks outside [0, 1], fewer than two replicates.

    References
    ----------
    R ``boot::boot`` with the same statistics; equal for equal samples.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats import bootstrap_performance, percentile_limits
    >>> samples = bootstrap_performance(
    ...     outcome=[0, 0, 1, 0, 1, 1, 0, 1] * 10,
    ...     risk=[0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.4, 0.35] * 10,
    ...     thresholds=[0.3], rng=np.random.default_rng(1), replicates=500,
    ... )
    >>> low, high = percentile_limits(samples.auc)
    >>> print(f"AUC {float(low):.2f} to {float(high):.2f}")
    AUC 0.63 to 0.85
    """
    event, predicted = outcome_and_risk(outcome, risk)
    cuts = checked_thresholds(thresholds)
    weights = resampling_weights(n=event.size, replicates=replicates, rng=rng)
    return performance_in_samples(event, predicted, thresholds=cuts, weights=weights)


def optimism(
    *,
    outcome: ArrayLike,
    refit: Callable[[IntArray], FloatArray],
    samples: ArrayLike,
) -> tuple[OptimismCorrected, ...]:
    """Correct performance for optimism by refitting the whole recipe in bootstrap samples.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    refit : makes the model from the given rows (patients may repeat), every selection and
        imputation step included, and returns the predicted risk of all n patients
    samples : (b, n) rows of each bootstrap sample, for example
        ``rng.integers(0, n, size=(200, n))``

    Raises
    ------
    InvalidData
        Missing values, rows that do not exist, risks outside [0, 1].

    References
    ----------
    Harrell, Lee and Mark, Stat Med 1996;15:361-87; R ``rms::validate``.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats import logistic, optimism
    >>> rng = np.random.default_rng(1)
    >>> age = rng.normal(60, 10, 100)
    >>> outcome = (rng.random(100) < 0.4).astype(int)
    >>> def refit(rows):
    ...     fit = logistic(outcome=outcome[rows], covariates=age[rows])
    ...     return 1 / (1 + np.exp(-fit.linear_predictor(age)))
    >>> auc, *_ = optimism(outcome=outcome, refit=refit, samples=rng.integers(0, 100, (50, 100)))
    >>> auc.corrected < auc.apparent
    True
    """
    n = np.asarray(outcome).size
    rows = np.asarray(samples)
    if rows.ndim != 2 or rows.dtype.kind not in "iu" or rows.size == 0:
        raise InvalidData("samples: a (b, n) array of row numbers is needed")
    if rows.min() < 0 or rows.max() >= n:
        raise InvalidData("samples: rows that do not exist")
    apparent = _all_measures(outcome, refit(np.arange(n)), weights=np.ones((1, n)))[0]
    gaps = np.empty((len(rows), len(MEASURES)))
    for index, sample in enumerate(rows):
        drawn = np.bincount(sample, minlength=n).astype(np.float64)
        both = _all_measures(outcome, refit(sample), weights=np.stack([drawn, np.ones(n)]))
        gaps[index] = both[0] - both[1]
    found = []
    for position, measure in enumerate(MEASURES):
        known = gaps[np.isfinite(gaps[:, position]), position]
        bias = float(known.mean()) if known.size else float("nan")
        before = float(apparent[position])
        found.append(OptimismCorrected(measure, before, bias, before - bias, int(known.size)))
    return tuple(found)


def _all_measures(outcome: ArrayLike, risk: ArrayLike, *, weights: FloatArray) -> FloatArray:
    event, predicted = outcome_and_risk(outcome, risk)
    result = performance_in_samples(event, predicted, thresholds=np.array([0.5]), weights=[weights])
    return np.column_stack([getattr(result, measure) for measure in MEASURES])
