"""One column of an export: whether it holds dates, numbers or texts, judged by its cells."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import cached_property
from typing import Any, Literal

from hematotox.dialects.cells import Cells, text_of
from hematotox.dialects.dates import parse_date
from hematotox.dialects.vocabulary import Vocabulary

Kind = Literal["empty", "date", "number", "text"]

_MOSTLY = 0.7
"""Share of the known cells that must be dates or numbers for a column to be one."""
_FEW_REPEATED = 0.05
"""Share of the patients' numbers that may stand in several rows of a table of patients."""
_NUMBER = re.compile(r"(?:[<>]=?|=[<>]|[≤≥])? ?[-+−]?[.,]?[0-9][0-9.,' ]*(?:[eE][-+]?[0-9]+)?")
_SERIAL_DAYS = range(3654, 54789)
"""Days of a spreadsheet from 1910 to 2049."""
_ROUND = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S")
DAY_FIRST = ("%d/%m/%Y", "%d-%m-%Y", "%d/%m/%y", "%d-%m-%y")
MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y", "%m/%d/%y", "%m-%d-%y")
PATTERNS = tuple(
    date + time
    for date in (
        "%Y-%m-%d", "%d.%m.%Y", *DAY_FIRST, *MONTH_FIRST, "%d.%m.%y", "%Y/%m/%d", "%Y.%m.%d",
        "%d %b %Y", "%d. %b %Y", "%d-%b-%Y", "%d/%b/%Y", "%d %b %y", "%d-%b-%y", "%b %d, %Y",
        "%d%b%Y", "%Y%m%d",
    )
    for time in _ROUND
)  # fmt: skip
"""Ways to write a date, the usual ones first."""


def is_date(text: str) -> bool:
    """Return whether a text is a date in one of the usual ways."""
    if not any(map(str.isdigit, text)) or len(text) < 6:
        return False
    return any(parse_date(text, (pattern,)) is not None for pattern in PATTERNS)


class Column:
    """The cells under one heading."""

    def __init__(self, heading: str, cells: Cells, vocabulary: Vocabulary) -> None:
        self.heading, self.cells, self.vocabulary = heading, cells, vocabulary

    @cached_property
    def texts(self) -> Counter[str]:
        """Each text and how often it stands there; empty cells are not counted."""
        counted = Counter(map(text_of, self.cells))
        counted.pop("", None)
        return counted

    @cached_property
    def known(self) -> dict[str, int]:
        """Each text that is not a usual way to say that a value is missing."""
        return {text: n for text, n in self.texts.items() if not self.vocabulary.is_missing(text)}

    @property
    def filled(self) -> int:
        """Number of cells with content."""
        return self.texts.total()

    @cached_property
    def native_dates(self) -> int:
        """Number of cells that are dates by the file's format."""
        return sum(isinstance(cell, (dt.date, dt.datetime)) for cell in self.cells)

    @cached_property
    def kind(self) -> Kind:
        """What most of the known cells are."""
        total = sum(self.known.values())
        if total == 0:
            return "empty"
        if self.native_dates >= _MOSTLY * total or self._share(is_date) >= _MOSTLY:
            return "date"
        if self._share(is_date) > 0 and self._share(lambda t: is_date(t) or _is_serial(t)) == 1:
            return "date"
        return "number" if self._share(_is_number) >= _MOSTLY else "text"

    @property
    def is_serial(self) -> bool:
        """Whether all cells could be days of a spreadsheet that lost their format."""
        return bool(self.known) and all(map(_is_serial, self.known))

    @property
    def has_serials(self) -> bool:
        """Whether some cells of a column of dates are days of a spreadsheet without a format."""
        return self.kind == "date" and any(
            _is_serial(text_of(cell)) for cell in self.cells if isinstance(cell, float)
        )

    @property
    def is_unique(self) -> bool:
        """Whether every row has another text."""
        return self.filled == len(self.texts) == len(self.cells)

    @cached_property
    def repeated(self) -> dict[str, list[int]]:
        """Return the texts that stand in several rows, with the positions of the rows."""
        places: dict[str, list[int]] = {}
        for position, cell in enumerate(self.cells):
            places.setdefault(text_of(cell), []).append(position)
        return {text: found for text, found in places.items() if text and len(found) > 1}

    @property
    def is_nearly_unique(self) -> bool:
        """Whether every row has a text, and all but a few have another one."""
        return self.filled == len(self.cells) and 0 < len(self.repeated) <= max(
            1, _FEW_REPEATED * len(self.texts)
        )

    def _share(self, says: Any) -> float:
        return sum(n for text, n in self.known.items() if says(text)) / sum(self.known.values())

    @property
    def number_texts(self) -> list[str]:
        """Texts that are written numbers; cells that are numbers by the file's format are not."""
        texts = {text_of(cell) for cell in self.cells if isinstance(cell, str)}
        return sorted(text for text in texts if _is_number(text))

    @property
    def date_texts(self) -> list[str]:
        """Texts that are written dates."""
        texts = {text_of(cell) for cell in self.cells if isinstance(cell, str)}
        return sorted(text for text in texts if is_date(text))


def _is_serial(text: str) -> bool:
    return text.isdigit() and int(text) in _SERIAL_DAYS


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None
