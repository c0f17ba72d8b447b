"""What a file holds before anything is declared: sheets, first rows, encoding, value labels."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from hematotox.declarations.tables import FORMATS, Delimiter, Format
from hematotox.dialects.archives import check_archive
from hematotox.dialects.csv_files import joined_headings, separator_line
from hematotox.dialects.guarded import guarded
from hematotox.dialects.sheets import join_headings
from hematotox.dialects.workbooks import merged_rows
from hematotox.errors import UserError

ROWS = 40
"""Rows of a sheet that are looked at for its headings."""

_NEARLY_ALL = 0.95
_ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of one sheet."""

    file: str
    format: Format
    sheet: str = ""
    """Of a workbook."""
    rows: tuple[tuple[Any, ...], ...] = ()
    """The first rows of a text file or workbook, as they stand there."""
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    """Of a workbook: row and column of the first and the last cell of merged ranges, from 0."""
    left: int = 0
    """Of a workbook: column of the first cell of the rows."""
    encoding: str = ""
    """Of a text file; "" if every encoding reads it alike."""
    delimiter: Delimiter | None = None
    """Of a text file."""
    labelled: bool = False
    """Whether an SPSS or Stata file has value labels."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Of an SPSS or Stata file: heading and label of its columns, where they have one."""

    def headings(self, first: int, count: int) -> list[str]:
        """Return the headings of a text file or sheet, if they stood in `count` rows from `first`.

        They are joined as the reader of the format joins them; rows are counted from 0.
        """
        rows = self.rows[: first + count]
        if self.format == "csv":
            return joined_headings([list(row) for row in rows[first:]])
        return join_headings(merged_rows(rows, self.merged, first=first, left=self.left))


def preview(file: str, data: bytes) -> list[Preview]:
    """Return the sheets of a file; none if the ending is not that of a table.

    Parameters
    ----------
    file : name of the file, for its ending and for messages
    data : content

    Raises
    ------
    UserError
        The file cannot be opened as what its ending says.
    """
    kind = FORMATS.get(file.rpartition(".")[2].lower())
    if kind is None:
        return []
    if kind == "csv":
        return [_text_file(file, data)]
    if kind == "excel":
        return list(_workbook(file, data))
    if kind == "parquet":
        return [Preview(file, kind)]
    return [_statistics_file(file, data, kind)]


def _text_file(file: str, data: bytes) -> Preview:
    encoding = _encoding(data)
    cut = _cuts(data, encoding)
    delimiter = max(cut, key=lambda one: _columns(cut[one]))
    return Preview(
        file, "csv", rows=tuple(map(tuple, cut[delimiter])), delimiter=delimiter,
        encoding="" if data.isascii() else encoding.removesuffix("-sig"),
    )  # fmt: skip


def fitting_delimiters(data: bytes, *, header_row: int) -> list[Delimiter]:
    """Return the signs that cut a text file into as many cells as there are headings.

    Nearly all of its first rows are looked at; a file whose first line says the sign has one.
    """
    cut = _cuts(data, _encoding(data))
    said = separator_line(",".join(cut[","][0]) if cut[","] else "")
    return [one for one in cut if one == said or (not said and _fits(cut[one][header_row - 1 :]))]


def _fits(rows: list[list[str]]) -> bool:
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    width = len(filled[0]) if filled else 0
    return width > 1 and sum(len(row) == width for row in filled) >= _NEARLY_ALL * len(filled)


def _encoding(data: bytes) -> str:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return (
        "utf-16"
        if marked and _decodes(data, "utf-16")
        else next(one for one in _ENCODINGS if _decodes(data, one))
    )


def _cuts(data: bytes, encoding: str) -> dict[Delimiter, list[list[str]]]:
    """Return the first rows of a text file, cut by each delimiter."""
    lines = io.StringIO(data.decode(encoding), newline="")
    head = "".join(line for _, line in zip(range(ROWS), lines, strict=False))
    try:
        return {one: _cut(head, one) for one in get_args(Delimiter)}
    except csv.Error:
        raise UserError(
            f"a text file has a cell of more than {csv.field_size_limit():,} characters in its "
            "first rows: it is no table"
        ) from None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _cut(head: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))


def _columns(rows: list[list[str]]) -> float:
    """Return how many columns a delimiter makes, counted by the rows that agree on it."""
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return 0.0
    return max((width - 1) * count for width, count in widths.items())


def _workbook(file: str, data: bytes) -> Iterator[Preview]:
    check_archive(file, data)

    def first_rows() -> list[Preview]:
        from python_calamine import CalamineWorkbook

        found = []
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            rows = tuple(tuple(row) for _, row in zip(range(ROWS), sheet.iter_rows(), strict=False))
            merged = tuple(sheet.merged_cell_ranges or ())
            left = sheet.start[1] if sheet.start else 0
            found.append(Preview(file, "excel", sheet=name, rows=rows, merged=merged, left=left))
        return found

    yield from guarded(first_rows, file=file, kind="a workbook", size=len(data))


def _statistics_file(file: str, data: bytes, kind: Format) -> Preview:
    import pyreadstat

    read = pyreadstat.read_sav if kind == "spss" else pyreadstat.read_dta
    system = {"spss": "an SPSS file", "stata": "a Stata file"}[kind]

    def described() -> Preview:
        _, found = read(io.BytesIO(data), metadataonly=True)
        named = {name: text for name, text in found.column_names_to_labels.items() if text}
        return Preview(file, kind, labelled=bool(found.variable_value_labels), labels=named)

    return guarded(described, file=file, kind=system, size=len(data))
