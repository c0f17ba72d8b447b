"""Text files with separated cells: declared encoding and delimiter, strict quotation."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from hematotox.declarations.tables import Dialect, Table
from hematotox.dialects.cells import text_of
from hematotox.dialects.numbers import write_number
from hematotox.dialects.sheets import Piece, join_headings, pieces
from hematotox.errors import UserError

_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[\r\n]*')
"""What spreadsheets write in the first line of a text file to say how it is separated."""
_SINGLE_BYTE = frozenset({"cp1252", "iso8859-1", "iso8859-15", "cp1250", "mac-roman", "cp850"})


NOT_OF_FILES = frozenset(
    {"punycode", "undefined", "idna", "unicode-escape", "raw-unicode-escape", "unicode_escape"}
    | {"raw_unicode_escape", "mbcs", "oem"}
)


def read_csv(file: str, data: bytes, *, table: Table) -> Iterator[Piece]:
    """Give the rows of a text file in pieces.

    Raises
    ------
    UserError
        An empty file, another encoding than declared, an unclosed quotation mark, or no row of
        headings.
    """
    if not data.strip(codecs.BOM_UTF8 + b" \t\r\n"):
        raise UserError(f"{file}: is empty; have the export made again")
    encoding = _check_encoding(file, data, declared=table.encoding or "utf-8")
    stream = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    reader = csv.reader(stream, delimiter=table.delimiter or ",", strict=True)
    numbered = _numbered(file, reader)
    first = max(table.header_row, _first_row(stream))
    heads = [row for _, row in _take(numbered, first + table.header_rows - 1)][first - 1 :]
    if len(heads) < table.header_rows or not any(map(text_of, heads[-1])):
        raise UserError(
            f"{file}: row {first}: there are no headings; check header_row and encoding"
        )
    yield from pieces(file, joined_headings(heads), numbered_rows=numbered)


def _first_row(stream: io.TextIOWrapper) -> int:
    """Return the first row with content, from 1; the line that says the separator has none."""
    empty = 0
    for line in stream:
        if line.strip() and not separator_line(line):
            break
        empty += 1
    stream.seek(0)
    return empty + 1


def separator_line(first: str) -> str:
    """Return the sign that the first line of a file says to stand between cells, or nothing."""
    found = _SEPARATOR_LINE.fullmatch(first)
    return found[1] if found is not None else ""


def _take(numbered: Iterator[tuple[int, list[str]]], last: int) -> list[tuple[int, list[str]]]:
    """Take the rows up to the one that ends in line `last` of the file."""
    taken = []
    for number, row in numbered:
        taken.append((number, row))
        if number >= last:
            break
    return taken


def _numbered(file: str, reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Give each row with the line of the file in which it begins."""
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        if "field larger" in str(error):
            raise UserError(
                f"{file}: row {line}: a cell has more than {csv.field_size_limit():,} characters; "
                "is a quotation mark not closed, or the delimiter another one?"
            ) from None
        raise UserError(
            f"{file}: row {line}: a quotation mark is not closed, or text follows it; "
            "correct the export or its delimiter"
        ) from None


def joined_headings(heads: Sequence[Sequence[str]]) -> list[str]:
    """Return one heading a column from the rows of headings of a text file."""
    width = max(map(len, heads))
    filled: list[Sequence[str]] = []
    for level, row in enumerate(heads):
        padded = [*row, *[""] * (width - len(row))]
        filled.append(padded if level == len(heads) - 1 else _carried(padded))
    return join_headings(filled)


def _carried(row: list[str]) -> list[str]:
    """Carry a heading over the empty cells to its right, as merged cells are exported."""
    carried, last = [], ""
    for cell in row:
        last = cell if cell.strip() else last
        carried.append(last)
    return carried


def _check_encoding(file: str, data: bytes, *, declared: str) -> str:
    name = encoding_named(declared)
    if not name:
        raise UserError(f'{file}: encoding: "{declared}" is not known; try cp1252')
    name = "utf-8-sig" if name == "utf-8" else name
    if not _decodes(data, name):
        marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        right = "write encoding: utf-16" if marked else "try encoding: cp1252"
        raise UserError(f"{file}: is not {declared}; {right}, or have the export made as UTF-8")
    if name in _SINGLE_BYTE and not data.isascii() and _decodes(data, "utf-8"):
        raise UserError(f"{file}: encoding: declared is {declared}, but the file is utf-8")
    return name


def encoding_named(declared: str) -> str:
    """Return the usual name of an encoding of texts, or nothing.

    Python knows more that are none: rot13, zlib, punycode, undefined.
    """
    try:
        found = codecs.lookup(declared)
    except (LookupError, ValueError):
        return ""
    texts = getattr(found, "_is_text_encoding", True) and found.incrementaldecoder is not None
    return found.name if texts and found.name not in NOT_OF_FILES else ""


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    step = 1 << 20
    try:
        for start in range(0, len(data), step):
            decoder.decode(data[start : start + step])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def write_csv(
    titles: Sequence[str],
    headings: Sequence[str],
    *,
    rows: Sequence[Sequence[Any]],
    table: Table,
    dialect: Dialect,
) -> bytes:
    """Return a text file: titles, headings as declared, rows in the declared dialect."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=dialect.delimiter or ",", lineterminator="\r\n")
    for title in titles:
        writer.writerow([title])
    levels = [heading.split(" / ") for heading in headings]
    for level in range(table.header_rows):
        writer.writerow([_part(parts, level, levels=table.header_rows) for parts in levels])
    for row in rows:
        writer.writerow([_text(cell, dialect) for cell in row])
    return stream.getvalue().encode(dialect.encoding or "utf-8")


def _part(parts: list[str], level: int, *, levels: int) -> str:
    """Return the part of a heading on a level; a heading of one part stands on the last."""
    start = levels - len(parts)
    return parts[level - start] if level >= start else parts[0]


def _text(cell: Any, dialect: Dialect) -> str:
    if isinstance(cell, float):
        return write_number(cell, decimal=dialect.decimal or ".")
    return "" if cell is None else str(cell)
