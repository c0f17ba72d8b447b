"""A proportion with an exact or Wilson interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import betainccinv, betaincinv

from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import InvalidData

INTERVALS = ("clopper-pearson", "wilson")


@dataclass(frozen=True, slots=True)
class Proportion:
    """A proportion of patients.

    Attributes
    ----------
    estimate : events divided by n
    std_error : binomial, sqrt(p (1 - p) / n)
    conf_low, conf_high : limits
    conf_level : confidence level
    conf_method : "clopper-pearson" or "wilson"
    n_event, n : counts
    condition : "empty group" if there is nobody
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_level: float
    conf_method: str
    n_event: int
    n: int
    condition: tuple[str, ...]


def proportion(
    *, n_event: int, n: int, interval: str = "clopper-pearson", conf_level: float = 0.95
) -> Proportion:
    """Estimate a proportion with its interval.

    Parameters
    ----------
    n_event : patients with the property
    n : patients
    interval : "clopper-pearson" (exact) or "wilson" (score, without continuity correction)
    conf_level : confidence level of the limits

    Raises
    ------
    InvalidData
        Counts that are not whole, negative, or more events than patients; unknown interval.

    References
    ----------
    R ``binom.test``; Wilson: ``prop.test(correct = FALSE)``.

    Examples
    --------
    >>> from hematotox.stats import proportion
    >>> response = proportion(n_event=27, n=41)
    >>> print(f"{response.estimate:.2f} ({response.conf_low:.2f}-{response.conf_high:.2f})")
    0.66 (0.49-0.80)
    """
    if interval not in INTERVALS:
        raise InvalidData(f"interval: one of {', '.join(INTERVALS)} is needed")
    quantile = two_sided_quantile(conf_level)
    count, total = whole_number(n_event, name="n_event"), whole_number(n, name="n")
    if count > total:
        raise InvalidData("n_event: more events than patients")
    if total == 0:
        nan = math.nan
        return Proportion(nan, nan, nan, nan, conf_level, interval, 0, 0, ("empty group",))
    if interval == "wilson":
        low, high = _wilson(count, total, quantile=quantile)
    else:
        low, high = _clopper_pearson(count, total, tail=(1 - conf_level) / 2)
    share = count / total
    return Proportion(
        estimate=share,
        std_error=math.sqrt(share * (1 - share) / total),
        conf_low=low,
        conf_high=high,
        conf_level=conf_level,
        conf_method=interval,
        n_event=count,
        n=total,
        condition=(),
    )


def whole_number(value: float, *, name: str) -> int:
    """Return a count as an integer.

    Raises
    ------
    InvalidData
        Not a whole number of at least 0.
    """
    try:
        count = float(value)
    except (TypeError, ValueError) as error:
        raise InvalidData(f"{name}: a number is needed") from error
    if not math.isfinite(count) or count < 0 or count != int(count):
        raise InvalidData(f"{name}: a whole number of at least 0 is needed")
    return int(count)


def _clopper_pearson(count: int, total: int, *, tail: float) -> tuple[float, float]:
    low = 0.0 if count == 0 else float(betaincinv(count, total - count + 1, tail))
    high = 1.0 if count == total else float(betainccinv(count + 1, total - count, tail))
    return low, high


def _wilson(count: int, total: int, *, quantile: float) -> tuple[float, float]:
    share, square = count / total, quantile**2
    centre = (share + square / (2 * total)) / (1 + square / total)
    half = (
        quantile
        / (1 + square / total)
        * math.sqrt(share * (1 - share) / total + square / (4 * total**2))
    )
    # Exactly 0 and 1 at the edges, where rounding would leave 1e-18.
    low = 0.0 if count == 0 else centre - half
    high = 1.0 if count == total else centre + half
    return low, high
