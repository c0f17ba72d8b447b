"""One cell of an export as text, and the states a cell can be in."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

Cells = npt.NDArray[np.object_]
States = npt.NDArray[np.int8]
"""Of each cell: `MISSING`, `KNOWN` or `UNREADABLE`."""

MISSING, KNOWN, UNREADABLE = 0, 1, 2

_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad"))
_Parsed = TypeVar("_Parsed")


def text_of(cell: Any) -> str:
    r"""Return a cell as text: one kind of space, no byte-order mark, whole numbers without point.

    Examples
    --------
    >>> text_of(" 12\u00a0mg "), text_of(7.0), text_of(True), text_of(None)
    ('12 mg', '7', 'true', '')
    """
    if isinstance(cell, str):
        if cell.isascii():
            return " ".join(cell.split())
        return " ".join(unicodedata.normalize("NFC", cell.translate(_INVISIBLE)).split())
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return "" if cell != cell else str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, (dt.datetime, dt.date, dt.time)):
        return cell.isoformat()
    return "" if cell is None or cell is pd.NaT else str(cell)


def texts_of(cells: Cells) -> Cells:
    """Return every cell as text; see `text_of`."""
    return parse_distinct(cells, text_of)


def codes_of(columns: Sequence[Cells]) -> Cells:
    """Return the code of each row; of several columns they are joined by " / ".

    Examples
    --------
    >>> codes_of([np.array(["day 0", "day 30"]), np.array(["labs", ""])]).tolist()
    ['day 0 / labs', 'day 30 /']
    """
    parts = [texts_of(one) for one in columns]
    if len(parts) == 1:
        return parts[0]
    joined = np.empty(len(parts[0]), dtype=object)
    joined[:] = [text_of(" / ".join(row)) for row in zip(*parts, strict=True)]
    return joined


def parse_distinct(cells: Cells, parse: Callable[[Any], _Parsed]) -> Cells:
    """Apply `parse` once to each distinct cell: exports repeat few values many times."""
    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    parsed = np.empty(len(distinct), dtype=object)
    for position, cell in enumerate(distinct):
        parsed[position] = parse(cell)
    spread: Cells = parsed[codes]
    return spread


def missing_texts(*groups: tuple[str, ...]) -> frozenset[str]:
    """Return the texts that say that a value is not known; the empty text always does."""
    return frozenset({""}.union(*({text_of(code) for code in group} for group in groups)))
