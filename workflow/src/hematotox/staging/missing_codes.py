"""Numbers that stand for "not known" and that nobody has declared: 999, 99999, 8888.

Such a number is often plausible: a ferritin of 99999 ng/mL is, and gives two points. Looked at are
numbers of nines, eights or sevens alone. One is taken for a code if no other value comes near it,
or if it is repeated as no measured value of its size is. A highest value of any digits that is
repeated so may be a limit of the analyser, and is only asked about.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hematotox.dialects.cells import parse_distinct
from hematotox.staging.ledger import Mask

_FAR = 3.0
"""So many times the highest other value lies where no measured value is expected."""
_FEW_OTHERS = 3
"""With fewer other values, nothing can be said about what is far."""
_NEVER_MEASURED = 5
"""Digits of a number that no laboratory reports by chance: 99999."""
_REPEATED = 3
_OFTEN = 5
"""Times a number is repeated beyond the most frequent other value of the upper half."""
_SHARE_AT_LIMIT = 0.02

Floats = npt.NDArray[np.float64]
Digits = npt.NDArray[np.int8]


def digits_of_codes(values: Floats, *, at_least: int) -> Digits:
    """Return of each number how many nines, eights or sevens it is made of; 0 if of others, too.

    Parameters
    ----------
    values : as the centre writes them, in its unit; NaN is none
    at_least : a number of fewer digits is none

    Examples
    --------
    >>> digits_of_codes(np.array([999.0, 99.9, -99.0, 989.0, np.nan]), at_least=3).tolist()
    [3, 3, 0, 0, 0]
    """

    def count(value: float) -> int:
        text = f"{abs(value):.9g}".replace(".", "")
        return len(text) if len(text) >= at_least and text in (d * len(text) for d in "987") else 0

    return parse_distinct(values.astype(object), count).astype(np.int8)


def suspected_codes(values: Floats, digits: Digits) -> Mask:
    """Return which values are probably no measurements.

    Parameters
    ----------
    values : exact values of one variable, whatever the unit
    digits : see `digits_of_codes`
    """
    found: Mask = digits >= _NEVER_MEASURED
    others = values[digits == 0]
    if len(others) < _FEW_OTHERS:
        return found
    usual = _most_frequent(others)
    for value in np.unique(values[digits > 0]):
        here = (digits > 0) & (values == value)
        count, highest = int(here.sum()), float(others.max())
        alone = value >= _FAR * highest or (value > highest and count >= _REPEATED)
        found |= here & (alone or count > max(_OFTEN * usual, _REPEATED))
    return found


def repeated_limit(values: Floats) -> Mask:
    """Return where the highest value stands, if it is repeated as no other one is."""
    nowhere = np.zeros(len(values), dtype=bool)
    if len(values) < _OFTEN:
        return nowhere
    here: Mask = values == values.max()
    others, count = values[~here], int(here.sum())
    if len(others) < _FEW_OTHERS or count < max(_OFTEN, _SHARE_AT_LIMIT * len(values)):
        return nowhere
    far = values.max() >= 2 * others.max()
    return here if far and count > _OFTEN * _most_frequent(others) else nowhere


def _most_frequent(values: Floats) -> int:
    """Return how often the most frequent value of the upper half stands there."""
    return int(np.unique(values[values >= np.median(values)], return_counts=True)[1].max())
