"""One table of a user, CSV or Excel, as cells by heading; nothing about it is guessed.

A delimiter or decimal sign that the file leaves open is asked for, never assumed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hematotox.declarations.centre import FORMATS, Table
from hematotox.dialects.cells import Cells, text_of
from hematotox.dialects.csv_files import read_csv
from hematotox.dialects.sheets import Piece
from hematotox.dialects.workbooks import read_workbook
from hematotox.errors import UserError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SHARE_OF_ROWS = 0.95
"""A delimiter cuts at least this share of the rows into as many cells as there are headings."""
_NUMBER = re.compile(r"[<>=≤≥ ]*[-+−]?([0-9][0-9.,]*)")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")


@dataclass(frozen=True, slots=True)
class Notation:
    """How the file is written, as far as the user says it."""

    delimiter: str | None = None
    decimal: str | None = None
    thousands: str = ""
    encoding: str = "utf-8"
    sheet: str | None = None
    header_row: int = 1
    date_format: str | None = None
    missing: tuple[str, ...] = ("NA",)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table: number of each row in the file, cells by heading."""

    file: str
    rows: NDArray[np.int64]
    columns: dict[str, Cells]
    notation: Notation

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings that are not empty, from left to right."""
        return tuple(heading for heading in self.columns if heading)


def read_sheet(file: str, content: bytes, notation: Notation) -> Sheet:
    """Read a table.

    Parameters
    ----------
    file : its name; the ending tells the format
    content : its bytes
    notation : what the user says about delimiter, encoding, sheet and row of headings

    Raises
    ------
    UserError
        The format is not known, the delimiter or encoding is unclear, a heading stands twice or
        a row has more or fewer cells than there are headings.
    """
    if notation.header_row < 1:
        raise UserError("--header-row: rows are counted from 1")
    kind = FORMATS.get(file.rpartition(".")[2].lower())
    table = Table(
        file=(file,),
        patient="patient",
        sheet=(notation.sheet,) if notation.sheet else (),
        header_row=notation.header_row,
    )
    if kind == "excel":
        pieces = list(read_workbook(file, content, table=table))
    elif kind == "csv":
        text = _decoded(file, content, notation.encoding)
        if not text.strip():
            raise UserError(f"{file}: the file is empty")
        delimiter = notation.delimiter or find_delimiter(file, text, notation.header_row)
        table = table.model_copy(update={"delimiter": delimiter})
        pieces = list(read_csv(file, text.encode("utf-8"), table=table))
    else:
        raise UserError(f"{file}: only CSV (.csv, .txt, .tsv) and Excel (.xlsx, .xls) can be read")
    return _whole(file, pieces, notation)


def _decoded(file: str, content: bytes, encoding: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and not encoding.lower().startswith("utf-16"):
        raise UserError(f"{file}: is UTF-16; say --encoding utf-16, or save it as UTF-8")
    try:
        name = "utf-8-sig" if encoding.lower().replace("-", "") == "utf8" else encoding
        return content.decode(name)
    except UnicodeDecodeError:
        raise UserError(
            f"{file}: is not {encoding}; say --encoding cp1252, or save it as UTF-8"
        ) from None
    except LookupError:
        raise UserError(f'--encoding: "{encoding}" is not known; try cp1252') from None


def find_delimiter(file: str, text: str, header_row: int) -> str:
    """Return the only sign that cuts the rows into as many cells as there are headings.

    Raises
    ------
    UserError
        No sign does, or several do.
    """
    if not any(line.strip() for line in text.splitlines()[header_row - 1 :]):
        raise UserError(f"{file}: has no row {header_row}; say --header-row")
    fitting = [sign for sign in DELIMITERS if _fits(text, sign, header_row)]
    if len(fitting) == 1:
        return fitting[0]
    found = " and ".join(DELIMITERS[sign] for sign in fitting) or "neither comma nor semicolon"
    raise UserError(
        f"{file}: the sign between the cells is unclear ({found} would do); say it with --delimiter"
        if fitting
        else f"{file}: {found}, tab or bar cuts all rows alike; say the sign with --delimiter"
    )


def _fits(text: str, delimiter: str, header_row: int) -> bool:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    filled = [row for row in rows[header_row - 1 :] if any(cell.strip() for cell in row)]
    width = len(filled[0]) if filled else 0
    alike = sum(len(row) == width for row in filled)
    return width > 1 and alike >= SHARE_OF_ROWS * len(filled)


def _whole(file: str, pieces: list[Piece], notation: Notation) -> Sheet:
    repeated = sorted({heading for piece in pieces for heading in piece.repeated_headings})
    if repeated:
        what = "a heading stands" if len(repeated) == 1 else f"{len(repeated)} headings stand"
        raise UserError(
            f"{file}: {what} more than once in row {notation.header_row}; give each column its own"
        )
    ragged = [row for piece in pieces for row, fault in piece.faults if fault == "row length"]
    if ragged:
        raise UserError(
            f"{file}: {rows_words(ragged)}: more or fewer cells than there are headings; check "
            "quotation marks and the delimiter"
        )
    rows = np.concatenate([piece.rows for piece in pieces])
    if not rows.size:
        raise UserError(f"{file}: there are no rows below the headings")
    names = pieces[0].cells
    columns = {name: np.concatenate([piece.cells[name] for piece in pieces]) for name in names}
    return Sheet(file, rows, columns, notation)


def find_decimal(cells: Iterable[Cells], *, file: str, notation: Notation) -> str:
    """Return the decimal sign of the numbers in some columns.

    Raises
    ------
    UserError
        Both signs stand in the numbers, or the only one could as well group thousands.
    """
    if notation.decimal is not None:
        return notation.decimal
    texts = [text_of(cell) for column in cells for cell in column if isinstance(cell, str)]
    digits = [found[1] for text in texts if (found := _NUMBER.fullmatch(text))]
    signs = [sign for sign in ".," if any(sign in number for number in digits)]
    if len(signs) > 1:
        raise UserError(
            f"{file}: both a point and a comma stand in the numbers; say --decimal, and "
            "--thousands if one of them groups the digits"
        )
    if not signs:
        return "."
    written = [number for number in digits if signs[0] in number]
    if all(_GROUPED.fullmatch(number) for number in written):
        raise UserError(
            f'{file}: "{signs[0]}" may be the decimal sign or group thousands; say --decimal, and '
            "--thousands if it groups the digits"
        )
    return signs[0]


def rows_words(rows: Iterable[int], most: int = 10) -> str:
    """Return row numbers as they stand in messages.

    Examples
    --------
    >>> rows_words([9, 5]), rows_words(range(2, 20), most=3)
    ('rows 5, 9', 'rows 2, 3, 4 and 15 more')
    """
    ordered = sorted({int(row) for row in rows})
    shown = ", ".join(str(row) for row in ordered[:most])
    more = f" and {len(ordered) - most} more" if len(ordered) > most else ""
    return f"row{'s' if len(ordered) > 1 else ''} {shown}{more}"
