"""Where the headings of a sheet stand: below titles, in one row or several, merged, with units."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from hematotox.dialects.cells import text_of
from hematotox.dialects.preview import Preview
from hematotox.dialects.vocabulary import Vocabulary

_SEARCHED = 20
"""Rows in which headings are looked for."""
_MOST_ROWS = 3
"""Rows of headings that a centre file may declare."""
_COLUMNS = 200
"""Columns that are looked at."""
_DATA = re.compile(r"[<>]?\d+[.,]\d+|\d{1,4}([./-])\d{1,2}\1\d{1,4}([ T][\d:.]+)?")
"""A decimal number or a date."""


def find_headings(seen: Preview, vocabulary: Vocabulary) -> tuple[int, int]:
    """Return the first row of the headings, from 1, and their number of rows; 0 if none is known.

    Chosen are the rows whose joined texts are known most often; a known unit counts as much, so
    that a row of units below the names belongs to the headings. Where more rows tell no more,
    there are fewer, but groups of columns above the names belong to them. A row with a date or a
    decimal number is one of patients, whatever else it holds.
    """
    known = {
        (first, count): _score(seen.headings(first, count), vocabulary)
        for first in range(min(_SEARCHED, len(seen.rows)))
        for count in range(1, min(_MOST_ROWS, len(seen.rows) - first) + 1)
        if any(map(text_of, seen.rows[first]))
        and not any(map(_holds_data, seen.rows[first : first + count]))
    }
    first, count = max(known, key=lambda rows: (known[rows], -rows[1]), default=(0, 1))
    if not known or known[first, count] == 0:
        return 0, 0
    if first > 0 and count < _MOST_ROWS and _are_groups(first - 1, seen):
        return first, count + 1
    return first + 1, count


def _holds_data(row: tuple[Any, ...]) -> bool:
    """Return whether a cell of a row is a date, or a number that is no day."""
    return any(isinstance(cell, dt.date) or _DATA.fullmatch(text_of(cell)) for cell in row)


def _score(headings: list[str], vocabulary: Vocabulary) -> int:
    return sum(_known(text, vocabulary) for text in set(headings[:_COLUMNS]) if text)


def _known(text: str, vocabulary: Vocabulary) -> int:
    """Return 2 for a known heading with its unit, 1 for a known heading, otherwise 0."""
    if not any(map(str.isalpha, text)):
        return 0
    if vocabulary.bare_day(text) is not None:
        return 1
    columns = type(vocabulary.synonyms.columns).model_fields
    found = [vocabulary.variable(text, kind) for kind in ("subject", "lab", "event")]
    named = [one for one in found if one is not None]
    if named:
        return 2 if any(unit for _, unit in named) else 1
    event = vocabulary.event_part(text) is not None
    return int(event or any(vocabulary.is_column(role, text) for role in columns))


def _are_groups(above: int, seen: Preview) -> bool:
    """Return whether a row has the headings of groups of columns, and not a title."""
    texts = [text for text in map(text_of, seen.rows[above]) if text]
    words = [text for text in texts if not re.fullmatch(r"[\d.,/: -]+", text)]
    if len(words) < len(texts):
        return False
    if seen.format == "excel":
        return len(texts) > 1 and any(top == above for (top, _), _ in seen.merged)
    return 1 < len(texts) < sum(map(bool, map(text_of, seen.rows[above + 1])))
