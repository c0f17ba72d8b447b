"""Difference of the survival or incidence of two groups at one time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr

from hematotox.stats.numerics.confidence import two_sided_quantile


@dataclass(frozen=True, slots=True)
class DifferenceAtTime:
    """Difference of two probabilities at one time.

    Attributes
    ----------
    estimate, std_error, conf_low, conf_high, p_value : of the plain difference, normal limits
    log_log_statistic, log_log_p_value : chi-square (1 df) of the difference on the log(-log)
        scale; NaN where a probability is 0 or 1
    conf_level : coverage of the limits
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    p_value: float
    log_log_statistic: float
    log_log_p_value: float
    conf_level: float


def difference_at_time(
    estimates: tuple[float, float],
    std_errors: tuple[float, float],
    *,
    incidence: bool = False,
    conf_level: float = 0.95,
) -> DifferenceAtTime:
    """Compare the survival (or incidence) of two independent groups at one time.

    Parameters
    ----------
    estimates : probability of the group, of the reference
    std_errors : theirs
    incidence : whether they are incidences: then 1 minus them is on the log(-log) scale
    conf_level : coverage of the limits

    References
    ----------
    Klein et al., Statistics in Medicine 2007;26:4505, formulas 1 and 3.

    Examples
    --------
    >>> from hematotox.stats.survival.differences_at_times import difference_at_time
    >>> found = difference_at_time((0.5, 0.7), (0.05, 0.06))
    >>> round(found.estimate, 2), round(found.p_value, 4), round(found.log_log_p_value, 4)
    (-0.2, 0.0104, 0.0178)
    """
    value, error = np.array(estimates), np.array(std_errors)
    difference, spread = float(value[0] - value[1]), float(np.hypot(*error))
    reach = two_sided_quantile(conf_level) * spread
    with np.errstate(divide="ignore", invalid="ignore"):
        free = 1 - value if incidence else value
        scaled = np.log(-np.log(free))
        variance = (error / (free * np.log(free))) ** 2
        statistic = float((scaled[0] - scaled[1]) ** 2 / variance.sum())
        p_value = float(2 * ndtr(-abs(difference) / spread)) if spread else float("nan")
    return DifferenceAtTime(
        estimate=difference,
        std_error=spread,
        conf_low=difference - reach,
        conf_high=difference + reach,
        p_value=p_value,
        log_log_statistic=statistic,
        log_log_p_value=float(chdtrc(1, statistic)),
        conf_level=conf_level,
    )
