"""The order of a marker's values, found by sorting whole numbers."""

from __future__ import annotations

import numpy as np

from hematotox.stats.numerics.survival_data import FloatArray, IntArray

MOST_PASSES = 8
"""More exchanges than this and the values differ in their last bits only: sort them plainly."""


def ascending(values: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the positions of the values from the lowest to the highest, and the values so.

    As ``numpy.argsort``, ties in any order, in about three quarters of its time: a sort without
    positions is much faster than one with. So each value's leading bits and its position are
    packed into one whole number, these are sorted, and the few neighbours that differ only in
    the bits left out are exchanged. Steps work in place: at a million patients fresh memory costs
    as much as arithmetic.

    Parameters
    ----------
    values : (n,) finite

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats.accuracy.marker_order import ascending
    >>> order, ordered = ascending(np.array([0.5, -1.0, 2.0, 0.0]))
    >>> order.tolist(), ordered.tolist()
    ([1, 3, 0, 2], [-1.0, 0.0, 0.5, 2.0])
    """
    bits = np.ascontiguousarray(values, dtype=np.float64).view(np.int64)
    mask = np.int64(2 ** max(1, (values.size - 1).bit_length()) - 1)
    # negative numbers are stored as sign and size: turned, whole numbers are in their order
    order = bits >> 63
    order &= np.int64(2**63 - 1)
    order ^= bits
    order &= ~mask
    order |= np.arange(values.size)
    order.sort()
    order &= mask
    for _ in range(MOST_PASSES):
        ordered = values[order]
        wrong = np.flatnonzero(ordered[1:] < ordered[:-1])
        if not wrong.size:
            return order, ordered
        first = wrong[np.diff(wrong, prepend=-2) > 1]  # pairs that do not overlap
        order[first], order[first + 1] = order[first + 1], order[first]
    order = np.argsort(values)
    return order, values[order]
