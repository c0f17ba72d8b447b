"""Performance of a logistic model, corrected for its optimism in the patients it was made from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    covariate_matrix,
    status_codes,
)

NEWTON_STEPS, NEWTON_TOLERANCE = 50, 1e-10
LARGEST_LOG_ODDS = 30.0
"""A coefficient of a standardised column this large is on its way to infinity."""
RIDGE = 1e-13
"""Share of the information that keeps a step from a column that a sample does not vary in."""
SAMPLED_AT_ONCE = 500_000
"""Patients of all samples together that are handled at once, to stay within memory."""
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


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Patients by equal covariates: design (k, q), and cases and all of each cell (b, k)."""

    design: FloatArray
    cases: FloatArray
    all: FloatArray


def optimism(
    *, outcome: ArrayLike, covariates: ArrayLike, samples: ArrayLike
) -> tuple[OptimismCorrected, ...]:
    """Correct the performance of a logistic model for optimism by making it again in samples.

    Parameters
    ----------
    outcome : (n,) 1 if the patient had the event, else 0
    covariates : (n, p) of the model
    samples : (b, n) rows of each bootstrap sample, for example
        ``rng.integers(0, n, size=(200, n))``; a sample in which the model has no finite estimate
        does not count

    Raises
    ------
    InvalidData
        Missing values, rows that do not exist.

    References
    ----------
    Harrell, Lee and Mark, Stat Med 1996;15:361-87; R ``rms::validate``.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats import optimism
    >>> rng = np.random.default_rng(1)
    >>> age = rng.normal(60, 10, 100)
    >>> outcome = (rng.random(100) < 0.4).astype(int)
    >>> auc, *_ = optimism(
    ...     outcome=outcome, covariates=age, samples=rng.integers(0, 100, (50, 100))
    ... )
    >>> auc.corrected < auc.apparent
    True
    """
    n = np.asarray(outcome).size
    event = status_codes(outcome, length=n, largest=1)
    matrix = covariate_matrix(covariates, length=n)
    rows = np.asarray(samples)
    if rows.ndim != 2 or rows.dtype.kind not in "iu" or rows.size == 0:
        raise InvalidData("samples: a (b, n) array of row numbers is needed")
    if rows.min() < 0 or rows.max() >= n:
        raise InvalidData("samples: rows that do not exist")
    whole = _cells(event, matrix, np.ones((1, n)))
    apparent = _performance(_fit(whole), whole, whole)[0]
    pieces = np.array_split(rows, 1 + rows.size // SAMPLED_AT_ONCE)
    gaps = np.concatenate([_gaps(event, matrix, whole, piece) for piece in pieces if len(piece)])
    found = []
    for position, measure in enumerate(MEASURES):
        known = gaps[np.isfinite(gaps).all(axis=1), position]
        bias = float(known.mean()) if known.size else float("nan")
        before = float(apparent[position])
        found.append(OptimismCorrected(measure, before, bias, before - bias, int(known.size)))
    return tuple(found)


def _gaps(event: IntArray, matrix: FloatArray, whole: _Cells, rows: IntArray) -> FloatArray:
    """Return how much better (b, 4) each sample's model is in its sample than in all patients."""
    counts = np.stack([np.bincount(row, minlength=event.size) for row in rows])
    drawn = _cells(event, matrix, counts.astype(np.float64))
    coefficients = _fit(drawn)
    return _performance(coefficients, drawn, drawn) - _performance(coefficients, drawn, whole)


def _cells(event: IntArray, matrix: FloatArray, counts: FloatArray) -> _Cells:
    """Join patients with equal covariates, whose risks are then equal to the last bit."""
    unique, place = np.unique(matrix, axis=0, return_inverse=True)
    spread = matrix.std(axis=0)
    scaled = (unique - matrix.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    member = np.zeros((place.size, len(unique)))
    member[np.arange(place.size), place.ravel()] = 1.0
    design = np.column_stack([np.ones(len(unique)), scaled])
    return _Cells(design, counts @ (member * event[:, None]), counts @ member)


def _fit(cells: _Cells) -> FloatArray:
    """Return the coefficients (b, q) of the model in every sample."""
    return _newton(cells.design[None], np.zeros(1), cells)


def _performance(coefficients: FloatArray, made_in: _Cells, tried_in: _Cells) -> FloatArray:
    """Return the measures (b, 4) of models made in some patients, tried in these or others."""
    log_odds = coefficients @ made_in.design.T
    risk = expit(log_odds)
    total = tried_in.all.sum(axis=1)
    controls = tried_in.all - tried_in.cases
    squares = (tried_in.cases * (1 - risk) ** 2 + controls * risk**2).sum(axis=1) / total
    intercept, slope = np.zeros(len(risk)), np.ones(len(risk))  # where it was made
    if tried_in is not made_in:
        ones = np.ones((*log_odds.shape, 1))
        intercept = _newton(ones, log_odds, tried_in)[:, 0]
        both = np.concatenate([ones, log_odds[:, :, None]], axis=2)
        slope = _newton(both, np.zeros(1), tried_in)[:, 1]
    return np.column_stack([_areas(log_odds, tried_in), intercept, slope, squares])


def _newton(design: FloatArray, offset: FloatArray, cells: _Cells) -> FloatArray:
    """Fit a logistic model in every sample at once; NaN where it has no finite estimate.

    `design` is (b, k, q), or (1, k, q) for all samples, `offset` (b, k) or a number.
    """
    b, q = max(len(cells.all), len(design)), design.shape[2]
    found, step = np.zeros((b, q)), np.full((b, q), np.inf)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(NEWTON_STEPS):
            risk = expit((design @ found[:, :, None])[:, :, 0] + offset)
            score = ((cells.cases - cells.all * risk)[:, None, :] @ design)[:, 0]
            spread = design * (cells.all * risk * (1 - risk))[:, :, None]
            information = spread.transpose(0, 2, 1) @ design
            scale = np.trace(information, axis1=1, axis2=2)[:, None, None]
            information = information + (RIDGE * scale + 1e-300) * np.eye(q)
            step = np.linalg.solve(information, score[:, :, None])[:, :, 0]
            found = np.clip(found + step, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)
            if np.abs(step).max() <= NEWTON_TOLERANCE:
                break
    lost = (np.abs(step) > NEWTON_TOLERANCE).any(axis=1)
    found[lost | (np.abs(found) >= LARGEST_LOG_ODDS).any(axis=1)] = np.nan
    return found


def _areas(log_odds: FloatArray, cells: _Cells) -> FloatArray:
    """Return the area under the ROC curve of each sample's model."""
    order = np.argsort(log_odds, axis=1)
    whole = np.broadcast_to(cells.all, log_odds.shape)
    cases = np.take_along_axis(np.broadcast_to(cells.cases, log_odds.shape), order, axis=1)
    controls = np.take_along_axis(whole, order, axis=1) - cases
    below = np.cumsum(controls, axis=1) - controls / 2
    pairs = cases.sum(axis=1) * controls.sum(axis=1)
    beaten = (cases * below).sum(axis=1)
    return np.divide(beaten, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)
