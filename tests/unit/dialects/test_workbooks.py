"""Workbooks: what cannot be seen in a cell's value."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest

from hematotox.declarations.tables import Table
from hematotox.dialects.sheets import Piece
from hematotox.dialects.workbooks import NOT_COMPUTED, read_workbook
from hematotox.errors import UserError


def workbook(*rows: list[Any], sheet: str = "A") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    for cell in book.active["B"]:
        if cell.value == "#DIV/0!":
            cell.data_type = "e"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(data: bytes, **table: Any) -> Piece:
    (piece,) = read_workbook("a.xlsx", data, table=Table(file=("a.xlsx",), patient="id", **table))
    return piece


def test_errors_and_formulas_without_a_result_are_not_taken_for_empty_cells() -> None:
    piece = read(workbook(["id", "hb"], [1, "#DIV/0!"], [2, "=1+1"], [3, None], [4, 8.7]))
    assert piece.cells["hb"].tolist() == [NOT_COMPUTED, NOT_COMPUTED, "", 8.7]


def test_cells_of_all_kinds() -> None:
    moment = dt.datetime(2021, 3, 4, 12, 30)
    piece = read(workbook(["id", "x"], [1, moment], [2, True], [3, dt.time(5, 6)], [4, " a "]))
    assert piece.cells["x"].tolist() == [moment, "true", "05:06:00", " a "]


def test_rows_and_columns_that_begin_later() -> None:
    piece = read(workbook([None], [None, "title"], [None, "id", "hb"], [None], [None, 1, 9]),
                 header_row=3)  # fmt: skip
    assert (piece.rows.tolist(), piece.cells["id"].tolist()) == ([5], [1.0])


def test_merged_headings_reach_as_far_as_they_are_merged() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "Blood", None, None])
    sheet.append([None, "ANC", "Hb", "note"])
    sheet.append([1, 2, 3, 4])
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("A1:A2")
    stream = io.BytesIO()
    book.save(stream)
    piece = read(stream.getvalue(), header_rows=2)
    assert list(piece.cells) == ["id", "Blood / ANC", "Blood / Hb", "note"]


@pytest.mark.parametrize(
    ("data", "table", "message"),
    [
        (b"not a workbook", {}, "cannot be opened as a workbook"),
        (workbook(["id"]), {"sheet": ("B",)}, 'there is no sheet "B"; its sheets are: A'),
        (workbook(["id"]), {"header_row": 4}, "row 4: there are no headings"),
        (workbook(), {}, "row 1: there are no headings"),
    ],
)
def test_refused_workbooks(data: bytes, table: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as caught:
        read(data, **table)
    assert message in str(caught.value)
