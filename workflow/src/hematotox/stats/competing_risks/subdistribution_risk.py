"""Risk sets of the subdistribution hazard, weighted by the censoring distribution.

A patient with a competing event stays in the risk set of every later event, with the probability
of still being uncensored then. Everything here is one pass over patients sorted by time: the sums
over risk sets at the event times are cumulative sums, and the information needs no matrix per
event time, because exchanging the sums over events and patients turns it into one product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hematotox.stats.numerics.survival_data import FloatArray, IntArray

CensoringTies = Literal["with events", "after events"]

EVENT, COMPETING = 1, 2

# A risk set whose sum is smaller than this, next to a largest relative risk of 1, has vanished.
VANISHED = 1e-280


@dataclass(frozen=True, slots=True)
class CensoringGroup:
    """Patients who share a censoring distribution G.

    Attributes
    ----------
    times, counts : (c,) distinct censoring times and censorings there
    at_risk : (c,) patients of the group who could be censored there
    at_events : (m,) G just before each event time
    own_events : (m,) events of interest of the group at each event time
    competing : positions of the group's patients with a competing event, by time
    """

    times: FloatArray
    counts: FloatArray
    at_risk: FloatArray
    at_events: FloatArray
    own_events: FloatArray
    competing: IntArray


@dataclass(frozen=True, slots=True)
class SubdistributionRisk:
    """One stratum, sorted by time.

    Attributes
    ----------
    row : (n,) position of each patient in the vectors handed over
    time, kind : (n,) follow-up; 0 censored, 1 event of interest, 2 competing event
    design : (p + 1, n) a row of ones above the standardised covariates
    event_time, event_count : (m,) distinct times of the event of interest, and events there
    first : (m,) position of the first patient followed to each event time
    passed : (n,) event times up to and including each patient's own time
    censoring_group : (n,) position in `censoring`
    kept_weight : (n,) 1 / G at the own time after a competing event, else 0
    censoring : the censoring distributions
    """

    row: IntArray
    time: FloatArray
    kind: IntArray
    design: FloatArray
    event_time: FloatArray
    event_count: FloatArray
    first: IntArray
    passed: IntArray
    censoring_group: IntArray
    kept_weight: FloatArray
    censoring: tuple[CensoringGroup, ...]


@dataclass(frozen=True, slots=True)
class RiskSums:
    """Sums over the risk sets at given coefficients.

    Attributes
    ----------
    relative_risk : (n,) exp(linear predictor), up to a common factor
    total : (m,) sum of the weighted relative risks at each event time
    vanished : some total is 0 as far as numbers go, so that the rest means nothing
    mean : (p, m) weighted mean of the covariates
    jump : (m,) increase of the baseline cumulative hazard, up to the same factor
    shift : logarithm of the common factor
    """

    relative_risk: FloatArray
    total: FloatArray
    vanished: bool
    mean: FloatArray
    jump: FloatArray
    shift: float


def subdistribution_risk(
    *,
    row: IntArray,
    time: FloatArray,
    kind: IntArray,
    covariates: FloatArray,
    censoring_group: IntArray,
    ties: CensoringTies,
) -> SubdistributionRisk:
    """Sort one stratum by time and estimate its censoring distributions.

    Parameters
    ----------
    row, time, kind, censoring_group : (n,) as in `SubdistributionRisk`, in any order
    covariates : (p, n) standardised
    ties : whether an event on the day of a censoring is still at risk of censoring, as in R
        `crr`, or comes first, as in R `finegray`
    """
    order = np.argsort(time, kind="stable")
    row, time, kind, group = row[order], time[order], kind[order], censoring_group[order]
    design = np.concatenate([np.ones((1, time.size)), covariates[:, order]])
    event_time, event_count = np.unique(time[kind == EVENT], return_counts=True)
    kept_weight = np.zeros(time.size)
    censoring = []
    for code in range(int(group.max()) + 1):
        members = np.flatnonzero(group == code)
        estimate, own = _censoring(time, kind, members=members, event_time=event_time, ties=ties)
        kept_weight[estimate.competing] = 1 / own
        censoring.append(estimate)
    return SubdistributionRisk(
        row=row,
        time=time,
        kind=kind,
        design=design,
        event_time=event_time,
        event_count=event_count.astype(np.float64),
        first=np.searchsorted(time, event_time),
        passed=np.searchsorted(event_time, time, side="right"),
        censoring_group=group,
        kept_weight=kept_weight,
        censoring=tuple(censoring),
    )


def _censoring(
    time: FloatArray,
    kind: IntArray,
    *,
    members: IntArray,
    event_time: FloatArray,
    ties: CensoringTies,
) -> tuple[CensoringGroup, FloatArray]:
    """Kaplan-Meier estimate of one censoring distribution, and G at the competing events."""
    followed = time[members]
    competing = members[kind[members] == COMPETING]
    times, counts = np.unique(followed[kind[members] == 0], return_counts=True)
    before = np.searchsorted(followed, times, side="left")
    if ties == "after events":
        before = np.searchsorted(followed, times, side="right") - counts
    at_risk = (followed.size - before).astype(np.float64)
    curve = np.concatenate([[1.0], np.cumprod((at_risk - counts) / at_risk)])

    def just_before(at: FloatArray) -> FloatArray:
        passed = np.searchsorted(times, at, side="left")
        if ties == "with events":
            # crr has no time before 0: what is censored on day 0 counts for events on day 0.
            passed = np.where(at == 0, np.searchsorted(times, at, side="right"), passed)
        return np.asarray(curve[passed])

    own_event = followed[kind[members] == EVENT]
    last = followed[-1] if followed.size else -np.inf
    estimate = CensoringGroup(
        times=times,
        counts=counts.astype(np.float64),
        at_risk=at_risk,
        # Nobody of the group is left after its last follow-up, censored or not.
        at_events=np.where(event_time <= last, just_before(event_time), 0.0),
        own_events=np.bincount(
            np.searchsorted(event_time, own_event), minlength=event_time.size
        ).astype(np.float64),
        competing=competing,
    )
    return estimate, just_before(time[competing])


def risk_sums(risk: SubdistributionRisk, coefficient: FloatArray) -> RiskSums:
    """Sum relative risks and covariates over the risk set of every event time."""
    predictor = coefficient @ risk.design[1:]
    shift = float(predictor.max())
    relative_risk = np.exp(predictor - shift)
    weighted = risk.design * relative_risk
    if risk.event_time.size == 0:
        empty = np.zeros((coefficient.size, 0))
        return RiskSums(relative_risk, np.zeros(0), False, empty, np.zeros(0), shift)
    between = np.add.reduceat(weighted, risk.first, axis=1)
    sums = between[:, ::-1].cumsum(axis=1)[:, ::-1]
    for group in risk.censoring:
        sums = sums + group.at_events * prefix_sums(
            weighted[:, group.competing] * risk.kept_weight[group.competing],
            risk.time[group.competing],
            at=risk.event_time,
        )
    vanished = bool((sums[0] < VANISHED).any())
    total = np.maximum(sums[0], VANISHED)
    jump = risk.event_count / total
    return RiskSums(relative_risk, total, vanished, sums[1:] / total, jump, shift)


def prefix_sums(values: FloatArray, times: FloatArray, *, at: FloatArray) -> FloatArray:
    """Sum the columns whose (sorted) time lies before each of `at`."""
    running = np.concatenate([np.zeros((values.shape[0], 1)), values.cumsum(axis=1)], axis=1)
    return np.asarray(running[:, np.searchsorted(times, at, side="left")])


def until(steps: FloatArray) -> FloatArray:
    """Sum from the start along the last axis; entry j is the sum of the first j steps."""
    return np.concatenate([np.zeros((*steps.shape[:-1], 1)), steps.cumsum(axis=-1)], axis=-1)


def after(steps: FloatArray) -> FloatArray:
    """Sum to the end along the last axis; entry j is the sum of all but the first j steps."""
    backwards = steps[..., ::-1].cumsum(axis=-1)[..., ::-1]
    return np.concatenate([backwards, np.zeros((*steps.shape[:-1], 1))], axis=-1)


def expected_events(risk: SubdistributionRisk, sums: RiskSums, *, steps: FloatArray) -> FloatArray:
    """Sum `steps` over the event times each patient is in the risk set for, weighted.

    With `sums.jump` as steps this is the number of events a patient was expected to have.

    Parameters
    ----------
    steps : (..., m) one value, or one vector, per event time
    """
    total = until(steps)[..., risk.passed]
    for group in risk.censoring:
        later = after(steps * group.at_events)[..., risk.passed[group.competing]]
        total[..., group.competing] += later * risk.kept_weight[group.competing]
    return np.asarray(total * sums.relative_risk)


def log_likelihood(
    risk: SubdistributionRisk, coefficient: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Log partial likelihood (Breslow), score and information of one stratum."""
    sums = risk_sums(risk, coefficient)
    if sums.vanished:
        return -np.inf, np.zeros_like(coefficient), np.zeros((coefficient.size,) * 2)
    of_events = risk.design[1:, risk.kind == EVENT].sum(axis=1)
    value = of_events @ coefficient - risk.event_count @ (np.log(sums.total) + sums.shift)
    score = of_events - sums.mean @ risk.event_count
    return float(value), score, information(risk, sums, weight=np.ones_like(sums.total))


def information(risk: SubdistributionRisk, sums: RiskSums, *, weight: FloatArray) -> FloatArray:
    """Sum the covariance of the covariates in the risk set, times `weight`, over the events."""
    z = risk.design[1:]
    expected = expected_events(risk, sums, steps=sums.jump * weight)
    return np.asarray((z * expected) @ z.T - (sums.mean * risk.event_count * weight) @ sums.mean.T)
