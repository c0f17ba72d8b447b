"""Rows of one sheet in pieces: what every reader gives, whatever the file format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from hematotox.dialects.cells import Cells, text_of
from hematotox.dialects.unit_columns import unit_columns

Fault = Literal["repeated heading", "row length"]
ROWS_A_PIECE = 50_000


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a sheet; rows without any content are not rows.

    `cells` has a column of the same length for every heading; `rows` are the numbers of the rows
    in the file, counted from 1; `identities` are equal for rows that are equal in every cell.
    """

    file: str
    rows: npt.NDArray[np.int64]
    cells: dict[str, Cells]
    repeated_headings: frozenset[str]
    identities: npt.NDArray[np.int64]
    faults: tuple[tuple[int, Fault], ...] = ()
    """Row number and fault of the rows that could not be cut into cells."""
    units: Mapping[str, Cells] = field(default_factory=dict)
    """By the heading of values, the texts of the column of units beside them."""
    from_1904: bool = False
    """Whether serial dates count from 1904: those of some workbooks do."""


def pieces(
    file: str, headings: Sequence[str], *, numbered_rows: Iterable[tuple[int, Sequence[Any]]]
) -> Iterator[Piece]:
    """Gather rows into pieces; the first comes even without rows, for its headings.

    Parameters
    ----------
    file : name of the file, and the sheet, for findings
    headings : one for each cell of a row
    numbered_rows : row number in the file and cells
    """
    headings = list(map(text_of, headings))
    gathered: list[Sequence[Any]] = []
    numbers: list[int] = []
    faults: list[tuple[int, Fault]] = []
    given = False
    for number, row in numbered_rows:
        row = _without_empty_end(row, len(headings))
        fault = _fault_of(row, headings)
        if fault is not None:
            faults.append((number, fault))
        elif _has_content(row):
            gathered.append(row)
            numbers.append(number)
        if len(gathered) + len(faults) >= ROWS_A_PIECE:
            yield _piece(file, headings, numbers=numbers, rows=gathered, faults=faults)
            gathered, numbers, faults, given = [], [], [], True
    if gathered or faults or not given:
        yield _piece(file, headings, numbers=numbers, rows=gathered, faults=faults)


def _without_empty_end(row: Sequence[Any], width: int) -> Sequence[Any]:
    """Cut empty cells beyond the headings: some systems end each row with a delimiter."""
    return row[:width] if len(row) > width and not _has_content(row[width:]) else row


def _has_content(row: Sequence[Any]) -> bool:
    return any(not isinstance(cell, str) or cell.strip() for cell in row)


def _fault_of(row: Sequence[Any], headings: Sequence[str]) -> Fault | None:
    if len(row) != len(headings):
        return "row length" if _has_content(row) else None
    if headings[0] in str(row[0]) and text_of(row[0]) == headings[0]:
        filled = [(cell, heading) for cell, heading in zip(row, headings, strict=True) if heading]
        if all(text_of(cell) == heading for cell, heading in filled):
            return "repeated heading"
    return None


def _piece(
    file: str,
    headings: Sequence[str],
    *,
    numbers: list[int],
    rows: list[Sequence[Any]],
    faults: list[tuple[int, Fault]],
) -> Piece:
    columns = [_column(rows, position) for position in range(len(headings))]
    cells: dict[str, Cells] = {}
    for heading, column in zip(headings, columns, strict=True):
        cells.setdefault(heading, column)
    repeated = {heading for heading, count in Counter(headings).items() if heading and count > 1}
    return Piece(
        file=file,
        rows=np.array(numbers, dtype=np.int64),
        cells=cells,
        repeated_headings=frozenset(repeated),
        identities=np.fromiter(
            (hash("\x1f".join(map(str, row))) for row in rows), np.int64, count=len(rows)
        ),
        faults=tuple(faults),
        units=unit_columns(headings, columns),
    )


def _column(rows: list[Sequence[Any]], position: int) -> Cells:
    column = np.empty(len(rows), dtype=object)
    column[:] = [row[position] for row in rows]
    return column


def join_headings(parts: Sequence[Sequence[Any]]) -> list[str]:
    """Return one heading a column from rows of headings, whose parts are joined by " / ".

    Examples
    --------
    >>> join_headings([["ID", "Labor", "Labor"], ["ID", "ANC", "CRP"]])
    ['ID', 'Labor / ANC', 'Labor / CRP']
    """
    joined = []
    for column in zip(*parts, strict=True):
        texts = [text_of(part) for part in column]
        distinct = [text for n, text in enumerate(texts) if text and text not in texts[:n]]
        joined.append(" / ".join(distinct))
    return joined
