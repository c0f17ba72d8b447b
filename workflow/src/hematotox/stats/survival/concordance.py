"""Discrimination of a risk for a censored outcome: Harrell's C."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.case_weights import case_weights
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    finite_vector,
    groups,
    survival_data,
)
from hematotox.stats.survival.cox import CoxModel
from hematotox.stats.survival.cox_prediction import cox_linear_predictor
from hematotox.stats.survival.dominance import sums_below

NO_PAIRS = "not estimable"


@dataclass(frozen=True, slots=True)
class Concordance:
    """Harrell's C: how often the patient with the higher risk has the event first.

    Attributes
    ----------
    estimate, std_error : C and its infinitesimal-jackknife standard error
    conf_low, conf_high : normal 95 % limits, clipped to the range from 0 to 1
    concordant, discordant, tied_risk : weight of the comparable pairs of each kind; a tied risk
        counts half
    n, n_event : patients and events with a weight above 0
    condition : "not estimable"
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    concordant: float
    discordant: float
    tied_risk: float
    n: int
    n_event: int
    condition: tuple[str, ...]


def concordance(
    *,
    time: ArrayLike,
    event: ArrayLike,
    risk: ArrayLike,
    strata: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> Concordance:
    """Discrimination of a risk score for a time to event (Harrell's C).

    Two patients are comparable if the one with the shorter follow-up had the event; a patient
    censored on the day of another's event outlived it. Two events on one day are not compared.

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    risk : (n,) any number that is higher for a higher risk, such as a linear predictor
    strata : (n,) only patients of one stratum are compared
    weights : (n,) case weights
    cluster : (n,) cluster of each patient: the standard error takes clusters as independent

    Raises
    ------
    InvalidData
        Missing, impossible or unequally long input.

    References
    ----------
    Harrell et al., Stat Med 1996. R: `concordance(Surv(time, event) ~ risk, cluster = ,
    reverse = TRUE)`.

    Examples
    --------
    >>> from hematotox.stats import concordance
    >>> concordance(time=[1, 2, 3, 4], event=[1, 1, 0, 1], risk=[4, 2, 3, 1]).estimate
    0.8
    """
    z = two_sided_quantile(0.95)
    times, events = survival_data(time=time, event=event)
    n = times.size
    score = finite_vector(risk, name="risk", length=n)
    weight = case_weights(weights, length=n)
    stratum = np.zeros(n, dtype=np.int64)
    if strata is not None:
        stratum = groups(strata, name="strata", length=n).codes
    rank = _outlived_rank(times, events, stratum)
    # a patient with an event against those who outlived it, and the other way round
    as_first = events * sums_below(rank=rank, score=score, value=weight, block=stratum)
    as_second = sums_below(
        rank=rank.max() - rank, score=score, value=weight * events, block=stratum
    )
    pairs = as_first[[0, 2, 1]] + as_second[[2, 0, 1]]
    kinds = pairs @ weight / 2
    total = float(kinds.sum())
    estimate, std_error = float("nan"), float("nan")
    if total > 0:
        somers_d = (kinds[0] - kinds[1]) / total
        change = weight * (pairs[0] - pairs[1] - somers_d * pairs.sum(axis=0)) / total
        if cluster is not None:
            change = np.bincount(groups(cluster, name="cluster", length=n).codes, change)
        estimate, std_error = float((somers_d + 1) / 2), float(np.sqrt(change @ change) / 2)
    return Concordance(
        estimate=estimate,
        std_error=std_error,
        conf_low=float(np.maximum(estimate - z * std_error, 0.0)),
        conf_high=float(np.minimum(estimate + z * std_error, 1.0)),
        concordant=float(kinds[0]),
        discordant=float(kinds[1]),
        tied_risk=float(kinds[2]),
        n=int((weight > 0).sum()),
        n_event=int(events[weight > 0].sum()),
        condition=() if total > 0 else (NO_PAIRS,),
    )


def model_concordance(model: CoxModel) -> Concordance:
    """Discrimination of a Cox model in the patients it was fitted to (Harrell's C).

    The standard error takes patients as independent, or the clusters of a model that has them.

    Parameters
    ----------
    model : from `cox`; patients are compared within its strata

    References
    ----------
    R: `concordance(coxph(...))`.

    Examples
    --------
    >>> from hematotox.stats import cox, model_concordance
    >>> model = cox(time=[1, 2, 3, 4], event=[1, 1, 0, 1], covariates=[4, 2, 3, 1])
    >>> model_concordance(model).estimate
    0.8
    """
    data = model.data
    return concordance(
        time=data.time,
        event=data.event,
        risk=cox_linear_predictor(model, data.covariates),
        strata=data.stratum,
        weights=data.weight,
        cluster=data.cluster,
    )


def _outlived_rank(time: FloatArray, event: IntArray, stratum: IntArray) -> IntArray:
    """Rank patients by how long they were known to be free of the event, the longest first.

    On one day a censoring comes before the events, and events of one day share a rank.
    """
    order = np.lexsort((event, -time, stratum))
    steps = np.diff(np.array([stratum[order], time[order], event[order]]), axis=1)
    rank = np.zeros(time.size, dtype=np.int64)
    rank[order[1:]] = np.cumsum(np.any(steps != 0, axis=0))
    return rank
