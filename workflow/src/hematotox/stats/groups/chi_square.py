"""Pearson's chi-square test of a table of counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from hematotox.stats.groups.fisher import contingency_table

SMALL_EXPECTED_COUNT = 5


@dataclass(frozen=True, slots=True)
class ChiSquareTest:
    """Result of Pearson's chi-square test.

    Attributes
    ----------
    statistic : chi-square
    df : degrees of freedom
    p_value : of the chi-square distribution
    smallest_expected : smallest expected count
    n : patients
    condition : "expected counts below 5", "empty group"
    """

    statistic: float
    df: int
    p_value: float
    smallest_expected: float
    n: int
    condition: tuple[str, ...]


def chi_square_test(table: ArrayLike, *, continuity: bool = False) -> ChiSquareTest:
    """Test whether the rows and columns of a table of counts are independent (chi-square).

    Parameters
    ----------
    table : (r, c) counts of patients; empty rows and columns are left out
    continuity : Yates' correction of a 2 x 2 table

    Raises
    ------
    InvalidData
        Counts that are missing, negative or not whole, or not a two-dimensional table.

    References
    ----------
    R ``chisq.test(correct = )``.

    Examples
    --------
    >>> from hematotox.stats import chi_square_test
    >>> test = chi_square_test([[23, 19], [48, 23]])
    >>> print(f"chi-square {test.statistic:.2f}, p = {test.p_value:.3f}")
    chi-square 1.86, p = 0.172
    """
    counts = contingency_table(table)
    n = int(counts.sum())
    if min(counts.shape) < 2:
        return ChiSquareTest(math.nan, 0, math.nan, math.nan, n, ("empty group",))
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    distance = np.abs(counts - expected)
    if continuity and counts.shape == (2, 2):
        distance = distance - min(0.5, float(distance.min()))
    statistic = float((distance**2 / expected).sum())
    df = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    smallest = float(expected.min())
    condition = ("expected counts below 5",) if smallest < SMALL_EXPECTED_COUNT else ()
    return ChiSquareTest(statistic, df, float(chdtrc(df, statistic)), smallest, n, condition)
