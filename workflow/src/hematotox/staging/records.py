"""Laboratory values and events of all tables, row by row to their destination."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hematotox.staging.columns import ColumnReader
from hematotox.staging.days import Infusions
from hematotox.staging.declared import DeclaredTable
from hematotox.staging.events import Happenings, named_rows, read_events
from hematotox.staging.labs import Values, read_long, read_values, rows_with_day
from hematotox.staging.ledger import Ledger
from hematotox.staging.opened import Opened
from hematotox.staging.patients import Codes, of_known_patients
from hematotox.staging.subjects import Subjects

_FOLLOWS_INFUSION = frozenset({"crs", "icans", "response"})
"""Events whose record makes a patient without infusion date look as if she was infused."""


@dataclass(frozen=True, slots=True)
class Records:
    """What the export says about laboratory values and events, as it stands there."""

    labs: tuple[Values, ...]
    events: tuple[Happenings, ...]
    uninfused: dict[int, set[str]]
    """By patient without infusion date, the recorded events that follow an infusion."""


def read_records(opened: Opened, subjects: Subjects) -> Records:
    """Read the laboratory values and events of all tables.

    Parameters
    ----------
    opened : the export
    subjects : the patients, the rows of their tables, and their infusions
    """
    infusions = subjects.infusions
    found: list[Values | Happenings] = []
    aside: list[Happenings] = []
    for rows in subjects.tables.rows:
        table = opened.declared.tables[rows.block.table]
        reader, patients = rows.reader.of_rows(rows.first), rows.patients[rows.first]
        found += _both(reader, table, patients=patients, infusions=infusions)
    for table in opened.declared.of_records:
        for reader, patients in _known_rows(opened, table, subjects):
            if table.is_long:
                found += read_long(reader, table, patients=patients, infusions=infusions)
            else:
                found += _wide(reader, table, patients=patients, infusions=infusions, aside=aside)
    events = tuple(one for one in found if isinstance(one, Happenings))
    return Records(
        labs=tuple(one for one in found if isinstance(one, Values)),
        events=events,
        uninfused=_uninfused((*events, *aside)),
    )


def _known_rows(
    opened: Opened, table: DeclaredTable, subjects: Subjects
) -> Iterator[tuple[ColumnReader, Codes]]:
    for block in opened.blocks(table):
        known, patients = of_known_patients(
            opened, table, block=block, patients=subjects.tables.patients
        )
        yield opened.reader(known), patients


def _both(
    reader: ColumnReader, table: DeclaredTable, *, patients: Codes, infusions: Infusions
) -> Iterator[Values | Happenings]:
    yield from read_values(reader, table, patients=patients, infusions=infusions)
    yield from read_events(reader, table, patients=patients, infusions=infusions)


def _wide(
    reader: ColumnReader,
    table: DeclaredTable,
    *,
    patients: Codes,
    infusions: Infusions,
    aside: list[Happenings],
) -> Iterator[Values | Happenings]:
    """Give what stands in rows that can be staged: infused patients, a date where one is needed.

    `aside` gets the events of rows that are not staged.
    """
    if table.events and not table.labs:
        named = named_rows(reader, table)
        reader, patients = reader.of_rows(named), patients[named]
    if table.events and not table.days_given:
        kept = infusions.known[patients]
        place = reader.block.place()
        reader.ledger.set_aside("not infused", place, rows=reader.block.rows[~kept])
        unnoted = ColumnReader(reader.written, Ledger(""), reader.block.where(~kept))
        aside += read_events(unnoted, table, patients=patients[~kept], infusions=infusions)
        reader, patients = reader.of_rows(kept), patients[kept]
    elif table.labs and not table.events:
        kept = rows_with_day(reader, table, patients=patients, infusions=infusions)
        reader, patients = reader.of_rows(kept), patients[kept]
    reader.ledger.of(reader.block.table, reader.block.file).staged += len(patients)
    yield from _both(reader, table, patients=patients, infusions=infusions)


def _uninfused(events: tuple[Happenings, ...]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for one in events:
        for patient in one.uninfused if one.place.variable in _FOLLOWS_INFUSION else ():
            found.setdefault(patient, set()).add(one.place.variable)
    return found
