"""Which numbers of the estimates something in print shows."""

from __future__ import annotations

from hematotox.reporting.words import numbers
from hematotox.reporting.words.numbers import TimeUnit
from hematotox.reporting.words.rows import Row

Sources = tuple[tuple[str, str], ...]
"""`estimate_id` and column of each number."""


def sources(row: Row, *columns: str) -> Sources:
    """Return where the numbers of a row come from; a missing one is none, but for the estimate."""
    known = (c for c in columns if row[c] is not None or c == "estimate")
    return tuple((row["estimate_id"], column) for column in known)


def of_estimate(row: Row, unit: TimeUnit = "months") -> Sources:
    """Return what an estimate shows, with its limits where it prints them."""
    limits = ("conf_low", "conf_high") if numbers.interval(row, unit) else ()
    return sources(row, "estimate", *limits)
