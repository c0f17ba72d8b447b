"""What a workbook says beside its cells: where it counts its days from, which cells are merged."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

Ranges = Iterable[tuple[tuple[int, int], tuple[int, int]]]
"""Row and column of the first and the last cell of each merged range, from 0."""

_XLSX_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904=\"(?:1|true)\"")
_ODS_1904 = re.compile(rb"<table:null-date\b[^>]*date-value=\"1904-01-01\"")
_XLS_1904 = re.compile(rb"\x22\x00\x02\x00\x01\x00\x0e\x00\x02\x00")
"""Record Date1904, set, and the head of CalcPrecision, which follows it ([MS-XLS] 2.1.7.20.3)."""
_ODS_MERGED = re.compile(rb"table:number-rows-spanned=\"(?!1\")[0-9]+\"")


def counts_from_1904(data: bytes) -> bool:
    """Return whether day 0 of the workbook's serial dates is 1904-01-01 (Excel for Mac, old files).

    Such a number is 1462 smaller than in a workbook that counts from 1900.
    """
    if not data.startswith(b"PK"):
        return _XLS_1904.search(data) is not None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {"xl/workbook.xml": _XLSX_1904, "content.xml": _ODS_1904}
        names = set(archive.namelist())
        return any(
            pattern.search(archive.read(name)) is not None
            for name, pattern in parts.items()
            if name in names
        )


def has_unreadable_merges(data: bytes) -> bool:
    """Return whether an OpenDocument sheet merges cells over rows: the reader does not tell them.

    The cell that a merged range begins with is then the only one with its value.
    """
    if not data.startswith(b"PK"):
        return False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "content.xml" not in archive.namelist():
            return False
        return _ODS_MERGED.search(archive.read("content.xml")) is not None


def filled_down(
    numbered: Iterable[tuple[int, list[Any]]], ranges: Ranges, *, after: int, left: int
) -> Iterator[tuple[int, list[Any]]]:
    """Give the rows, the cells that are merged over several rows filled with their value.

    A value merged over several rows belongs to all of them. Over several columns it stays in the
    first: which of two quantities it is cannot be told.

    Parameters
    ----------
    numbered : number of each row, from 1, and its cells
    ranges : those of the sheet
    after : last row of headings; merged headings are filled elsewhere
    left : column of the first cell of the rows
    """
    ends = {
        (top + 1, start - left): bottom + 1
        for (top, start), (bottom, _) in ranges
        if top + 1 > after and bottom > top
    }
    if not ends:
        yield from numbered
        return
    begins = {row for row, _ in ends}
    open_: dict[int, tuple[int, Any]] = {}
    for number, row in numbered:
        open_ = {column: told for column, told in open_.items() if told[0] >= number}
        cells = _with(row, open_) if open_ else row
        if number in begins:
            for (top, column), bottom in ends.items():
                if top == number:
                    open_[column] = (bottom, cells[column])
        yield number, cells


def _with(row: Sequence[Any], values: dict[int, tuple[int, Any]]) -> list[Any]:
    filled = list(row)
    for column, (_, value) in values.items():
        filled[column] = value
    return filled
