"""Intervals as they are written in a declaration: "(-inf, 75)", "[75, 175]", "[2, inf)"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise

_WRITTEN = re.compile(r"^([\[(])\s*([^,\s]+)\s*,\s*([^,\s]+)\s*([\])])$")


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of the number line; a square bracket owns its end, a round one does not."""

    low: float
    high: float
    owns_low: bool
    owns_high: bool
    text: str

    def contains(self, value: float) -> bool:
        """Return whether `value` lies in the interval."""
        above = value > self.low or (self.owns_low and value == self.low)
        below = value < self.high or (self.owns_high and value == self.high)
        return above and below


def read_interval(text: str) -> Interval:
    """Read an interval.

    Raises
    ------
    ValueError
        It is not written as an interval, its ends are in the wrong order, or it is empty.
    """
    found = _WRITTEN.match(text.strip())
    if not found:
        raise ValueError(f'"{text}" is not an interval such as "[75, 175]" or "(175, inf)"')
    low, high = _end(found[2], text), _end(found[3], text)
    interval = Interval(low, high, found[1] == "[", found[4] == "]", text)
    if low > high or (low == high and not (interval.owns_low and interval.owns_high)):
        raise ValueError(f'"{text}" holds no number: its first end must be the lower one')
    return interval


def check_tiling(texts: tuple[str, ...], *, low: float = -math.inf, high: float = math.inf) -> None:
    """Check that the intervals cover the line from `low` to `high`, every number once.

    Raises
    ------
    ValueError
        A number is in no interval or in two; the message names it.
    """
    ordered = sorted(map(read_interval, texts), key=lambda i: (i.low, not i.owns_low, i.high))
    if not ordered:
        raise ValueError("needs at least one interval")
    if ordered[0].low > low or ordered[-1].high < high:
        raise ValueError(f"the intervals must reach from {low:g} to {high:g}")
    for left, right in pairwise(ordered):
        _check_neighbours(left, right)


def _check_neighbours(left: Interval, right: Interval) -> None:
    both = f'"{left.text}" and "{right.text}"'
    if right.low < left.high:
        raise ValueError(f"{both} overlap; each number belongs to one")
    if right.low > left.high:
        gap = f"between {left.high:g} and {right.low:g}"
        raise ValueError(f"{gap} there is no band, {both}; each number belongs to one")
    if left.owns_high and right.owns_low:
        raise ValueError(f"{left.high:g} is in two bands, {both}; each cut-off belongs to one")
    if not left.owns_high and not right.owns_low:
        raise ValueError(f"{left.high:g} is in no band, {both}; each cut-off belongs to one")


def _end(text: str, whole: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f'"{whole}": "{text}" is not a number') from None
    if math.isnan(value):
        raise ValueError(f'"{whole}": an end must be a number')
    return value
