"""What a Cox model is fitted to: checked follow-up, covariates, strata, weights, clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.case_weights import case_weights
from hematotox.stats.numerics.survival_data import (
    FloatArray,
    IntArray,
    InvalidData,
    covariate_matrix,
    groups,
    survival_data,
)

Ties = Literal["efron", "breslow"]


@dataclass(frozen=True, slots=True, eq=False)
class CoxSettings:
    """How a Cox model is fitted.

    Attributes
    ----------
    weights : (n,) case weights; patients of weight 0 are left out
    ties : how equal event times are treated; Efron's method is the more exact one
    robust : a sandwich variance with every patient a cluster; implied by clusters
    conf_level : coverage of the limits
    """

    weights: ArrayLike | None = None
    ties: Ties = "efron"
    robust: bool = False
    conf_level: float = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class CoxData:
    """Patients with a weight above 0, in the order given.

    Attributes
    ----------
    time, event, covariates, weight : follow-up, event, (n, p) covariates, case weight
    stratum, strata_levels : code of the stratum of each patient, and the strata
    cluster : code of the cluster of each patient, or None
    row : position of each patient in the vectors handed over
    ties : treatment of equal event times
    """

    time: FloatArray
    event: IntArray
    covariates: FloatArray
    weight: FloatArray
    stratum: IntArray
    strata_levels: tuple[Any, ...]
    cluster: IntArray | None
    row: IntArray
    ties: Ties


def cox_data(
    *,
    time: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    strata: ArrayLike | None,
    cluster: ArrayLike | None,
    settings: CoxSettings,
) -> CoxData:
    """Check everything a Cox model needs and leave out patients of weight 0.

    Raises
    ------
    InvalidData
        Missing, impossible or unequally long input, or an unknown treatment of ties.
    """
    times, events = survival_data(time=time, event=event)
    n = times.size
    if settings.ties not in ("efron", "breslow"):
        raise InvalidData("ties: efron or breslow is needed")
    matrix = covariate_matrix(covariates, length=n)
    weight = case_weights(settings.weights, length=n)
    stratum, levels = np.zeros(n, dtype=np.int64), (None,)
    if strata is not None:
        coded = groups(strata, name="strata", length=n)
        stratum, levels = coded.codes, coded.levels
    clusters = None if cluster is None else groups(cluster, name="cluster", length=n).codes
    row = np.flatnonzero(weight > 0)
    return CoxData(
        time=times[row],
        event=events[row],
        covariates=matrix[row],
        weight=weight[row],
        stratum=stratum[row],
        strata_levels=levels,
        cluster=None if clusters is None else clusters[row],
        row=row,
        ties=settings.ties,
    )
