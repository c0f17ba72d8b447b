"""The unit of the values: in their heading ("CRP [mg/L]", "crp_mg_l"), a column, or said.

A heading that names one unit while another is said for its column is refused: a C-reactive protein
of 41 is 4.1 mg/dL or 41 mg/dL by that word alone, and a patient's risk group with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.dialects.cells import Cells, texts_of
from hematotox.dialects.heading_units import split_unit
from hematotox.dialects.units import Factor, find_factor
from hematotox.errors import UserError
from hematotox.stand_alone.measurements import Described, Flags, factor_of
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.sheet import Sheet, rows_words


@dataclass(frozen=True, slots=True)
class Asked:
    """A variable that is to be read, and its unit as the user says it, "" for none."""

    variable: Described
    unit: str


def unit_of_heading(asked: Asked, heading: str, *, where: str) -> str:
    """Return the unit of a column: the one in its heading, or else the one the user says.

    Parameters
    ----------
    asked : the variable and what the user says
    heading : of the column, or the name in a column of items
    where : the file, for messages

    Raises
    ------
    UserError
        Both are there and mean different units, or the one in the heading is not accepted.
    """
    variable = asked.variable
    named = split_unit(heading, canonical=variable.described.unit)[1]
    if not named:
        return asked.unit
    factor = factor_of(variable, named, where=f"{where}: heading of {variable.name}")
    if asked.unit and factor != factor_of(variable, asked.unit, where="--unit"):
        raise UserError(
            f'{where}: the heading of {variable.name} names the unit "{named}", but --unit says '
            f'"{asked.unit}"; leave out --unit if the heading is right, else correct the heading'
        )
    return named


def units_of_rows(
    sheet: Sheet, column: str | None, otherwise: Cells, *, named: Flags, asked: Asked, notes: Notes
) -> Cells:
    """Return the unit of each row: of the column of units, where that has one, or else another.

    Parameters
    ----------
    sheet : the table
    column : heading of the column of units, if there is one
    otherwise : unit of each row by heading or --unit, "" for none or for rows of something else
    named : whether it stands in the heading
    asked : the variable
    notes : gets the rows in which the column means another unit than --unit

    Raises
    ------
    UserError
        The column means another unit than the heading.
    """
    if column is None:
        return otherwise
    cells = sheet.columns[column]
    texts = texts_of(cells)
    units = np.where(pd.isna(cells) | (texts == ""), otherwise, texts)
    differ = np.zeros(units.size, dtype=bool)
    for unit, other in {(u, o) for u, o in zip(units, otherwise, strict=True) if o and u != o}:
        if _factor(unit, asked.variable) != _factor(other, asked.variable):
            differ |= (units == unit) & (otherwise == other)
    if (differ & named).any():
        raise UserError(
            f"{sheet.file}: the heading of {asked.variable.name} names another unit than the "
            f"column of units ({rows_words(sheet.rows[differ & named])}); correct one of them"
        )
    notes.add(
        f"{asked.variable.name}: the column of units says another unit than --unit",
        rows=sheet.rows[differ],
        patients=(),
        action="the column counts",
    )
    return units


def _factor(unit: str, variable: Described) -> Factor | None:
    return find_factor(variable.name, variable.described.unit, unit=unit, spellings={})
