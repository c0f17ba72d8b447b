"""Second opinions on survival curves and their comparison: from lifelines and statsmodels.

See `second_opinion`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.libraries.second_opinion import quiet
from hematotox.stats.numerics.survival_data import FloatArray

FLAT_STEP = 1e-7
"""A curve this near to a share counts as exactly at it: there lifelines and R read two times."""


@dataclass(frozen=True, slots=True, eq=False)
class CurveOpinion:
    """Kaplan-Meier estimates by a library.

    Attributes
    ----------
    survival, conf_low, conf_high : (m,) at the times asked for, limits on the log(-log) scale
    quantile : (k,) times by which the shares had the event; infinite where not reached, NaN
        where the curve runs exactly at the share
    """

    survival: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    quantile: FloatArray


def kaplan_meier_opinion(
    *, time: ArrayLike, event: ArrayLike, times: ArrayLike = (), shares: ArrayLike = ()
) -> CurveOpinion:
    """Estimate survival at chosen times, and quantiles of the time to the event, by lifelines.

    Parameters
    ----------
    time : (n,) follow-up from the time origin
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    times : (m,) times at which survival is wanted
    shares : (k,) shares of patients with the event whose times are wanted, 0.5 for the median

    References
    ----------
    ``lifelines.KaplanMeierFitter``; its limits are those of R's ``conf.type = "log-log"``.

    Examples
    --------
    >>> from hematotox.stats.libraries.second_opinion_curves import kaplan_meier_opinion
    >>> found = kaplan_meier_opinion(time=[5, 8, 8, 12], event=[1, 1, 0, 1], times=[8, 10])
    >>> found.survival.tolist()
    [0.5, 0.5]
    """
    from lifelines import KaplanMeierFitter
    from lifelines.utils import qth_survival_time

    with quiet():
        fit = KaplanMeierFitter().fit(np.asarray(time), np.asarray(event))
        wanted = np.asarray(times, dtype=np.float64)
        curve = fit.survival_function_.iloc[:, 0]
        row = np.searchsorted(curve.index.to_numpy(), wanted, side="right") - 1
        survival = curve.to_numpy()[row]
        between = (survival > 0) & (survival < 1)  # elsewhere the scale of the limits has no end
        limits = np.where(between[:, None], fit.confidence_interval_.to_numpy()[row], np.nan)
        left = 1 - np.asarray(shares, dtype=np.float64)
        quantile = [
            np.nan if (np.abs(curve - one) < FLAT_STEP).any() else qth_survival_time(one, curve)
            for one in left
        ]
    low, high = limits.T
    return CurveOpinion(survival, low, high, np.array(quantile, dtype=np.float64))


def log_rank_opinion(
    *, time: ArrayLike, event: ArrayLike, group: ArrayLike, strata: ArrayLike | None = None
) -> tuple[float, float]:
    """Test whether groups differ in survival: by lifelines, with strata by statsmodels.

    Parameters
    ----------
    time : (n,) follow-up from the time origin
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    group : (n,) the groups compared
    strata : (n,) patients are compared only within a stratum

    Returns
    -------
    chi-square statistic and p-value, NaN where the library has none

    References
    ----------
    ``lifelines.statistics.multivariate_logrank_test``; ``statsmodels.duration.survdiff``.

    Examples
    --------
    >>> from hematotox.stats.libraries.second_opinion_curves import log_rank_opinion
    >>> groups = ["a", "a", "b", "b"]
    >>> statistic, _ = log_rank_opinion(time=[3, 5, 7, 9], event=[1, 1, 1, 0], group=groups)
    >>> round(float(statistic), 4)
    2.8824
    """
    times, events, arms = np.asarray(time), np.asarray(event), np.asarray(group)
    if not events.any():
        return float("nan"), float("nan")
    # who left before the first event was never at risk, and may have been a whole group
    seen = times >= times[events == 1].min()
    times, events, arms = times[seen], events[seen], arms[seen]
    if np.unique(arms).size < 2:
        return float("nan"), float("nan")
    with quiet():
        try:
            if strata is None:
                from lifelines.statistics import multivariate_logrank_test

                test = multivariate_logrank_test(times, arms, events)
                return float(test.test_statistic), float(test.p_value)
            from scipy.stats import chi2
            from statsmodels.duration.survfunc import survdiff

            statistic, _ = survdiff(times, events, arms, strata=np.asarray(strata)[seen])
        except (ValueError, np.linalg.LinAlgError):
            return float("nan"), float("nan")
    # statsmodels subtracts from 1, which has no digits left in the tail
    return float(statistic), float(chi2.sf(statistic, np.unique(arms).size - 1))
