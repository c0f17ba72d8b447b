"""The unit of the values: in their heading ("CRP [mg/L]", "crp_mg_l"), a column, or said.

A heading that names one unit while another is said for its column is refused: a C-reactive protein
of 41 is 4.1 mg/dL or 41 mg/dL by that word alone, and a patient's risk group with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.dialects.cells import Cells
from hematotox.dialects.heading_units import split_unit
from hematotox.dialects.units import Factor, accepted_units, find_factor
from hematotox.errors import UserError
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.table_file import TableFile, rows_words


@dataclass(frozen=True, slots=True)
class Asked:
    """A laboratory variable that is to be read, and its unit as the user says it, "" for none."""

    name: str
    described: Variable
    unit: str = ""


def asked(names: list[str], dictionary: Dictionary, units: Mapping[str, str]) -> dict[str, Asked]:
    """Return laboratory variables with the units that the user says."""
    return {name: Asked(name, dictionary.variables[name], units.get(name, "")) for name in names}


def factor_of(variable: Asked, unit: str | None, *, where: str) -> Factor:
    """Return the way from a unit to the canonical one.

    Raises
    ------
    UserError
        There is no unit, or it is not accepted for the variable; the message names those that are.
    """
    canonical = variable.described.unit
    known = accepted_units(variable.name, canonical)
    accepted = ", ".join(sorted(known, key=lambda one: one != canonical))
    if not unit:
        raise UserError(
            f"{where}: the unit of {variable.name} is missing, and none is assumed; accepted are: "
            f"{accepted}"
        )
    factor = _factor(variable, unit)
    if factor is None:
        raise UserError(
            f'{where}: the unit "{unit}" is not accepted for {variable.name}; accepted are: '
            f"{accepted}"
        )
    return factor


def _factor(variable: Asked, unit: str) -> Factor | None:
    return find_factor(variable.name, variable.described.unit, unit=unit, spellings={})


def unit_in(heading: str, variable: Asked) -> str:
    """Return the unit that a heading names, or nothing."""
    return split_unit(heading, canonical=variable.described.unit)[1]


def unit_of_heading(variable: Asked, heading: str, *, where: str) -> str:
    """Return the unit of a column: the one in its heading, or else the one the user says.

    Parameters
    ----------
    variable : the variable and what the user says
    heading : of the column, or the name in a column of items
    where : the file, for messages

    Raises
    ------
    UserError
        Both are there and mean different units, or the one in the heading is not accepted.
    """
    named = unit_in(heading, variable)
    if not named:
        return variable.unit
    factor = factor_of(variable, named, where=f"{where}: heading of {variable.name}")
    if variable.unit and factor != factor_of(variable, variable.unit, where="--unit"):
        raise UserError(
            f'{where}: the heading of {variable.name} names the unit "{named}", but --unit says '
            f'"{variable.unit}"; leave out --unit if the heading is right, else correct the heading'
        )
    return named


def units_of_rows(
    table: TableFile, column: str | None, names: Cells, *, meant: Mapping[str, Asked], notes: Notes
) -> Cells:
    """Return the unit of each row: of the column of units, where that has one, or else another.

    Parameters
    ----------
    table : the table
    column : heading of the column of units, if there is one
    names : heading or name of the measurement of each row
    meant : names, and the variable that each means; rows of other names have no unit
    notes : gets the rows in which the column means another unit than --unit

    Raises
    ------
    UserError
        The column means another unit than the heading, or there is none and none is said.
    """
    units = np.full(table.rows.size, "", dtype=object)
    written = units if column is None else table.texts(column)
    for name, variable in meant.items():
        rows, named = names == name, unit_in(name, variable)
        otherwise = unit_of_heading(variable, name, where=table.file)
        if column is None:
            factor_of(variable, otherwise, where=table.file)
        units[rows] = np.where(written[rows] == "", otherwise, written[rows])
        others = {unit for unit in set(units[rows]) if otherwise and unit != otherwise}
        differ = rows & np.isin(
            units.astype(str),
            [one for one in others if _factor(variable, one) != _factor(variable, otherwise)],
        )
        if named and differ.any():
            raise UserError(
                f"{table.file}: the heading of {variable.name} names another unit than the "
                f"column of units ({rows_words(table.rows[differ])}); correct one of them"
            )
        notes.add(
            f"{variable.name}: the column of units says another unit than --unit",
            rows=table.rows[differ],
            patients=(),
            action="the column counts",
        )
    return units
