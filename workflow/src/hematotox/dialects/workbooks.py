"""Workbooks: sheets, title rows, merged headings, real dates, cells without a result."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hematotox.declarations.date_format import EXCEL_SERIAL
from hematotox.declarations.file_names import fits
from hematotox.declarations.tables import Table
from hematotox.dialects.archives import check_archive, column_number
from hematotox.dialects.guarded import guarded
from hematotox.dialects.sheets import Piece, join_headings, pieces
from hematotox.dialects.workbook_facts import (
    counts_from_1904,
    filled_down,
    has_unreadable_merges,
)
from hematotox.errors import UserError

NOT_COMPUTED = "#VALUE"
"""Stands for an error or a formula without a stored result: the reader sees an empty cell."""

_CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_VALUE = re.compile(rb"<v>[^<]")


def read_workbook(file: str, data: bytes, *, table: Table) -> Iterator[Piece]:
    """Give the rows of the declared sheets in pieces.

    Raises
    ------
    UserError
        Not a workbook, no such sheet, or no row of headings.
    """
    check_archive(file, data)
    opened = guarded(
        lambda: _opened(file, data, table), file=file, kind="a workbook", size=len(data)
    )
    for name, sheet in opened.items():
        yield from _read_sheet(file, name, sheet=sheet, table=table)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet as the library read it, and what only the archive tells."""

    start: tuple[int, int] | None
    rows: list[list[Any]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    not_computed: dict[tuple[int, int], str]
    from_1904: bool


def _opened(file: str, data: bytes, table: Table) -> dict[str, _Sheet]:
    """Read the declared sheets; runs in a process of its own."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    if has_unreadable_merges(data):
        raise UserError(
            f"{file}: cells are merged over several rows, and an OpenDocument file does not tell "
            "which rows the value belongs to; save it as .xlsx, or have the cells unmerged"
        )
    from_1904 = EXCEL_SERIAL in (table.dates or ()) and counts_from_1904(data)
    found = {}
    for name in _sheet_names(file, workbook.sheet_names, table=table):
        sheet = workbook.get_sheet_by_name(name)
        rows = [list(row) for row in sheet.iter_rows()]
        merged = list(sheet.merged_cell_ranges or [])
        found[name] = _Sheet(sheet.start, rows, merged, _not_computed(data, name), from_1904)
    return found


def _sheet_names(file: str, present: list[str], *, table: Table) -> list[str]:
    if not table.sheet and len(present) == 1:
        return present
    chosen = [name for name in present if any(fits(name, one) for one in table.sheet)]
    absent = [one for one in table.sheet if not any(fits(name, one) for name in present)]
    if absent or not chosen:
        wanted = f'there is no sheet "{absent[0]}"' if absent else "sheet is not given"
        raise UserError(f"{file}: {wanted}; its sheets are: {', '.join(present)}")
    return chosen


def _read_sheet(file: str, name: str, *, sheet: _Sheet, table: Table) -> Iterator[Piece]:
    label = f"{file} [{name}]"
    numbered = _numbered(sheet)
    heads = _heading_rows(sheet, table)
    if not heads or not any(join_headings(heads)):
        raise UserError(f"{label}: row {table.header_row}: there are no headings; check header_row")
    last = table.header_row + table.header_rows - 1
    left = sheet.start[1] if sheet.start else 0
    whole = filled_down(numbered, sheet.merged, after=last, left=left)
    after = ((number, row) for number, row in whole if number > last)
    for piece in pieces(label, join_headings(heads), numbered_rows=after):
        yield replace(piece, from_1904=sheet.from_1904)


def _heading_rows(sheet: _Sheet, table: Table) -> list[list[Any]]:
    """Return the rows of headings, merged cells filled with their text."""
    first, last = table.header_row - 1, table.header_row + table.header_rows - 2
    rows = sheet.rows[: last + 1]
    if len(rows) <= last or sheet.start is None:
        return []
    return merged_rows(rows, sheet.merged, first=first, left=sheet.start[1])


def merged_rows(
    rows: Sequence[Sequence[Any]],
    ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]],
    *,
    first: int,
    left: int,
) -> list[list[Any]]:
    """Return the rows from `first` on, the cells that are merged filled with their text.

    Parameters
    ----------
    rows : those of a sheet from its beginning to the last row of headings
    ranges : row and column of the first and the last cell of each merged range, from 0
    first : first row of headings, from 0
    left : column of the first cell of the rows
    """
    filled = [list(row) for row in rows]
    for (top, start), (bottom, end) in ranges:
        if first <= top and bottom < len(filled):
            text = filled[top][start - left]
            for row in range(top, bottom + 1):
                last = min(end - left + 1, len(filled[row]))  # a title may be wider than the table
                filled[row][start - left : last] = [text] * (last - start + left)
    return filled[first:]


def _numbered(sheet: _Sheet) -> Iterator[tuple[int, list[Any]]]:
    left = sheet.start[1] if sheet.start else 0
    faulty = sheet.not_computed
    faulty_rows = {row for row, _ in faulty}
    for number, row in enumerate(sheet.rows, start=1):
        cells = [_plain(cell) for cell in row]
        if number in faulty_rows:
            cells = [faulty.get((number, left + n), cell) for n, cell in enumerate(cells)]
        yield number, cells


def _plain(cell: Any) -> Any:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (dt.time, dt.timedelta)):
        return str(cell)
    return cell


def _not_computed(data: bytes, name: str) -> dict[tuple[int, int], str]:
    """Return row (from 1) and column (from 0) of errors and of formulas without a result."""
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = _sheet_xml(archive, name)
    if b't="e"' not in content and b"<f" not in content:
        return {}
    found = {}
    for letters, row, attributes, inner in _CELL.findall(content):
        without_result = b"<f" in inner and not _VALUE.search(inner)
        if b't="e"' in attributes or without_result:
            found[int(row), column_number(letters) - 1] = NOT_COMPUTED
    return found


def _sheet_xml(archive: zipfile.ZipFile, name: str) -> bytes:
    from xml.etree import ElementTree

    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return b""
    targets = {
        node.get("Id"): node.get("Target", "")
        for node in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for node in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if node.tag.endswith("}sheet") and node.get("name") == name:
            key = next((v for k, v in node.items() if k.endswith("}id")), None)
            target = targets.get(key, "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            return archive.read(path) if path in names else b""
    return b""


def write_workbook(
    sheets: Sequence[tuple[Table, Sequence[str], Sequence[str], Sequence[Sequence[Any]]]],
) -> bytes:
    """Return a workbook with the same bytes for the same content.

    Parameters
    ----------
    sheets : table, title rows, headings and rows of each sheet, in order
    """
    import xlsxwriter

    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    workbook.set_properties({"created": dt.datetime(2020, 1, 1)})
    date = workbook.add_format({"num_format": "dd/mm/yyyy"})
    heading = workbook.add_format({"bold": True, "align": "center"})
    for table, titles, headings, rows in sheets:
        sheet = workbook.add_worksheet(table.sheet[0].replace("*", "1") if table.sheet else None)
        for number, title in enumerate(titles):
            sheet.write_string(number, 0, title)
        _write_headings(sheet, headings, table=table, style=heading)
        start = table.header_row + table.header_rows - 1
        for number, row in enumerate(rows, start=start):
            for column, cell in enumerate(row):
                _write_cell(sheet, number, column=column, cell=cell, date=date)
    workbook.close()
    return stream.getvalue()


def _write_headings(sheet: Any, headings: Sequence[str], *, table: Table, style: Any) -> None:
    top = table.header_row - 1
    parts = [heading.split(" / ") for heading in headings]
    if table.header_rows == 1:
        parts = [[heading] for heading in headings]
    column = 0
    while column < len(parts):
        width = 1
        if len(parts[column]) > 1:
            while column + width < len(parts) and parts[column + width][:-1] == parts[column][:-1]:
                width += 1
        _write_group(
            sheet,
            top,
            column=column,
            group=parts[column : column + width],
            levels=table.header_rows,
            style=style,
        )
        column += width


def _write_group(
    sheet: Any, top: int, *, column: int, group: list[list[str]], levels: int, style: Any
) -> None:
    """Write neighbouring headings that share their upper parts, those merged."""
    last = top + levels - 1
    if len(group[0]) == 1 and levels > 1:
        sheet.merge_range(top, column, last, column, group[0][0], style)
        return
    right = column + len(group) - 1
    for row, text in enumerate(group[0][:-1], start=top):
        if right > column:
            sheet.merge_range(row, column, row, right, text, style)
        else:
            sheet.write_string(row, column, text, style)
    for offset, parts in enumerate(group):
        sheet.write_string(last, column + offset, parts[-1], style)


def _write_cell(sheet: Any, row: int, *, column: int, cell: Any, date: Any) -> None:
    if isinstance(cell, float):
        sheet.write_number(row, column, float(f"{cell:.9g}"))
    elif isinstance(cell, dt.date):
        sheet.write_datetime(row, column, dt.datetime(cell.year, cell.month, cell.day), date)
    elif cell not in (None, ""):
        sheet.write_string(row, column, str(cell))
