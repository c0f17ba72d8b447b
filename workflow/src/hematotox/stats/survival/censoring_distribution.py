"""Kaplan-Meier estimate of remaining uncensored, the basis of inverse probability weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hematotox.stats.numerics.survival_data import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class CensoringDistribution:
    """Probability of not being censored, where events of a day come before its censorings.

    Attributes
    ----------
    time : (m,) distinct follow-up times, increasing
    n_risk : (m,) patients under observation at each, events of that day included
    n_censored : (m,) censored at each
    uncensored : (m,) probability of remaining uncensored after each
    """

    time: FloatArray
    n_risk: IntArray
    n_censored: IntArray
    uncensored: FloatArray

    def after(self, times: FloatArray) -> FloatArray:
        """Return G(t), the probability of not being censored up to and including t."""
        return self._at(np.searchsorted(self.time, times, side="right"))

    def before(self, times: FloatArray) -> FloatArray:
        """Return G(t-), the probability of not being censored before t."""
        return self._at(np.searchsorted(self.time, times, side="left"))

    def _at(self, steps: IntArray) -> FloatArray:
        return np.concatenate([[1.0], self.uncensored])[steps]


def censoring_distribution(*, time: FloatArray, status: IntArray) -> CensoringDistribution:
    """Estimate the censoring distribution of checked follow-up data.

    A patient with an event on a day is not at risk of being censored on that day.

    Parameters
    ----------
    time : (n,) follow-up
    status : (n,) 0 censored, 1 and above an event

    References
    ----------
    R ``prodlim::prodlim(Hist(time, status) ~ 1, reverse = TRUE)``.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats.survival.censoring_distribution import censoring_distribution
    >>> found = censoring_distribution(
    ...     time=np.array([1.0, 2.0, 2.0, 3.0]), status=np.array([0, 1, 0, 1])
    ... )
    >>> found.uncensored.tolist()
    [0.75, 0.375, 0.375]
    """
    distinct, position, size = np.unique(time, return_inverse=True, return_counts=True)
    n_censored = np.bincount(position[status == 0], minlength=distinct.size)
    n_risk = time.size - np.concatenate([[0], np.cumsum(size)[:-1]])
    # n_risk minus the events of the day: those who could be censored on it
    exposed = np.maximum(n_risk - (size - n_censored), 1)
    return CensoringDistribution(
        time=distinct,
        n_risk=n_risk,
        n_censored=n_censored,
        uncensored=np.cumprod(1 - n_censored / exposed),
    )
