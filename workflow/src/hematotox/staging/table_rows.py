"""The rows of one declared table: each claimed once, none lost, none twice."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hematotox.declarations.centre import Centre, Table
from hematotox.dialects import Export
from hematotox.dialects.cells import Cells, text_of, texts_of
from hematotox.dialects.sheets import Piece
from hematotox.dialects.write import headings_of
from hematotox.errors import UserError
from hematotox.staging.ledger import Ledger, Mask, Place, Rows

_FEW_PATIENTS = 5
"""With fewer, a table without rows may have nothing to tell."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a declared table, with the headings that the centre file names."""

    table: str
    file: str
    rows: Rows
    cells: dict[str, Cells]

    def column(self, heading: str) -> Cells:
        """Return the cells under a declared heading."""
        return self.cells[text_of(heading)]

    def where(self, mask: Mask) -> Block:
        """Return the rows of a mask."""
        if bool(mask.all()):
            return self
        cells = {heading: column[mask] for heading, column in self.cells.items()}
        return Block(self.table, self.file, self.rows[mask], cells)

    def place(self, column: str = "", variable: str = "") -> Place:
        """Return where a finding in this block stands."""
        return Place(self.table, self.file, column, variable)


class SeenRows:
    """Recognises rows that are equal in every cell, across pieces and files of a table.

    Rows are compared by a 64-bit hash: among ten million rows the chance that two different ones
    agree is 3 in a million, and the row would be reported as a finding, not lost silently.
    """

    def __init__(self) -> None:
        self._known: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def is_new(self, identities: npt.NDArray[np.int64]) -> Mask:
        """Return which rows have not been seen before, and remember them."""
        new = np.zeros(len(identities), dtype=bool)
        new[np.unique(identities, return_index=True)[1]] = True
        places = np.searchsorted(self._known, identities)
        inside = places < len(self._known)
        new[inside] &= self._known[places[inside]] != identities[inside]
        fresh = np.sort(identities[new])
        self._known = np.insert(self._known, np.searchsorted(self._known, fresh), fresh)
        return new


def read_rows(export: Export, centre: Centre, *, name: str, ledger: Ledger) -> Iterator[Block]:
    """Give the rows of a table, without those that are set aside for what they look like.

    A file, sheet or heading that is missing becomes a trouble in the ledger; nothing is given.
    """
    seen = SeenRows()
    rows: dict[str, int] = {}
    try:
        for piece in export.pieces(centre, name):
            if piece.file not in rows:
                ledger.of(name, piece.file)
                ledger.troubles += missing_headings(centre, name, piece=piece)
            rows[piece.file] = rows.get(piece.file, 0) + len(piece.rows) + len(piece.faults)
            if not ledger.troubles:
                yield _claimed(centre, name, piece=piece, seen=seen, ledger=ledger)
        _note_empty(centre, name, rows=rows, ledger=ledger)
    except UserError as error:
        ledger.troubles.append(str(error))


def _note_empty(centre: Centre, name: str, *, rows: dict[str, int], ledger: Ledger) -> None:
    """Note files with headings and nothing below; a centre without any patient is a trouble.

    With hardly a patient it may well be that there is nothing to tell.
    """
    empty = [file for file, count in rows.items() if count == 0]
    if name == centre.patients_table and len(empty) == len(rows):
        ledger.troubles += [
            f"{file}: there is no patient below the headings; check header_row, or have the "
            "export made again"
            for file in empty
        ]
        return
    patients = sum(n.staged for (one, _), n in ledger.rows.items() if one == centre.patients_table)
    for file in empty if patients >= _FEW_PATIENTS else ():
        ledger.add("no rows", Place(name, file))


def missing_headings(centre: Centre, name: str, *, piece: Piece) -> list[str]:
    """Return a message for every declared heading that the file lacks or has twice."""
    present = {heading: heading for heading in piece.cells if heading}
    wanted = [text_of(heading) for heading in headings_of(centre, name)]
    absent = [heading for heading in wanted if heading not in present]
    if absent and len(absent) == len(set(wanted)):
        row = centre.tables[name].header_row
        return [
            f"{piece.file}: none of the {len(absent)} declared headings stands in row {row}; "
            "check header_row, delimiter and encoding"
        ]
    # Only where some declared headings are found is it sure that the others are headings, too,
    # and not a patient's row that header_row points to.
    messages = [
        f'{piece.file}: there is no column "{heading}"{_closest(heading, present)}'
        for heading in absent
    ]
    return messages + [
        f'{piece.file}: the heading "{heading}" stands there twice, and which is meant cannot be '
        "told; have the export made with another name for one of them"
        for heading in wanted
        if heading in piece.repeated_headings
    ]


def _closest(heading: str, present: dict[str, str]) -> str:
    folded = {one.casefold(): one for one in present}
    close = difflib.get_close_matches(heading.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f'; is there a typo? The closest one is "{folded[close[0]]}"'
    return f"; its columns are {', '.join(sorted(present))}"


def _claimed(centre: Centre, name: str, *, piece: Piece, seen: SeenRows, ledger: Ledger) -> Block:
    """Return the rows of a piece that belong to the table and are not repetitions."""
    counts = ledger.of(name, piece.file)
    place = Place(name, piece.file)
    siblings = _same_sheet(centre, name)
    if siblings[0] == name:
        counts.read += len(piece.faults)
        for row, fault in piece.faults:
            ledger.set_aside(fault, place, rows=[row])
    headings = map(text_of, headings_of(centre, name))
    cells = {heading: piece.cells[heading] for heading in headings}
    block = Block(name, piece.file, piece.rows, cells)
    own, left_out, unknown = _kinds(centre, siblings, name=name, block=block)
    counts.read += int(own.sum() + left_out.sum() + unknown.sum())
    counts.left_out += int(left_out.sum())
    column = centre.tables[name].rows
    place = Place(name, piece.file, column.column if column else "")
    ledger.set_aside("unknown kind of row", place, rows=piece.rows[unknown])
    new = np.ones(len(own), dtype=bool)
    new[own] = seen.is_new(piece.identities[own])
    ledger.set_aside("identical row", Place(name, piece.file), rows=piece.rows[own & ~new])
    return block.where(own & new)


def _same_sheet(centre: Centre, name: str) -> list[str]:
    table = centre.tables[name]
    return [n for n, t in centre.tables.items() if (t.file, t.sheet) == (table.file, table.sheet)]


def _kinds(
    centre: Centre, siblings: list[str], *, name: str, block: Block
) -> tuple[Mask, Mask, Mask]:
    """Return which rows are the table's, which are not wanted, and which nobody claims.

    Among tables that share a sheet each row is counted once: unclaimed rows by the first of them,
    unwanted rows by the first that lists their code.
    """
    count = len(block.rows)
    everything, nothing = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
    rows = centre.tables[name].rows
    if rows is None:
        return everything, nothing, nothing
    codes = texts_of(block.column(rows.column))
    others = [t.rows for t in map(centre.tables.__getitem__, siblings) if t.rows is not None]
    before = siblings[: siblings.index(name)]
    taken = {c for n in before for c in _left_out(centre.tables[n])}
    left_out = _among(codes, _left_out(centre.tables[name]) - taken)
    if rows.in_ is None:
        return everything & ~left_out, left_out, nothing
    own = _among(codes, {text_of(code) for code in rows.in_})
    claimed = {text_of(c) for one in others for c in (*(one.in_ or ()), *one.leave_out)}
    unknown = ~_among(codes, claimed) if siblings[0] == name else nothing
    return own, left_out, unknown


def _left_out(table: Table) -> set[str]:
    return {text_of(code) for code in table.rows.leave_out} if table.rows else set()


def _among(codes: Cells, wanted: set[str]) -> Mask:
    return np.fromiter((code in wanted for code in codes), dtype=bool, count=len(codes))
