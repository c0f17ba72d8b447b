"""Score residuals of a Cox model and the sandwich variance made of them."""

from __future__ import annotations

import numpy as np

from hematotox.stats.numerics.survival_data import FloatArray, IntArray
from hematotox.stats.survival.cox_risk_sets import (
    RiskSets,
    RiskSums,
    exposure,
    own_hazard,
    time_sums,
)


def score_residuals(sets: RiskSets, sums: RiskSums) -> FloatArray:
    """Return the (p, n) contributions of the sorted patients to the score.

    A patient's own event adds its covariates minus their mean in the risk set (over the rows of
    the tie correction); every event time survived takes away the hazard run times the
    difference from the mean.

    References
    ----------
    Therneau and Grambsch, Modeling Survival Data, 2000, section 4.3; with tied events as in R's
    `residuals(coxph, type = "score")`.
    """
    deaths = np.bincount(sets.row_time, minlength=sets.death_start.size)
    mean_hazard = exposure(sets, sets.row_weight / sums.total * sums.mean)
    residuals = -sums.risk * (sets.x * own_hazard(sets, sums) - mean_hazard)
    mean_at_event = (time_sums(sets, sums.mean) / deaths)[:, sets.row_time]
    residuals[:, sets.death] += sets.x[:, sets.death] - mean_at_event
    return residuals


def robust_covariance(
    sets: RiskSets, sums: RiskSums, *, naive: FloatArray, cluster: IntArray | None
) -> FloatArray:
    """Return the sandwich covariance of the coefficients of the standardised covariates.

    Parameters
    ----------
    sets, sums : risk sets and their sums at the estimate
    naive : (p, p) inverse information
    cluster : (n,) code of the cluster of each patient, in the order of the data; None takes
        every patient as a cluster

    References
    ----------
    Lin and Wei, JASA 1989. R: `coxph(..., cluster = )`, `coxph(..., robust = TRUE)`.
    """
    contributions = sets.weight * score_residuals(sets, sums)
    if cluster is not None:
        codes = cluster[sets.order]
        summed = [np.bincount(codes, weights=row) for row in contributions]
        contributions = np.array(summed, dtype=np.float64)
        contributions = contributions.reshape(naive.shape[0], int(codes.max()) + 1)
    change = naive @ contributions
    return change @ change.T
