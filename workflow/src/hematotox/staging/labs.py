"""Laboratory values: read from wide tables, long tables and rows of patients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hematotox.dialects.cells import KNOWN, MISSING, Cells, text_of, texts_of
from hematotox.dialects.numbers import Numbers, intervals
from hematotox.dialects.units import accepted_units
from hematotox.staging.columns import ColumnReader
from hematotox.staging.days import (
    FINE,
    ROW_KINDS,
    VALUE_KINDS,
    Infusions,
    RowDays,
    find_days,
    fixed_day,
)
from hematotox.staging.declared import DeclaredTable, LabColumn
from hematotox.staging.ledger import Ledger, Mask, Place, Rows
from hematotox.staging.missing_codes import Digits, digits_of_codes
from hematotox.staging.patients import Codes
from hematotox.staging.stated_units import contradicted

_LOOKS_LIKE_A_UNIT = re.compile(
    r"(?=.*[/%])(?:[x\u00d7]?10(?:\^|\*\*?|[eE])[0-9]{1,2}(?=/))?"
    r"(?:[A-Za-z%\u00b5\u03bc/.^\u00b2\u00b3]|(?<=m)[23]|(?<=\^)[23]){1,12}"
)
"""Digits stand in powers only: a date, or a value with a sign after it, is never shown."""
_DIGITS_OF_CODES = 3
"""99 is a usual platelet count."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where values come from, and what the centre file says about them."""

    place: Place
    column: LabColumn


@dataclass(frozen=True, slots=True)
class Values:
    """Laboratory values of one variable from one column, in the canonical unit.

    An unreadable cell of a known day is there, too, without a value: a correction may give it one.
    """

    origin: Origin
    patients: Codes
    days: npt.NDArray[np.int64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    rows: Rows
    code_digits: Digits
    """Digits of numbers that are written as codes for missing are (999, 8888); 0 of others."""


def read_values(
    reader: ColumnReader, table: DeclaredTable, *, patients: Codes, infusions: Infusions
) -> Iterator[Values]:
    """Give the laboratory values in rows that are staged whatever they hold."""
    for column in table.labs:
        for heading, day in column.days.items():
            days = fixed_day(day, patients, infusions=infusions)
            yield _values_of(reader, heading, column=column, when=(patients, days))
        if column.headings:
            days = find_days(reader, column.when, patients=patients, infusions=infusions)
        for heading in column.headings:
            yield _values_of(reader, heading, column=column, when=(patients, days))


def rows_with_day(
    reader: ColumnReader, table: DeclaredTable, *, patients: Codes, infusions: Infusions
) -> Mask:
    """Return the rows whose table date gives a day; set the others aside."""
    if not table.rows_need_day:
        return np.ones(len(patients), dtype=bool)
    days = find_days(reader, table.when, patients=patients, infusions=infusions)
    place = reader.block.place(table.when.date or table.when.day)
    for trouble, kind in ROW_KINDS.items():
        reader.ledger.set_aside(kind, place, rows=reader.block.rows[days.trouble == trouble])
    fine: Mask = days.trouble == FINE
    return fine


def _values_of(
    reader: ColumnReader, heading: str, *, column: LabColumn, when: tuple[Codes, RowDays]
) -> Values:
    variable, days = column.variable, when[1]
    factor = column.factor(column.unit)
    assert factor is not None, "units were checked against the dictionary"
    numbers = reader.numbers(heading, variable, missing=column.missing)
    reader.check_missing_codes(
        heading, variable, missing=column.missing, described=column.described, factor=factor
    )
    place, rows = reader.block.place(heading, variable), reader.block.rows
    known = numbers.states == KNOWN
    for trouble, kind in VALUE_KINDS.items():
        reader.ledger.add_cells(kind, place, rows=rows[known & (days.trouble == trouble)])
    kept = (numbers.states != MISSING) & (days.trouble == FINE)
    canonical = factor.to_canonical(numbers.values)
    canonical[
        contradicted(
            reader, heading, variable, described=column.described, factor=factor, known=known
        )
    ] = np.nan
    return _kept(
        Origin(place, column), when, canonical=canonical, numbers=numbers, kept=(kept, rows)
    )


# ---- long tables ---------------------------------------------------------------------------------


def read_long(
    reader: ColumnReader, table: DeclaredTable, *, patients: Codes, infusions: Infusions
) -> Iterator[Values]:
    """Give the values of a long table, set aside rows without a name we know or a day."""
    names = texts_of(reader.block.column(str(table.file.name)))
    kept = _known_names(reader, table, names=names)
    reader, patients, names = reader.of_rows(kept), patients[kept], names[kept]
    dated = rows_with_day(reader, table, patients=patients, infusions=infusions)
    reader.ledger.of(reader.block.table, reader.block.file).staged += int(dated.sum())
    for column in table.labs:
        wanted = set(map(text_of, column.headings))
        mask = dated & np.fromiter((n in wanted for n in names), bool, count=len(names))
        yield _named_values(
            reader.of_rows(mask), table, column=column, patients=patients[mask], infusions=infusions
        )


def _known_names(reader: ColumnReader, table: DeclaredTable, *, names: Cells) -> Mask:
    known = {text_of(name) for column in table.labs for name in column.headings}
    unwanted = {text_of(name) for name in table.file.leave_out}
    kept = np.fromiter((name in known for name in names), bool, count=len(names))
    left_out = np.fromiter((name in unwanted for name in names), bool, count=len(names))
    block, ledger = reader.block, reader.ledger
    ledger.of(block.table, block.file).left_out += int(left_out.sum())
    place = block.place(str(table.file.name))
    unknown = ~kept & ~left_out
    for name in sorted(set(names[unknown])):
        ledger.set_aside_together("unknown measurement", place, rows=block.rows[names == name])
    return kept


def _named_values(
    reader: ColumnReader, table: DeclaredTable, *, column: LabColumn, patients: Codes,
    infusions: Infusions,
) -> Values:  # fmt: skip
    block, heading, variable = reader.block, str(table.file.value), column.variable
    days = find_days(reader, column.when, patients=patients, infusions=infusions)
    numbers = reader.numbers(heading, variable, missing=column.missing)
    canonical = np.full(len(patients), np.nan)
    known = numbers.states == KNOWN
    for unit, rows in _units(reader, table, column=column, known=known):
        factor = column.factor(unit) if unit else None
        if factor is None:
            _refuse_unit(reader.ledger, block.place(table.file.unit or "", variable), column, unit)
        else:
            canonical[rows] = factor.to_canonical(numbers.values[rows])
            if table.file.unit is None:
                canonical[
                    contradicted(
                        reader,
                        heading,
                        variable,
                        described=column.described,
                        factor=factor,
                        known=known,
                    )
                ] = np.nan
            reader.check_missing_codes(
                heading, variable, missing=column.missing, described=column.described, factor=factor
            )
    kept = (numbers.states != MISSING) & (days.trouble == FINE)
    origin, when = Origin(block.place(heading, variable), column), (patients, days)
    return _kept(origin, when, canonical=canonical, numbers=numbers, kept=(kept, block.rows))


def _units(
    reader: ColumnReader, table: DeclaredTable, *, column: LabColumn, known: Mask
) -> Iterator[tuple[str, Mask]]:
    """Give each unit of the known values, and its rows."""
    if table.file.unit is None:
        yield column.unit, known
        return
    units = texts_of(reader.block.column(table.file.unit))
    for unit in sorted(set(units[known])):
        yield unit or column.unit, known & (units == unit)


def _refuse_unit(ledger: Ledger, place: Place, column: LabColumn, unit: str) -> None:
    variable = column.variable
    accepted = ", ".join(accepted_units(variable, column.described.unit))
    shown = f' "{unit}"' if _LOOKS_LIKE_A_UNIT.fullmatch(unit) else ""
    problem = f"the unit{shown} is not accepted" if unit else "there are values without a unit"
    message = (
        f'{place.file}: column "{place.column}": {variable}: {problem}; accepted: {accepted}; '
        f"name other spellings under units, or the unit under labs.{variable}.unit"
    )
    if message not in ledger.troubles:
        ledger.troubles.append(message)


def _kept(
    origin: Origin,
    when: tuple[Codes, RowDays],
    *,
    canonical: npt.NDArray[np.float64],
    numbers: Numbers,
    kept: tuple[Mask, Rows],
) -> Values:
    mask, rows = kept
    low, high = intervals(canonical[mask], numbers.bounds[mask])
    patients, days = when
    digits = digits_of_codes(numbers.values[mask], at_least=_DIGITS_OF_CODES)
    return Values(origin, patients[mask], days.days[mask], low, high, rows[mask], digits)
