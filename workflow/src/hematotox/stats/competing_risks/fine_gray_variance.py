"""What each patient contributes to the coefficients of a Fine-Gray model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hematotox.stats.competing_risks.subdistribution_risk import (
    EVENT,
    CensoringGroup,
    RiskSums,
    SubdistributionRisk,
    after,
    expected_events,
    prefix_sums,
    until,
)
from hematotox.stats.numerics.survival_data import FloatArray, IntArray


def contributions(
    risk: SubdistributionRisk,
    sums: RiskSums,
    *,
    weight: FloatArray,
    known_censoring: bool,
) -> FloatArray:
    """Contribution of every patient to the score, (p, n).

    Parameters
    ----------
    weight : (m,) a weight of every event time: 1 for the score itself, a function of time for
        the score of an effect that changes with it
    known_censoring : leave out what estimating the censoring distribution adds
    """
    residual = score_residuals(risk, sums, weight=weight)
    return (
        residual if known_censoring else residual + censoring_residuals(risk, sums, weight=weight)
    )


def score_residuals(risk: SubdistributionRisk, sums: RiskSums, *, weight: FloatArray) -> FloatArray:
    """Score residual of every patient, (p, n), the censoring distribution taken as known.

    References
    ----------
    Fine and Gray, JASA 94 (1999) 496, eta in equation 7.
    """
    z = risk.design[1:]
    residual = expected_events(risk, sums, steps=sums.jump * weight * sums.mean)
    residual -= z * expected_events(risk, sums, steps=sums.jump * weight)
    event = np.flatnonzero(risk.kind == EVENT)
    at = risk.passed[event] - 1
    residual[:, event] += (z[:, event] - sums.mean[:, at]) * weight[at]
    return residual


def censoring_residuals(
    risk: SubdistributionRisk, sums: RiskSums, *, weight: FloatArray
) -> FloatArray:
    """Contribution of every patient through the estimated censoring distribution, (p, n).

    Follows `crr` in its treatment of ties: q(u) sums over competing events strictly before u and
    over event times from u on; the number at risk of censoring includes events at the same time.
    With several censoring groups it follows `crr`, too, in taking the events of the group alone
    in q, where the paper's formula, written for one group, would take all of them.

    References
    ----------
    Fine and Gray, JASA 94 (1999) 496, psi in equation 7; R `cmprsk::crr`.
    """
    residual = np.zeros((risk.design.shape[0] - 1, risk.time.size))
    for code, group in enumerate(risk.censoring):
        earlier = earlier_competing(risk, sums, group=group)
        steps = group.at_events * group.own_events / sums.total * weight
        from_here = np.searchsorted(risk.event_time, group.times, side="left")
        q = earlier[1:] * after(steps)[from_here]
        q -= earlier[0] * after(steps * sums.mean)[:, from_here]
        members = np.flatnonzero(risk.censoring_group == code)
        residual[:, members] = censoring_martingale(
            group, q, time=risk.time[members], censored=risk.kind[members] == 0
        )
    return residual


def earlier_competing(
    risk: SubdistributionRisk, sums: RiskSums, *, group: CensoringGroup
) -> FloatArray:
    """Sum risk (row 0) and risk times covariates over competing events before each censoring."""
    chosen = group.competing
    weight = risk.kept_weight[chosen] * sums.relative_risk[chosen]
    return prefix_sums(risk.design[:, chosen] * weight, risk.time[chosen], at=group.times)


def censoring_martingale(
    group: CensoringGroup, q: FloatArray, *, time: FloatArray, censored: NDArray[np.bool_]
) -> FloatArray:
    """Integrate q / Y against the censoring martingale of every patient of a group.

    Parameters
    ----------
    q : (k, c) sensitivity to the censoring hazard at the censoring times of the group
    time, censored : follow-up of its patients
    """
    passed = np.searchsorted(group.times, time, side="right")
    integral = -until(q * group.counts / group.at_risk**2)[:, passed]
    integral[:, censored] += (q / group.at_risk)[:, passed[censored] - 1]
    return np.asarray(integral)


def cluster_sums(residual: FloatArray, *, codes: IntArray, size: int) -> FloatArray:
    """Sum the residuals (p, n) within clusters coded 0 to size - 1."""
    return np.array([np.bincount(codes, weights=row, minlength=size) for row in residual])
