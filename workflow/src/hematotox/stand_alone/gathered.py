"""The patients of a table in which each row is a measurement: what all their rows say, gathered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd

from hematotox.dialects.cells import Cells
from hematotox.dialects.sheets import Piece
from hematotox.errors import UserError
from hematotox.staging import plain_number
from hematotox.stand_alone.table_file import TableFile

DAY_0 = "day 0"
"""Heading of the infusion date of a table that counts days: any date will do."""
_DAY_0 = dt.date(2020, 1, 1)
Key = tuple[str, int]
"""Patient, and number of her row, from 0."""


def patient_numbers(table: TableFile, heading: str) -> Cells:
    """Return the patient of each row as text, empty where there is none.

    Raises
    ------
    UserError
        No row has one.
    """
    numbers = table.texts(heading)
    if not (numbers != "").any():
        raise UserError(f"{table.file}: no row has a patient's number")
    if table.notation.leading_zeros == "drop":
        return np.array([plain_number(number) for number in numbers], dtype=object)
    return numbers


def rows_of_patients(
    table: TableFile, numbers: Cells, patient: str, *, headings: Iterable[str]
) -> Piece:
    """Return a row for each patient with what her rows say; further rows where they disagree.

    Parameters
    ----------
    table : the table
    numbers : patient of each row
    patient : heading of the patient's number
    headings : of the columns with one time a patient
    """
    there = numbers != ""
    first = pd.Series(table.rows[there]).groupby(numbers[there], sort=True).first()
    rows = {(number, 0): int(row) for number, row in first.items()}
    columns = {heading: _distinct(table, numbers, heading, rows) for heading in headings}
    ordered = sorted(rows)
    cells = {
        heading: _objects(column.get(key, "") for key in ordered)
        for heading, column in columns.items()
    }
    cells[patient] = _objects(number for number, _ in ordered)
    cells[DAY_0] = _objects(_DAY_0 for _ in ordered)
    places = np.array([rows[key] for key in ordered], dtype=np.int64)
    return Piece(table.file, places, cells, frozenset(), np.arange(len(ordered), dtype=np.int64))


def _distinct(
    table: TableFile, numbers: Cells, heading: str, rows: dict[Key, int]
) -> dict[Key, object]:
    """Return the different cells of each patient, that of most rows first.

    `rows` gets the row of each further one.
    """
    texts = table.texts(heading)
    said = pd.DataFrame({"patient": numbers, "text": texts, "row": table.rows})
    said["cell"] = pd.Series(table.cells(heading), dtype=object)
    said = said[(numbers != "") & (texts != "")]
    said["times"] = said.groupby(["patient", "text"])["row"].transform("size")
    said = said.sort_values(["times"], ascending=False, kind="stable")
    said = said.drop_duplicates(["patient", "text"])
    keys = list(zip(said["patient"], said.groupby("patient").cumcount(), strict=True))
    for key, row in zip(keys, said["row"], strict=True):
        rows.setdefault(key, int(row))
    return dict(zip(keys, said["cell"], strict=True))


def _objects(items: Iterable[object]) -> Cells:
    listed = list(items)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column
