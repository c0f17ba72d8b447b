"""A table as an Excel workbook: the printed table, and the full-precision rows behind it."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pandas as pd

from hematotox.reporting.formats.table_model import Cell, PrintedTable

CREATED = datetime.datetime(2000, 1, 1)
FONT = {"font_name": "Arial", "font_size": 9}
SPANNER = {"bottom": 1, "bold": True, "align": "center", "text_wrap": True}
LINE_HEIGHT = 13


def write_xlsx(table: PrintedTable) -> bytes:
    """Return a workbook with the sheets "Table" and "Numbers"; texts are never formulas."""
    import xlsxwriter

    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(content, options)
    book.set_properties({"title": table.title, "created": CREATED})
    _write_table(book, table)
    _write_numbers(book, table.numbers)
    book.close()
    return content.getvalue()


def _write_table(book: Any, table: PrintedTable) -> None:
    sheet = book.add_worksheet("Table")
    bold = book.add_format({**FONT, "bold": True})
    plain = book.add_format({**FONT, "text_wrap": False})
    sheet.write_string(0, 0, table.title, bold)
    row = _write_header(book, sheet, table)
    heads = row
    sheet.freeze_panes(heads, 1)
    for position, line in enumerate(table.lines):
        last = position == len(table.lines) - 1
        rule = {"bottom": 2} if last else {}
        is_section = line.role == "section"
        label = book.add_format({**FONT, **rule, "indent": line.indent, "bold": is_section})
        sheet.write_string(row, 0, _text(table, line.label), label)
        cell_format = book.add_format({**FONT, **rule, "align": "center", "bold": is_section})
        cells = line.cells or tuple(Cell() for _ in table.columns)
        for column, cell in enumerate(cells, start=1):
            _write_cell(sheet, (row, column), table, cell, cell_format)
        row += 1
    notes = [f"{mark}  {note}" for mark, note in table.marked_notes]
    for note in [*notes, *(n for n in (table.caption, *table.notes) if n)]:
        sheet.write_string(row, 0, note, plain)
        row += 1
    _set_widths(sheet, table)
    sheet.repeat_rows(0, heads - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_header(book: Any, sheet: Any, table: PrintedTable) -> int:
    top, head = {"top": 2}, {"bottom": 1, "bold": True, "text_wrap": True, "valign": "bottom"}
    row = 1
    if any(column.spanner for column in table.columns):
        spanner = book.add_format({**FONT, **top, **SPANNER})
        blank = book.add_format({**FONT, **top})
        sheet.write_blank(row, 0, None, blank)
        sheet.set_row(row, 3 * LINE_HEIGHT)
        column = 1
        for text, width in table.spanners:
            _write_spanner(sheet, (row, column, width), text, spanner if text else blank)
            column += width
        row, top = row + 1, {}
    sheet.write_string(row, 0, table.stub, book.add_format({**FONT, **top, **head}))
    centred = book.add_format({**FONT, **top, **head, "align": "center"})
    sheet.set_row(row, 3 * LINE_HEIGHT)
    for column, found in enumerate(table.columns, start=1):
        sheet.write_string(row, column, found.header, centred)
    return row + 1


def _write_spanner(sheet: Any, place: tuple[int, int, int], text: str, look: Any) -> None:
    row, column, width = place
    if width == 1:
        sheet.write_string(row, column, text, look)
    else:
        sheet.merge_range(row, column, row, column + width - 1, "", look)
        sheet.write_string(row, column, text, look)


def _write_cell(
    sheet: Any, place: tuple[int, int], table: PrintedTable, cell: Cell, look: Any
) -> None:
    if cell.number is not None and not cell.notes:
        sheet.write_number(*place, cell.number, look)
    else:
        sheet.write_string(*place, _text(table, cell), look)


def _text(table: PrintedTable, cell: Cell) -> str:
    return f"{cell.text} [{table.marks(cell)}]" if cell.notes else cell.text


def _set_widths(sheet: Any, table: PrintedTable) -> None:
    labels = [len(line.label.text) + 2 * line.indent for line in table.lines]
    sheet.set_column(0, 0, min(50, max([len(table.stub), *labels]) + 2))
    for column in range(len(table.columns)):
        texts = [line.cells[column].text for line in table.lines if line.cells]
        widest = max([len(text) for text in texts] + [8])
        sheet.set_column(column + 1, column + 1, min(30, widest + 3))


def _write_numbers(book: Any, rows: pd.DataFrame) -> None:
    sheet = book.add_worksheet("Numbers")
    bold = book.add_format({**FONT, "bold": True})
    for column, name in enumerate(rows.columns):
        sheet.write_string(0, column, str(name), bold)
        for row, value in enumerate(rows[name].tolist(), start=1):
            if value is None or value is pd.NA or value != value or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(row, column, value)
            else:
                sheet.write_number(row, column, value)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
