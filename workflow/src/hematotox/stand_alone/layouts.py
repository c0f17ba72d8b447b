"""Where patient, values and times stand in a table: long, or a column an item or a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from hematotox.declarations.centre import LabSource, SubjectSource
from hematotox.dialects.cells import Cells
from hematotox.dialects.heading_units import split_unit
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.errors import UserError
from hematotox.stand_alone.as_centre import Layout
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.roles import (
    LYMPHODEPLETION,
    TimeColumns,
    check_infusion,
    day_columns,
    find_column,
    lab_of,
    needed,
    patient_column,
    role_column,
    time_columns,
)
from hematotox.stand_alone.table_file import TableFile
from hematotox.stand_alone.units_said import (
    Asked,
    factor_of,
    unit_in,
    unit_of_heading,
    units_of_rows,
)

FOLLOW_UP = ("death", "last_contact", "progression", "new_therapy")
"""What may stand beside the values: one day or date a patient."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the user says about a table.

    `columns` by option (patient, day, value, death ...) and `items` of a wide table by variable;
    what is left out is told by its heading. `unit_jump` decides about values a thousandfold off.
    """

    columns: Mapping[str, str | None] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    unit_jump: str = "stop"

    def of(self, option: str) -> str | None:
        """Return the heading that an option names."""
        return self.columns.get(option)

    def source(self, **said: object) -> LabSource:
        """Return where values stand, with what was decided about suspected ones."""
        return LabSource.model_validate({**said, "unit_jump": self.unit_jump})


# ---- a blood count to be graded ------------------------------------------------------------------


def grade_layout(
    table: TableFile,
    chosen: Chosen,
    notes: Notes,
    *,
    variable: Asked,
    narrowing: Asked | None = None,
) -> Layout:
    """Find the columns of a table to be graded.

    Parameters
    ----------
    table : the table
    chosen : columns that the user names
    notes : gets what is contradicted
    variable : what is graded
    narrowing : what may stand beside it in a long table without a column of units: leukocytes

    Raises
    ------
    UserError
        A column is missing, or several could be meant, or the table is long and wide at once.
    """
    patient = patient_column(table, chosen.of("patient"))
    named = chosen.of("value")
    value = find_column(
        table, "value", named, means=lambda one: _is_value(one, variable, table.vocabulary)
    )
    wide = {one: day for one, day in day_columns(table).items() if one != patient}
    if value is not None and len(wide) > 1 and named is None:
        raise UserError(
            f"{table.file}: there is a column of values and there are {len(wide)} columns of days; "
            "if the former counts, name it with --value"
        )
    times = time_columns(table, chosen.columns, events=FOLLOW_UP)
    check_infusion(table, times)
    if value is None and wide:
        factor_of(variable, variable.unit, where=table.file)
        source = chosen.source(days=wide, unit=variable.unit)
        return Layout(patient, times, {variable.name: (source,)})
    value = needed(table, "value", value)
    if times.day is None and times.date is None:
        needed(table, "day", None, more=", or its date with --date and --infusion-date")
    unit = role_column(table, "unit", chosen.of("unit_column"), option="unit-column")
    if narrowing is not None and unit is None:
        beside = _beside(table, chosen, variable, narrowing, value=value)
        if beside is not None:
            return Layout(patient, times, beside)
    names = np.full(table.rows.size, value, dtype=object)
    units = units_of_rows(table, unit, names, meant={value: variable}, notes=notes)
    source = chosen.source(column=value)
    return Layout(patient, times, {variable.name: (source,)}, value, names, units, unit)


def _beside(
    table: TableFile, chosen: Chosen, variable: Asked, narrowing: Asked, *, value: str
) -> dict[str, tuple[LabSource, ...]] | None:
    """Return the columns of a count and of the one that narrows it, None without the latter."""

    def means(heading: str) -> bool:
        meant = lab_of(heading, table.vocabulary)
        return meant is not None and meant[0] == narrowing.name

    other = find_column(table, "leukocytes", chosen.of("leukocytes"), means=means)
    if other is None:
        return None
    own = unit_of_heading(variable, value, where=table.file)
    units = {variable.name: own, narrowing.name: unit_in(other, narrowing) or own}
    found = {variable.name: (variable, value), narrowing.name: (narrowing, other)}
    for name, (asked, _) in found.items():
        factor_of(asked, units[name], where=table.file)
    return {
        name: (chosen.source(column=heading, unit=units[name]),)
        for name, (_, heading) in found.items()
    }


def _is_value(heading: str, variable: Asked, vocabulary: Vocabulary) -> bool:
    meant = lab_of(heading, vocabulary)
    named = meant is not None and meant[0] == variable.name
    return named or vocabulary.is_column("value", split_unit(heading)[0])


def not_read(table: TableFile, layout: Layout) -> int:
    """Return how many columns with a heading are not read."""
    times = layout.times
    single = {layout.patient, layout.unit_column, times.day, times.date, times.infusion}
    return len({*table.headings} - {*single, *layout.values, *times.events.values()})


# ---- items of a score ----------------------------------------------------------------------------


def score_layout(
    table: TableFile, chosen: Chosen, notes: Notes, *, wanted: Mapping[str, Asked]
) -> Layout:
    """Find the columns of a table to be scored.

    Parameters
    ----------
    table : the table
    chosen : columns that the user names
    notes : gets what is left out
    wanted : items of the scores, with the units that the user says

    Raises
    ------
    UserError
        A column or unit is missing or several could be meant, or the table has none of the items.
    """
    strange = sorted(set(chosen.items) - set(wanted))
    if strange:
        raise UserError(
            f"--column: {', '.join(strange)}: no such item; they are: {', '.join(wanted)}"
        )
    patient = patient_column(table, chosen.of("patient"))
    times = time_columns(table, chosen.columns, events=(LYMPHODEPLETION,))
    if times.day is None and times.date is None:
        times = TimeColumns(None, None, None, {})
    elif times.date is None or LYMPHODEPLETION not in times.events:
        check_infusion(table, times)
    numbers = _patient_numbers(table, chosen, wanted=wanted)
    wanted = {item: one for item, one in wanted.items() if one.described.kind == "lab"}
    value = role_column(table, "value", chosen.of("value"))
    name = role_column(table, "name", chosen.of("variable"), option="variable")
    on_day = 0 if times.day is None and times.date is None else None
    if value is not None and name is not None:
        names, units = _long_items(table, name, chosen, wanted=wanted, notes=notes)
        _note_others(table, patient, value, names, notes)
        labs = {
            item: (chosen.source(column=found, on_day=on_day),)
            for item, found in _by_item(table, names, wanted).items()
        }
        return Layout(patient, times, labs, value, names, units, numbers=numbers)
    labs = {}
    for item, heading in _item_columns(table, chosen, wanted=wanted).items():
        unit = unit_of_heading(wanted[item], heading, where=table.file)
        factor_of(wanted[item], unit, where=table.file)
        labs[item] = (chosen.source(column=heading, unit=unit, on_day=on_day),)
    if not labs:
        raise UserError(
            f"{table.file}: neither a column for one of the items ({', '.join(wanted)}; name them "
            "with --column item=heading) nor columns of item and value (--variable, --value)"
        )
    return Layout(patient, times, labs, numbers=numbers)


def _patient_numbers(
    table: TableFile, chosen: Chosen, *, wanted: Mapping[str, Asked]
) -> dict[str, SubjectSource]:
    """Return the columns of the items that are one number a patient."""
    found = {}
    for item, one in wanted.items():
        if one.described.kind != "subject":
            continue

        def means(heading: str, item: str = item) -> bool:
            meant = table.vocabulary.variable(heading, "subject")
            return meant is not None and meant[0] == item

        option = f"column {item}=heading"
        heading = find_column(table, option, chosen.items.get(item), means=means, what=item)
        if heading is not None:
            unit = unit_of_heading(one, heading, where=table.file)
            if one.described.unit:
                factor_of(one, unit, where=table.file)
            found[item] = SubjectSource(column=heading, unit=unit or None)
    return found


def _item_columns(
    table: TableFile, chosen: Chosen, *, wanted: Mapping[str, Asked]
) -> dict[str, str]:
    """Return the heading of each item that the table has a column of."""
    columns = {}
    for item in wanted:

        def means(heading: str, item: str = item) -> bool:
            meant = lab_of(heading, table.vocabulary) or table.vocabulary.baseline(heading)
            return meant is not None and meant[0] == item

        found = find_column(
            table, f"column {item}=heading", chosen.items.get(item), means=means, what=item
        )
        if found is not None:
            columns[item] = found
    return columns


def _long_items(
    table: TableFile, name: str, chosen: Chosen, *, wanted: Mapping[str, Asked], notes: Notes
) -> tuple[Cells, Cells]:
    """Return the name of the measurement of each row, "" for no item, and its unit."""
    texts = table.texts(name)
    items = {text: lab_of(text, table.vocabulary) for text in sorted(set(texts) - {""})}
    meant = {text: wanted[one[0]] for text, one in items.items() if one and one[0] in wanted}
    if not meant:
        raise UserError(f"{table.file}: no row is about one of the items: {', '.join(wanted)}")
    names = np.where(np.isin(texts.astype(str), list(meant)), texts, "")
    unit = role_column(table, "unit", chosen.of("unit_column"), option="unit-column")
    return names, units_of_rows(table, unit, names, meant=meant, notes=notes)


def _by_item(
    table: TableFile, names: Cells, wanted: Mapping[str, Asked]
) -> dict[str, tuple[str, ...]]:
    """Return the names that the measurements of each item have."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(set(names) - {""}):
        meant = lab_of(name, table.vocabulary)
        assert meant is not None, "the other names have been left out"
        found[meant[0]] = (*found.get(meant[0], ()), name)
    return {item: found[item] for item in wanted if item in found}


def _note_others(table: TableFile, patient: str, value: str, names: Cells, notes: Notes) -> None:
    strange = (names == "") & (table.texts(value) != "")
    notes.add(
        "A value of something else",
        rows=table.rows[strange],
        patients=table.texts(patient)[strange],
        action="it is no item of the score and is left out",
    )
