"""Where patient, items and values stand in a table to be scored: long, or wide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from hematotox.dialects.cells import Cells, missing_texts, texts_of
from hematotox.dialects.heading_units import split_unit
from hematotox.errors import UserError
from hematotox.stand_alone.column_units import Asked, unit_of_heading, units_of_rows
from hematotox.stand_alone.headings import find_column, named_column, needed_column, uniform
from hematotox.stand_alone.measurements import Values
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.recognised import laboratory_names
from hematotox.stand_alone.sheet import Sheet
from hematotox.stand_alone.times import (
    INFUSION,
    People,
    TimeColumns,
    check_infusion,
    find_time_columns,
    read_times,
)

LYMPHODEPLETION = "lymphodepletion"


@dataclass(frozen=True, slots=True)
class ScoreChosen:
    """Columns that the user names; `items` by item. What is left out is told by its heading."""

    patient: str | None = None
    day: str | None = None
    date: str | None = None
    infusion_date: str | None = None
    variable: str | None = None
    value: str | None = None
    unit_column: str | None = None
    lymphodepletion: str | None = None
    items: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScoreLayout:
    """The columns of a table: wide (`wide`, by item) or long (`variable`, `value`, `unit`)."""

    patient: str
    wide: dict[str, str]
    variable: str
    value: str
    unit: str | None
    items: tuple[str, ...]
    times: TimeColumns

    @property
    def dated(self) -> bool:
        """Whether each value has a day or a date."""
        return self.times.day is not None or self.times.date is not None

    @property
    def origin(self) -> str:
        """Event from which the days of the values are counted."""
        from_infusion = self.times.infusion is not None or self.times.day is not None
        return INFUSION if from_infusion else LYMPHODEPLETION

    def value_cells(self, sheet: Sheet) -> list[Cells]:
        """Return the cells of all columns of values."""
        columns = list(self.wide.values()) or [self.value]
        return [sheet.columns[name] for name in columns]


def find_items(sheet: Sheet, chosen: ScoreChosen, *, wanted: Mapping[str, Asked]) -> ScoreLayout:
    """Find the columns of a table.

    Parameters
    ----------
    sheet : the table
    chosen : columns that the user names
    wanted : items of the scores, with the units that the user says

    Raises
    ------
    UserError
        A column is missing or several could be meant, or the table has none of the items.
    """
    strange = sorted(set(chosen.items) - set(wanted))
    if strange:
        raise UserError(
            f"--column: {', '.join(strange)}: no such item; they are: {', '.join(wanted)}"
        )
    patient = needed_column(sheet, "patient", chosen.patient)
    times = find_time_columns(
        sheet,
        day=chosen.day,
        date=chosen.date,
        infusion=chosen.infusion_date,
        events={LYMPHODEPLETION: chosen.lymphodepletion},
    )
    if times.day is None and times.date is None:
        times = TimeColumns(None, None, None, {})
    elif times.date is None or LYMPHODEPLETION not in times.events:
        check_infusion(sheet, times)
    value = find_column(sheet, "value", chosen.value)
    variable = find_column(sheet, "variable", chosen.variable)
    if value is not None and variable is not None:
        unit = find_column(sheet, "unit", chosen.unit_column)
        return ScoreLayout(patient, {}, variable, value, unit, tuple(wanted), times)
    wide = _item_columns(sheet, chosen, wanted=wanted)
    if not wide:
        raise UserError(
            f"{sheet.file}: neither a column for one of the items ({', '.join(wanted)}; name them "
            "with --column item=heading) nor columns of item and value (--variable, --value)"
        )
    return ScoreLayout(patient, wide, "", "", None, tuple(wanted), times)


def _item_columns(
    sheet: Sheet, chosen: ScoreChosen, *, wanted: Mapping[str, Asked]
) -> dict[str, str]:
    """Return the heading of each item that the table has a column of."""
    columns = {}
    for item, asked in wanted.items():
        if item in chosen.items:
            columns[item] = named_column(sheet, chosen.items[item], f"column {item}")
            continue
        found = [heading for heading in sheet.headings if _means(heading, asked)]
        if len(found) > 1:
            raise UserError(
                f"{sheet.file}: {len(found)} columns could be {item}; say which with "
                f"--column {item}=heading"
            )
        if found:
            columns[item] = found[0]
    return columns


def _means(text: str, asked: Asked) -> bool:
    """Return whether a heading or a name means an item, with its unit or without."""
    names = laboratory_names(asked.variable.name)
    return (
        uniform(text) in names
        or uniform(split_unit(text, canonical=asked.variable.described.unit)[0]) in names
    )


def item_values(
    sheet: Sheet,
    layout: ScoreLayout,
    notes: Notes,
    *,
    patients: Cells,
    wanted: Mapping[str, Asked],
) -> tuple[People, dict[str, Values]]:
    """Return the patients, and the cells of each item that the table has.

    Parameters
    ----------
    sheet, layout : the table and its columns
    notes : gets what cannot be read
    patients : the patient of each row
    wanted : items of the scores, with the units that the user says; one in the table comes first

    Raises
    ------
    UserError
        A heading names another unit than the user says.
    """
    people, day = read_times(sheet, layout.times, notes, patients=patients, origin=layout.origin)
    every = Values(np.empty(0, dtype=object), sheet.rows, patients, day, np.empty(0, dtype=object))
    if not layout.wide:
        return people, _long_values(sheet, layout, notes, every=every, wanted=wanted)
    units = {
        item: unit_of_heading(wanted[item], heading, where=sheet.file)
        for item, heading in layout.wide.items()
    }
    return people, {
        item: replace(
            every,
            cells=sheet.columns[heading],
            unit=np.full(sheet.rows.size, units[item], dtype=object),
        )
        for item, heading in layout.wide.items()
    }


def _long_values(
    sheet: Sheet,
    layout: ScoreLayout,
    notes: Notes,
    *,
    every: Values,
    wanted: Mapping[str, Asked],
) -> dict[str, Values]:
    """Return the cells of each item of a long table; `every` has patient and day of each row."""
    names = texts_of(sheet.columns[layout.variable])
    cells = sheet.columns[layout.value]
    values = {}
    used = np.zeros(names.size, dtype=bool)
    for item, asked in wanted.items():
        units = {
            name: unit_of_heading(asked, name, where=sheet.file)
            for name in sorted(set(names))
            if _means(name, asked)
        }
        rows = np.isin(names, list(units))
        used |= rows
        if rows.any():
            otherwise = np.array([units.get(name, "") for name in names], dtype=object)
            with_unit = [
                name
                for name in units
                if split_unit(name, canonical=asked.variable.described.unit)[1]
            ]
            named = np.isin(names, with_unit)
            unit = units_of_rows(
                sheet, layout.unit, otherwise, named=named, asked=asked, notes=notes
            )
            values[item] = replace(every, cells=cells, unit=unit).of_rows(rows)
    if not values:
        raise UserError(
            f"{sheet.file}: no row is about one of the items: {', '.join(layout.items)}"
        )
    filled = ~np.isin(texts_of(cells), list(missing_texts()))
    notes.add(
        "A value of something else",
        rows=sheet.rows[~used & filled],
        patients=every.patients[~used & filled],
        action="it is no item of the score and is left out",
    )
    return values
