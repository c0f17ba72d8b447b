"""Normal quantiles and tail probabilities behind two-sided intervals and tests."""

from __future__ import annotations

import math

from scipy.special import ndtr, ndtri

from hematotox.stats.numerics.survival_data import InvalidData


def two_sided_quantile(conf_level: float) -> float:
    """Return the standard normal quantile of a two-sided interval, 1.96 for 0.95.

    Raises
    ------
    InvalidData
        A level that is not strictly between 0 and 1 (a percentage, for example).

    Examples
    --------
    >>> from hematotox.stats.numerics.confidence import two_sided_quantile
    >>> round(two_sided_quantile(0.95), 6)
    1.959964
    """
    if not 0 < conf_level < 1:
        raise InvalidData("conf_level: a fraction between 0 and 1 is needed, such as 0.95")
    return -float(ndtri((1 - conf_level) / 2))


def two_sided_p(z: float) -> float:
    """Return the two-sided p-value of a standard normal statistic, NaN for NaN.

    Examples
    --------
    >>> from hematotox.stats.numerics.confidence import two_sided_p
    >>> round(two_sided_p(-1.959964), 6)
    0.05
    """
    return math.nan if math.isnan(z) else 2 * float(ndtr(-abs(z)))
