"""The product-limit estimate at a few days, to see how near simulated patients are to a curve."""

from __future__ import annotations

import numpy as np

from hematotox.synthetic.draws import Floats


def survival_on(days: tuple[float, ...], event: Floats, *, follow_up: Floats) -> Floats:
    """Estimate the probability of being free of an event on each of `days`.

    Parameters
    ----------
    days : ascending
    event : (n,) day of the event, infinite if never
    follow_up : (n,) day on which observation would end without it

    References
    ----------
    Kaplan and Meier, J Am Stat Assoc 1958;53:457-481; at equal times events come first.
    """
    time = np.minimum(event, follow_up)
    happened = event <= follow_up
    order = np.lexsort((~happened, time))
    at_risk = np.arange(len(time), 0, -1)
    factors = np.where(happened[order], 1.0 - 1.0 / at_risk, 1.0)
    survival = np.concatenate([[1.0], np.cumprod(factors)])
    return survival[np.searchsorted(time[order], days, side="right")]
