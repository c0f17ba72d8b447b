"""Events: progression, death, toxicity, assessments; from rows of events and of patients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hematotox.dialects.cells import KNOWN, MISSING, UNREADABLE, Cells, States, texts_of
from hematotox.dialects.numbers import parse_number
from hematotox.staging.columns import ColumnReader, is_plausible
from hematotox.staging.days import (
    FINE,
    IMPLAUSIBLE,
    NO_DATE,
    NOT_INFUSED,
    Infusions,
    RowDays,
    find_days,
)
from hematotox.staging.declared import DeclaredTable, EventColumn, Told
from hematotox.staging.ledger import CodeList, Mask, Place, Rows
from hematotox.staging.patients import Codes
from hematotox.staging.subjects import objects

_KINDS = {
    NOT_INFUSED: "value without an infusion",
    NO_DATE: "event without a date",
    IMPLAUSIBLE: "value with an implausible date",
}


@dataclass(frozen=True, slots=True)
class Happenings:
    """Events of one kind from one source; the day counts only where it is known."""

    place: Place
    patients: Codes
    days: npt.NDArray[np.int64]
    day_known: Mask
    details: Cells
    rows: Rows
    uninfused: frozenset[int]
    """Patients without infusion date of whom such an event is recorded; it is not kept."""


def named_rows(reader: ColumnReader, table: DeclaredTable) -> Mask:
    """Return the rows of an event table whose code is declared; set the others aside."""
    block = reader.block
    if table.event_codes is None:
        return np.ones(len(block.rows), dtype=bool)
    column, known = table.event_codes
    codes = texts_of(block.column(column))
    named = np.fromiter((code in known for code in codes), bool, count=len(codes))
    reader.ledger.set_aside("unknown kind of row", block.place(column), rows=block.rows[~named])
    return named


def read_events(
    reader: ColumnReader, table: DeclaredTable, *, patients: Codes, infusions: Infusions
) -> Iterator[Happenings]:
    """Give the events in rows that are staged."""
    for column in table.events:
        if column.boxes is not None:
            yield from _boxes(reader, column, patients=patients, infusions=infusions)
        elif column.told is None:
            yield _happenings(reader, column, patients=patients, infusions=infusions)
        else:
            happened = _told_rows(reader, table, column=column, told=column.told)
            part, whose = reader.of_rows(happened), patients[happened]
            yield _happenings(part, column, patients=whose, infusions=infusions)


def _told_rows(
    reader: ColumnReader, table: DeclaredTable, *, column: EventColumn, told: Told
) -> Mask:
    """Return the rows whose code says that the event happened."""
    codes = texts_of(reader.block.column(told.column))
    if told.absent:
        values = dict.fromkeys(told.happened, "1") | dict.fromkeys(told.absent, "0")
        listed = CodeList("values" if told.column == column.detail else "when", of_event=True)
        reader.codes(
            told.column, column.variable, values=values, missing=column.missing, listed=listed
        )
    elif table.is_of_patients:
        _note_codes(reader, column, told=told, codes=codes)
    happened = np.fromiter((code in told.happened for code in codes), bool, count=len(codes))
    _note_dates(reader, column, happened=happened)
    return happened


def _note_codes(reader: ColumnReader, column: EventColumn, *, told: Told, codes: Cells) -> None:
    """Note codes of a patient's row that no event declares."""
    block, known = reader.block, told.listed | column.missing
    strange = np.fromiter((code not in known for code in codes), bool, count=len(codes))
    place = block.place(told.column, column.variable)
    reader.ledger.add_cells("unknown code", place, rows=block.rows[strange], cells=codes[strange])
    states = np.where(strange, UNREADABLE, KNOWN).astype(np.int8)
    listed = CodeList("when", of_event=True)
    reader.count_codes(told.column, column.variable, states=states, listed=listed)


def _note_dates(reader: ColumnReader, column: EventColumn, *, happened: Mask) -> None:
    """Note dates in patients' rows of an event that did not happen, unless others use them."""
    if not column.dates_of:
        return
    block, meant = reader.block, happened.copy()
    for told in column.dates_of:
        texts = texts_of(block.column(told.column)).astype(str)
        meant |= np.isin(texts, sorted(told.happened))
    strange = _filled(reader, column.own_when, column=column) & ~meant
    place = block.place(column.own_when, column.variable)
    reader.ledger.add_cells("date of an absent event", place, rows=block.rows[strange])


def _filled(reader: ColumnReader, heading: str, *, column: EventColumn) -> Mask:
    """Return the rows in which something stands under a heading."""
    texts = texts_of(reader.block.column(heading))
    return np.fromiter((text not in column.missing for text in texts), bool, count=len(texts))


def _happenings(
    reader: ColumnReader, column: EventColumn, *, patients: Codes, infusions: Infusions
) -> Happenings:
    days = find_days(reader, column.when, patients=patients, infusions=infusions)
    details, states, absent = _details(reader, column)
    happened = ~absent
    if column.told is None:
        dated = np.zeros(len(patients), dtype=bool)
        if column.when.heading:
            dated = _filled(reader, column.when.heading, column=column)
        if column.has_own_date:
            place = reader.block.place(column.detail, column.variable)
            strange = reader.block.rows[absent & dated]
            reader.ledger.add_cells("date of an absent event", place, rows=strange)
        happened &= dated | (states != MISSING)
    return _kept(
        reader.of_rows(happened), column, patients=patients[happened],
        days=RowDays(days.days[happened], days.trouble[happened]),
        details=(details[happened], states[happened]),
    )  # fmt: skip


def _kept(
    reader: ColumnReader,
    column: EventColumn,
    *,
    patients: Codes,
    days: RowDays,
    details: tuple[Cells, States],
) -> Happenings:
    """Return the events, and note those without a day or a detail."""
    block, ledger = reader.block, reader.ledger
    place = block.place(column.own_when, column.variable)
    not_infused = days.trouble == NOT_INFUSED
    for trouble, kind in _KINDS.items():
        ledger.add_cells(kind, place, rows=block.rows[days.trouble == trouble])
    codes, states = details
    if column.detail and column.described.type != "none":
        bare = (states != KNOWN) & ~not_infused
        told = block.place(column.detail, column.variable)
        ledger.add_cells("event without a detail", told, rows=block.rows[bare])
    kept = ~not_infused
    fine = days.trouble == FINE
    shown = column.detail or (column.own_when if column.has_own_date else "")
    return Happenings(
        block.place(shown, column.variable), patients[kept], days.days[kept], fine[kept],
        codes[kept], block.rows[kept], frozenset(patients[not_infused].tolist()),
    )  # fmt: skip


# ---- details -------------------------------------------------------------------------------------


def _details(reader: ColumnReader, column: EventColumn) -> tuple[Cells, States, Mask]:
    """Return details, their states, and the rows whose code says that nothing happened."""
    count = len(reader.block.rows)
    if not column.detail:
        nothing = np.zeros(count, dtype=bool)
        return objects([""] * count), np.full(count, MISSING, np.int8), nothing
    if column.codes is None:
        return _grades(reader, column)
    codes, states = reader.codes(
        column.detail, column.variable, values=column.codes, missing=column.missing,
        listed=CodeList("values", of_event=True),
    )  # fmt: skip
    absent = (states == KNOWN) & (codes == "")
    return codes, np.where(absent, MISSING, states).astype(np.int8), absent


def _grades(reader: ColumnReader, column: EventColumn) -> tuple[Cells, States, Mask]:
    cells, described = reader.block.column(column.detail), column.described
    texts = texts_of(cells)
    grades = [parse_number(text) for text in texts]
    values = np.array([g[1] if g and g[0] == "" else np.nan for g in grades], dtype=float)
    # No scale of toxicity has a grade 0: it says that nothing happened.
    absent = (values == 0) & ~is_plausible(values, described)
    absent |= np.fromiter((text in column.absent for text in texts), bool, count=len(texts))
    readable = is_plausible(values, described) & (values % 1 == 0)
    empty = np.fromiter((text in column.missing for text in texts), bool, count=len(texts))
    states = np.where(absent | empty, MISSING, np.where(readable, KNOWN, UNREADABLE))
    place, rows = reader.block.place(column.detail, column.variable), reader.block.rows
    bad = states == UNREADABLE
    reader.ledger.count(place, states.astype(np.int8), rows=rows, cells=cells)
    reader.ledger.add_cells("implausible value", place, rows=rows[bad], cells=cells[bad])
    known = zip(values, states == KNOWN, strict=True)
    codes = objects([str(int(value)) if ok else "" for value, ok in known])
    return codes, states.astype(np.int8), absent


def _boxes(
    reader: ColumnReader, column: EventColumn, *, patients: Codes, infusions: Infusions
) -> Iterator[Happenings]:
    for heading, detail in (column.boxes or {}).items():
        ticked = reader.ticks(heading, column.variable, missing=column.missing, of_event=True)
        part, whose = reader.of_rows(ticked), patients[ticked]
        days = find_days(part, column.when, patients=whose, infusions=infusions)
        count = len(whose)
        told = (objects([detail] * count), np.full(count, KNOWN, np.int8))
        yield _kept(part, column, patients=whose, days=days, details=told)
