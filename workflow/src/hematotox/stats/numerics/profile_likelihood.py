"""Limits of a profile-likelihood interval, found exactly rather than interpolated."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

LARGEST_DISTANCE = 1e4
MAX_EVALUATIONS = 200


@dataclass(frozen=True, slots=True)
class ProfilePoint:
    """The likelihood maximised over all other parameters.

    Attributes
    ----------
    value : profile log-likelihood
    slope : its derivative with respect to the parameter of interest
    """

    value: float
    slope: float


Profile = Callable[[float], ProfilePoint]


def profile_limit(
    profile: Profile, *, estimate: float, std_error: float, maximum: float, distance: float
) -> float:
    """Return the parameter value at which the likelihood-ratio statistic equals distance squared.

    The signed root of the statistic is nearly a straight line, so Newton's method needs a handful
    of steps; a bracket keeps it from running away. A likelihood that never falls far enough has
    no limit on that side and gives an infinite one; a search that fails gives NaN.

    Parameters
    ----------
    profile : profile log-likelihood and its derivative at a value of the parameter
    estimate : value at the maximum
    std_error : Wald standard error, the scale of the search
    maximum : log-likelihood at the maximum
    distance : standard normal quantile, negative for the lower limit

    References
    ----------
    Venzon and Moolgavkar, Applied Statistics 1988;37:87-94. Exact where R's ``confint`` of a
    ``glm`` interpolates a spline.

    Examples
    --------
    >>> from hematotox.stats.numerics.profile_likelihood import ProfilePoint, profile_limit
    >>> normal = lambda b: ProfilePoint(value=-b * b / 2, slope=-b)
    >>> profile_limit(normal, estimate=0.0, std_error=1.0, maximum=0.0, distance=2.0)
    2.0
    """
    step = math.copysign(std_error, distance)
    inside, outside = estimate, math.copysign(math.inf, distance)
    at, last = estimate + distance * std_error, math.inf
    for _ in range(MAX_EVALUATIONS):
        point = profile(at)
        if not math.isfinite(point.value):
            return math.nan
        root = math.sqrt(max(0.0, 2 * (maximum - point.value)))
        if root < abs(distance):
            inside = at
        else:
            outside = at
        # d root / d parameter = -slope / root; no proposal where the likelihood does not fall
        falls = root > 0 and point.slope * step < 0
        proposal = at + (root - abs(distance)) * root / point.slope if falls else math.nan
        change = abs(proposal - at)
        # of thousands of patients the sum is rounded too much for the last digits
        rounding = last <= change <= 1e-8 * std_error
        if change <= 1e-12 * max(abs(at), std_error) or rounding:
            return proposal
        last = change
        reach = 10 * step + (inside - estimate)
        at = _bracketed(proposal, inside=inside, outside=outside, reach=reach)
        if abs(at - estimate) > LARGEST_DISTANCE * std_error:
            return math.copysign(math.inf, distance)
    return math.nan


def _bracketed(proposal: float, *, inside: float, outside: float, reach: float) -> float:
    """Keep the proposal strictly between the brackets, else expand by the reach or bisect."""
    between = min(inside, outside) < proposal < max(inside, outside)
    if math.isinf(outside):
        near = between and abs(proposal - inside) <= abs(reach)
        return proposal if near else inside + reach
    return proposal if between else (inside + outside) / 2
