"""How the cells of a table are written: dates, decimal sign, texts for unknown values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hematotox.declarations.date_format import EXCEL_SERIAL, NATIVE
from hematotox.dialects.dates import parse_date
from hematotox.dialects.judged_columns import DAY_FIRST, MONTH_FIRST, PATTERNS, Column

_TYPOS = 0.05
"""Share of the dates that may have day and month the other way round, as slips."""
_TWINS = {
    **dict(zip(DAY_FIRST, MONTH_FIRST, strict=True)),
    **dict(zip(MONTH_FIRST, DAY_FIRST, strict=True)),
}
_LARGE = r"[0-9]{1,3}(?:%s[0-9]{3})+"


@dataclass(frozen=True, slots=True)
class Open:
    """Something that only somebody who knows the hospital can say."""

    words: str
    """What has to be decided."""
    proposal: str = ""
    """What may be right; it stands in a comment."""
    codes: str = ""
    """Codes of the export that the words are about; they stand in the file alone."""
    blocks: bool = False
    """The key stands there empty, so that the next run stops at it; otherwise in a comment."""


@dataclass(frozen=True, slots=True)
class Order:
    """Which of day and month comes first, as far as the dates of all tables can tell."""

    first: str
    """day, month, or "" where no date tells."""

    def allows(self, pattern: str) -> bool:
        """Return whether a pattern keeps to the order."""
        date = re.split(r"[ T]%H", pattern)[0]
        return not (
            (date in MONTH_FIRST and self.first != "month")
            or (date in DAY_FIRST and self.first == "month")
        )


def order_of(columns: Iterable[Column]) -> Order:
    """Tell from days above 12 whether the day or the month comes first."""
    day = month = 0
    for column in columns:
        for text in column.date_texts if column.kind == "date" else ():
            bare = re.split(r"[ T][0-9]{1,2}:", text)[0]
            fits = [any(parse_date(bare, (p,)) for p in some) for some in (DAY_FIRST, MONTH_FIRST)]
            day += fits == [True, False]
            month += fits == [False, True]
    if day and month <= _TYPOS * day:
        return Order("day")
    return Order("month" if month and day <= _TYPOS * month else "")


def date_formats(columns: Sequence[Column], order: Order) -> list[str] | Open | None:
    """Return the formats of a table's dates; None if it has none.

    Parameters
    ----------
    columns : the columns with dates
    order : of day and month in the whole export
    """
    formats: list[str] = []
    if any(column.native_dates for column in columns):
        formats.append(NATIVE)
    if any(one.has_serials or (one.kind == "number" and one.is_serial) for one in columns):
        formats.append(EXCEL_SERIAL)
    left = {text for c in columns if c.kind == "date" for text in c.date_texts}
    if not order.first and any(_is_twin(text) for text in left):
        return Open(
            "day or month first? no date of the export tells; "
            '"%d/%m/%Y" is day first, "%m/%d/%Y" month first'
        )
    while left:
        fitting = {
            pattern: {text for text in left if parse_date(text, (pattern,))}
            for pattern in PATTERNS
            if order.allows(pattern)
        }
        best = max(fitting, key=lambda pattern: len(fitting[pattern]))
        if not fitting[best]:
            break
        formats.append(best)
        left -= fitting[best]
    return formats or None


def _is_twin(text: str) -> bool:
    """Return whether a text is a date with the day first and with the month first."""
    bare = re.split(r"[ T][0-9]{1,2}:", text)[0]
    return any(parse_date(bare, (one,)) and parse_date(bare, (_TWINS[one],)) for one in DAY_FIRST)


def signs(columns: Iterable[Column]) -> dict[str, str | Open]:
    """Return decimal sign and sign between thousands, as far as written numbers tell.

    "80.000" is eighty or eighty thousand: where no other number tells, nothing is guessed.
    """
    texts = [text for one in columns for text in one.number_texts]
    bare = [re.sub(r"^[<>=≤≥ +−-]+", "", text) for text in texts]
    commas, points = _decimals(bare, ","), _decimals(bare, ".")
    found: dict[str, str | Open] = {}
    if commas or points:
        sign = "," if commas > points else "."
        if min(commas, points) * 2 > max(commas, points):
            return {
                "decimal": Open("numbers have a decimal point and a decimal comma", blocks=True)
            }
        found["decimal"] = sign
    doubtful = [s for s in (",", ".") if s != found.get("decimal") and _large(bare, s)]
    if doubtful and not found:
        words = f'is "{doubtful[0]}" the decimal sign, or does it stand between thousands?'
        return {"decimal": Open(words, blocks=True)}
    whole = [text.split(str(found.get("decimal", ".")))[0] for text in bare]
    other = [s for s in (",", ".", " ", "'") if s != found.get("decimal") and _large(whole, s)]
    return {**found, "thousands": other[0]} if other else found


def _decimals(texts: list[str], sign: str) -> int:
    """Count the numbers in which a sign can only be the decimal sign."""
    one = re.escape(sign)
    certain = re.compile(
        rf"(?:[0-9]+{one}(?:[0-9]{{1,2}}|[0-9]{{4,}})|0*{one}[0-9]+|[0-9]{{4,}}{one}[0-9]+"
        rf"|[0-9]{{1,3}}(?:[., '][0-9]{{3}})+{one}[0-9]+)(?:[eE][-+]?[0-9]+)?"
    )
    return sum(certain.fullmatch(text) is not None and text.count(sign) == 1 for text in texts)


def _large(texts: list[str], sign: str) -> bool:
    return any(re.fullmatch(_LARGE % re.escape(sign), text) for text in texts)


def missing_texts(columns: Iterable[Column]) -> list[str]:
    """Return the usual texts for an unknown value that stand in some columns."""
    return sorted({t for one in columns for t in one.texts if one.vocabulary.is_missing(t)})
