"""Measured values made comparable with cut-offs.

Values are rounded to 9 significant digits first, so that the noise of a unit conversion
(0.1 x 30.1 = 3.0100000000000002) cannot move a patient over a cut-off. A censored value is an
interval whose ends belong to it: `dialects.numbers.intervals` has moved the end of "<0.6" to just
below 0.6 and left that of "<=0.6" at 0.6.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

SIGNIFICANT_DIGITS = 9
SMALLEST, LARGEST = 1e-100, 1e100


def round_significant(values: Numbers) -> Numbers:
    """Round to 9 significant digits, each to the double nearest to its decimal value.

    Parameters
    ----------
    values : any shape; zero, infinite and missing values stay as they are
    """
    values = np.asarray(values, dtype=float)
    rounded = values.copy()
    size = np.abs(values)
    ordinary = (size > SMALLEST) & (size < LARGEST)
    numbers = values[ordinary]
    digits = SIGNIFICANT_DIGITS - 1 - np.floor(np.log10(np.abs(numbers))).astype(int)
    scale = 10.0 ** np.abs(digits)
    small = digits >= 0
    scaled = np.rint(np.where(small, numbers * scale, numbers / scale))
    rounded[ordinary] = np.where(small, scaled / scale, scaled * scale)
    return rounded


def comparable_ends(low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Return the lowest and the highest value that a measurement may have.

    Parameters
    ----------
    low, high : ends of the measurement, equal unless it was censored

    Returns
    -------
    Rounded ends that may be compared with `<=`, `<`, `>` and `>=`; both are possible values.
    """
    return round_significant(low), round_significant(high)
