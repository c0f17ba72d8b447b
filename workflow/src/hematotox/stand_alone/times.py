"""When: the day of each value after infusion, and one time a patient (infusion, death, ...)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.dialects.cells import Cells
from hematotox.errors import UserError
from hematotox.stand_alone.cells_of_time import Days, date_formats, read_date_days, read_days
from hematotox.stand_alone.headings import event_columns, find_column, uniform
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.recognised import DATE_WORDS, DAY_WORDS
from hematotox.stand_alone.sheet import Sheet

INFUSION = "infusion date"


@dataclass(frozen=True, slots=True)
class TimeColumns:
    """The columns that say when.

    `day` or `date` of the values (neither in a wide table, or where all values are of one time),
    the date of infusion, and further columns with one time a patient, by event.
    """

    day: str | None
    date: str | None
    infusion: str | None
    events: dict[str, str]

    def is_date(self, heading: str) -> bool:
        """Return whether a column of an event holds dates; otherwise days after infusion."""
        words = uniform(heading)
        if any(word in words for word in DATE_WORDS):
            return True
        return self.date is not None and not set(words.split("_")) & set(DAY_WORDS)

    @property
    def dates(self) -> tuple[str, ...]:
        """All columns that hold dates."""
        events = [heading for heading in self.events.values() if self.is_date(heading)]
        return tuple(filter(None, (self.date, self.infusion, *events)))


@dataclass(frozen=True, slots=True)
class People:
    """The patients of a table: one row each, sorted, with the day of each event after infusion.

    `excluded` tells why a patient cannot be graded or scored.
    """

    days: pd.DataFrame
    excluded: dict[str, str]

    @property
    def usable(self) -> pd.Index:
        """Patients who can be graded or scored."""
        return self.days.index[~self.days.index.isin(set(self.excluded))]


def find_time_columns(
    sheet: Sheet,
    *,
    day: str | None,
    date: str | None,
    infusion: str | None,
    events: Mapping[str, str | None],
) -> TimeColumns:
    """Find the columns that say when; a column of days comes before one of dates.

    Parameters
    ----------
    sheet : the table
    day, date, infusion : headings that the user names
    events : what may have a column with one time a patient, and its heading where it is named

    Raises
    ------
    UserError
        A named column does not exist, or dates stand there without the date of infusion.
    """
    of_value = None if date is not None else find_column(sheet, "day", day)
    dated = find_column(sheet, "date", date) if of_value is None else None
    columns = TimeColumns(of_value, dated, None, event_columns(sheet, events))
    if not columns.dates:
        return columns
    known = find_column(sheet, "infusion-date", infusion)
    return TimeColumns(columns.day, columns.date, known, columns.events)


def read_times(
    sheet: Sheet, columns: TimeColumns, notes: Notes, *, patients: Cells, origin: str
) -> tuple[People, Days]:
    """Return the patients, and the day of each row counted from the origin.

    Parameters
    ----------
    sheet, columns : the table and its columns
    notes : gets what cannot be read
    patients : the patient of each row
    origin : event from which dates are counted, `infusion date` or one of the columns' events

    Returns
    -------
    Patients with the days of their events, NaN where unknown, and one day a row: NaN where it is
    unknown or the table has no column for it.
    """
    formats = date_formats(sheet, columns.dates) if columns.dates else ()
    values: dict[str, Days] = {}
    named = columns.events | ({INFUSION: columns.infusion} if columns.infusion else {})
    dated = [
        name for name, heading in named.items() if name == INFUSION or columns.is_date(heading)
    ]
    for name, heading in named.items():
        if name in dated:
            values[name] = read_date_days(sheet, heading, notes, patients=patients, formats=formats)
        else:
            what = f"The day of {name.replace('_', ' ')}"
            values[name] = read_days(sheet, heading, notes, patients=patients, what=what)
    days, excluded = one_a_patient(values, patients)
    start = pd.Series(0.0, index=days.index)
    if dated:
        start = days[origin] if origin in days else pd.Series(np.nan, index=days.index)
        days[dated] = days[dated].sub(start, axis=0)
        for patient in start.index[start.isna()]:
            excluded.setdefault(str(patient), f"no {origin.replace('_', ' ')}")
    return People(days, excluded), _row_days(
        sheet, columns, notes, patients=patients, start=start, formats=formats
    )


def _row_days(
    sheet: Sheet,
    columns: TimeColumns,
    notes: Notes,
    *,
    patients: Cells,
    start: pd.Series,
    formats: tuple[str, ...],
) -> Days:
    if columns.day is not None:
        return read_days(sheet, columns.day, notes, patients=patients, what="The day")
    if columns.date is None:
        return np.full(sheet.rows.size, np.nan)
    dates = read_date_days(sheet, columns.date, notes, patients=patients, formats=formats)
    since: Days = dates - pd.Series(patients).map(start).to_numpy(dtype=float)
    return since


def one_a_patient(values: dict[str, Days], patients: Cells) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return what the rows of each patient say, and the patients whose rows disagree.

    Parameters
    ----------
    values : by name, one entry a row, NaN where a row says nothing
    patients : the patient of each row, empty for none

    Returns
    -------
    One row a patient, sorted; and for each patient whose rows disagree the words for it.
    """
    names = pd.Index(sorted(set(patients) - {""}), name="patient_id", dtype=object)
    table = pd.DataFrame({"patient_id": patients, **values})
    grouped = table[table["patient_id"] != ""].groupby("patient_id")
    days = pd.DataFrame(index=names)
    disagree: dict[str, str] = {}
    for name in values:
        days[name] = grouped[name].min()
        differs = names[days[name] < grouped[name].max().reindex(names)]
        disagree |= {str(patient): f"rows disagree about {name.replace('_', ' ')}"
                     for patient in differs}  # fmt: skip
    return days, disagree


def check_infusion(sheet: Sheet, columns: TimeColumns) -> None:
    """Refuse dates without the date of infusion, from which days are counted.

    Raises
    ------
    UserError
        There are dates and no column of the infusion.
    """
    if columns.dates and columns.infusion is None:
        raise UserError(
            f"{sheet.file}: dates need the date of infusion, from which days are counted; name its "
            "column with --infusion-date (recognised: infusion_date, date_of_infusion, infusion)"
        )
