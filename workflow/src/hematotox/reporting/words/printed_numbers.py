"""A paper's printed text with its numbers, and the same text with ours in their places.

A published file gives each number of a text such as "3.99 (1.16-13.77) P=.03" a row of its own.
Which number of the text a row is about, and in which unit it was printed (ratio, per cent, months),
is read from the text itself: it is the number that the published value prints as.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hematotox.reporting.words import numbers
from hematotox.reporting.words.rows import Row

NUMBER = re.compile(r"NR|\d*\.?\d+")
SCALES = ("house", "as it is", "per cent", "months", "years")
"""Ways to print a value, the most likely first; see `_on_scale`."""


@dataclass(frozen=True, slots=True)
class Token:
    """A number of the text: where it stands, its value, its decimals."""

    start: int
    end: int
    value: float
    """NaN for "NR"."""
    decimals: int


@dataclass(slots=True)
class PrintedText:
    """One text of the paper and the rows of the agreement table that are about its numbers."""

    text: str
    place: str
    rows: list[Row] = field(default_factory=list)
    found: list[tuple[Token, str] | None] = field(default_factory=list)
    """For each row its number in the text and the scale in which that was printed."""

    def takes(self, row: Row) -> bool:
        """Add a row if the text has a number for it that no other row has taken."""
        if (row["place"], row["printed"]) != (self.place, self.text):
            return False
        place = _place(row, self._free())
        if self.rows and place is None:
            return False
        self.rows.append(row)
        self.found.append(place)
        return True

    def _free(self) -> list[Token]:
        taken = [place[0] for place in self.found if place]
        return [token for token in tokens(self.text) if token not in taken]

    @property
    def printed(self) -> str:
        """The text as printed, with dashes between numbers."""
        return _with_dashes(self.text)

    @property
    def ours(self) -> str:
        """The text with our numbers; what we have no number for is left out."""
        if not any(numbers.is_number(row["ours"]) or _not_reached(row) for row in self.rows):
            return numbers.NONE
        places = {place[0]: position for position, place in enumerate(self.found) if place}
        if not places:
            return "; ".join(_plain(row) for row in self.rows)
        text = self.text
        for token in reversed(tokens(self.text)):
            position = places.get(token)
            new = "" if position is None else _ours(self.rows[position], self.found[position])
            text = _replaced(text, token, new)
        return _with_dashes(text.strip())

    @property
    def differences(self) -> str:
        """Ours minus printed in the units of print, of each estimate or, alone, of a p-value."""
        wanted = [i for i, row in enumerate(self.rows) if row["quantity"] == "estimate"]
        texts = [
            _difference(self.rows[i], self.found[i])
            for i in wanted or range(len(self.rows))
            if numbers.is_number(self.rows[i]["ours"])
            and numbers.is_number(self.rows[i]["published"])
        ]
        return "; ".join(texts if set(texts) != {"0"} else texts[:1])


def printed_texts(rows: Iterable[Row]) -> list[PrintedText]:
    """Return the texts of the paper in order, each with the rows about its numbers."""
    texts: list[PrintedText] = []
    for row in rows:
        if texts and texts[-1].takes(row):
            continue
        texts.append(PrintedText(str(row["printed"]), str(row["place"])))
        texts[-1].takes(row)
    return texts


def tokens(text: str) -> list[Token]:
    """Return the numbers of a text from left to right."""
    found = []
    for match in NUMBER.finditer(text):
        digits = match.group()
        value = math.nan if digits == numbers.NOT_REACHED else float(digits)
        decimals = len(digits.partition(".")[2])
        found.append(Token(match.start(), match.end(), value, decimals))
    return found


def _place(row: Row, free: Sequence[Token]) -> tuple[Token, str] | None:
    """Return the first number of the text that the published value prints as."""
    for scale in SCALES if row["quantity"] != "p_value" else SCALES[1:2]:
        value = _on_scale(row, "published", scale)
        for token in free:
            if math.isnan(value) and math.isnan(token.value):
                return token, scale
            if abs(value - token.value) <= 0.5 * 10**-token.decimals + 1e-9:
                return token, scale
    return None


def _on_scale(row: Row, column: str, scale: str) -> float:
    value = row[column]
    if not numbers.is_number(value):
        return math.nan
    if scale == "house" and row["quantity"] != "p_value":
        return numbers.printed_scale(str(row["estimand"]), value)
    if scale == "per cent":
        return 100.0 * float(value)
    if scale in ("months", "years"):
        return numbers.in_unit(value, "months" if scale == "months" else "years")
    return float(value)


def _ours(row: Row, place: tuple[Token, str] | None) -> str:
    if row["quantity"] == "p_value":
        return numbers.p_value(row["ours"])
    if not numbers.is_number(row["ours"]):
        return numbers.NOT_REACHED if _not_reached(row) else numbers.NONE
    if place is None:
        return _plain(row)
    token, scale = place
    return _fixed(_on_scale(row, "ours", scale), token.decimals)


def _difference(row: Row, place: tuple[Token, str] | None) -> str:
    token, scale = place or (Token(0, 0, math.nan, 2), "house")
    ours, published = _on_scale(row, "ours", scale), _on_scale(row, "published", scale)
    return _fixed(ours - published, token.decimals)


def _fixed(value: float, decimals: int) -> str:
    """Return a number with so many decimals; of a ratio without a bound there are no digits."""
    if abs(value) <= numbers.LARGEST_RATIO:
        return numbers.fixed(value, decimals)
    largest = numbers.fixed(numbers.LARGEST_RATIO, 0)
    return f">{largest}" if value > 0 else f"<{numbers.MINUS}{largest}"


def _plain(row: Row) -> str:
    """Return our number in house style, where the text does not show which it is."""
    if row["quantity"] == "p_value":
        return numbers.p_value(row["ours"])
    if not numbers.is_number(row["ours"]):
        return numbers.NOT_REACHED if _not_reached(row) else numbers.NONE
    return _fixed(_on_scale(row, "ours", "house"), 2)


def _not_reached(row: Row) -> bool:
    """Return whether we have the estimate, and it is a time that was not reached."""
    quantile = str(row["estimand"]).endswith("time_quantile")
    return quantile and row["verdict"] != "not comparable"


def _replaced(text: str, token: Token, number: str) -> str:
    """Return the text with another number, or none ("…"), in the place of a token.

    The sign of a p-value goes with its number: "P=.03" becomes "P=0.012" or "P<0.001", and a lone
    "<.01" becomes "0.02". A p-value that we have no number for is left out whole.
    """
    start = token.start
    while start and text[start - 1] in "=<>":
        start -= 1
    signed = start < token.start
    named = start > 0 and text[start - 1] == "P"
    if not number:
        start = start - 1 if named else start
        return text[:start].rstrip() + ("" if signed else "…") + text[token.end :]
    sign = "=" if named and number[0] not in "<>" else ""
    return text[:start] + sign + number + text[token.end :]


def _with_dashes(text: str) -> str:
    return re.sub(r"(?<=\d)-(?=[\d.])", "–", text)
