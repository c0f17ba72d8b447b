"""Numbers as laboratories write them: a declared decimal sign, "<0,3", ">2000", never a guess.

A cell that does not follow the declared notation to the letter is unreadable: under a decimal
comma "2.5" is a finding and never becomes 25.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from hematotox.dialects.cells import (
    KNOWN,
    MISSING,
    UNREADABLE,
    Cells,
    States,
    parse_distinct,
    text_of,
)

Bound = Literal["", "<", "<=", ">", ">="]
BOUNDS: tuple[Bound, ...] = ("", "<", "<=", ">", ">=")
_WRITTEN_BOUNDS: dict[str, Bound] = {
    "": "", "<": "<", ">": ">", "<=": "<=", "=<": "<=", ">=": ">=", "=>": ">=",
    "\u2264": "<=", "\u2265": ">=",
}  # fmt: skip
_SIGNIFICANT_DIGITS = 9
"""Cut-offs are compared at this precision."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers: values, what stands before them, and whether they could be read."""

    values: npt.NDArray[np.float64]
    bounds: npt.NDArray[np.int8]
    """Position in `BOUNDS`."""
    states: States


def read_numbers(cells: Cells, *, decimal: str, thousands: str, missing: frozenset[str]) -> Numbers:
    """Read a column of numbers.

    Parameters
    ----------
    cells : texts, or numbers where the file format has numbers
    decimal : decimal sign of numbers written as text
    thousands : sign between groups of three digits, or nothing
    missing : texts that say that the value is not known
    """

    def parse(cell: Any) -> tuple[float, int, int]:
        if text_of(cell) in missing:
            return (math.nan, 0, MISSING)
        found = parse_number(cell, decimal=decimal, thousands=thousands)
        if found is None:
            return (math.nan, 0, UNREADABLE)
        return (found[1], BOUNDS.index(found[0]), KNOWN)

    parsed = parse_distinct(cells, parse)
    return Numbers(
        values=np.fromiter((one[0] for one in parsed), dtype=np.float64, count=len(parsed)),
        bounds=np.fromiter((one[1] for one in parsed), dtype=np.int8, count=len(parsed)),
        states=np.fromiter((one[2] for one in parsed), dtype=np.int8, count=len(parsed)),
    )


def parse_number(
    cell: Any, *, decimal: str = ".", thousands: str = ""
) -> tuple[Bound, float] | None:
    """Return what stands before a number and the number; None if the notation is not kept to.

    Examples
    --------
    >>> parse_number("1.234,5", decimal=",", thousands=".")
    ('', 1234.5)
    >>> parse_number("< 0,3", decimal=","), parse_number(",4", decimal=",")
    (('<', 0.3), ('', 0.4))
    >>> parse_number("2.5", decimal=",", thousands=".") is None
    True
    """
    if isinstance(cell, bool) or not isinstance(cell, (str, float, int)):
        return None
    if not isinstance(cell, str):
        return ("", float(cell) + 0.0) if math.isfinite(cell) else None
    found = _pattern(decimal, thousands).fullmatch(text_of(cell))
    if found is None:
        return None
    digits = found["digits"].replace(thousands, "") if thousands else found["digits"]
    sign = "-" if found["sign"] in ("-", "\u2212") else ""
    number = float(f"{sign}{digits.replace(decimal, '.')}{found['exponent'] or ''}") + 0.0
    return (_WRITTEN_BOUNDS[found["bound"]], number) if math.isfinite(number) else None


@lru_cache
def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    whole = r"[0-9]+"
    if thousands:
        whole = rf"(?:[0-9]+|[0-9]{{1,3}}(?:{re.escape(thousands)}[0-9]{{3}})+)"
    return re.compile(
        r"(?P<bound>[<>]=?|=[<>]|[\u2264\u2265]|) ?(?P<sign>[-+\u2212]?)"
        rf"(?P<digits>{whole}(?:{re.escape(decimal)}[0-9]+)?|{re.escape(decimal)}[0-9]+)"
        r"(?P<exponent>[eE][-+]?[0-9]{1,3})?"
    )


def intervals(
    values: npt.NDArray[np.float64], bounds: npt.NDArray[np.int8]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return lowest and highest possible value of each number, in the unit of `values`.

    "<0.3" lies in [0, 0.3) and ">2000" in (2000, inf): whether 2000 itself is possible decides
    about a point of a score. An open end is therefore moved by one unit of the ninth significant
    digit, the precision at which cut-offs are compared.
    """
    low, high = values.copy(), values.copy()
    below, above = np.isin(bounds, (1, 2)), np.isin(bounds, (3, 4))
    low[below], high[above] = 0.0, np.inf
    high[bounds == 1] = _moved(values[bounds == 1], -1.0)
    low[bounds == 3] = _moved(values[bounds == 3], +1.0)
    return low, high


def _moved(values: npt.NDArray[np.float64], direction: float) -> npt.NDArray[np.float64]:
    sizes = np.where(values > 0, values, 1.0)
    unit = 10.0 ** (np.floor(np.log10(sizes)) - (_SIGNIFICANT_DIGITS - 1))
    moved: npt.NDArray[np.float64] = np.maximum(values + direction * unit, 0.0)
    return moved


def write_number(value: float, *, decimal: str = ".", digits: int = _SIGNIFICANT_DIGITS) -> str:
    """Return a number as text without exponent, at most `digits` significant digits.

    Examples
    --------
    >>> write_number(0.30000000000000004, decimal=",")
    '0,3'
    """
    text = format(Decimal(f"{value:.{digits}g}"), "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", decimal)


def write_interval(low: float, high: float, *, decimal: str = ".") -> str:
    """Return the text of a value: a number, "<" its upper or ">" its lower end, which is open."""
    if low == high:
        return write_number(low, decimal=decimal)
    if math.isinf(high):
        return ">" + write_number(low, decimal=decimal, digits=6)
    return "<" + write_number(high, decimal=decimal, digits=6)
