"""Time-dependent Brier score of predicted risks under censoring and competing risks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData
from hematotox.stats.performance.horizon_weights import (
    HorizonWeights,
    follow_up_to,
    horizon_columns,
    influence_std_error,
)


@dataclass(frozen=True, slots=True, eq=False)
class TimeDependentBrier:
    """Brier score at each horizon.

    Attributes
    ----------
    horizon : (t,)
    estimate, std_error : (t,) mean squared difference of event status and risk
    conf_low, conf_high : (t,) normal limits, clipped at 0
    conf_level : confidence level
    null : (t,) Brier score of the incidence in all patients (Kaplan-Meier or Aalen-Johansen)
    scaled : (t,) index of prediction accuracy, 1 - Brier / null
    condition : statistical trouble in words
    """

    horizon: FloatArray
    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    conf_level: float
    null: FloatArray
    scaled: FloatArray
    condition: tuple[str, ...]


def time_dependent_brier(
    *,
    time: ArrayLike,
    status: ArrayLike,
    risk: ArrayLike,
    horizons: ArrayLike,
    conf_level: float = 0.95,
) -> TimeDependentBrier:
    """Estimate the Brier score of predicted risks of the event by a horizon.

    Parameters
    ----------
    time : (n,) follow-up from the time origin
    status : (n,) 0 censored, 1 event of interest, 2 and above competing events
    risk : (n, t) predicted risk of the event of interest by each horizon, or (n,) for one
    horizons : (t,) horizons
    conf_level : confidence level

    Raises
    ------
    InvalidData
        Missing, negative or impossible values, lengths that differ, risks outside [0, 1].

    References
    ----------
    Graf et al., Stat Med 1999;18:2529-45; Kattan and Gerds, Diagn Progn Res 2018;2:7. R
    ``riskRegression::Score(metrics = "brier", cens.model = "km")``.

    Examples
    --------
    >>> from hematotox.stats import time_dependent_brier
    >>> score = time_dependent_brier(
    ...     time=[1, 2, 3, 4, 5, 6, 7, 8], status=[1, 1, 0, 1, 0, 1, 0, 1],
    ...     risk=[0.8, 0.7, 0.5, 0.6, 0.1, 0.2, 0.3, 0.2], horizons=[4.5],
    ... )
    >>> score.estimate.round(3).tolist(), score.null.round(3).tolist()
    ([0.067], [0.24])
    """
    follow_up, at = follow_up_to(time, status, horizons=horizons)
    risks = horizon_columns(risk, name="risk", shape=(follow_up.time.size, at.size))
    if (risks < 0).any() or (risks > 1).any():
        raise InvalidData("risk: probabilities from 0 to 1 are needed")
    quantile = two_sided_quantile(conf_level)
    estimate, null = np.empty(at.size), np.empty(at.size)
    influence = np.empty((at.size, follow_up.time.size))
    for index, horizon in enumerate(at):
        weights = follow_up.at(float(horizon))
        incidence = np.full(follow_up.time.size, weights.case.mean())
        null[index] = _squares(weights, incidence).sum() / incidence.size
        squares = _squares(weights, risks[:, index])
        estimate[index] = squares.sum() / incidence.size
        late = weights.control * risks[:, index] ** 2
        influence[index] = (
            squares
            - estimate[index]
            + follow_up.through_censoring(float(horizon), early=squares - late, late=late)
        )
    half = quantile * influence_std_error(influence)
    return TimeDependentBrier(
        horizon=at,
        estimate=estimate,
        std_error=influence_std_error(influence),
        conf_low=np.maximum(0, estimate - half),
        conf_high=estimate + half,
        conf_level=conf_level,
        null=null,
        scaled=1 - np.divide(estimate, null, out=np.full(at.size, np.nan), where=null > 0),
        condition=() if (null > 0).all() else ("no events",),
    )


def _squares(weights: HorizonWeights, risk: FloatArray) -> FloatArray:
    """Return each patient's weighted squared error."""
    return weights.case * (1 - risk) ** 2 + (weights.control + weights.competing) * risk**2
