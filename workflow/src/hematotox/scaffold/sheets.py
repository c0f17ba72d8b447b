"""The sheets of an export: their headings found, their columns read, likes taken together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from hematotox.declarations.tables import Table
from hematotox.dialects.cells import Cells, codes_of, text_of, texts_of
from hematotox.dialects.export import NOT_DATA
from hematotox.dialects.judged_columns import Column
from hematotox.dialects.preview import Preview, preview
from hematotox.dialects.unit_columns import unit_columns
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.dialects.whole_table import read_whole
from hematotox.scaffold.headings import find_headings
from hematotox.scaffold.redcap import is_dictionary, note_dictionary

Rows = npt.NDArray[np.int64]
INSTRUMENT = "redcap_repeat_instrument"
EVENT = "redcap_event_name"
_LABELLED = {"Repeat Instrument": INSTRUMENT, "Event Name": EVENT}
"""Headings of an export of labels."""
_DAYS = 3
"""Columns of days from which a sheet has days as columns."""


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
    """Codes of the rows of the file that these are: in REDCap, of the repeating instruments."""
    told_by: tuple[str, ...] = ()
    """Headings of the columns with these codes."""
    units: Mapping[str, Cells] = field(default_factory=dict)
    """By the heading of values, the texts of the column of units beside them."""
    variable: str = ""
    """The laboratory variable whose values these are, as its name or rows tell."""
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
    def days(self) -> dict[str, int]:
        """The columns that are called after a day only, in their order."""
        found = {h: self.vocabulary.bare_day(h) for h in self.cells if h}
        days = {heading: day for heading, day in found.items() if day is not None}
        return days if len(days) >= _DAYS else {}

    @property
    def label(self) -> str:
        """Name for comments and messages."""
        files = ", ".join(self.files)
        if self.instruments is not None:
            return f"{files}, rows of {', '.join(self.instruments) or 'the record itself'}"
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

    def part(
        self, mask: Any, headings: Sequence[str], codes: Sequence[str], told_by: tuple[str, ...]
    ) -> Sheet:
        """Return some rows and columns, told by the codes of a column."""
        cells = {h: self.cells[h][mask] for h in headings}
        return replace(
            self,
            cells=cells,
            units=unit_columns(list(cells), list(cells.values())),
            row_numbers=self.row_numbers[mask],
            instruments=tuple(codes),
            told_by=told_by,
        )


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
    previews = {name: preview(name, files[name]) for name in sorted(set(files) - NOT_DATA)}
    for seen in list(previews.values()):
        for one in seen:
            vocabulary.labels.update(one.labels)
            if is_dictionary(one.headings(0, 1)):
                whole = read_whole(files[one.file], _table(one, 1, 1))
                note_dictionary(whole.cells, vocabulary)
                del previews[one.file]
    for name, seen in previews.items():
        sheets = [sheet for one in seen if (sheet := _read(one, files, vocabulary)) is not None]
        read = {sheet.names for sheet in sheets}
        unread = [one.sheet for one in seen if (one.sheet,) not in read]
        left += [f"{name} [{sheet}]" for sheet in unread if sheet]
        left += [name] if not sheets and not any(unread) else []
        for sheet in sheets:
            key = (
                sheet.seen.format, sheet.seen.encoding, sheet.header_row, sheet.variable,
                *sheet.cells,
            )  # fmt: skip
            found[key] = _joined(found[key], sheet) if key in found else sheet
    parts = [part for sheet in found.values() for part in _by_instrument(sheet)]
    return [one for part in parts for one in _by_name(part)], left


def _read(seen: Preview, files: Mapping[str, bytes], vocabulary: Vocabulary) -> Sheet | None:
    first, count = (1, 1)
    if seen.format in ("csv", "excel"):
        first, count = find_headings(seen, vocabulary)
    if first == 0:
        return None
    table = _table(seen, first, count)
    whole = read_whole(files[seen.file], table)
    if len([heading for heading in whole.cells if heading]) < 2:
        return None
    sheet = Sheet(
        seen, (seen.file,), table.sheet, first, count, vocabulary, whole.cells,
        row_numbers=whole.rows, units=whole.units,
    )  # fmt: skip
    valued = any(vocabulary.is_column("value", heading) for heading in sheet.columns)
    if sheet.days or valued:
        return replace(sheet, variable=vocabulary.named(seen.sheet or seen.file.rpartition(".")[0]))
    return sheet


def _table(seen: Preview, first: int, count: int) -> Table:
    return Table(
        file=(seen.file,), sheet=(seen.sheet,) if seen.sheet else (), header_row=first,
        header_rows=count, patient="?", encoding=seen.encoding or None, delimiter=seen.delimiter,
        cells="labels" if seen.labelled else "codes",
    )  # fmt: skip


def _joined(one: Sheet, other: Sheet) -> Sheet:
    return replace(
        one,
        files=tuple(dict.fromkeys((*one.files, *other.files))),
        names=tuple(dict.fromkeys((*one.names, *other.names))),
        cells={h: np.concatenate([one.cells[h], other.cells[h]]) for h in one.cells},
        units={h: np.concatenate([one.units[h], other.units[h]])
               for h in one.units if h in other.units},
        row_numbers=np.concatenate([one.row_numbers, other.row_numbers]),
    )  # fmt: skip


def _by_name(sheet: Sheet) -> list[Sheet]:
    """Split a sheet with a row a patient and measurement, and its days as columns."""
    if not sheet.days or sheet.variable or sheet.instruments is not None:
        return [sheet]
    vocabulary = sheet.vocabulary
    named = {
        one.heading: {text: vocabulary.variable(text, "lab") for text in one.known}
        for one in sheet.columns.values()
        if one.kind == "text"
    }
    by = max(named, key=lambda one: sum(map(bool, named[one].values())), default="")
    if not by or not any(named[by].values()):
        return [sheet]
    texts = texts_of(sheet.cells[by])
    unknown = tuple(sorted(text for text, match in named[by].items() if match is None))
    parts = [
        replace(sheet.part(texts == text, list(sheet.cells), [text], (by,)), variable=match[0])
        for text, match in named[by].items()
        if match is not None
    ]
    return [replace(parts[0], ignored=unknown), *parts[1:]]


# ---- REDCap --------------------------------------------------------------------------------------


def _by_instrument(sheet: Sheet) -> list[Sheet]:
    """Split a REDCap export by event and repeating instrument; empty columns are left out."""
    by = [h for one in (EVENT, INSTRUMENT) for h in sheet.cells if _LABELLED.get(h, h) == one]
    several = [h for h in by if len(sheet.columns[h].texts) > 1 or h == by[-1]]
    told_by = tuple(several if len(several) > 1 else by[-1:])
    if not told_by or len(set(texts_of(sheet.cells[by[-1]]))) + len(told_by) < 3:
        return [sheet]
    codes = codes_of([sheet.cells[h] for h in told_by])
    parts: dict[tuple[str, ...], list[str]] = {}
    for code in dict.fromkeys(codes.tolist()):
        parts.setdefault(tuple(_filled(sheet, codes == code)), []).append(code)
    of_records = [one for one in parts if any(c == "" or c.endswith("/") for c in parts[one])]
    base = max(of_records or parts, key=len)
    merged = _merged(parts, base)
    ignored = tuple(
        sorted(code for headings, some in merged.items() if not headings for code in some)
    )
    return [
        replace(
            sheet.part(np.isin(codes, some), headings, some, told_by),
            ignored=ignored if some == parts[base] else (),
        )
        for headings, some in merged.items()
        if headings
    ]


def _filled(sheet: Sheet, rows: Any) -> list[str]:
    """Return the headings that have content in some rows; none but the patient's: nothing."""
    found = [
        heading
        for heading, cells in sheet.cells.items()
        if not heading.startswith("redcap_")
        and heading not in (*_LABELLED, "Repeat Instance")
        and any(map(text_of, cells[rows]))
    ]
    return found if len(found) > 1 else []


def _merged(
    parts: dict[tuple[str, ...], list[str]], base: tuple[str, ...]
) -> dict[tuple[str, ...], list[str]]:
    """Take instruments together that share the patient, date and code columns: one table."""
    merged: list[tuple[list[str], list[str]]] = [(list(base), parts[base])]
    for headings, codes in parts.items():
        shared = [one for one in merged[1:] if len(set(one[0]) & set(headings)) > 2]
        if headings == base:
            continue
        if shared:
            shared[0][0].extend(one for one in headings if one not in shared[0][0])
            shared[0][1].extend(codes)
        else:
            merged.append((list(headings), list(codes)))
    return {tuple(headings): codes for headings, codes in merged}
