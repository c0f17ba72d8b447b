"""Who counts how much at a horizon when some patients are censored before it.

Cases have the event of interest by the horizon; controls are free of it then, those with a
competing event included. Patients censored before the horizon are represented by the others
through inverse probability of censoring weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    competing_data,
    finite_vector,
)
from hematotox.stats.survival.censoring_distribution import (
    CensoringDistribution,
    censoring_distribution,
)


@dataclass(frozen=True, slots=True, eq=False)
class HorizonWeights:
    """Weights of the patients at one horizon.

    Attributes
    ----------
    case : (n,) weight of a case, else 0
    control : (n,) weight of a control known at the horizon, else 0
    competing : (n,) weight of a control with an earlier competing event, else 0
    """

    case: FloatArray
    control: FloatArray
    competing: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FollowUp:
    """Checked follow-up with its censoring distribution."""

    time: FloatArray
    status: IntArray
    censoring: CensoringDistribution

    def at(self, horizon: float) -> HorizonWeights:
        """Return the weights of the patients at a horizon."""
        early = self.time <= horizon
        by_event = 1 / np.where(early & (self.status > 0), self.censoring.before(self.time), np.inf)
        at_horizon = float(self.censoring.after(np.array([horizon]))[0])
        late = np.zeros(self.time.size) if early.all() else ~early / at_horizon
        return HorizonWeights(by_event * (self.status == 1), late, by_event * (self.status > 1))

    def through_censoring(
        self, horizon: float, *, early: FloatArray, late: FloatArray
    ) -> FloatArray:
        """Return each patient's influence through the estimated censoring distribution.

        `early` are contributions weighted by 1 / G before the patient's own event, `late` those
        weighted by 1 / G at the horizon; both react to the hazard of censoring before that.
        """
        known = self.censoring
        position = np.searchsorted(known.time, self.time)
        own = np.bincount(position, weights=early, minlength=known.time.size)
        later = early.sum() - np.cumsum(own) + late.sum()
        effect = np.where(known.time <= horizon, later, 0.0) / known.n_risk
        compensator = np.cumsum(effect * known.n_censored / known.n_risk)
        return np.asarray((self.status == 0) * effect[position] - compensator[position])


def follow_up_to(
    time: ArrayLike, status: ArrayLike, *, horizons: ArrayLike
) -> tuple[FollowUp, FloatArray]:
    """Check follow-up and horizons.

    Raises
    ------
    InvalidData
        Missing, negative or impossible values, lengths that differ, no horizon.
    """
    times, codes = competing_data(time=time, status=status)
    at = finite_vector(horizons, name="horizons")
    if at.size == 0 or (at < 0).any():
        raise InvalidData("horizons: at least one, none negative, is needed")
    return FollowUp(times, codes, censoring_distribution(time=times, status=codes)), at


def horizon_columns(values: ArrayLike, *, name: str, shape: tuple[int, int]) -> FloatArray:
    """Return one column of a marker for each horizon.

    Raises
    ------
    InvalidData
        Missing or infinite values, another shape.
    """
    matrix = np.asarray(values, dtype=np.float64)
    if matrix.ndim == 1:
        matrix = np.repeat(matrix[:, None], shape[1], axis=1)
    if matrix.shape != shape:
        raise InvalidData(f"{name}: {matrix.shape} where {shape} is needed")
    if not np.isfinite(matrix).all():
        raise InvalidData(f"{name}: {int((~np.isfinite(matrix)).sum())} missing or infinite values")
    return matrix


def influence_std_error(influence: FloatArray) -> FloatArray:
    """Return the standard error at each horizon from the patients' (t, n) influence."""
    n = influence.shape[1]
    if n < 2:
        return np.full(len(influence), np.nan)
    return np.asarray(influence.std(axis=1, ddof=1) / np.sqrt(n))
