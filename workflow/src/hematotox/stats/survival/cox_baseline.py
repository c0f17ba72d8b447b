"""The hazard behind a Cox model: cumulated over its event times, for any patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import FloatArray, InvalidData, covariate_matrix
from hematotox.stats.survival.cox import CoxModel
from hematotox.stats.survival.cox_risk_sets import (
    RiskSets,
    RiskSums,
    risk_sets,
    risk_sums,
    time_sums,
)


@dataclass(frozen=True, slots=True, eq=False)
class BaselineHazard:
    """Cumulative hazard of one stratum for a patient with the given covariates.

    Attributes
    ----------
    stratum : the stratum, None in a model without strata
    time : event times, ascending
    cumulative_hazard : up to and including `time`
    """

    stratum: Any
    time: FloatArray
    cumulative_hazard: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Accumulated:
    """Sums over the event times of a stratum up to each of the chosen times.

    Attributes
    ----------
    hazard, variance : (m,) cumulative hazard at the centre, and its variance if the
        coefficients were known
    mean_hazard : (p, m) hazard times the mean of the covariates
    """

    hazard: FloatArray
    variance: FloatArray
    mean_hazard: FloatArray


def baseline_hazard(
    model: CoxModel, *, covariates: ArrayLike | None = None
) -> tuple[BaselineHazard, ...]:
    """Cumulative baseline hazard of each stratum, with the model's own treatment of ties.

    Parameters
    ----------
    model : from `cox`
    covariates : (p,) the patient it refers to, all zero by default

    Raises
    ------
    InvalidData
        Missing covariates or another number of them.

    References
    ----------
    Efron, JASA 1977; Breslow 1972. R: `basehaz(coxph(...), newdata)`.

    Examples
    --------
    >>> from hematotox.stats import baseline_hazard, cox
    >>> model = cox(time=[1, 2, 3], event=[1, 0, 1], covariates=[0, 0, 0])
    >>> baseline_hazard(model)[0].cumulative_hazard.round(4).tolist()
    [0.3333, 1.3333]
    """
    p = model.last_iterate.size
    given = np.zeros(p) if covariates is None else np.asarray(covariates)
    patient = new_covariates(model, given[None])
    sets, sums, coefficient = estimated(model)
    found = []
    for code, level in enumerate(model.data.strata_levels):
        time = event_times(sets, code)
        _, risk = relative_risk(sets, sums.shift, (patient, coefficient), code)
        hazard = accumulated(sets, sums, code, time).hazard
        found.append(BaselineHazard(level, time, times_risk(risk, hazard)[0]))
    return tuple(found)


def new_covariates(model: CoxModel, covariates: ArrayLike) -> FloatArray:
    """Check the covariates of new patients, (k, p) or (k,) for a model with one."""
    given = np.asarray(covariates)
    matrix = covariate_matrix(given, length=given.shape[0] if given.ndim else 1)
    if matrix.shape[1] != model.last_iterate.size:
        raise InvalidData(
            f"covariates: {matrix.shape[1]} columns where the model has {model.last_iterate.size}"
        )
    return matrix


def estimated(model: CoxModel) -> tuple[RiskSets, RiskSums, FloatArray]:
    """Return the risk sets, their sums at the estimate, and the standardised coefficients."""
    sets = risk_sets(model.data)
    coefficient = model.last_iterate * sets.scale
    sums = risk_sums(sets, coefficient)
    if sums is None:
        raise InvalidData("covariates: the linear predictors of the fit are too far apart")
    return sets, sums, coefficient


def times_risk(risk: FloatArray, height: FloatArray) -> FloatArray:
    """Return risk times height, 0 where the height is, even for a risk beyond a double."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(height == 0, 0.0, risk[:, None] * height)


def relative_risk(
    sets: RiskSets, shift: float, patients: tuple[FloatArray, FloatArray], code: int
) -> tuple[FloatArray, FloatArray]:
    """Return standardised covariates and the risk relative to the sums of `risk_sums`."""
    covariates, coefficient = patients
    z = (covariates - sets.centre[code]) / np.where(sets.scale > 0, sets.scale, 1.0)
    with np.errstate(over="ignore"):
        return z, np.exp(z @ coefficient - shift)


def event_times(sets: RiskSets, code: int) -> FloatArray:
    """Return the event times of a stratum, ascending."""
    first, last = sets.event_bounds[code], sets.event_bounds[code + 1]
    return sets.event_time[first:last][::-1]


def accumulated(sets: RiskSets, sums: RiskSums, code: int, times: FloatArray) -> Accumulated:
    """Add up hazard, variance and mean covariates of a stratum until each of the times."""
    hazard_rows = sets.row_weight / sums.total
    with np.errstate(over="ignore"):  # at the end of a stratum whose risks are far apart
        variance_rows = hazard_rows / sums.total
    increments = np.vstack(
        [
            sums.hazard,
            time_sums(sets, variance_rows),
            time_sums(sets, hazard_rows * sums.mean),
        ]
    )
    first, last = sets.event_bounds[code], sets.event_bounds[code + 1]
    total = np.cumsum(increments[:, first:last][:, ::-1], axis=1)
    total = np.hstack([np.zeros((total.shape[0], 1)), total])
    reached = total[:, np.searchsorted(event_times(sets, code), times, side="right")]
    return Accumulated(hazard=reached[0], variance=reached[1], mean_hazard=reached[2:])
