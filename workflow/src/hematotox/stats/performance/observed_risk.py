"""Observed risk by a horizon, and the ratio of the observed to an expected risk."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.competing_risks.cumulative_incidence import cumulative_incidence, incidence_at
from hematotox.stats.groups.proportion import proportion
from hematotox.stats.numerics.confidence import two_sided_quantile
from hematotox.stats.numerics.survival_data import IntArray, InvalidData, status_codes
from hematotox.stats.survival.kaplan_meier import kaplan_meier, survival_at

BEYOND = "horizon beyond follow-up"


@dataclass(frozen=True, slots=True)
class ObservedRisk:
    """Share of patients with the event, by a horizon where there is follow-up.

    Attributes
    ----------
    estimate, std_error : the risk and its standard error (binomial, Greenwood, or Aalen's)
    conf_low, conf_high : limits, exact or on the log(-log) scale
    conf_method : "clopper-pearson" or "log-log"
    n, n_event : patients, and those with the event by the horizon
    condition : statistical trouble in words
    """

    estimate: float
    std_error: float
    conf_low: float
    conf_high: float
    conf_method: str
    n: int
    n_event: int
    condition: tuple[str, ...]

    @property
    def log_std_error(self) -> float:
        """Standard error of the logarithm of the risk (delta method); NaN without events."""
        return self.std_error / self.estimate if self.estimate > 0 else math.nan

    @property
    def log_odds(self) -> tuple[float, float]:
        """Log odds of the risk and their standard error (delta method); NaN at 0 and 1."""
        if not 0 < self.estimate < 1:
            return math.nan, math.nan
        odds = self.estimate / (1 - self.estimate)
        return math.log(odds), self.std_error / (self.estimate * (1 - self.estimate))


@dataclass(frozen=True, slots=True)
class RiskRatio:
    """Ratio of an observed to an expected risk.

    Attributes
    ----------
    log_ratio, std_error, conf_low, conf_high : logarithm of the ratio, its standard error, limits
    condition : statistical trouble in words
    """

    log_ratio: float
    std_error: float
    conf_low: float
    conf_high: float
    condition: tuple[str, ...]


def observed_risk(
    *, status: ArrayLike, time: ArrayLike | None = None, horizon: float | None = None
) -> ObservedRisk:
    """Estimate the risk of the event of interest.

    Without a horizon it is a proportion; by a horizon one minus Kaplan-Meier, with competing
    events the Aalen-Johansen incidence.

    Parameters
    ----------
    status : (n,) 0 none or censored, 1 event of interest, 2 and above competing events
    time : (n,) follow-up in the unit of the horizon
    horizon : time by which the event counts

    Raises
    ------
    InvalidData
        No patients, missing or impossible values, a horizon without times.

    References
    ----------
    R ``binom.test``; ``survival::survfit(conf.type = "log-log")``; ``cmprsk::cuminc`` with the
    limits of ``tidycmprsk``.

    Examples
    --------
    >>> from hematotox.stats import observed_risk
    >>> observed_risk(status=[1, 0, 0, 1]).estimate
    0.5
    >>> risk = observed_risk(status=[1, 2, 0, 1], time=[1, 2, 3, 4], horizon=3)
    >>> risk.estimate, risk.n_event
    (0.25, 1)
    """
    codes = status_codes(status, length=np.asarray(status).size)
    if not codes.size:
        raise InvalidData("status: no patients")
    if horizon is None:
        found = proportion(n_event=int((codes == 1).sum()), n=codes.size)
        spread = math.sqrt(found.estimate * (1 - found.estimate) / codes.size)
        limits = (found.conf_low, found.conf_high, "clopper-pearson")
        n_event = int((codes == 1).sum())
        return ObservedRisk(found.estimate, spread, *limits, codes.size, n_event, found.condition)
    if time is None:
        raise InvalidData("time: a horizon needs times")
    times = np.asarray(time, dtype=np.float64)
    risk, std_error, low, high = _by_horizon(times, codes, horizon)
    n_event = int(((codes == 1) & (times <= horizon)).sum())
    trouble = ("no events",) if not n_event else ()
    beyond = (BEYOND,) if horizon > times.max() else ()
    limits = (low, high, "log-log")
    return ObservedRisk(risk, std_error, *limits, codes.size, n_event, (*trouble, *beyond))


def _by_horizon(times: ArrayLike, codes: IntArray, horizon: float) -> tuple[float, ...]:
    """Return risk, standard error and limits by a horizon."""
    if codes.max(initial=0) <= 1:
        at = survival_at(kaplan_meier(time=times, event=codes), [horizon])
        values = (1 - at.survival, at.std_error, 1 - at.conf_high, 1 - at.conf_low)
    else:
        causes = tuple(range(1, int(codes.max()) + 1))
        curves = cumulative_incidence(time=times, status=codes, causes=causes)
        of = incidence_at(curves, times=[horizon])
        values = (of.estimate[0], of.std_error[0], of.conf_low[0], of.conf_high[0])
    return tuple(float(value[0]) for value in values)


def observed_over_expected(
    observed: ObservedRisk,
    *,
    expected: float,
    expected_log_std_error: float = 0.0,
    conf_level: float = 0.95,
) -> RiskRatio:
    """Estimate the ratio of the observed to an expected risk, limits on the log scale.

    Parameters
    ----------
    observed : from `observed_risk`
    expected : expected risk, above 0
    expected_log_std_error : standard error of its logarithm, if it was itself estimated; 0 takes
        it as known
    conf_level : confidence level

    References
    ----------
    Debray et al., BMJ 2017;356:i6460: var(log O/E) = var(log O) + var(log E).

    Examples
    --------
    >>> import math
    >>> from hematotox.stats import observed_over_expected, observed_risk
    >>> ratio = observed_over_expected(observed_risk(status=[1, 0, 0, 1]), expected=0.25)
    >>> round(math.exp(ratio.log_ratio), 3)
    2.0
    """
    if not observed.estimate > 0 or not expected > 0:
        trouble = ("no events",) if not observed.estimate > 0 else ("expected risk of 0",)
        return RiskRatio(math.nan, math.nan, math.nan, math.nan, trouble)
    ratio = math.log(observed.estimate / expected)
    std_error = math.hypot(observed.log_std_error, expected_log_std_error)
    half = two_sided_quantile(conf_level) * std_error
    return RiskRatio(ratio, std_error, ratio - half, ratio + half, observed.condition)
