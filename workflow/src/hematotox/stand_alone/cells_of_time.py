"""The patients of a table, and its days and dates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hematotox.dialects.cells import KNOWN, UNREADABLE, Cells, missing_texts, text_of, texts_of
from hematotox.dialects.dates import read_dates
from hematotox.dialects.numbers import read_numbers
from hematotox.errors import UserError
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.sheet import SHARE_OF_ROWS, Sheet

DATE_FAMILIES: tuple[tuple[str, ...], ...] = tuple(
    (day, *(f"{day}{between}{time}" for between in " T" for time in ("%H:%M", "%H:%M:%S")))
    for day in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d")
)
"""Ways to write dates that are told apart; any other has to be said."""

Days = NDArray[np.float64]


def patient_of_rows(sheet: Sheet, heading: str, notes: Notes) -> Cells:
    """Return the patient of each row as text; empty in rows without one, which are set aside."""
    patients = texts_of(sheet.columns[heading])
    missing = missing_texts(sheet.notation.missing)
    patients = np.array([("" if text in missing else text) for text in patients], dtype=object)
    notes.add(
        "No patient's number",
        rows=sheet.rows[patients == ""],
        patients=(),
        action="the rows are left out",
    )
    if (patients == "").all():
        raise UserError(f"{sheet.file}: no row has a patient's number")
    return patients


def date_formats(sheet: Sheet, headings: tuple[str, ...]) -> tuple[str, ...]:
    """Return how the dates of some columns are written.

    Raises
    ------
    UserError
        No known way reads the dates, or two ways give different dates.
    """
    if sheet.notation.date_format is not None:
        return (sheet.notation.date_format,)
    missing = missing_texts(sheet.notation.missing)
    cells = np.concatenate([sheet.columns[heading] for heading in headings])
    texts = [isinstance(cell, str) and text_of(cell) not in missing for cell in cells]
    written = cells[np.array(texts, dtype=bool)]
    if not written.size:
        return ("native",)
    read = [read_dates(written, formats=formats, missing=missing) for formats in DATE_FAMILIES]
    fitting = [
        (formats, days)
        for formats, (days, states) in zip(DATE_FAMILIES, read, strict=True)
        if (states == KNOWN).mean() >= SHARE_OF_ROWS
    ]
    if len(fitting) != 1:
        why = "day and month could change places" if fitting else "the dates cannot be read"
        raise UserError(
            f'{sheet.file}: {why}; say how they are written, as --date-format "%d.%m.%Y"'
        )
    return fitting[0][0]


def read_days(sheet: Sheet, heading: str, notes: Notes, *, patients: Cells, what: str) -> Days:
    """Return a column of days as whole numbers, NaN where unknown."""
    missing = missing_texts(sheet.notation.missing)
    numbers = read_numbers(sheet.columns[heading], decimal=".", thousands="", missing=missing)
    whole = (numbers.states == KNOWN) & (numbers.bounds == 0)
    whole &= np.nan_to_num(numbers.values) % 1 == 0
    unreadable = (numbers.states != 0) & ~whole & (patients != "")
    _note_unreadable(sheet, notes, unreadable, patients=patients, what=f"{what} is no whole day")
    return np.where(whole, numbers.values, np.nan)


def read_date_days(
    sheet: Sheet, heading: str, notes: Notes, *, patients: Cells, formats: tuple[str, ...]
) -> Days:
    """Return a column of dates as days since 1970, NaN where unknown."""
    missing = missing_texts(sheet.notation.missing)
    days, states = read_dates(sheet.columns[heading], formats=formats, missing=missing)
    unreadable = (states == UNREADABLE) & (patients != "")
    _note_unreadable(sheet, notes, unreadable, patients=patients, what="A date cannot be read")
    return np.where(states == KNOWN, days.astype(float), np.nan)


def _note_unreadable(
    sheet: Sheet, notes: Notes, unreadable: np.ndarray, *, patients: Cells, what: str
) -> None:
    notes.add(
        what,
        rows=sheet.rows[unreadable],
        patients=patients[unreadable],
        action="it counts as not known",
    )
