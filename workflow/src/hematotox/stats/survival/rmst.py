"""Mean time free of the event up to a horizon: restricted mean survival time (RMST)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.confidence import two_sided_p, two_sided_quantile
from hematotox.stats.numerics.survival_data import InvalidData, groups, survival_data
from hematotox.stats.survival.kaplan_meier import NO_EVENTS, kaplan_meier

BEYOND_FOLLOW_UP = "horizon beyond follow-up"
EMPTY_GROUP = "empty group"


@dataclass(frozen=True, slots=True)
class RestrictedMean:
    """Restricted mean survival time of one group.

    Attributes
    ----------
    estimate, std_error, conf_low, conf_high : mean time free of the event up to `tau`
    tau : the horizon
    n, n_event : patients; events up to `tau`
    condition : "horizon beyond follow-up", "no events", "empty group"
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    tau: float
    n: int
    n_event: int
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RmstContrast:
    """Difference and ratio of two restricted means, `level` against `reference`.

    Attributes
    ----------
    difference, ratio : `level` minus, and divided by, `reference`
    difference_std_error, log_ratio_std_error : standard errors; the ratio's on the log scale
    difference_conf_low ... ratio_p_value : limits and two-sided normal p-values
    condition : the conditions of both groups, "no events" where the standard error is 0
    """

    level: Any
    reference: Any
    difference: float
    difference_std_error: float
    difference_conf_low: float
    difference_conf_high: float
    difference_p_value: float
    ratio: float
    log_ratio_std_error: float
    ratio_conf_low: float
    ratio_conf_high: float
    ratio_p_value: float
    condition: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RmstComparison:
    """Restricted means of all groups, and every other group against the first.

    Attributes
    ----------
    levels : the groups; the first is the reference
    means : one restricted mean a level
    contrasts : one a level beyond the first
    """

    levels: tuple[Any, ...]
    means: tuple[RestrictedMean, ...]
    contrasts: tuple[RmstContrast, ...]


def rmst(
    *, time: ArrayLike, event: ArrayLike, tau: float, conf_level: float = 0.95
) -> RestrictedMean:
    """Mean time free of the event within a horizon (area under the Kaplan-Meier curve).

    Parameters
    ----------
    time : (n,) follow-up from the time origin, not negative, any unit
    event : (n,) 1 if the event happened at `time`, 0 if censored there
    tau : the horizon, above 0, in the unit of `time`
        Beyond the last follow-up the last survival is carried on, as R does; the result then
        has the condition "horizon beyond follow-up" unless survival had reached 0.
    conf_level : coverage of the limits

    Raises
    ------
    InvalidData
        Missing or impossible times, events, horizon or level.

    References
    ----------
    Royston and Parmar, BMC Med Res Methodol 2013. R: `summary(survfit(...), rmean = tau)`.

    Examples
    --------
    >>> from hematotox.stats import rmst
    >>> mean = rmst(time=[2, 4, 6, 8], event=[1, 1, 0, 1], tau=6)
    >>> mean.estimate
    4.5
    """
    if not (np.isfinite(tau) and tau > 0):
        raise InvalidData("tau: a finite number above 0 is needed")
    z = two_sided_quantile(conf_level)
    curve = kaplan_meier(time=time, event=event)
    within = curve.time <= tau
    height = curve.survival[within]
    area = height * np.diff(np.append(curve.time[within], tau))
    n_risk, n_event = curve.n_risk[within], curve.n_event[within]
    left = n_risk - n_event
    # Where nobody is left the curve stays at 0 and its variance does not grow further.
    growth = np.divide(n_event, n_risk * left, out=np.zeros_like(left), where=left > 0)
    area_after = np.cumsum(area[::-1])[::-1]
    estimate, std_error = float(area.sum()), float(np.sqrt(area_after**2 @ growth))
    events = int(n_event.sum())
    beyond = tau > curve.time[-1] and curve.survival[-1] > 0
    return RestrictedMean(
        estimate=estimate,
        std_error=std_error,
        conf_low=estimate - z * std_error,
        conf_high=estimate + z * std_error,
        tau=float(tau),
        n=curve.n,
        n_event=events,
        condition=(NO_EVENTS,) * (events == 0) + (BEYOND_FOLLOW_UP,) * bool(beyond),
    )


def compare_rmst(
    *,
    time: ArrayLike,
    event: ArrayLike,
    group: ArrayLike,
    tau: float,
    levels: tuple[Any, ...] | None = None,
    conf_level: float = 0.95,
) -> RmstComparison:
    """Difference and ratio of the mean time free of the event between groups.

    Parameters
    ----------
    time, event, tau, conf_level : as in `rmst`
    group : (n,) the groups compared
    levels : their order, the reference first; otherwise sorted

    Raises
    ------
    InvalidData
        Missing or impossible times, events, groups, horizon or level.

    References
    ----------
    Uno et al., J Clin Oncol 2014. R: `survRM2::rmst2`, unadjusted.

    Examples
    --------
    >>> from hematotox.stats import compare_rmst
    >>> result = compare_rmst(
    ...     time=[2, 4, 6, 8], event=[1, 1, 1, 1], group=["a", "a", "b", "b"], tau=8
    ... )
    >>> result.contrasts[0].difference
    4.0
    """
    times, events = survival_data(time=time, event=event)
    arm = groups(group, name="group", length=times.size, levels=levels)
    means = []
    for code in range(len(arm.levels)):
        member = arm.codes == code
        if member.any():
            means.append(
                rmst(time=times[member], event=events[member], tau=tau, conf_level=conf_level)
            )
        else:
            means.append(_empty_mean(tau))
    z = two_sided_quantile(conf_level)
    contrasts = tuple(
        _contrast((level, arm.levels[0]), (mean, means[0]), z=z)
        for level, mean in zip(arm.levels[1:], means[1:], strict=True)
    )
    return RmstComparison(levels=arm.levels, means=tuple(means), contrasts=contrasts)


def _empty_mean(tau: float) -> RestrictedMean:
    nan = float("nan")
    return RestrictedMean(
        estimate=nan,
        std_error=nan,
        conf_low=nan,
        conf_high=nan,
        tau=float(tau),
        n=0,
        n_event=0,
        condition=(EMPTY_GROUP,),
    )


def _contrast(
    names: tuple[Any, Any], means: tuple[RestrictedMean, RestrictedMean], *, z: float
) -> RmstContrast:
    """Return the contrast of the first of two groups against the second."""
    mean, reference = means
    difference = mean.estimate - reference.estimate
    std_error = float(np.hypot(mean.std_error, reference.std_error))
    # Without a patient free of the event beyond time 0 a mean is 0 and has no ratio.
    ratio = log_error = float("nan")
    if mean.estimate > 0 and reference.estimate > 0:
        ratio = mean.estimate / reference.estimate
        log_error = float(
            np.hypot(mean.std_error / mean.estimate, reference.std_error / reference.estimate)
        )
    return RmstContrast(
        level=names[0],
        reference=names[1],
        difference=difference,
        difference_std_error=std_error,
        difference_conf_low=difference - z * std_error,
        difference_conf_high=difference + z * std_error,
        difference_p_value=_p_value(difference, std_error),
        ratio=ratio,
        log_ratio_std_error=log_error,
        ratio_conf_low=ratio * float(np.exp(-z * log_error)),
        ratio_conf_high=ratio * float(np.exp(z * log_error)),
        ratio_p_value=_p_value(float(np.log(ratio)), log_error),
        condition=tuple(dict.fromkeys(reference.condition + mean.condition)),
    )


def _p_value(estimate: float, std_error: float) -> float:
    """Return the normal p-value; NaN without a standard error above 0."""
    return two_sided_p(estimate / std_error) if std_error > 0 else float("nan")
