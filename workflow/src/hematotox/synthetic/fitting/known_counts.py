"""How many patients have a known value, found from printed counts and percentages.

A printed "404 (74)" in a column of 560 says that about 404 / 0.74 patients had a known value.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hematotox.synthetic.fitting.cell_counts import Columns


class Printed(NamedTuple):
    """Counts and whole percentages of one level: all, low, high of both scores."""

    counts: Columns
    simple_percentages: tuple[int, int, int]
    ht_percentages: tuple[int, int, int]


def known_columns(printed: Printed, sizes: Columns) -> Columns:
    """Return the numbers of patients with a known value that reproduce the percentages.

    The least number of unknown values is taken, spread over low and high as evenly as the
    percentages allow; all known where no numbers reproduce them (a misprint).
    """
    counts = printed.counts
    simple = list(_pairs(counts[:2], sizes[:2], percentages=printed.simple_percentages))
    ht = list(_pairs(counts[2:], sizes[2:], percentages=printed.ht_percentages))
    for pair in ht:
        unknown = sum(sizes[2:]) - sum(pair)
        for other in simple:
            if sum(sizes[:2]) - sum(other) >= unknown and _nested(pair, other, sizes=sizes):
                return Columns(*other, *pair)
    return sizes


def _nested(ht: tuple[int, int], simple: tuple[int, int], *, sizes: Columns) -> bool:
    """Whether the unknown of the HT columns fit into those of the SimpleHT columns."""
    unknown = [size - known for size, known in zip(sizes, (*simple, *ht), strict=True)]
    return unknown[2] + max(0, unknown[3] - unknown[1]) <= unknown[0]


def _pairs(
    counts: tuple[int, ...], sizes: tuple[int, ...], *, percentages: tuple[int, int, int]
) -> Iterator[tuple[int, int]]:
    """Yield numbers known in two columns that give the printed percentages, most known first."""
    for unknown in range(sum(sizes) // 5):
        fitting = []
        for first in range(unknown + 1):
            known = (sizes[0] - first, sizes[1] - unknown + first)
            if min(known[0] - counts[0], known[1] - counts[1]) < 0:
                continue
            if _percentages(counts, known) == percentages:
                fitting.append((abs(known[0] / sizes[0] - known[1] / sizes[1]), known))
        yield from (known for _, known in sorted(fitting))


def _percentages(counts: tuple[int, ...], known: tuple[int, int]) -> tuple[int, int, int]:
    pairs = [(sum(counts), sum(known)), (counts[0], known[0]), (counts[1], known[1])]
    first, second, third = (int(100 * count / total + 0.5) for count, total in pairs)
    return first, second, third
