"""Score test of whether subdistribution hazard ratios are constant over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from hematotox.stats.competing_risks.fine_gray import (
    FEW_CLUSTERS,
    MONOTONE,
    NO_EVENTS,
    NOT_CONVERGED,
    FineGrayModel,
)
from hematotox.stats.competing_risks.fine_gray_data import FineGrayData
from hematotox.stats.competing_risks.fine_gray_variance import cluster_sums, contributions
from hematotox.stats.competing_risks.subdistribution_risk import (
    COMPETING,
    EVENT,
    RiskSums,
    SubdistributionRisk,
    information,
    risk_sums,
)
from hematotox.stats.numerics.quadratic_form import quadratic_form
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData
from hematotox.stats.survival.cox import cox_test
from hematotox.stats.survival.proportional_hazards_test import ProportionalHazardsTest

SubdistributionTransform = Literal["km", "identity", "log"]
TestVariance = Literal["sandwich", "information"]

SINGULAR = "not estimable"


def proportional_subdistribution_hazards_test(
    model: FineGrayModel,
    *,
    terms: Sequence[Sequence[int]] | None = None,
    transform: SubdistributionTransform = "km",
    variance: TestVariance = "sandwich",
) -> ProportionalHazardsTest:
    """Test the assumption of proportional subdistribution hazards, for each term and for all.

    The score of an effect that grows with g(t), that is the sum over events of g(t) times the
    Schoenfeld residual, is compared with its variance once the constant effects have been
    estimated. With variance "sandwich" this is the sum of squared contributions of patients (or
    clusters), the estimation of the censoring distribution included, as for the coefficients;
    with "information" the weighted model is treated as an ordinary Cox model.

    Parameters
    ----------
    model : result of `fine_gray`
    terms : the columns of each term, for example [[0], [1, 2]] where a factor has two columns;
        by default each column is a term. Aliased columns do not count.
    transform : g(t): "km" one minus the Kaplan-Meier estimate just before t, with competing
        events kept at risk; "identity"; "log"
    variance : see above

    Raises
    ------
    InvalidData
        An unknown transform, variance or column, or an event at time 0 on the log scale.

    References
    ----------
    Zhou, Fine and Laird, Statistics in Medicine 32 (2013) 3804; Grambsch and Therneau,
    Biometrika 81 (1994) 515. With "information" and a model with clusters (or without ties) it
    equals R `cox.zph(coxph(Surv(fgstart, fgstop, fgstatus) ~ x, weights=fgwt, ties="breslow"))`
    on `finegray` data.

    Examples
    --------
    >>> from hematotox.stats import fine_gray, proportional_subdistribution_hazards_test
    >>> model = fine_gray(
    ...     time=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    ...     status=[1, 1, 2, 1, 0, 2, 1, 0, 2, 1, 1, 0],
    ...     covariates=[1, 0, 1, 1, 0, 1, 0, 1, 1, 0, 0, 1],
    ... )
    >>> test = proportional_subdistribution_hazards_test(model)
    >>> round(test.overall.p_value, 2)
    0.07
    """
    if variance not in ("sandwich", "information"):
        raise InvalidData('variance: "sandwich" or "information" is needed')
    size = model.coefficient.size
    columns = [[column] for column in range(size)] if terms is None else [list(t) for t in terms]
    if any(not 0 <= column < size for term in columns for column in term):
        raise InvalidData(f"terms: columns from 0 to {size - 1} are needed")
    place = np.cumsum(model.data.kept) - 1
    kept = [[int(place[c]) for c in term if model.data.kept[c]] for term in columns]
    kept.append(list(range(int(model.data.kept.sum()))))
    if not model.converged:
        trouble = tuple(c for c in model.condition if c in (NO_EVENTS, MONOTONE, NOT_CONVERGED))
        tests = [cox_test(np.nan, len(term)) for term in kept]
    else:
        score, spread = _trend(model, transform=transform, variance=variance)
        tests = [
            cox_test(quadratic_form(score[term], spread[np.ix_(term, term)]), len(term))
            for term in kept
        ]
        trouble = (SINGULAR,) if any(t.df and np.isnan(t.statistic) for t in tests) else ()
        if variance == "sandwich" and FEW_CLUSTERS in model.condition:
            trouble += (FEW_CLUSTERS,)
    return ProportionalHazardsTest(
        terms=tuple(tests[:-1]), overall=tests[-1], transform=transform, condition=trouble
    )


def _trend(
    model: FineGrayModel, *, transform: SubdistributionTransform, variance: TestVariance
) -> tuple[FloatArray, FloatArray]:
    """Score of the effects that grow with g(t), and its variance given the constant ones."""
    data = model.data
    beta = model.last_iterate[data.kept] * data.scale[data.kept]
    sums = [risk_sums(part, beta) for part in data.strata]
    grown = _centred_transform(data, transform)
    pairs = list(zip(data.strata, sums, grown, strict=True))

    def total(power: int) -> FloatArray:
        return np.asarray(sum(information(part, s, weight=g**power) for part, s, g in pairs))

    score = np.sum([_schoenfeld(part, s, grown=g) for part, s, g in pairs], axis=0)
    mixed = total(1)
    carried = mixed @ np.linalg.inv(total(0))
    if variance == "information":
        return score, total(2) - carried @ mixed
    return score, _sandwich(data, pairs, carried=carried)


def _schoenfeld(part: SubdistributionRisk, sums: RiskSums, *, grown: FloatArray) -> FloatArray:
    """Sum the Schoenfeld residuals of all events, times g(t)."""
    event = np.flatnonzero(part.kind == EVENT)
    at = part.passed[event] - 1
    return np.asarray((part.design[1:, event] - sums.mean[:, at]) @ grown[at])


def _sandwich(
    data: FineGrayData,
    pairs: list[tuple[SubdistributionRisk, RiskSums, FloatArray]],
    *,
    carried: FloatArray,
) -> FloatArray:
    """Sum of squared contributions of patients or clusters to the score of the trend."""
    known = data.cluster is not None
    by_cluster = np.zeros((carried.shape[0], len(data.cluster.levels) if data.cluster else 0))
    spread = np.zeros_like(carried)
    for part, sums, grown in pairs:
        ones = np.ones_like(grown)
        influence = contributions(part, sums, weight=grown, known_censoring=known)
        influence -= carried @ contributions(part, sums, weight=ones, known_censoring=known)
        if data.cluster is None:
            spread += influence @ influence.T
        else:
            codes = data.cluster.codes[part.row]
            by_cluster += cluster_sums(influence, codes=codes, size=by_cluster.shape[1])
    if by_cluster.shape[1] == 1:
        # A single cluster has no variance to show.
        return np.zeros_like(spread)
    return spread + by_cluster @ by_cluster.T


def _centred_transform(data: FineGrayData, transform: SubdistributionTransform) -> list[FloatArray]:
    """Transform the event times of every stratum and subtract the mean over all events."""
    if transform == "identity":
        grown = [part.event_time for part in data.strata]
    elif transform == "log":
        if any(part.event_time[0] == 0 for part in data.strata):
            raise InvalidData("transform: an event at time 0 has no logarithm")
        grown = [np.log(part.event_time) for part in data.strata]
    elif transform == "km":
        grown = _distribution_before(data)
    else:
        raise InvalidData("transform: one of km, identity, log is needed")
    events = np.concatenate([part.event_count for part in data.strata])
    mean = float(np.average(np.concatenate(grown), weights=events))
    return [values - mean for values in grown]


def _distribution_before(data: FineGrayData) -> list[FloatArray]:
    """One minus Kaplan-Meier just before each event time, competing events kept at risk."""
    time = np.sort(np.concatenate([part.time for part in data.strata]))
    competing = np.sort(np.concatenate([part.time[part.kind == COMPETING] for part in data.strata]))
    events = np.concatenate([part.time[part.kind == EVENT] for part in data.strata])
    at, count = np.unique(events, return_counts=True)
    at_risk = time.size - np.searchsorted(time, at) + np.searchsorted(competing, at)
    before = np.concatenate([[1.0], np.cumprod(1 - count / at_risk)])
    return [1 - before[np.searchsorted(at, part.event_time)] for part in data.strata]
