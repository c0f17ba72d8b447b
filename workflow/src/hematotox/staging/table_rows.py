"""The rows of one declared table: each claimed once, none lost, none twice."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from hematotox.dialects import Export
from hematotox.dialects.cells import Cells, codes_of, text_of, texts_of
from hematotox.dialects.sheets import Piece
from hematotox.errors import UserError
from hematotox.staging.declared import Claim, Declared, DeclaredTable
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
    units: dict[str, Cells] = field(default_factory=dict)
    """By the heading of values, the column of units beside them, which nobody has declared."""
    from_1904: bool = False
    """Whether serial dates count from 1904."""
    filled: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Of a table with one row a patient: cells of each row with content, declared or not."""

    def column(self, heading: str) -> Cells:
        """Return the cells under a declared heading."""
        return self.cells[text_of(heading)]

    def where(self, mask: Mask) -> Block:
        """Return the rows of a mask."""
        if bool(mask.all()):
            return self
        cells = {heading: column[mask] for heading, column in self.cells.items()}
        units = {heading: column[mask] for heading, column in self.units.items()}
        filled = self.filled[mask] if len(self.filled) else self.filled
        return replace(self, rows=self.rows[mask], cells=cells, units=units, filled=filled)

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


def read_rows(
    export: Export, declared: Declared, *, table: DeclaredTable, ledger: Ledger
) -> Iterator[Block]:
    """Give the rows of a table, without those that are set aside for what they look like.

    A file, sheet or heading that is missing becomes a trouble in the ledger; nothing is given.
    """
    seen = SeenRows()
    rows: dict[str, int] = {}
    try:
        for piece in export.pieces(table.file):
            if piece.file not in rows:
                ledger.of(table.name, piece.file)
                ledger.troubles += missing_headings(
                    table, piece=piece, show_values=ledger.show_values
                )
            rows[piece.file] = rows.get(piece.file, 0) + len(piece.rows) + len(piece.faults)
            if not ledger.troubles:
                yield _claimed(table, piece=piece, seen=seen, ledger=ledger)
        _note_empty(declared, table.name, rows=rows, ledger=ledger)
    except UserError as error:
        ledger.troubles.append(str(error))


def _note_empty(declared: Declared, name: str, *, rows: dict[str, int], ledger: Ledger) -> None:
    """Note files with headings and nothing below; a centre without any patient is a trouble.

    With hardly a patient it may well be that there is nothing to tell.
    """
    empty = [file for file, count in rows.items() if count == 0]
    if name == declared.patients_table and len(empty) == len(rows):
        ledger.troubles += [
            f"{file}: there is no patient below the headings; check header_row, or have the "
            "export made again"
            for file in empty
        ]
        return
    counts = [n.staged for (one, _), n in ledger.rows.items() if one == declared.patients_table]
    for file in empty if sum(counts) >= _FEW_PATIENTS else ():
        ledger.add("no rows", Place(name, file))


def missing_headings(table: DeclaredTable, *, piece: Piece, show_values: bool = False) -> list[str]:
    """Return a message for every declared heading that the file lacks or has twice."""
    present = {heading: heading for heading in piece.cells if heading}
    absent = [heading for heading in table.headings if heading not in present]
    if absent and len(absent) == len(set(table.headings)):
        return [
            f"{piece.file}: none of the {len(absent)} declared headings stands in row "
            f"{table.file.header_row}; check header_row, delimiter and encoding"
        ]
    # Only where some declared headings are found is it sure that the others are headings, too,
    # and not a patient's row that header_row points to.
    messages = [
        f'{piece.file}: there is no column "{heading}"'
        f"{_closest(heading, present, show_values=show_values)}"
        for heading in absent
    ]
    return messages + [
        f'{piece.file}: the heading "{heading}" stands there twice, and which is meant cannot be '
        "told; have the export made with another name for one of them"
        for heading in table.headings
        if heading in piece.repeated_headings
    ]


def _closest(heading: str, present: dict[str, str], *, show_values: bool) -> str:
    folded = {one.casefold(): one for one in present}
    close = difflib.get_close_matches(heading.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f'; is there a typo? The closest one is "{folded[close[0]]}"'
    if not show_values:
        return f"; none of its {len(present)} columns has a name like it"
    return f"; its columns are {', '.join(sorted(present))}"


def _claimed(table: DeclaredTable, *, piece: Piece, seen: SeenRows, ledger: Ledger) -> Block:
    """Return the rows of a piece that belong to the table and are not repetitions."""
    name, counts = table.name, ledger.of(table.name, piece.file)
    place = Place(name, piece.file)
    if table.claim.is_first:
        counts.read += len(piece.faults)
        for row, fault in piece.faults:
            ledger.set_aside(fault, place, rows=[row])
    cells = {heading: piece.cells[heading] for heading in table.headings}
    beside = {heading: units for heading, units in piece.units.items() if heading in cells}
    filled = _filled(table, piece) if table.is_of_patients else np.empty(0, dtype=np.int64)
    block = Block(name, piece.file, piece.rows, cells, beside, piece.from_1904, filled)
    own, left_out, unknown = _kinds(table.claim, block=block)
    counts.read += int(own.sum() + left_out.sum() + unknown.sum())
    counts.left_out += int(left_out.sum())
    coded = Place(name, piece.file, ", ".join(table.claim.columns))
    ledger.set_aside("unknown kind of row", coded, rows=piece.rows[unknown])
    new = np.ones(len(own), dtype=bool)
    new[own] = seen.is_new(piece.identities[own])
    ledger.set_aside_repeated(place, piece.rows[own & ~new])
    return block.where(own & new)


def _filled(table: DeclaredTable, piece: Piece) -> npt.NDArray[np.int64]:
    """Return how many cells of each row say something."""
    count = np.zeros(len(piece.rows), dtype=np.int64)
    for cells in piece.cells.values():
        texts = texts_of(cells)
        count += np.fromiter((text not in table.missing for text in texts), bool, len(texts))
    return count


def _kinds(claim: Claim, *, block: Block) -> tuple[Mask, Mask, Mask]:
    """Return which rows are the table's, which are not wanted, and which nobody claims.

    Among tables that share a sheet each row is counted once: unclaimed rows by the first of them,
    unwanted rows by the first that lists their code.
    """
    count = len(block.rows)
    everything, nothing = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
    if not claim.columns:
        return everything, nothing, nothing
    codes = codes_of([block.column(one) for one in claim.columns])
    left_out = _among(codes, claim.left_out)
    if claim.own is None:
        return everything & ~left_out, left_out, nothing
    unknown = ~_among(codes, claim.claimed) if claim.is_first else nothing
    return _among(codes, claim.own), left_out, unknown


def _among(codes: Cells, wanted: frozenset[str]) -> Mask:
    return np.fromiter((code in wanted for code in codes), dtype=bool, count=len(codes))
