"""Numbers of a table in canonical units: censored ones as intervals, troubles counted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hematotox.declarations.dictionary import Variable
from hematotox.dialects.cells import KNOWN, UNREADABLE, Cells, missing_texts, texts_of
from hematotox.dialects.numbers import intervals, read_numbers
from hematotox.dialects.units import Factor, accepted_units, find_factor
from hematotox.errors import UserError
from hematotox.staging.unit_jumps import Series, corrected, suspect_units
from hematotox.stand_alone.notes import Notes
from hematotox.stand_alone.sheet import SHARE_OF_ROWS, Sheet, rows_words

Flags = NDArray[np.bool_]
BAD_CELLS = 4
"""So many cells of a small table may be unusable; above it at most 5 % of them."""
NO_DAY = -1_000_000
"""Stands for an unknown day where values are put in order."""


@dataclass(frozen=True, slots=True)
class Described:
    """A laboratory variable: its name and what the dictionary says about it."""

    name: str
    described: Variable


@dataclass(frozen=True, slots=True)
class Values:
    """Cells of one variable with their row, patient, day and unit, one entry a cell.

    `day` is NaN where the day is not known; `unit` is as the user writes it.
    """

    cells: Cells
    rows: NDArray[np.int64]
    patients: Cells
    day: NDArray[np.float64]
    unit: Cells

    def of_rows(self, rows: Flags) -> Values:
        """Return the cells of some rows."""
        return Values(
            self.cells[rows], self.rows[rows], self.patients[rows], self.day[rows], self.unit[rows]
        )


def factor_of(variable: Described, unit: str | None, *, where: str) -> Factor:
    """Return the way from a unit to the canonical one.

    Raises
    ------
    UserError
        There is no unit, or it is not accepted for the variable; the message names those that are.
    """
    known = accepted_units(variable.name, variable.described.unit)
    accepted = ", ".join(sorted(known, key=lambda one: one != variable.described.unit))
    if not unit:
        raise UserError(
            f"{where}: the unit of {variable.name} is missing, and none is assumed; accepted are: "
            f"{accepted}"
        )
    factor = find_factor(variable.name, variable.described.unit, unit=unit, spellings={})
    if factor is None:
        raise UserError(
            f'{where}: the unit "{unit}" is not accepted for {variable.name}; accepted are: '
            f"{accepted}"
        )
    return factor


def measurements(
    sheet: Sheet,
    values: Values,
    variable: Described,
    *,
    decimal: str,
    unit_jump: str,
    notes: Notes,
) -> pd.DataFrame:
    """Return the known values of one variable in its canonical unit.

    Returns
    -------
    Columns `patient_id`, `row`, `day` (NaN where not known), `value_low`, `value_high`.

    Raises
    ------
    UserError
        A unit is missing or not accepted, too many cells cannot be read, or values look as if
        they were in another unit and nothing was decided about them.
    """
    notation = sheet.notation
    numbers = read_numbers(
        values.cells,
        decimal=decimal,
        thousands=notation.thousands,
        missing=missing_texts(notation.missing),
    )
    there = values.patients != ""
    known = (numbers.states == KNOWN) & there
    unreadable = (numbers.states == UNREADABLE) & there
    canonical = _canonical(sheet, values, variable, numbers=numbers.values, known=known)
    table = pd.DataFrame(
        {
            "patient_id": values.patients,
            "row": values.rows,
            "day": values.day,
            "value": canonical,
            "bound": numbers.bounds,
        }
    )
    _note(notes, table[unreadable], f"{variable.name}: text where a number belongs")
    table, suspected = _unit_jumps(table[known], variable, sheet=sheet, decision=unit_jump)
    done = "converted by a thousand" if unit_jump == "convert" else f"decided: {unit_jump}"
    notes.add(
        f"{variable.name}: looks a thousandfold too high or low",
        rows=suspected["row"],
        patients=suspected["patient_id"],
        action=done,
    )
    negative, wrong = table["value"] < 0, _implausible(table["value"], variable.described)
    _note(notes, table[negative], f"{variable.name}: a negative value")
    _note(notes, table[wrong & ~negative], f"{variable.name}: an implausible value")
    bad = int(unreadable.sum()) + int((wrong | negative).sum())
    if bad > max(BAD_CELLS, (1 - SHARE_OF_ROWS) * (int(known.sum()) + int(unreadable.sum()))):
        share = f"more than {100 * (1 - SHARE_OF_ROWS):.0f} % of the values of {variable.name}"
        raise UserError(
            "\n".join(
                [*notes.lines(), f"{sheet.file}: {share} cannot be used; check column and unit"]
            )
        )
    kept = table[~wrong & ~negative]
    low, high = intervals(kept["value"].to_numpy(), kept["bound"].to_numpy())
    return kept.drop(columns=["value", "bound"]).assign(value_low=low, value_high=high)


def _note(notes: Notes, table: pd.DataFrame, what: str) -> None:
    notes.add(what, rows=table["row"], patients=table["patient_id"], action="it counts as missing")


def _canonical(
    sheet: Sheet, values: Values, variable: Described, *, numbers: np.ndarray, known: Flags
) -> np.ndarray:
    canonical = np.full(numbers.shape, np.nan)
    units = texts_of(values.unit)
    for unit in sorted(set(units[known])):
        same = known & (units == unit)
        factor = factor_of(variable, unit, where=sheet.file)
        canonical[same] = factor.to_canonical(numbers[same])
    return canonical


def _implausible(values: pd.Series, described: Variable) -> pd.Series:
    low, high = described.plausible or (-np.inf, np.inf)
    return (values < low) | (values > high)


def _unit_jumps(
    table: pd.DataFrame, variable: Described, *, sheet: Sheet, decision: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the values after the decision on those that look as if in another unit, and those.

    Raises
    ------
    UserError
        There are such values and nothing was decided.
    """
    exact = table[(table["bound"] == 0) & (table["value"] > 0)]
    exact = exact.sort_values(["patient_id", "day", "row"], kind="stable")
    series = Series(
        patients=exact["patient_id"].astype("category").cat.codes.to_numpy(dtype=np.int64),
        days=exact["day"].fillna(NO_DAY).to_numpy(dtype=np.int64),
        values=exact["value"].to_numpy(),
    )
    direction = pd.Series(suspect_units(series, variable.described), index=exact.index)
    suspected = table.loc[direction.index[direction != 0]]
    if len(suspected) and decision == "stop":
        count = suspected["patient_id"].nunique()
        raise UserError(
            f"{sheet.file}: values of {variable.name} of {count} "
            f"patient{'' if count == 1 else 's'} look a thousandfold too high or low, as if in "
            f"another unit ({rows_words(suspected['row'])}); look at them, then say --unit-jump "
            "convert, keep or set_aside, or correct the unit"
        )
    if decision == "set_aside":
        return table.drop(index=suspected.index), suspected
    if decision == "convert":
        found = direction.reindex(table.index, fill_value=0).to_numpy(dtype=np.int8)
        return table.assign(value=corrected(table["value"].to_numpy(), found)), suspected
    return table, suspected
