"""Confidence limits of a survival probability on the log-log, log or plain scale."""

from __future__ import annotations

from typing import Literal

import numpy as np

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import FloatArray, InvalidData

ConfType = Literal["log-log", "log", "plain"]


def survival_limits(
    survival: FloatArray, std_error: FloatArray, *, conf_type: ConfType, conf_level: float
) -> tuple[FloatArray, FloatArray]:
    """Return the lower and upper limit of survival probabilities.

    Parameters
    ----------
    survival : survival probabilities
    std_error : their standard errors on the probability scale
    conf_type : the scale on which the limits are symmetric
    conf_level : coverage, for example 0.95

    Returns
    -------
    lower, upper : NaN where the scale has no limits: a survival of 0, and for log-log also of 1

    Raises
    ------
    InvalidData
        An unknown `conf_type` or an impossible level.

    References
    ----------
    R: `survival:::survfit_confint` (`conf.type`).

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats.survival.survival_limits import survival_limits
    >>> low, high = survival_limits(
    ...     np.array([0.5]), np.array([0.1]), conf_type="plain", conf_level=0.95
    ... )
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.304, 0.696)
    """
    z = two_sided_quantile(conf_level)
    if conf_type == "plain":
        margin = z * std_error
        return np.maximum(survival - margin, 0.0), np.minimum(survival + margin, 1.0)
    if conf_type not in ("log", "log-log"):
        raise InvalidData("conf_type: one of log-log, log, plain is needed")
    inside = (survival > 0) & ((survival < 1) | (conf_type == "log"))
    p = np.where(inside, survival, np.nan)
    relative = std_error / p
    if conf_type == "log":
        return p * np.exp(-z * relative), np.minimum(p * np.exp(z * relative), 1.0)
    width = z * relative / np.log(p)
    return p ** np.exp(-width), p ** np.exp(width)
