"""The sheets of an export: their headings found, their columns read, likes taken together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from hematotox.declarations.tables import Table
from hematotox.dialects.cells import Cells, text_of
from hematotox.dialects.export import NOT_DATA
from hematotox.dialects.judged_columns import Column
from hematotox.dialects.preview import Preview, preview
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.dialects.whole_table import read_whole
from hematotox.scaffold.headings import find_headings

Rows = npt.NDArray[np.int64]
INSTRUMENT = "redcap_repeat_instrument"


@dataclass(frozen=True)
class Sheet:
    """A sheet with its columns; several files or sheets with the same headings are one."""

    seen: Preview
    files: tuple[str, ...]
    names: tuple[str, ...]
    """Of the sheets of a workbook."""
    header_row: int
    header_rows: int
    vocabulary: Vocabulary
    cells: Mapping[str, Cells]
    instruments: tuple[str, ...] | None = None
    """REDCap: codes of the repeating instruments whose rows these are."""
    row_numbers: Rows = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    """Where each row stands in its file, counted from 1."""
    ignored: tuple[str, ...] = field(default=())
    """REDCap: codes of instruments of which no column is known."""

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Return the columns by heading; empty ones too."""
        return {
            heading: Column(heading, cells, self.vocabulary)
            for heading, cells in self.cells.items()
            if heading
        }

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(next(iter(self.cells.values()), ()))

    @property
    def label(self) -> str:
        """Name for comments and messages."""
        files = ", ".join(self.files)
        if self.instruments is not None:
            return f"{files}, instrument {', '.join(self.instruments) or 'of the record itself'}"
        return f"{files} [{', '.join(self.names)}]" if self.names else files

    def declaration(self) -> dict[str, Any]:
        """Return what the centre file says about where the sheet lies."""
        said: dict[str, Any] = {"file": _one_or_list(self.files)}
        if self.names:
            said["sheet"] = _one_or_list(self.names)
        if self.header_row != 1:
            said["header_row"] = self.header_row
        if self.header_rows != 1:
            said["header_rows"] = self.header_rows
        return said


def _one_or_list(texts: Sequence[str]) -> Any:
    return texts[0] if len(texts) == 1 else list(texts)


def read_sheets(
    files: Mapping[str, bytes], vocabulary: Vocabulary
) -> tuple[list[Sheet], list[str]]:
    """Return the sheets that hold a table, and the names of files and sheets that do not.

    Parameters
    ----------
    files : name and content of each file of the export
    vocabulary : tells a row of headings from a row of data

    Raises
    ------
    UserError
        A file cannot be opened as what its ending says.
    """
    found: dict[tuple[Any, ...], Sheet] = {}
    left: list[str] = []
    for name in sorted(set(files) - NOT_DATA):
        seen = preview(name, files[name])
        sheets = [sheet for one in seen if (sheet := _read(one, files, vocabulary)) is not None]
        read = {sheet.names for sheet in sheets}
        unread = [one.sheet for one in seen if (one.sheet,) not in read]
        left += [f"{name} [{sheet}]" for sheet in unread if sheet]
        left += [name] if not sheets and not any(unread) else []
        for sheet in sheets:
            key = (sheet.seen.format, sheet.seen.encoding, sheet.header_row, *sheet.cells)
            found[key] = _joined(found[key], sheet) if key in found else sheet
    return [part for sheet in found.values() for part in _by_instrument(sheet)], left


def _read(seen: Preview, files: Mapping[str, bytes], vocabulary: Vocabulary) -> Sheet | None:
    first, count = (1, 1)
    if seen.format in ("csv", "excel"):
        first, count = find_headings(seen, vocabulary)
    if first == 0:
        return None
    table = Table(
        file=(seen.file,), sheet=(seen.sheet,) if seen.sheet else (), header_row=first,
        header_rows=count, patient="?", encoding=seen.encoding or None, delimiter=seen.delimiter,
        cells="labels" if seen.labelled else "codes",
    )  # fmt: skip
    whole = read_whole(files[seen.file], table)
    if len([heading for heading in whole.cells if heading]) < 2:
        return None
    return Sheet(
        seen, (seen.file,), table.sheet, first, count, vocabulary, whole.cells,
        row_numbers=whole.rows,
    )  # fmt: skip


def _joined(one: Sheet, other: Sheet) -> Sheet:
    return replace(
        one,
        files=tuple(dict.fromkeys((*one.files, *other.files))),
        names=tuple(dict.fromkeys((*one.names, *other.names))),
        cells={h: np.concatenate([one.cells[h], other.cells[h]]) for h in one.cells},
        row_numbers=np.concatenate([one.row_numbers, other.row_numbers]),
    )


# ---- REDCap --------------------------------------------------------------------------------------


def _by_instrument(sheet: Sheet) -> list[Sheet]:
    """Split a REDCap export by its repeating instruments; their empty columns are left out."""
    if INSTRUMENT not in sheet.cells:
        return [sheet]
    codes = np.array([text_of(cell) for cell in sheet.cells[INSTRUMENT]], dtype=object)
    parts: dict[tuple[str, ...], list[str]] = {}
    for code in dict.fromkeys(codes.tolist()):
        parts.setdefault(tuple(_filled(sheet, codes == code)), []).append(code)
    merged = _merged(parts)
    ignored = tuple(
        sorted(code for headings, some in merged.items() if not headings for code in some)
    )
    return [
        replace(
            sheet,
            cells={h: sheet.cells[h][np.isin(codes, some)] for h in headings},
            row_numbers=sheet.row_numbers[np.isin(codes, some)],
            instruments=tuple(some),
            ignored=ignored if "" in some else (),
        )
        for headings, some in merged.items()
        if headings
    ]


def _filled(sheet: Sheet, rows: Any) -> list[str]:
    """Return the headings that have content in some rows; none but the patient's: nothing."""
    found = [
        heading
        for heading, cells in sheet.cells.items()
        if not heading.startswith("redcap_") and any(map(text_of, cells[rows]))
    ]
    return found if len(found) > 1 else []


def _merged(parts: dict[tuple[str, ...], list[str]]) -> dict[tuple[str, ...], list[str]]:
    """Take instruments together that share the patient, date and code columns: one table."""
    merged: list[tuple[list[str], list[str]]] = []
    for headings, codes in parts.items():
        shared = [one for one in merged if len(set(one[0]) & set(headings)) > 2]
        if shared and not {"", *shared[0][1]} & {*codes} and "" not in shared[0][1]:
            shared[0][0].extend(one for one in headings if one not in shared[0][0])
            shared[0][1].extend(codes)
        else:
            merged.append((list(headings), list(codes)))
    return {tuple(headings): codes for headings, codes in merged}
