"""Where a published number stands in its printed text, and in which unit it was printed.

A published file gives each number of a text such as "3.99 (1.16-13.77) P=.03" a quantity of its
own. Which number of the text that is, its decimals and its unit (ratio, per cent, months) are read
from the text itself: it is the first that the published value prints as and that no other row has
taken.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hematotox.declarations.study.analyses import ESTIMANDS

NOT_REACHED = "NR"
NUMBER = re.compile(rf"{NOT_REACHED}|\d*\.?\d+")
SAME_ENOUGH = 1e-9
LARGEST = 1e12
"""Above it, and without a number, nothing is rounded."""
DAYS_IN = {"months": 30.4375, "years": 365.25}
UNITS: dict[str, tuple[str, ...]] = {
    "log ratio": ("ratio",),
    "probability": ("per cent", "as it is"),
    "difference": ("per cent", "as it is"),
    "time": ("months", "as it is", "years"),
}
"""Scale of an estimand and the units it may be printed in, the likeliest first."""
OTHER_UNITS = ("as it is", "per cent", "months", "years")


@dataclass(frozen=True, slots=True)
class Place:
    """A number of a printed text: the how manyth, its unit and decimals, whether after "<"."""

    token: int | None
    """None: the number was derived from the text and does not stand in it."""
    unit: str
    decimals: int
    below: bool = False
    """The text says only that it lies below."""

    def value(self, estimate: float) -> float:
        """Return an estimate in the unit of print."""
        if self.unit == "ratio":
            return math.exp(min(estimate, 700.0))
        if self.unit == "per cent":
            return 100.0 * estimate
        return estimate / DAYS_IN.get(self.unit, 1.0)

    def rounded(self, value: float) -> float:
        """Return a number in the unit of print at its decimals, half away from zero."""
        if not abs(value) < LARGEST:
            return value
        step = Decimal(1).scaleb(-self.decimals)
        return float(Decimal(f"{value:.12g}").quantize(step, rounding=ROUND_HALF_UP))

    def equal(self, printed: float, ours: float) -> bool:
        """Return whether ours (in the unit of print) prints as the paper's number does.

        Half a unit of the last decimal may be rounded to either side.
        """
        if self.below:
            return ours < printed
        return abs(ours - printed) <= 0.5 * 10.0**-self.decimals + SAME_ENOUGH


def find_place(
    number: Mapping[str, Any], quantity: str, value: float, taken: Sequence[int] = ()
) -> Place:
    """Return where a quantity of a published row stands in its text.

    Parameters
    ----------
    number : row of a published file
    quantity : `estimate`, `conf_low`, `conf_high` or `p_value`
    value : the published value on the scale of its estimand; NaN for "NR"
    taken : numbers of the text that belong to other quantities
    """
    text, scale = str(number["printed"]), ESTIMANDS[str(number["estimand"])].scale
    tokens = list(NUMBER.finditer(text))
    declared = int(float(str(number["decimals"])))
    units = ("as it is",) if quantity == "p_value" else UNITS.get(scale, OTHER_UNITS)
    for unit in units:
        for position, token in enumerate(tokens):
            digits = token.group()
            place = Place(position, unit, len(digits.partition(".")[2]))
            if position in taken or (quantity == "p_value") != _is_p(text, token.start(), number):
                continue
            shown = math.nan if digits == NOT_REACHED else float(digits)
            if (math.isnan(value) and math.isnan(shown)) or place.equal(shown, place.value(value)):
                below = quantity == "p_value" and text[: token.start()].endswith("<")
                decimals = declared if digits == NOT_REACHED else place.decimals
                return Place(position, unit, decimals, below)
    return Place(None, units[0], declared)


def _is_p(text: str, start: int, number: Mapping[str, Any]) -> bool:
    """Return whether a number is a p-value: after "P=" or "P<", or the number of a test."""
    return number["estimand"] == "hypothesis_test" or bool(re.search(r"P\s*[=<>]$", text[:start]))
