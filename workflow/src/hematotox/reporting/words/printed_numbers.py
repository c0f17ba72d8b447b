"""A paper's printed text with its numbers, and the same text with ours in their places.

The agreement table says of each number where it stands in its text, in which unit and with how
many decimals.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from hematotox.reporting.words import numbers
from hematotox.reporting.words.rows import Row

NUMBER = re.compile(r"NR|\d*\.?\d+")
NOTHING = "\0"
"""Stands in a text for a number that we have no other for."""


@dataclass(slots=True)
class PrintedText:
    """One text of the paper and the rows of the agreement table that are about its numbers."""

    text: str
    place: str
    rows: list[Row] = field(default_factory=list)

    def takes(self, row: Row) -> bool:
        """Add a row about a number of the text that no other row is about."""
        taken = [one["token"] for one in self.rows]
        fits = (row["place"], row["printed"]) == (self.place, self.text)
        if self.rows and (not fits or row["token"] is None or {row["token"], None} & {*taken}):
            return False
        self.rows.append(row)
        return True

    @property
    def printed(self) -> str:
        """The text as printed, with dashes between numbers; what was derived from it first."""
        derived = [
            row for row in self.rows if row["token"] is None and row["published"] is not None
        ]
        text = _with_dashes(self.text)
        return f"{_fixed(derived[0], 'published')} (from {text})" if derived else text

    @property
    def ours(self) -> str:
        """The text with our numbers; what we have no number for is left out."""
        if all(row["ours"] is None and not _not_reached(row) for row in self.rows):
            return numbers.NONE
        if self.rows[0]["token"] is None:
            return _ours(self.rows[0])
        rows = {row["token"]: row for row in self.rows}
        text = self.text
        found = list(NUMBER.finditer(text))
        for position in reversed(range(len(found))):
            start, end = found[position].span()
            text = _replaced(text, start, end, _ours(rows[position]) if position in rows else "")
        text = re.sub(rf"\s*\([^()\d]*{NOTHING}[^()\d]*\)", "", text)
        return _with_dashes(text.replace(NOTHING, "…").strip())

    @property
    def differences(self) -> str:
        """Ours minus printed in the unit of print, of each estimate or, alone, of a p-value."""
        estimates = [row for row in self.rows if row["quantity"] == "estimate"]
        told = [row for row in estimates or self.rows if row["difference"] is not None]
        texts = [_fixed(row, "difference") for row in told]
        return "; ".join(texts if set(texts) != {"0"} else texts[:1])


def printed_texts(rows: Iterable[Row]) -> list[PrintedText]:
    """Return the texts of the paper in order, each with the rows about its numbers."""
    texts: list[PrintedText] = []
    for row in rows:
        if texts and texts[-1].takes(row):
            continue
        texts.append(PrintedText(str(row["printed"]), str(row["place"]), [row]))
    return texts


def _ours(row: Row) -> str:
    if row["ours"] is None:
        return numbers.NOT_REACHED if _not_reached(row) else NOTHING
    return _p_value(row) if row["quantity"] == "p_value" else _fixed(row, "ours")


def _p_value(row: Row) -> str:
    """Return our P at the printed decimals; "<.001" where they would say 0, ">.99" for 1."""
    decimals, p = int(row["decimals"]), float(row["ours"])
    smallest = 10.0**-decimals
    below = row["difference"] is None and row["verdict"] == "agrees"
    if below or p < smallest / 2:
        return f"<{numbers.fixed(row['published'] if below else smallest, decimals)}"
    return (
        f">{numbers.fixed(1 - smallest, decimals)}" if p > 1 - smallest / 2 else _fixed(row, "ours")
    )


def _fixed(row: Row, column: str) -> str:
    """Return a number with the printed decimals; of a ratio without a bound there are no digits."""
    value = float(row[column])
    if abs(value) <= numbers.LARGEST_RATIO:
        return numbers.fixed(value, int(row["decimals"]))
    largest = numbers.fixed(numbers.LARGEST_RATIO, 0)
    return f">{largest}" if value > 0 else f"<{numbers.MINUS}{largest}"


def _not_reached(row: Row) -> bool:
    """Return whether we have the estimate, and it is a time that was not reached."""
    quantile = str(row["estimand"]).endswith("time_quantile")
    return quantile and row["verdict"] != "not comparable"


def _replaced(text: str, start: int, end: int, number: str) -> str:
    """Return the text with another number, or none, in the place of one.

    The sign of a p-value goes with its number: "P=.03" becomes "P=0.012" or "P<0.001", and a lone
    "<.01" becomes "0.02". A p-value that we have no number for is left out whole.
    """
    after = start
    while start and text[start - 1] in "=<>":
        start -= 1
    named = start > 0 and text[start - 1] == "P"
    if number in ("", NOTHING):
        signed = start < after
        start = start - 1 if named else start
        return (text[:start].rstrip() if signed else text[:start] + NOTHING) + text[end:]
    sign = "=" if named and number[0] not in "<>" else ""
    return text[:start] + sign + number + text[end:]


def _with_dashes(text: str) -> str:
    return re.sub(r"(?<=\d)-(?=[\d.])", "–", text)
