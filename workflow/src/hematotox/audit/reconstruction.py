"""The 2x2 tables behind a printed odds ratio, its Wald interval and the sizes of the groups."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import NormalDist

import numpy as np

from hematotox.audit.printed import Range

Table = tuple[int, int, int, int]
"""Events and patients of the high group, events and patients of the low group."""
QUANTILE = NormalDist().inv_cdf(0.975)
EVALUABLE = 0.8
"""Smallest share of a group that may be evaluable for an endpoint."""
SLACK = 1e-9


def tables_behind(limits: tuple[Range, Range, Range], n_high: int, *, n_low: int) -> list[Table]:
    """Return every 2x2 table that rounds to an odds ratio and its 95% Wald interval.

    Parameters
    ----------
    limits : log odds ratio, lower limit and upper limit, each as the range that print allows
    n_high, n_low : patients of the two groups

    Returns
    -------
    tables of the whole groups; if there is none, of subsets of at least four fifths of each

    Examples
    --------
    >>> from math import log
    >>> def printed(x): return Range(log(x - 0.005), log(x + 0.005))
    >>> tables_behind((printed(8.67), printed(2.30), printed(32.68)), 44, n_low=65)
    [(13, 44, 3, 65)]
    """
    whole = list(_of_sizes(limits, n_high, n_low))
    if whole:
        return whole
    return [
        table
        for high in range(n_high, math.ceil(EVALUABLE * n_high) - 1, -1)
        for low in range(n_low, math.ceil(EVALUABLE * n_low) - 1, -1)
        for table in _of_sizes(limits, high, low)
    ]


def _of_sizes(limits: tuple[Range, Range, Range], n_high: int, n_low: int) -> Iterator[Table]:
    if min(n_high, n_low) < 2:
        return
    a, c = np.arange(1.0, n_high)[:, None], np.arange(1.0, n_low)[None, :]
    b, d = n_high - a, n_low - c
    middle = np.log(a / b) - np.log(c / d)
    reach = QUANTILE * np.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    fits = np.ones(middle.shape, dtype=bool)
    for values, one in zip((middle, middle - reach, middle + reach), limits, strict=True):
        fits &= (values >= one.low - SLACK) & (values <= one.high + SLACK)
    for row, column in np.argwhere(fits):
        yield int(row) + 1, n_high, int(column) + 1, n_low
