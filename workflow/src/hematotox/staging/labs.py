"""Laboratory values: read from wide tables, long tables and rows of patients."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hematotox.declarations.centre import Centre, LabSource, Table
from hematotox.declarations.dictionary import Dictionary
from hematotox.dialects.cells import KNOWN, MISSING, UNREADABLE, Cells, text_of, texts_of
from hematotox.dialects.numbers import Numbers, intervals
from hematotox.dialects.units import Factor, accepted_units, find_factor
from hematotox.staging.columns import Reader
from hematotox.staging.days import (
    FINE,
    ROW_KINDS,
    VALUE_KINDS,
    Infusions,
    RowDays,
    find_days,
    fixed_day,
    table_days,
)
from hematotox.staging.ledger import Ledger, Mask, Place, Rows
from hematotox.staging.patients import Codes
from hematotox.staging.table_rows import Block

_LOOKS_LIKE_A_UNIT = re.compile(
    r"(?=.*[/%])(?:[x\u00d7]?10(?:\^|\*\*?|[eE])[0-9]{1,2}(?=/))?"
    r"(?:[A-Za-z%\u00b5\u03bc/.^\u00b2\u00b3]|(?<=m)[23]|(?<=\^)[23]){1,12}"
)
"""Digits stand in powers only: a date, or a value with a sign after it, is never shown."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where values come from, and what the centre file says about them."""

    place: Place
    source: LabSource


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


@dataclass(frozen=True, slots=True)
class LabReader:
    """Reads the laboratory values of the blocks of one centre."""

    centre: Centre
    dictionary: Dictionary
    ledger: Ledger
    infusions: Infusions

    def read(self, reader: Reader, patients: Codes) -> Iterator[Values]:
        """Give the values in rows that are staged whatever they hold."""
        for variable, source in self._sources(reader.block.table):
            yield from self._columns(reader, variable, source=source, patients=patients)

    def has_sources(self, table: str) -> bool:
        """Return whether laboratory values stand in a table."""
        return any(True for _ in self._sources(table))

    def dated_rows(self, reader: Reader, patients: Codes) -> Mask:
        """Return the rows whose table date gives a day; set the others aside."""
        table = self.centre.tables[reader.block.table]
        own = [s for _, s in self._sources(reader.block.table) if s.date or s.days]
        own += [s for _, s in self._sources(reader.block.table) if s.on_day is not None]
        if own or (table.date is None and table.day is None):
            return np.ones(len(patients), dtype=bool)
        days = table_days(reader, table, patients=patients, infusions=self.infusions)
        place = reader.block.place(table.date or table.day or "")
        for trouble, kind in ROW_KINDS.items():
            self.ledger.set_aside(kind, place, rows=reader.block.rows[days.trouble == trouble])
        fine: Mask = days.trouble == FINE
        return fine

    def _sources(self, table: str) -> Iterator[tuple[str, LabSource]]:
        for variable, sources in self.centre.labs.items():
            for source in sources:
                if self.centre.table_of("labs", source) == table:
                    yield variable, source

    def _columns(
        self, reader: Reader, variable: str, *, source: LabSource, patients: Codes
    ) -> Iterator[Values]:
        table = self.centre.tables[reader.block.table]
        if source.days is not None:
            for heading, day in source.days.items():
                days = fixed_day(day, patients, infusions=self.infusions)
                yield self._column(
                    reader, heading, variable=variable, source=source, when=(patients, days)
                )
            return
        days = find_days(reader, table, source=source, patients=patients, infusions=self.infusions)
        for heading in source.column:
            yield self._column(
                reader, heading, variable=variable, source=source, when=(patients, days)
            )

    def _column(
        self,
        reader: Reader,
        heading: str,
        *,
        variable: str,
        source: LabSource,
        when: tuple[Codes, RowDays],
    ) -> Values:
        described = self.dictionary.variables[variable]
        factor = self._factor(variable, source.unit or described.unit)
        assert factor is not None, "units were checked against the dictionary"
        numbers = reader.numbers(heading, variable, source=source)
        reader.check_missing_codes(
            heading, variable, source=source, described=described, factor=factor
        )
        place = reader.block.place(heading, variable)
        known = numbers.states == KNOWN
        days = when[1]
        for trouble, kind in VALUE_KINDS.items():
            self.ledger.add_cells(
                kind, place, rows=reader.block.rows[known & (days.trouble == trouble)]
            )
        kept = (numbers.states != MISSING) & (days.trouble == FINE)
        canonical = factor.to_canonical(numbers.values)
        return _values(
            Origin(place, source),
            when,
            canonical=canonical,
            numbers=numbers,
            kept_rows=(kept, reader.block.rows),
        )

    def _factor(self, variable: str, unit: str) -> Factor | None:
        described = self.dictionary.variables[variable]
        return find_factor(variable, described.unit, unit=unit, spellings=self.centre.units)

    # ---- long tables ----------------------------------------------------------------------------

    def read_long(self, reader: Reader, patients: Codes) -> Iterator[Values]:
        """Give the values of a long table, set aside rows without a name we know or a day."""
        block, table = reader.block, self.centre.tables[reader.block.table]
        names = texts_of(block.column(str(table.name)))
        kept = self._known_names(block, table, names=names)
        block, patients, names = block.where(kept), patients[kept], names[kept]
        reader = Reader(self.centre, self.ledger, block)
        dated = self.dated_rows(reader, patients)
        self.ledger.of(block.table, block.file).staged += int(dated.sum())
        for variable, source in self._sources(block.table):
            wanted = {text_of(name) for name in source.column}
            mask = dated & np.fromiter((n in wanted for n in names), bool, count=len(names))
            part = Reader(self.centre, self.ledger, block.where(mask))
            yield self._named_values(part, variable, source=source, patients=patients[mask])

    def _known_names(self, block: Block, table: Table, *, names: Cells) -> Mask:
        known = {
            text_of(name) for _, source in self._sources(block.table) for name in source.column
        }
        unwanted = {text_of(name) for name in table.leave_out}
        kept = np.fromiter((name in known for name in names), bool, count=len(names))
        left_out = np.fromiter((name in unwanted for name in names), bool, count=len(names))
        self.ledger.of(block.table, block.file).left_out += int(left_out.sum())
        place = block.place(str(table.name))
        unknown = ~kept & ~left_out
        for name in sorted(set(names[unknown])):
            self.ledger.set_aside_together(
                "unknown measurement", place, rows=block.rows[names == name]
            )
        return kept

    def _named_values(
        self, reader: Reader, variable: str, *, source: LabSource, patients: Codes
    ) -> Values:
        block, table = reader.block, self.centre.tables[reader.block.table]
        days = find_days(reader, table, source=source, patients=patients, infusions=self.infusions)
        numbers = reader.numbers(str(table.value), variable, source=source)
        canonical = np.full(len(patients), np.nan)
        known = numbers.states == KNOWN
        for unit, rows in self._units(block, table, source=source, known=known):
            factor = self._factor(variable, unit) if unit else None
            if factor is None:
                self._refuse_unit(block.place(table.unit or "", variable), unit)
            else:
                canonical[rows] = factor.to_canonical(numbers.values[rows])
                described = self.dictionary.variables[variable]
                reader.check_missing_codes(
                    str(table.value), variable, source=source, described=described, factor=factor
                )
        unreadable = numbers.states == UNREADABLE
        kept = (known & ~np.isnan(canonical) | unreadable) & (days.trouble == FINE)
        origin = Origin(block.place(str(table.value), variable), source)
        return _values(
            origin,
            (patients, days),
            canonical=canonical,
            numbers=numbers,
            kept_rows=(kept, block.rows),
        )

    def _units(
        self, block: Block, table: Table, *, source: LabSource, known: Mask
    ) -> Iterator[tuple[str, Mask]]:
        """Give each unit of the known values, and its rows."""
        if table.unit is None:
            yield source.unit or "", known
            return
        units = texts_of(block.column(table.unit))
        for unit in sorted(set(units[known])):
            yield unit or source.unit or "", known & (units == unit)

    def _refuse_unit(self, place: Place, unit: str) -> None:
        variable = place.variable
        accepted = ", ".join(accepted_units(variable, self.dictionary.variables[variable].unit))
        shown = f' "{unit}"' if _LOOKS_LIKE_A_UNIT.fullmatch(unit) else ""
        problem = f"the unit{shown} is not accepted" if unit else "there are values without a unit"
        message = (
            f'{place.file}: column "{place.column}": {variable}: {problem}; accepted: {accepted}; '
            f"name other spellings under units, or the unit under labs.{variable}.unit"
        )
        if message not in self.ledger.troubles:
            self.ledger.troubles.append(message)


def _values(
    origin: Origin,
    when: tuple[Codes, RowDays],
    *,
    canonical: npt.NDArray[np.float64],
    numbers: Numbers,
    kept_rows: tuple[Mask, Rows],
) -> Values:
    kept, rows = kept_rows
    low, high = intervals(canonical[kept], numbers.bounds[kept])
    patients, days = when
    return Values(origin, patients[kept], days.days[kept], low, high, rows[kept])
