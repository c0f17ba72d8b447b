"""The risk sets of a Cox model and its partial likelihood, in time n log n.

Patients are sorted once, by stratum and from the longest follow-up to the shortest, so that the
risk set of every event time is a leading part of its stratum and every sum over it is a running
sum. Efron's correction for d equal event times is written as d rows, row l = 0 ... d - 1 with the
share l / d of the events taken out of the risk set; Breslow's is the same with shares of 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hematotox.stats.numerics.survival_data import FloatArray, IntArray
from hematotox.stats.survival.cox_data import CoxData

# exp() of anything wider than this leaves the range of a double.
WIDEST_LINEAR_PREDICTOR = 600.0


@dataclass(frozen=True, slots=True, eq=False)
class RiskSets:
    """Sorted patients, event times and the rows of the tie correction.

    Patients who leave before the first event of their stratum are in no risk set; their
    covariates are zero here.

    Attributes
    ----------
    order : position in the data of each sorted patient
    x : (p, n) covariates, centred within strata and divided by `scale`
    centre : (strata, p) what the covariates are centred at
    scale : (p,) scale of each covariate; 0 for one that is constant in every stratum
    weight, event : sorted case weights and events
    bounds : (strata + 1,) where each stratum begins among the patients
    event_time : (m,) event times, stratum after stratum, latest first
    event_bounds : (strata + 1,) where each stratum begins among the event times
    last : (m,) last patient of each risk set
    reached : (n,) the latest event time a patient reached, m for none
    death : positions of the patients with an event, in the order of the event times
    death_start : (m,) where each event time begins among `death`
    row_time, row_share : event time and share taken out, for each row of the tie correction
    row_weight : mean weight of the events of that time
    """

    order: IntArray
    x: FloatArray
    centre: FloatArray
    scale: FloatArray
    weight: FloatArray
    event: IntArray
    bounds: IntArray
    event_time: FloatArray
    event_bounds: IntArray
    last: IntArray
    reached: IntArray
    death: IntArray
    death_start: IntArray
    row_time: IntArray
    row_share: FloatArray
    row_weight: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class RiskSums:
    """Sums over the risk sets at one value of the coefficients.

    Attributes
    ----------
    risk : (n,) relative risk of each sorted patient, divided by exp(`shift`)
    shift : the largest linear predictor
    total : (rows,) weighted sum of the risks
    mean : (p, rows) risk-weighted mean of the covariates
    hazard : (m,) hazard increment at each event time
    tied_hazard : (m,) the part of it that the tied events themselves do not run
    """

    risk: FloatArray
    shift: float
    total: FloatArray
    mean: FloatArray
    hazard: FloatArray
    tied_hazard: FloatArray


def risk_sets(data: CoxData) -> RiskSets:
    """Sort the patients and lay out their risk sets."""
    order = np.lexsort((-data.event, -data.time, data.stratum))
    time, event = data.time[order], data.event[order]
    stratum, weight = data.stratum[order], data.weight[order]
    n, n_strata = time.size, len(data.strata_levels)
    bounds = np.searchsorted(stratum, np.arange(n_strata + 1))
    new_time = np.ones(n, dtype=bool)
    new_time[1:] = (time[1:] != time[:-1]) | (stratum[1:] != stratum[:-1])
    block = np.cumsum(new_time) - 1
    block_last = np.append(np.flatnonzero(new_time)[1:], n) - 1
    death = np.flatnonzero(event == 1)
    event_block, death_start, deaths = np.unique(
        block[death], return_index=True, return_counts=True
    )
    m = event_block.size
    event_stratum = stratum[block_last[event_block]]
    event_bounds = np.searchsorted(event_stratum, np.arange(n_strata + 1))
    # the first event time of the stratum that is not later than the patient's own time
    reached = np.searchsorted(event_block, block, side="left")
    reached[reached >= event_bounds[stratum + 1]] = m
    row_time = np.repeat(np.arange(m), deaths)
    share = (np.arange(death.size) - death_start[row_time]) / deaths[row_time]
    event_weight = np.add.reduceat(weight[death], death_start) if m else np.zeros(0)
    x, centre, scale = _standardised(data.covariates[order], reached < m, bounds)
    return RiskSets(
        order=order,
        x=x,
        centre=centre,
        scale=scale,
        weight=weight,
        event=event,
        bounds=bounds,
        event_time=time[block_last[event_block]],
        event_bounds=event_bounds,
        last=block_last[event_block],
        reached=reached,
        death=death,
        death_start=death_start,
        row_time=row_time,
        row_share=share if data.ties == "efron" else np.zeros_like(share),
        row_weight=(event_weight / deaths)[row_time],
    )


def _standardised(
    covariates: FloatArray, at_risk: NDArray[np.bool_], bounds: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Centre within strata and scale, so that neither a year nor a share loses digits.

    A covariate is first measured from one patient of the stratum: a constant becomes exactly 0.
    """
    n, p = covariates.shape
    x = np.zeros((p, n))
    centre = np.zeros((bounds.size - 1, p))
    for stratum, (start, stop) in enumerate(pairwise(bounds.tolist())):
        member = np.flatnonzero(at_risk[start:stop]) + start
        if member.size:
            first = covariates[member[0]]
            values = covariates[member] - first
            middle = values.mean(axis=0)
            x[:, member] = (values - middle).T
            centre[stratum] = first + middle
    scale = np.sqrt(np.mean(x**2, axis=1))
    return x / np.where(scale > 0, scale, 1.0)[:, None], centre, scale


def stratum_sums(values: FloatArray, bounds: IntArray, *, backward: bool = False) -> FloatArray:
    """Return running sums along the last axis that start anew in every stratum."""
    sums = np.empty_like(values)
    direction = -1 if backward else 1
    for start, stop in pairwise(bounds.tolist()):
        part = values[..., start:stop][..., ::direction]
        np.cumsum(part, axis=-1, out=sums[..., start:stop][..., ::direction])
    return sums


def time_sums(sets: RiskSets, rows: FloatArray) -> FloatArray:
    """Add up the rows of the tie correction that belong to one event time."""
    if not sets.death_start.size:
        return np.zeros((*rows.shape[:-1], 0))
    return np.add.reduceat(rows, sets.death_start, axis=-1)


def up_to_own_time(sets: RiskSets, increments: FloatArray) -> FloatArray:
    """Return for each sorted patient the sum of the increments up to the own follow-up."""
    sums = stratum_sums(increments, sets.event_bounds, backward=True)
    none = np.zeros((*sums.shape[:-1], 1))
    return np.concatenate([sums, none], axis=-1)[..., sets.reached]


def exposure(sets: RiskSets, rows: FloatArray) -> FloatArray:
    """Return for each sorted patient the sum of (k, rows) values up to the own follow-up.

    A tied event leaves the risk set in the course of its own time and is spared a part of it.
    """
    total = up_to_own_time(sets, time_sums(sets, rows))
    total[..., sets.death] -= time_sums(sets, sets.row_share * rows)[..., sets.row_time]
    return total


def sums_at_risk(sets: RiskSets, values: FloatArray) -> FloatArray:
    """Add up (k, n) values over the risk set of each row of the tie correction."""
    at_risk = stratum_sums(values, sets.bounds)[:, sets.last][:, sets.row_time]
    tied = time_sums(sets, values[:, sets.death])[:, sets.row_time]
    return np.asarray(at_risk - sets.row_share * tied)


def risk_sums(sets: RiskSets, coefficient: FloatArray) -> RiskSums | None:
    """Return the sums over all risk sets; None where the risks leave the range of a double.

    Parameters
    ----------
    sets : from `risk_sets`
    coefficient : (p,) coefficients of the standardised covariates
    """
    predictor = coefficient @ sets.x
    if not np.ptp(predictor) < WIDEST_LINEAR_PREDICTOR:
        return None
    shift = float(predictor.max())
    risk = np.exp(predictor - shift)
    weighted = sets.weight * risk
    rows = sums_at_risk(sets, np.concatenate([weighted[None], weighted * sets.x]))
    hazard_rows = sets.row_weight / rows[0]
    return RiskSums(
        risk=risk,
        shift=shift,
        total=rows[0],
        mean=rows[1:] / rows[0],
        hazard=time_sums(sets, hazard_rows),
        tied_hazard=time_sums(sets, sets.row_share * hazard_rows),
    )


def own_hazard(
    sets: RiskSets, sums: RiskSums, *, time_weight: FloatArray | float = 1.0
) -> FloatArray:
    """Return the cumulative baseline hazard each sorted patient was exposed to.

    A tied event leaves the risk set in the course of its own time and is spared a part of it.
    With `time_weight` (m,) every increment is first multiplied by the weight of its event time.
    """
    exposure = up_to_own_time(sets, sums.hazard * time_weight)
    exposure[sets.death] -= (sums.tied_hazard * time_weight)[sets.row_time]
    return exposure


def information_matrix(
    sets: RiskSets, sums: RiskSums, *, time_weight: FloatArray | float = 1.0
) -> FloatArray:
    """Return the information, each event time multiplied by its weight.

    The sum of x x' over a risk set is never formed: summed over the event times it equals the
    sum over patients of x x' times risk times the cumulative hazard the patient was exposed to.
    """
    exposure = sets.weight * sums.risk * own_hazard(sets, sums, time_weight=time_weight)
    row_weight = sets.row_weight * np.broadcast_to(time_weight, sums.hazard.shape)[sets.row_time]
    information = (sets.x * exposure) @ sets.x.T - (sums.mean * row_weight) @ sums.mean.T
    return np.asarray((information + information.T) / 2)


def partial_likelihood(
    sets: RiskSets, coefficient: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Return the log partial likelihood, its gradient and its information matrix.

    A log likelihood of minus infinity means coefficients too large for a double.
    """
    p = sets.x.shape[0]
    sums = risk_sums(sets, coefficient)
    if sums is None:
        return -np.inf, np.zeros(p), np.zeros((p, p))
    weight = sets.weight[sets.death]
    loglik = weight @ np.log(sums.risk[sets.death]) - sets.row_weight @ np.log(sums.total)
    gradient = sets.x[:, sets.death] @ weight - sums.mean @ sets.row_weight
    return float(loglik), gradient, information_matrix(sets, sums)
