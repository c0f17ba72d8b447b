"""Workbooks are archives: how large they become, and how far their cells reach, before reading."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from hematotox.errors import UserError

LARGEST, LARGEST_RATIO = 100 << 20, 100
"""Bytes after unpacking, and how many times the packed ones: more than both is no table."""
MOST_CELLS, MOST_EMPTY = 20_000_000, 50
"""Cells of the rectangle from the first to the last one, and how many for each that is filled."""
_CELLS = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
DAMAGED = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, RuntimeError, OSError)
"""What the reading of a damaged archive raises; a protected one too."""


def check_archive(file: str, data: bytes) -> None:
    """Refuse an archive that is damaged, too large, or whose cells reach far beyond its table.

    Raises
    ------
    UserError
        With what to do.
    """
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > LARGEST and unpacked > LARGEST_RATIO * len(data):
                raise UserError(
                    f"{file}: {len(data) >> 10} KiB become {unpacked >> 20} MiB: this is no table; "
                    "open it in a spreadsheet and save the sheets with patients as a new file"
                )
            for name in archive.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _check_reach(file, archive.read(name))
    except DAMAGED:
        raise UserError(
            f"{file}: cannot be opened as a workbook; is it damaged or protected by a password?"
        ) from None


def _check_reach(file: str, sheet: bytes) -> None:
    """Refuse a sheet with a cell so far away that nearly all of the rectangle is empty."""
    if len(sheet) > LARGEST:
        return
    rows, columns, count = 0, 0, 0
    for letters, row in _found(sheet):
        count += 1
        columns = max(columns, letters)
        rows = max(rows, row)
    if rows * columns > max(MOST_CELLS, MOST_EMPTY * count):
        raise UserError(
            f"{file}: a cell lies far outside the table (row {rows:,}, column {columns:,}); delete "
            "the empty rows and columns in a spreadsheet and save it again"
        )


def _found(sheet: bytes) -> Iterator[tuple[int, int]]:
    known: dict[bytes, int] = {}
    for letters, row in _CELLS.findall(sheet):
        column = known.get(letters)
        if column is None:
            column = known[letters] = column_number(letters)
        yield column, int(row)


def column_number(letters: bytes) -> int:
    """Return the number of a column of a sheet, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
