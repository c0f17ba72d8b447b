"""Where patient and values stand in a table to be graded: long, or wide with a column a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hematotox.dialects.cells import Cells
from hematotox.dialects.heading_units import split_unit
from hematotox.errors import UserError
from hematotox.stand_alone.column_units import Asked, unit_of_heading, units_of_rows
from hematotox.stand_alone.headings import day_columns, find_column, needed_column, uniform
from hematotox.stand_alone.measurements import Described, Values
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.recognised import ROLES, laboratory_names
from hematotox.stand_alone.sheet import Sheet
from hematotox.stand_alone.times import (
    INFUSION,
    People,
    TimeColumns,
    check_infusion,
    find_time_columns,
    read_times,
)

FOLLOW_UP = ("death", "last_contact", "progression", "new_therapy")
"""What may stand beside the values: one day or date a patient."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Columns that the user names; what is left out is told by its heading."""

    patient: str | None = None
    day: str | None = None
    date: str | None = None
    infusion_date: str | None = None
    value: str | None = None
    unit_column: str | None = None
    death: str | None = None
    last_contact: str | None = None
    progression: str | None = None
    new_therapy: str | None = None


@dataclass(frozen=True, slots=True)
class GradeLayout:
    """The columns of a table: long with one value column, or wide with one column a day."""

    patient: str
    value: str | None
    unit: str | None
    wide: dict[str, int]
    times: TimeColumns

    def value_cells(self, sheet: Sheet) -> list[Cells]:
        """Return the cells of all columns of values."""
        return [sheet.columns[name] for name in ([self.value] if self.value else self.wide)]

    def not_read(self, sheet: Sheet) -> int:
        """Return how many columns with a heading are not read."""
        times = self.times
        single = (self.patient, self.value, self.unit, times.day, times.date, times.infusion)
        return len({*sheet.headings} - {*single, *self.wide, *times.events.values()})


def find_layout(sheet: Sheet, chosen: Chosen, *, variable: Described) -> GradeLayout:
    """Find the columns of a table.

    Raises
    ------
    UserError
        A column is missing, or several could be meant, or the table is long and wide at once.
    """
    meant = _value_headings(sheet, variable)
    patient = needed_column(sheet, "patient", chosen.patient)
    value = find_column(sheet, "value", chosen.value, recognised=meant)
    wide = {name: day for name, day in day_columns(sheet).items() if name != patient}
    if value is not None and len(wide) > 1 and chosen.value is None:
        raise UserError(
            f"{sheet.file}: there is a column of values and there are {len(wide)} columns of days; "
            "if the former counts, name it with --value"
        )
    if value is None and not wide:
        value = needed_column(sheet, "value", None, recognised=meant)
    times = find_time_columns(
        sheet,
        day=chosen.day,
        date=chosen.date,
        infusion=chosen.infusion_date,
        events={event: getattr(chosen, event) for event in FOLLOW_UP},
    )
    check_infusion(sheet, times)
    if value is None:
        return GradeLayout(patient, None, None, wide, times)
    if times.day is None and times.date is None:
        needed_column(sheet, "day", None, recognised=("date (with infusion_date)",))
    unit = find_column(sheet, "unit", chosen.unit_column)
    return GradeLayout(patient, value, unit, {}, times)


def _value_headings(sheet: Sheet, variable: Described) -> tuple[str, ...]:
    """Return the headings that mean the values, those with a unit beside the name among them."""
    names = laboratory_names(variable.name)
    meant = {*names, *ROLES["value"]}
    with_unit = (
        uniform(heading)
        for heading in sheet.headings
        if uniform(split_unit(heading, canonical=variable.described.unit)[0]) in meant
    )
    return tuple(dict.fromkeys((*names, *with_unit)))


def row_values(
    sheet: Sheet, layout: GradeLayout, notes: Notes, *, patients: Cells, asked: Asked
) -> tuple[People, Values]:
    """Return the patients and every cell of a value with its day after infusion.

    Parameters
    ----------
    sheet, layout : the table and its columns
    notes : gets what cannot be read
    patients : the patient of each row
    asked : the variable and the unit that the user says; a column of units comes before it
    """
    people, day = read_times(sheet, layout.times, notes, patients=patients, origin=INFUSION)
    if layout.value is None:
        return people, _melted(sheet, layout, patients=patients, unit=asked.unit)
    cells = sheet.columns[layout.value]
    unit = unit_of_heading(asked, layout.value, where=sheet.file)
    otherwise = np.full(sheet.rows.size, unit, dtype=object)
    named = np.full(
        sheet.rows.size, bool(split_unit(layout.value, canonical=asked.variable.described.unit)[1])
    )
    units = units_of_rows(sheet, layout.unit, otherwise, named=named, asked=asked, notes=notes)
    return people, Values(cells, sheet.rows, patients, day, units)


def _melted(sheet: Sheet, layout: GradeLayout, *, patients: Cells, unit: str) -> Values:
    """Return the cells of a wide table, day by day."""
    count, size = len(layout.wide), sheet.rows.size
    return Values(
        cells=np.concatenate([sheet.columns[name] for name in layout.wide]),
        rows=np.tile(sheet.rows, count),
        patients=np.tile(patients, count),
        day=np.repeat(np.array(list(layout.wide.values()), dtype=float), size),
        unit=np.full(count * size, unit, dtype=object),
    )
