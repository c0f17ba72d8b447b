"""An opened export: the files of one centre, read table by table in pieces."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hematotox.declarations.centre import Centre
from hematotox.declarations.file_names import fits
from hematotox.declarations.tables import FORMATS, Dialect, Format, Table
from hematotox.dialects.csv_files import read_csv
from hematotox.dialects.sheets import Piece
from hematotox.dialects.statistics_files import read_parquet, read_spss, read_stata
from hematotox.dialects.workbooks import read_workbook
from hematotox.errors import UserError

NOT_DATA = frozenset({"SYNTHETIC.json"})
"""Files of an export that hold no table."""
UNREAD = {
    "sas7bdat": "SAS", "xpt": "SAS", "por": "SPSS (portable)", "xlsb": "Excel (binary)",
    "json": "JSON", "xml": "XML", "mdb": "Access", "accdb": "Access", "rds": "R",
}  # fmt: skip
"""Endings of tables that are not read, and whose they are."""


@dataclass(frozen=True, slots=True)
class Export:
    """The files of one centre, as bytes, and what is known about them beside the centre file."""

    files: Mapping[str, bytes]
    source: Literal["synthetic", "real"]
    corrections: str = ""
    """Content of the centre's corrections file."""
    show_values: bool = False
    """Findings may show the cell they are about."""

    def names(self, table: Table) -> list[str]:
        """Return the files of a table, sorted; each pattern must fit at least one.

        Raises
        ------
        UserError
            A file is missing; the message lists what there is.
        """
        found = set()
        for pattern in table.file:
            fitting = [name for name in self.files if fits(name, pattern)]
            if not fitting:
                others = sorted(set(self.files) - NOT_DATA)
                count = f"{len(others)} other file{'s' * (len(others) != 1)}"
                told = ", ".join(others) if self.show_values else count
                words = (
                    f"there is no such file in the export; it has {told if others else 'nothing'}"
                )
                raise UserError(f"{pattern}: {words}")
            found.update(fitting)
        return sorted(found)

    def told(self, table: Table, name: str) -> str:
        """Return what messages call a file: a file that a pattern fits may be named after somebody.

        Examples
        --------
        `labs_*.csv, file 2 of 5`, in the order of their names
        """
        if self.show_values or self.source == "synthetic" or name in table.file:
            return name
        pattern = next(one for one in table.file if fits(name, one))
        if "*" not in pattern and "?" not in pattern and "[" not in pattern:
            return name
        fitting = sorted(one for one in self.files if fits(one, pattern))
        return f"{pattern}, file {fitting.index(name) + 1} of {len(fitting)}"

    def pieces(self, table: Table) -> Iterator[Piece]:
        """Give the rows of a table in pieces, file by file.

        Parameters
        ----------
        table : where it lies and how it is written; see `written_table`

        Raises
        ------
        UserError
            A file or sheet is missing or cannot be read as declared.
        """
        for file in self.names(table):
            kind, told = format_of(file, table), self.told(table, file)
            yield from _read(told, self.files[file], kind=kind, table=table)


@dataclass(frozen=True, slots=True)
class TablesInMemory(Export):
    """An export whose tables have been read already, each under the name of its file."""

    tables: Mapping[str, Piece] = field(default_factory=dict)

    def pieces(self, table: Table) -> Iterator[Piece]:
        """Give the rows of a table at once."""
        yield self.tables[table.file[0]]


def open_export(
    files: Mapping[str, bytes],
    *,
    source: Literal["synthetic", "real"],
    corrections: str = "",
    show_values: bool = False,
) -> Export:
    """Open the export of one centre.

    Parameters
    ----------
    files : name and content of each file in the centre's folder
    source : synthetic, where the export carries a valid SYNTHETIC.json; otherwise real
    corrections : content of `config/centres/<centre>.corrections.csv`, if there is one
    show_values : whether findings may show the cell they are about
    """
    composed = {unicodedata.normalize("NFC", name): content for name, content in files.items()}
    return Export(composed, source, corrections, show_values)


def read(centre: Centre, files: Mapping[str, bytes]) -> dict[str, list[Piece]]:
    """Return every declared table with all its rows, as a data manager sees them."""
    export = open_export(files, source="real")
    return {name: list(export.pieces(written_table(centre, name))) for name in centre.tables}


def written_table(centre: Centre, name: str) -> Table:
    """Return a declared table with the centre's words on how the cells of all are written."""
    dialect = centre.dialect(name)
    settled = {key: getattr(dialect, key) for key in Dialect.model_fields}
    return centre.tables[name].model_copy(update=settled)


def format_of(file: str, table: Table) -> Format:
    """Return the format of a file: declared, or told from its ending.

    Raises
    ------
    UserError
        The ending is not known.
    """
    if table.format is not None:
        return table.format
    ending = file.rpartition(".")[2].lower()
    if ending not in FORMATS:
        raise UserError(f"{file}: format: {unread_format(ending)}")
    return FORMATS[ending]


def unread_format(ending: str) -> str:
    """Return what to do about a file whose ending is that of no table that is read."""
    if ending.lower() in UNREAD:
        return (
            f"files of {UNREAD[ending.lower()]} are not read; have the export made as csv, xlsx, "
            "sav, dta or parquet"
        )
    return f"cannot be told from the ending .{ending}; declare it"


def _read(file: str, data: bytes, *, kind: Format, table: Table) -> Iterator[Piece]:
    if kind == "csv":
        return read_csv(file, data, table=table)
    if kind == "excel":
        return read_workbook(file, data, table=table)
    if kind == "spss":
        return read_spss(file, data, table=table)
    if kind == "stata":
        return read_stata(file, data, table=table)
    return read_parquet(file, data)


def headings_of(centre: Centre, name: str) -> list[str]:
    """Return the headings of a table in the order of its declaration."""
    table = centre.tables[name]
    found: list[str | None] = [table.patient]
    if name == centre.patients_table:
        found += sorted(t.matches for t in centre.tables.values() if t.matches)
    found += list(table.rows.column) if table.rows is not None else []
    found += [table.date, table.day, table.name, table.value, table.unit]
    for section, _, source in centre.sources():
        if centre.table_of(section, source) == name:
            long = table.shape == "long"
            found += [getattr(source, "date", None)] if long else _headings_of_source(source)
    return list(dict.fromkeys(heading for heading in found if heading))


def _headings_of_source(source: Any) -> list[str | None]:
    found: list[str | None] = [getattr(source, "date", None), getattr(source, "day", None)]
    if getattr(source, "when", None) is not None:
        found.append(source.when.column)
    column = source.column
    found += list(column) if isinstance(column, tuple) else [column]
    found += list(getattr(source, "checkboxes", None) or ())
    return found + list(getattr(source, "days", None) or ())
