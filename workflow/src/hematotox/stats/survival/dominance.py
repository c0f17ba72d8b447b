"""Sums over all points that rank below a point, split by score, in time n log n."""

from __future__ import annotations

import numpy as np

from hematotox.stats.numerics.survival_data import FloatArray, IntArray


def sums_below(
    *, rank: IntArray, score: FloatArray, value: FloatArray, block: IntArray
) -> FloatArray:
    """Sum `value` over the points of lower rank in the same block, by how their score compares.

    Parameters
    ----------
    rank : (n,) whole numbers from 0
    score : (n,) numbers
    value : (n,) what is added up
    block : (n,) only points of one block are compared

    Returns
    -------
    (3, n) sums over the points of lower rank with a lower, an equal and a higher score

    Notes
    -----
    The points of a block are kept in order of their score and split by one bit of the rank after
    the other, highest first, as in a wavelet tree: two points part at the first bit in which
    they differ, and there the one with bit 0 has the lower rank.

    Examples
    --------
    >>> import numpy as np
    >>> from hematotox.stats.survival.dominance import sums_below
    >>> sums = sums_below(
    ...     rank=np.array([0, 1, 2]),
    ...     score=np.array([1.0, 3.0, 3.0]),
    ...     value=np.ones(3),
    ...     block=np.zeros(3, dtype=int),
    ... )
    >>> sums[:, 2].tolist()
    [1.0, 1.0, 0.0]
    """
    n = rank.size
    totals = np.zeros((3, n))
    point = np.lexsort((score, block))
    place = np.arange(n)
    for bit in range(int(rank.max()).bit_length() - 1, -1, -1):
        ranks = rank[point]
        high = (ranks >> bit) & 1 == 1
        part = np.array([block[point], ranks >> (bit + 1)])
        start, stop = _runs(part)
        tie_start, tie_stop = _runs(np.vstack([part, score[point]]))
        sums = np.append(0.0, np.cumsum(np.where(high, 0.0, value[point])))
        edges = np.array([sums[start], sums[tie_start], sums[tie_stop], sums[stop]])
        totals[:, point[high]] += np.diff(edges, axis=0)[:, high]
        low_before = np.append(0, np.cumsum(~high))
        low_rank = low_before[:-1] - low_before[start]
        n_low = low_before[stop] - low_before[start]
        parted = np.empty_like(point)
        parted[start + np.where(high, n_low + place - start - low_rank, low_rank)] = point
        point = parted
    return totals


def _runs(keys: FloatArray | IntArray) -> tuple[IntArray, IntArray]:
    """Return for each column the first column of its run of equal columns and the one after."""
    changes = np.any(keys[:, 1:] != keys[:, :-1], axis=0)
    first = np.append(0, np.flatnonzero(changes) + 1)
    length = np.diff(np.append(first, keys.shape[1]))
    start = np.repeat(first, length)
    return start, start + np.repeat(length, length)
