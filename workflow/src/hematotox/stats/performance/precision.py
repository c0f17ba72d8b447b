"""How many patients an external validation needs for intervals of a given width."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from hematotox.stats.numerics.confidence import two_sided_quantile

MOST = 10**8


def patients_for_auc(area: float, *, share: float, width: float = 0.1) -> float:
    """Patients for which the interval of an area under the ROC curve is no wider than `width`.

    Parameters
    ----------
    area : area (or C), 0.5 to 1
    share : patients with the event, between 0 and 1
    width : of the 95% interval, by Newcombe's standard error

    Returns
    -------
    the smallest number; NaN where area or share are at the ends of their range

    References
    ----------
    Riley et al., Stat Med 2021;40:4230; Newcombe, Stat Med 2006;25:559 (method 4).

    Examples
    --------
    >>> from hematotox.stats.performance.precision import patients_for_auc
    >>> patients_for_auc(0.659320175438596, share=57 / 137)
    464.0
    """
    if not (0 < area < 1 and 0 < share < 1):
        return float("nan")

    def excess(n: float) -> float:
        more = n / 2 - 1
        by_area = 1 + more * (1 - area) / (2 - area) + more * area / (1 + area)
        variance = area * (1 - area) * by_area / (n**2 * share * (1 - share))
        return 2 * two_sided_quantile(0.95) * math.sqrt(variance) - width

    return float(math.ceil(_root(excess) - 1e-9))


def patients_for_observed_expected(*, share: float, width: float = 0.4) -> float:
    """Patients for which the interval of observed over expected events, 1, is so narrow.

    Parameters
    ----------
    share : patients with the event
    width : of the 95% interval on the scale of the ratio

    References
    ----------
    Riley et al., Stat Med 2021;40:4230, criterion 1.

    Examples
    --------
    >>> from hematotox.stats.performance.precision import patients_for_observed_expected
    >>> patients_for_observed_expected(share=57 / 137)
    137.0
    """
    if not 0 < share < 1:
        return float("nan")
    std_error = math.asinh(width / 2) / two_sided_quantile(0.95)
    return float(math.ceil((1 - share) / (share * std_error**2)))


def patients_for_share(*, share: float, assumed: float = 0.8, width: float = 0.1) -> float:
    """Patients for which the Wilson interval of a sensitivity (or specificity) is so narrow.

    Parameters
    ----------
    share : patients with the event (without it, for a specificity)
    assumed : sensitivity or specificity
    width : of the 95% interval

    Examples
    --------
    >>> from hematotox.stats.performance.precision import patients_for_share
    >>> patients_for_share(share=57 / 137), patients_for_share(share=80 / 137)
    (587.0, 419.0)
    """
    if not 0 < share <= 1:
        return float("nan")
    z = two_sided_quantile(0.95)

    def excess(n: float) -> float:
        spread = math.sqrt(assumed * (1 - assumed) / n + (z / n) ** 2 / 4)
        return 2 * z * spread / (1 + z**2 / n) - width

    return float(math.ceil(_root(excess) / share))


def _root(excess: Callable[[float], float]) -> float:
    found = brentq(excess, 2.0, MOST) if excess(2.0) > 0 else 2.0
    return float(np.real(found))
