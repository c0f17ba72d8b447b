"""Fisher's exact test of a 2x2 table, in whole numbers."""

from __future__ import annotations

from fractions import Fraction
from math import comb

TIE = Fraction(10**7 + 1, 10**7)
"""Tables as probable as the observed one up to rounding are equally extreme, as in R."""


def fisher_p_value(table: tuple[int, int, int, int]) -> float:
    """Return the two-sided p-value.

    Parameters
    ----------
    table : events and patients of one group, events and patients of the other

    References
    ----------
    R ``fisher.test``.

    Examples
    --------
    >>> round(fisher_p_value((35, 42, 23, 38)), 3)
    0.027
    """
    a, n_high, c, n_low = table
    events = a + c
    support = range(max(0, events - n_low), min(n_high, events) + 1)
    weights = {x: comb(n_high, x) * comb(n_low, events - x) for x in support}
    extreme = sum(weight for weight in weights.values() if weight <= weights[a] * TIE)
    return float(Fraction(extreme, sum(weights.values())))
