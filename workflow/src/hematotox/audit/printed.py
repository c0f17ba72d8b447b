"""Printed numbers as the ranges of values that round to them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hematotox.audit.short_form import plain_print
from hematotox.declarations.study.analyses import ESTIMANDS

CURVES = ("survival_curve", "cumulative_incidence_curve", "roc_curve")
COUNTS = ("n_event_high", "n_high", "n_event_low", "n_low")
DAYS_PER_MONTH = 30.4375
EXACT = 1e-9
"""Relative error of a number that was not rounded."""
HALF = 0.55
"""Half a unit of the last decimal, and what a number rounded twice can add: 1.9048, 1.905, 1.91."""
NUMBER = r"\d+\.\d+|\.\d+|\d+"
P_VALUE = re.compile(rf"[Pp]\s*([<>=])\s*({NUMBER})")
LONE_P_VALUE = re.compile(rf"([<>]?)\s*({NUMBER})")


@dataclass(frozen=True, slots=True)
class Range:
    """Every value that a printed number may stand for."""

    low: float
    high: float

    def meets(self, other: Range) -> bool:
        """Return whether one value can lie in both."""
        slack = EXACT * max(1.0, abs(self.low), abs(other.low))
        return self.low <= other.high + slack and other.low <= self.high + slack


@dataclass(frozen=True, slots=True)
class Printed:
    """One row of a table of results, its numbers as ranges on the scale of the estimand."""

    row: dict[str, Any]
    estimate: Range | None
    conf_low: Range | None
    conf_high: Range | None
    p_value: Range | None

    def text(self, column: str) -> str:
        """Return a cell that holds words."""
        value = self.row.get(column)
        return "" if value is None else str(value)

    def number(self, column: str) -> float | None:
        """Return a cell that holds a number."""
        value = self.row.get(column)
        return float(value) if isinstance(value, (int, float)) else None

    @property
    def is_ratio(self) -> bool:
        """Whether the estimate is the logarithm of a ratio."""
        return ESTIMANDS[self.text("estimand")].scale == "log ratio"

    @property
    def from_print(self) -> bool:
        """Whether the row was printed in a paper."""
        return "printed" in self.row

    @property
    def place(self) -> str:
        """Where the row stands: in print, or in the estimates table."""
        if self.from_print:
            return f"{self.text('study')}: {self.text('place')}"
        columns = ("analysis", "population", "centre", "endpoint", "group", "term", "estimand")
        return ", ".join(self.text(column) for column in columns if self.text(column))

    def key(self, *columns: str) -> tuple[str, ...]:
        """Return the words of some columns, to find rows that belong together."""
        return tuple(self.text(column) for column in columns)


def read_rows(rows: pd.DataFrame) -> list[Printed]:
    """Return the rows of a table of results with their numbers as ranges."""
    plain = rows.astype(object).where(rows.notna(), None)
    return [_read(dict(record)) for record in plain.to_dict("records")]


def _read(row: dict[str, Any]) -> Printed:
    for column in COUNTS:
        if row.get(column) in ("", None):
            row[column] = None
        elif column in row:
            row[column] = int(float(row[column]))
    if "printed" not in row:
        exact = {c: _exact(row[c]) for c in ("estimate", "conf_low", "conf_high", "p_value")}
        return Printed(row, **exact)
    row["printed"] = plain_print(str(row["printed"]))
    before_p = re.split(r"[Pp]\s*[<>=]", row["printed"])[0]
    tokens = re.findall(NUMBER, before_p)
    ranges: dict[str, Range | None] = {}
    start = 0
    for column in ("estimate", "conf_low", "conf_high"):
        ranges[column], start = _rounded(row, column, tokens, start)
    return Printed(row, p_value=_p_value(row), **ranges)


def _exact(value: float | None) -> Range | None:
    if value is None:
        return None
    error = EXACT * max(1.0, abs(value))
    return Range(value - error, value + error)


def _rounded(
    row: dict[str, Any], column: str, tokens: Sequence[str], start: int
) -> tuple[Range | None, int]:
    """Return the values behind a printed number, and where the next number is looked for.

    The number is found in print by its value, so that its own decimals count: in "1.03 (1-1.07)"
    the lower limit has none.
    """
    value = row[column]
    if value is None:
        return None, start
    for position in range(start, len(tokens)):
        for unit in _units(str(row["estimand"])):
            shown = float(tokens[position])
            if math.isclose(_shown(row, value) * unit, shown, rel_tol=1e-6, abs_tol=1e-9):
                half = HALF * 10.0 ** -len(tokens[position].partition(".")[2]) / unit
                return _around(row, value, half), position + 1
    # a number that is not in print was derived from others: it is as exact as it is given
    return _exact(value), start


def _units(estimand: str) -> tuple[float, ...]:
    scale = ESTIMANDS[estimand].scale
    if scale == "probability":
        return (100.0, 1.0)
    return (1 / DAYS_PER_MONTH, 1.0) if scale in ("time", "value") else (1.0,)


def _shown(row: dict[str, Any], value: float) -> float:
    return math.exp(value) if ESTIMANDS[str(row["estimand"])].scale == "log ratio" else value


def _around(row: dict[str, Any], value: float, half: float) -> Range:
    middle = _shown(row, value)
    low, high = middle - half, middle + half
    if ESTIMANDS[str(row["estimand"])].scale != "log ratio":
        return Range(low, high)
    return Range(math.log(low) if low > 0 else -math.inf, math.log(high))


def _p_value(row: dict[str, Any]) -> Range | None:
    text = str(row["printed"])
    found = P_VALUE.search(text)
    if found is None and row["estimand"] == "hypothesis_test":
        found = LONE_P_VALUE.fullmatch(text.strip())
    if found is None:
        return None
    sign, digits = found.groups()
    value, half = float(digits), HALF * 10.0 ** -len(digits.partition(".")[2])
    if sign == "<":
        return Range(0.0, value)
    # ".99" is also what journals print for anything above it
    return Range(value - half, 1.0 if sign == ">" or value >= 0.99 else value + half)
