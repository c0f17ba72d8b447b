"""Where patient, items and values stand in a table to be scored: long, or wide."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hematotox.dialects.cells import Cells, missing_texts, texts_of
from hematotox.errors import UserError
from hematotox.stand_alone.grade_layout import SYNONYMS, units_of_rows
from hematotox.stand_alone.headings import find_column, named_column, needed_column, uniform
from hematotox.stand_alone.measurements import Values
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.sheet import Sheet
from hematotox.stand_alone.times import (
    INFUSION,
    People,
    TimeColumns,
    check_infusion,
    find_time_columns,
    read_times,
)

ITEM_SYNONYMS: dict[str, tuple[str, ...]] = SYNONYMS | {
    "crp": ("crp", "c_reactive_protein"),
    "ferritin": ("ferritin",),
    "ldh": ("ldh", "lactate_dehydrogenase"),
    "creatinine": ("creatinine", "crea"),
    "marrow_blasts": ("marrow_blasts", "bone_marrow_blasts"),
}
"""Headings, or names in a column of items, that mean an item."""
LYMPHODEPLETION = "lymphodepletion"
_WITH_UNIT = re.compile(r"(?P<name>.*?)\s*[\[(](?P<unit>[^\[\]()]+)[\])]\s*")


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
    items: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """Column of an item in a wide table, and the unit that its heading says."""

    heading: str
    unit: str


@dataclass(frozen=True, slots=True)
class ScoreLayout:
    """The columns of a table: wide (`wide`, by item) or long (`variable`, `value`, `unit`)."""

    patient: str
    wide: dict[str, ItemColumn]
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
        columns = [one.heading for one in self.wide.values()] or [self.value]
        return [sheet.columns[name] for name in columns]


def find_items(sheet: Sheet, chosen: ScoreChosen, *, wanted: tuple[str, ...]) -> ScoreLayout:
    """Find the columns of a table.

    Parameters
    ----------
    sheet : the table
    chosen : columns that the user names
    wanted : items of the scores

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
        events=(LYMPHODEPLETION,),
    )
    if times.day is None and times.date is None:
        times = TimeColumns(None, None, None, {})
    elif times.date is None or LYMPHODEPLETION not in times.events:
        check_infusion(sheet, times)
    value = find_column(sheet, "value", chosen.value)
    variable = find_column(sheet, "variable", chosen.variable)
    if value is not None and variable is not None:
        unit = find_column(sheet, "unit", chosen.unit_column)
        return ScoreLayout(patient, {}, variable, value, unit, wanted, times)
    wide = _item_columns(sheet, chosen, wanted=wanted)
    if not wide:
        raise UserError(
            f"{sheet.file}: neither a column for one of the items ({', '.join(wanted)}; name them "
            "with --column item=heading) nor columns of item and value (--variable, --value)"
        )
    return ScoreLayout(patient, wide, "", "", None, wanted, times)


def _item_columns(
    sheet: Sheet, chosen: ScoreChosen, *, wanted: tuple[str, ...]
) -> dict[str, ItemColumn]:
    columns = {}
    for item in wanted:
        if item in chosen.items:
            heading = named_column(sheet, chosen.items[item], f"column {item}")
            columns[item] = ItemColumn(heading, _split(heading)[1])
            continue
        found = [h for h in sheet.headings if uniform(_split(h)[0]) in _meant(item)]
        if len(found) > 1:
            raise UserError(
                f"{sheet.file}: {len(found)} columns could be {item}; say which with "
                f"--column {item}=heading"
            )
        if found:
            columns[item] = ItemColumn(found[0], _split(found[0])[1])
    return columns


def _split(heading: str) -> tuple[str, str]:
    """Return name and unit of a heading such as "CRP [mg/dL]"."""
    found = _WITH_UNIT.fullmatch(heading)
    return (found["name"], found["unit"].strip()) if found else (heading, "")


def _meant(item: str) -> frozenset[str]:
    return frozenset((item, *ITEM_SYNONYMS.get(item, ())))


def item_values(
    sheet: Sheet, layout: ScoreLayout, notes: Notes, *, patients: Cells, units: dict[str, str]
) -> tuple[People, dict[str, Values]]:
    """Return the patients, and the cells of each item that the table has.

    Parameters
    ----------
    sheet, layout : the table and its columns
    notes : gets what cannot be read
    patients : the patient of each row
    units : by item, as the user says; a unit in the table comes before it
    """
    people, day = read_times(sheet, layout.times, notes, patients=patients, origin=layout.origin)
    if layout.wide:
        return people, {
            item: Values(
                sheet.columns[column.heading],
                sheet.rows,
                patients,
                day,
                np.full(sheet.rows.size, column.unit or units.get(item, ""), dtype=object),
            )
            for item, column in layout.wide.items()
        }
    return people, _long_values(sheet, layout, notes, patients=patients, day=day, units=units)


def _long_values(
    sheet: Sheet,
    layout: ScoreLayout,
    notes: Notes,
    *,
    patients: Cells,
    day: np.ndarray,
    units: dict[str, str],
) -> dict[str, Values]:
    names = pd.Series(texts_of(sheet.columns[layout.variable])).map(uniform)
    values = {}
    used = np.zeros(len(names), dtype=bool)
    for item in layout.items:
        rows = names.isin(_meant(item)).to_numpy()
        used |= rows
        if rows.any():
            unit = units_of_rows(sheet, layout.unit, units.get(item))[rows]
            cells = sheet.columns[layout.value][rows]
            values[item] = Values(cells, sheet.rows[rows], patients[rows], day[rows], unit)
    if not values:
        raise UserError(
            f"{sheet.file}: no row is about one of the items: {', '.join(layout.items)}"
        )
    filled = ~np.isin(texts_of(sheet.columns[layout.value]), list(missing_texts()))
    notes.add(
        "A value of something else",
        rows=sheet.rows[~used & filled],
        patients=patients[~used & filled],
        action="it is no item of the score and is left out",
    )
    return values
