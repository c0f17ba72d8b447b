"""A number by a library, in the columns that tell the rows of the estimates table apart."""

from __future__ import annotations

from typing import Any

from hematotox.analysis.rows import Context, Row

WORDS = (
    "analysis",
    "population",
    "centre",
    "convention",
    "policy",
    "adjustment",
    "method",
    "estimand",
    "group",
    "comparator",
    "term",
    "reference",
    "time",
    "test",
)
"""Columns that together name one estimate of a study; `test` only of a test by itself."""
NUMBERS = ("estimate", "std_error", "conf_low", "conf_high", "statistic", "p_value")
"""Columns that are compared."""


def library_row(
    context: Context, library: str, method: str, *, estimand: str, **values: Any
) -> Row:
    """Return one row: the words of an estimate, the library, and the numbers it gives."""
    words = {name: getattr(context, name, "") for name in WORDS}
    return {
        **words,
        "time": None,
        "library": library,
        "method": method,
        "estimand": estimand,
        **{name: float(v) if name in NUMBERS else v for name, v in values.items()},
    }
