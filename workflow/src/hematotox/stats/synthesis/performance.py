"""C pooled over centres on the log odds scale, and where a new centre's performance lies."""

from __future__ import annotations

import math

from numpy.typing import ArrayLike
from scipy.special import logit, stdtrit

from hematotox.stats.numerics.survival_data import InvalidData, finite_vector
from hematotox.stats.synthesis.random_effects import RandomEffects, random_effects


def pooled_areas(*, area: ArrayLike, std_error: ArrayLike) -> RandomEffects:
    """Pool areas under the curve, or concordances, as log odds (REML, Hartung-Knapp).

    Parameters
    ----------
    area : (k,) strictly between 0 and 1
    std_error : (k,) on the scale of the area, above 0

    Returns
    -------
    the summary on the log odds scale

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, areas of 0 or 1.

    References
    ----------
    Snell et al., Stat Methods Med Res 2018;27:3505-22. R ``metafor::rma(qlogis(c), vi = (se / (c *
    (1 - c)))^2, test = "knha")``.

    Examples
    --------
    >>> from hematotox.stats import pooled_areas
    >>> found = pooled_areas(area=[0.71, 0.64, 0.8], std_error=[0.05, 0.07, 0.06])
    >>> round(found.estimate, 2)
    0.9
    """
    c = finite_vector(area, name="area")
    error = finite_vector(std_error, name="std_error", length=c.size)
    if (c <= 0).any() or (c >= 1).any():
        raise InvalidData("area: values between 0 and 1 are needed")
    return random_effects(estimate=logit(c), variance=(error / (c * (1 - c))) ** 2)


def prediction_limits(
    *, estimate: float, std_error: float, tau2: float, df: int, conf_level: float = 0.95
) -> tuple[float, float]:
    """Return where the true value of a new centre lies, by t with so many degrees of freedom.

    Parameters
    ----------
    estimate, std_error, tau2 : of the summary, on the scale on which the centres were pooled
    df : of k centres, metafor takes k - 1 and Riley k - 2
    conf_level : level of the interval

    References
    ----------
    Riley, Higgins and Deeks, BMJ 2011;342:d549. R ``predict(metafor::rma(test = "knha"))``.

    Examples
    --------
    >>> from hematotox.stats import prediction_limits
    >>> low, high = prediction_limits(estimate=0.9, std_error=0.2, tau2=0.1, df=14)
    >>> f"{low:.2f} to {high:.2f}"
    '0.10 to 1.70'
    """
    reach = float(stdtrit(df, (1 + conf_level) / 2)) * math.sqrt(std_error**2 + tau2)
    return estimate - reach, estimate + reach
