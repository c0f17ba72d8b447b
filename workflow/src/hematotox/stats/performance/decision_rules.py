"""Clinical utility of rules "act if …": how many are flagged, rightly or not, and net benefit.

A rule is a yes or no for each patient. The risk among those flagged and not flagged is a
proportion, or is estimated by a horizon (Kaplan-Meier, with competing events Aalen-Johansen, which
count as no event), so that all is defined under censoring as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import (
    FloatArray,
    InvalidData,
    competing_data,
    finite_vector,
)


@dataclass(frozen=True, slots=True, eq=False)
class RuleShares:
    """Shares of all patients under each rule, in each sample of patients.

    Attributes
    ----------
    flagged : (b, r) share on whom the rule acts
    true_positive, false_positive : (b, r) flagged with the event and without it
    missed : (b, r) not flagged, with the event
    risk : (b,) share of all patients with the event
    """

    flagged: FloatArray
    true_positive: FloatArray
    false_positive: FloatArray
    missed: FloatArray
    risk: FloatArray

    @property
    def sensitivity(self) -> FloatArray:
        """Share flagged of those with the event; NaN without events."""
        return _divided(self.true_positive, self.true_positive + self.missed)

    @property
    def specificity(self) -> FloatArray:
        """Share not flagged of those without the event."""
        return 1 - _divided(self.false_positive, 1 - self.true_positive - self.missed)

    @property
    def positive_predictive_value(self) -> FloatArray:
        """Risk among the flagged."""
        return _divided(self.true_positive, self.flagged)

    @property
    def negative_predictive_value(self) -> FloatArray:
        """Share without the event among those not flagged."""
        return 1 - _divided(self.missed, 1 - self.flagged)

    @property
    def likelihood_ratio_positive(self) -> FloatArray:
        """Sensitivity over the false positive rate."""
        return _divided(self.sensitivity, 1 - self.specificity)

    @property
    def likelihood_ratio_negative(self) -> FloatArray:
        """Share missed of those with the event over the specificity."""
        return _divided(1 - self.sensitivity, self.specificity)

    def net_benefit(self, thresholds: ArrayLike) -> FloatArray:
        """Return the (b, r, t) net benefit of each rule at each threshold probability.

        Raises
        ------
        InvalidData
            A threshold not above 0 and below 1.
        """
        odds = threshold_odds(thresholds)
        return self.true_positive[..., None] - self.false_positive[..., None] * odds

    def treat_all(self, thresholds: ArrayLike) -> FloatArray:
        """Return the (b, t) net benefit of acting on everybody; acting on nobody has 0."""
        return self.risk[:, None] - (1 - self.risk[:, None]) * threshold_odds(thresholds)


def threshold_odds(thresholds: ArrayLike) -> FloatArray:
    """Return the odds of threshold probabilities: what one needless action costs.

    Raises
    ------
    InvalidData
        None, a missing one, or one not above 0 and below 1.
    """
    cuts = finite_vector(thresholds, name="thresholds")
    if cuts.size == 0 or (cuts <= 0).any() or (cuts >= 1).any():
        raise InvalidData("thresholds: probabilities above 0 and below 1 are needed")
    return cuts / (1 - cuts)


def rule_shares(
    *,
    status: ArrayLike,
    flagged: ArrayLike,
    time: ArrayLike | None = None,
    horizon: float | None = None,
    weights: ArrayLike | None = None,
) -> RuleShares:
    """Estimate what each rule does, in all patients or in each of many weighted samples.

    Parameters
    ----------
    status : (n,) 0 none or censored, 1 event of interest, 2 and above competing events
    flagged : (r, n) whether each rule acts on each patient
    time, horizon : follow-up, and the time by which the event counts; without them the event
        happened or not
    weights : (b, n) how often each sample holds each patient; every patient once if absent

    Raises
    ------
    InvalidData
        Missing or impossible values, lengths that differ.

    References
    ----------
    Vickers and Elkin, Med Decis Making 2006;26:565-74; Vickers et al., BMC Med Inform Decis Mak
    2008;8:53 (censoring, competing events); R ``dcurves::dca``.

    Examples
    --------
    >>> from hematotox.stats import rule_shares
    >>> points = [0, 1, 2, 3]
    >>> found = rule_shares(status=[0, 0, 1, 1], flagged=[[p >= 1 for p in points]])
    >>> float(found.true_positive[0, 0]), float(found.net_benefit([0.2])[0, 0, 0])
    (0.5, 0.4375)
    """
    plain = np.asarray(status)
    if time is None or horizon is None:
        time, horizon = np.where(plain == 1, 0.0, 1.0), 0.0
    times, codes = competing_data(time=time, status=status)
    rules = np.asarray(flagged, dtype=bool)
    if rules.ndim != 2 or rules.shape[1] != times.size:
        raise InvalidData(f"flagged: {rules.shape} where one row a rule of {times.size} is needed")
    samples = np.ones((1, times.size)) if weights is None else np.asarray(weights, dtype=float)
    order = np.argsort(times, kind="stable")
    ordered = (times[order], codes[order], horizon)
    parts = [
        [_incidence((samples * part)[:, order], *ordered) for part in (rule, ~rule)]
        for rule in rules
    ]
    of_flagged, of_others = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
    acted = samples @ rules.T / samples.sum(axis=1)[:, None]
    return RuleShares(
        flagged=acted,
        true_positive=acted * of_flagged,
        false_positive=acted * (1 - of_flagged),
        missed=(1 - acted) * of_others,
        risk=_incidence(samples[:, order], *ordered),
    )


def _incidence(
    weights: FloatArray, times: FloatArray, codes: np.ndarray, horizon: float
) -> FloatArray:
    """Return the Aalen-Johansen incidence by the horizon in each (b, n) sample sorted by time."""
    early = (codes > 0) & (times <= horizon)
    first = np.flatnonzero(early)
    if not first.size:
        return np.zeros(len(weights))
    begin = np.searchsorted(times, np.unique(times[first]), side="left")
    gone = np.cumsum(weights, axis=1) - weights
    at_risk = weights.sum(axis=1)[:, None] - gone[:, begin]
    # events of one time are summed; rows between two event times are censorings, which add none
    of_event = np.add.reduceat(weights * (early & (codes == 1)), begin, axis=1)
    of_any = np.add.reduceat(weights * early, begin, axis=1)
    safe = np.where(at_risk > 0, at_risk, 1.0)
    free = np.cumprod(1 - of_any / safe, axis=1)
    before = np.concatenate([np.ones((len(weights), 1)), free[:, :-1]], axis=1)
    return np.asarray((before * of_event / safe).sum(axis=1))


def _divided(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return a share; NaN where there is nobody to share."""
    some = np.abs(whole) > 1e-12
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=some)
