"""Days as columns: `D{n}: [-5, 30]` instead of a line for each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MOST = 1000
"""Days between the first and the last of a pattern."""
_SIGNED = "{+n}"


def expanded(days: Any) -> Any:
    """Return heading and day of each column; what is no pattern stays as it is.

    Examples
    --------
    >>> expanded({"D{+n}": [-1, 1], "at day 30": 30})
    {'D-1': -1, 'D0': 0, 'D+1': 1, 'at day 30': 30}

    Raises
    ------
    ValueError
        A pattern without first and last day, or two columns of one name.
    """
    if not isinstance(days, Mapping):
        return days
    found: dict[Any, Any] = {}
    for heading, day in days.items():
        own = _columns(str(heading), day) if isinstance(day, (list, tuple)) else {heading: day}
        if own.keys() & found.keys():
            raise ValueError(f"days: two of them name the same column as {heading}")
        found |= own
    return found


def _columns(pattern: str, ends: Any) -> dict[str, int]:
    if len(ends) != 2 or ("{n}" in pattern) == (_SIGNED in pattern):
        raise ValueError("days: a pattern has {n} or {+n}, and [first day, last day]")
    first, last = int(str(ends[0])), int(str(ends[1]))
    if not 0 < last - first <= _MOST:
        raise ValueError(f"days: the last day of a pattern is 1 to {_MOST} days after the first")
    return {_heading(pattern, day): day for day in range(first, last + 1)}


def _heading(pattern: str, day: int) -> str:
    signed = f"+{day}" if day > 0 else str(day)
    return pattern.replace(_SIGNED, signed).replace("{n}", str(day))


def in_patterns(days: Mapping[str, int]) -> dict[str, Any]:
    """Return headings and days, the longest run of days in a row as a pattern.

    Examples
    --------
    >>> in_patterns({"ANC d3": 3, "ANC d4": 4, "ANC d5": 5, "ANC d9": 9})
    {'ANC d{n}': [3, 5], 'ANC d9': 9}
    """
    best: tuple[int, str, int, int] = (2, "", 0, 0)
    named = {day: heading for heading, day in days.items()}
    for pattern in {p for heading, day in days.items() for p in _patterns(heading, day)}:
        start = None
        for day in range(min(named), max(named) + 2):
            if named.get(day) == _heading(pattern, day):
                start = day if start is None else start
            elif start is not None:
                best = max(best, (day - start, pattern, start, day - 1))
                start = None
    _, pattern, first, last = best
    if not pattern:
        return dict(days)
    covered = _columns(pattern, (first, last))
    return {pattern: [first, last]} | {h: day for h, day in days.items() if h not in covered}


def _patterns(heading: str, day: int) -> list[str]:
    found = []
    for sign in ("{n}", _SIGNED):
        head, text, tail = heading.rpartition(_heading(sign, day))
        found += [f"{head}{sign}{tail}"] if text else []
    return found
