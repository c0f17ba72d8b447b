"""Events: progression, death, toxicity, assessments; from rows of events and of patients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from hematotox.declarations.centre import Centre, EventSource
from hematotox.declarations.dictionary import Dictionary, Variable
from hematotox.dialects.cells import KNOWN, MISSING, UNREADABLE, Cells, States, text_of, texts_of
from hematotox.dialects.numbers import parse_number
from hematotox.staging.columns import Reader, is_plausible
from hematotox.staging.days import (
    FINE,
    IMPLAUSIBLE,
    NO_DATE,
    NOT_INFUSED,
    Infusions,
    RowDays,
    find_days,
)
from hematotox.staging.ledger import Ledger, Mask, Place, Rows
from hematotox.staging.patients import Codes
from hematotox.staging.subjects import objects
from hematotox.staging.table_rows import Block

_FOLLOWS_INFUSION = frozenset({"crs", "icans", "response"})
"""Events whose record makes a patient without infusion date look as if she was infused."""


@dataclass(frozen=True, slots=True)
class Happenings:
    """Events of one kind from one source; the day counts only where it is known."""

    place: Place
    patients: Codes
    days: npt.NDArray[np.int64]
    day_known: Mask
    details: Cells
    rows: Rows


@dataclass(frozen=True, slots=True)
class EventReader:
    """Reads the events of the blocks of one centre."""

    centre: Centre
    dictionary: Dictionary
    ledger: Ledger
    infusions: Infusions
    uninfused: dict[int, set[str]] = field(default_factory=dict)
    """By patient without infusion date, the recorded events that follow an infusion."""

    def sources(self, table: str) -> list[tuple[str, EventSource]]:
        """Return the events that stand in a table."""
        return [
            (variable, source)
            for variable, sources in self.centre.events.items()
            for source in sources
            if self.centre.table_of("events", source) == table
        ]

    def named_rows(self, block: Block) -> Mask:
        """Return the rows of an event table whose code is declared; set the others aside."""
        sources = [source for _, source in self.sources(block.table)]
        columns = {one.when.column for one in sources if one.when is not None}
        if len(columns) != 1 or any(one.when is None for one in sources):
            return np.ones(len(block.rows), dtype=bool)
        column = columns.pop()
        whens = [one.when for one in sources if one.when is not None]
        known = {text_of(code) for when in whens for code in (*when.in_, *when.not_in)}
        codes = texts_of(block.column(column))
        named = np.fromiter((code in known for code in codes), bool, count=len(codes))
        self.ledger.set_aside("unknown kind of row", block.place(column), rows=block.rows[~named])
        return named

    def infused_rows(self, block: Block, patients: Codes) -> Mask:
        """Return the rows of infused patients; set the others aside."""
        infused: Mask = self.infusions.known[patients]
        table = self.centre.tables[block.table]
        days_given = table.day is not None or any(s.day for _, s in self.sources(block.table))
        if days_given:
            return np.ones(len(patients), dtype=bool)
        self.ledger.set_aside("not infused", block.place(), rows=block.rows[~infused])
        self._look_at_uninfused(block.where(~infused), patients[~infused])
        return infused

    def _look_at_uninfused(self, block: Block, patients: Codes) -> None:
        """Remember what is recorded of patients without infusion date; their rows are told."""
        if not len(patients):
            return
        aside = replace(self, ledger=Ledger(self.ledger.centre))
        for _ in aside.read(Reader(self.centre, aside.ledger, block), patients):
            pass

    def read(self, reader: Reader, patients: Codes) -> Iterator[Happenings]:
        """Give the events in rows that are staged."""
        for variable, source in self.sources(reader.block.table):
            if source.checkboxes is not None:
                yield from self._boxes(reader, patients, variable=variable, source=source)
            elif source.when is None:
                yield self._happenings(reader, patients, variable=variable, source=source)
            else:
                happened = self._told(reader, variable, source=source)
                part = Reader(self.centre, self.ledger, reader.block.where(happened))
                yield self._happenings(part, patients[happened], variable=variable, source=source)

    def _told(self, reader: Reader, variable: str, *, source: EventSource) -> Mask:
        """Return the rows that `when` selects."""
        assert source.when is not None
        block = reader.block
        codes = texts_of(block.column(source.when.column))
        inside = {text_of(code) for code in source.when.in_}
        outside = {text_of(code) for code in source.when.not_in}
        if outside:
            values = dict.fromkeys(inside, "1") | dict.fromkeys(outside, "0")
            reader.codes(source.when.column, variable, source=source, values=values)
        elif self.centre.tables[block.table].shape == "patient":
            self._note_codes(reader, variable, source=source, codes=codes)
        happened = np.fromiter((code in inside for code in codes), bool, count=len(codes))
        self._note_dates(reader, variable, source=source, happened=happened)
        return happened

    def _note_codes(
        self, reader: Reader, variable: str, *, source: EventSource, codes: Cells
    ) -> None:
        """Note codes of a patient's row that no event declares."""
        assert source.when is not None
        block, column = reader.block, source.when.column
        whens = [one.when for _, one in self.sources(block.table) if one.when is not None]
        named = {
            text_of(c) for when in whens if when.column == column for c in (*when.in_, *when.not_in)
        }
        known = named | reader.missing(source)
        strange = np.fromiter((code not in known for code in codes), bool, count=len(codes))
        place = block.place(column, variable)
        self.ledger.add_cells("unknown code", place, rows=block.rows[strange], cells=codes[strange])
        states = np.where(strange, UNREADABLE, KNOWN).astype(np.int8)
        reader.count_codes(column, variable, source=source, states=states, listed_in="when")

    def _note_dates(
        self, reader: Reader, variable: str, *, source: EventSource, happened: Mask
    ) -> None:
        """Note dates in patients' rows of an event that did not happen, unless others use them."""
        block, heading = reader.block, source.date or source.day
        if heading is None or self.centre.tables[block.table].shape != "patient":
            return
        others = [one for _, one in self.sources(block.table) if heading in (one.date, one.day)]
        of_patient = any(one.column == heading for one in self.centre.subjects.values())
        if of_patient or any(one.when is None for one in others):
            return
        meant = happened.copy()
        for when in (one.when for one in others if one.when is not None):
            inside = {text_of(code) for code in when.in_}
            meant |= np.isin(texts_of(block.column(when.column)).astype(str), sorted(inside))
        missing = reader.missing(source)
        texts = texts_of(block.column(heading))
        filled = np.fromiter((text not in missing for text in texts), bool, count=len(texts))
        place = block.place(heading, variable)
        self.ledger.add_cells("date of an absent event", place, rows=block.rows[filled & ~meant])

    def _happenings(
        self, reader: Reader, patients: Codes, *, variable: str, source: EventSource
    ) -> Happenings:
        block = reader.block
        table = self.centre.tables[block.table]
        days = find_days(reader, table, source=source, patients=patients, infusions=self.infusions)
        details, states, absent = self._details(reader, variable, source=source)
        happened = ~absent
        if source.when is None:
            dated = self._has_date(reader, source, days=days)
            self._note_absent(block, variable, source=source, strange=absent & dated)
            happened &= dated | (states != MISSING)
        return self._kept(
            block.where(happened), (variable, source), patients=patients[happened],
            days=RowDays(days.days[happened], days.trouble[happened]),
            details=(details[happened], states[happened]),
        )  # fmt: skip

    def _has_date(self, reader: Reader, source: EventSource, *, days: RowDays) -> Mask:
        """Return the rows in which something stands where the date belongs."""
        table = self.centre.tables[reader.block.table]
        heading = source.day or source.date or table.day or table.date
        if heading is None:
            return np.zeros(len(days.days), dtype=bool)
        texts = texts_of(reader.block.column(heading))
        missing = reader.missing(source)
        return np.fromiter((text not in missing for text in texts), bool, count=len(texts))

    def _note_absent(
        self, block: Block, variable: str, *, source: EventSource, strange: Mask
    ) -> None:
        place = block.place(source.column or "", variable)
        if source.date is not None:
            self.ledger.add_cells("date of an absent event", place, rows=block.rows[strange])

    def _kept(
        self,
        block: Block,
        what: tuple[str, EventSource],
        *,
        patients: Codes,
        days: RowDays,
        details: tuple[Cells, States],
    ) -> Happenings:
        """Return the events, and note those without a day or a detail."""
        variable, source = what
        place = block.place(source.date or source.day or "", variable)
        not_infused = days.trouble == NOT_INFUSED
        for patient in patients[not_infused].tolist() if variable in _FOLLOWS_INFUSION else ():
            self.uninfused.setdefault(patient, set()).add(variable)
        self.ledger.add_cells("value without an infusion", place, rows=block.rows[not_infused])
        undated = days.trouble == NO_DATE
        self.ledger.add_cells("event without a date", place, rows=block.rows[undated])
        far = days.trouble == IMPLAUSIBLE
        self.ledger.add_cells("value with an implausible date", place, rows=block.rows[far])
        codes, states = details
        if source.column is not None and self.dictionary.variables[variable].type != "none":
            bare = (states != KNOWN) & ~not_infused
            column = block.place(source.column, variable)
            self.ledger.add_cells("event without a detail", column, rows=block.rows[bare])
        kept = ~not_infused
        fine = days.trouble == FINE
        return Happenings(
            block.place(source.column or source.date or "", variable), patients[kept],
            days.days[kept], fine[kept], codes[kept], block.rows[kept],
        )  # fmt: skip

    # ---- details --------------------------------------------------------------------------------

    def _details(
        self, reader: Reader, variable: str, *, source: EventSource
    ) -> tuple[Cells, States, Mask]:
        """Return details, their states, and the rows whose code says that nothing happened."""
        described = self.dictionary.variables[variable]
        count = len(reader.block.rows)
        nothing = np.zeros(count, dtype=bool)
        if source.column is None:
            return objects([""] * count), np.full(count, MISSING, np.int8), nothing
        values = {**_levels(source, described), **dict.fromkeys(source.absent, "")}
        if described.type in ("integer", "number") and source.values is None:
            return self._grades(reader, variable, source=source, described=described)
        codes, states = reader.codes(source.column, variable, source=source, values=values)
        absent = (states == KNOWN) & (codes == "")
        return codes, np.where(absent, MISSING, states).astype(np.int8), absent

    def _grades(
        self, reader: Reader, variable: str, *, source: EventSource, described: Variable
    ) -> tuple[Cells, States, Mask]:
        heading = str(source.column)
        texts = texts_of(reader.block.column(heading))
        absent_codes = {text_of(code) for code in source.absent}
        grades = [parse_number(text) for text in texts]
        values = np.array([g[1] if g and g[0] == "" else np.nan for g in grades], dtype=float)
        # No scale of toxicity has a grade 0: it says that nothing happened.
        absent = (values == 0) & ~is_plausible(values, described)
        absent |= np.fromiter((text in absent_codes for text in texts), bool, count=len(texts))
        readable = is_plausible(values, described) & (values % 1 == 0)
        empty = np.fromiter((t in reader.missing(source) for t in texts), bool, count=len(texts))
        states = np.where(absent | empty, MISSING, np.where(readable, KNOWN, UNREADABLE))
        place, cells = reader.block.place(heading, variable), reader.block.column(heading)
        bad = states == UNREADABLE
        rows = reader.block.rows
        self.ledger.count(place, states.astype(np.int8), rows=rows, cells=cells)
        self.ledger.add_cells("implausible value", place, rows=rows[bad], cells=cells[bad])
        codes = objects([str(int(v)) if ok else "" for v, ok in zip(values, states == KNOWN,
                                                                    strict=True)])  # fmt: skip
        return codes, states.astype(np.int8), absent

    def _boxes(
        self, reader: Reader, patients: Codes, *, variable: str, source: EventSource
    ) -> Iterator[Happenings]:
        block, table = reader.block, self.centre.tables[reader.block.table]
        for heading, detail in (source.checkboxes or {}).items():
            ticked = reader.ticks(heading, variable, source=source)
            part = Reader(self.centre, self.ledger, block.where(ticked))
            days = find_days(
                part, table, source=source, patients=patients[ticked], infusions=self.infusions
            )
            count = int(ticked.sum())
            told = (objects([detail] * count), np.full(count, KNOWN, np.int8))
            yield self._kept(
                part.block, (variable, source), patients=patients[ticked], days=days, details=told
            )


def _levels(source: EventSource, described: Variable) -> dict[str, str]:
    """Return their codes and ours of an event's detail."""
    if source.values is not None:
        return dict(source.values)
    return {level: level for level in described.levels or {}}
