"""An export in a centre's own dialect, made from canonical tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from hematotox.declarations.centre import Centre
from hematotox.declarations.tables import Table
from hematotox.dialects.cells import text_of
from hematotox.dialects.csv_files import write_csv
from hematotox.dialects.export import format_of, headings_of
from hematotox.dialects.statistics_files import write_parquet, write_spss, write_stata
from hematotox.dialects.workbooks import write_workbook
from hematotox.synthetic.writing.canonical_tables import canonical_tables
from hematotox.synthetic.writing.record_writer import Record, RecordWriter, is_missing

Rows = list[list[Any]]


def write(centre: Centre, tables: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """Write the export of one centre as its own hospital would.

    Parameters
    ----------
    centre : the centre's declaration; this is its inverse
    tables : `subjects`, `labs` and `events` of this centre alone, as in the contracts, before
        staging: columns that the centre does not have are left out

    Returns
    -------
    name and content of each file; the same bytes for the same tables

    Raises
    ------
    ValueError
        The declaration has no code, column or unit for something in the tables.
    """
    canonical = canonical_tables(tables)
    made = {name: RecordWriter(centre, name, tables=canonical).records() for name in centre.tables}
    files: dict[str, list[str]] = {}
    for name, table in centre.tables.items():
        files.setdefault(table.file[0].replace("*", "1"), []).append(name)
    return {file: _file(centre, file, names=names, made=made) for file, names in files.items()}


def _file(
    centre: Centre, file: str, *, names: list[str], made: Mapping[str, list[tuple[str, Record]]]
) -> bytes:
    sheets: dict[str, list[str]] = {}
    for name in names:
        sheets.setdefault("".join(centre.tables[name].sheet[:1]), []).append(name)
    kind = format_of(file, centre.tables[names[0]])
    if kind == "excel":
        return write_workbook([_sheet(centre, group, made=made) for group in sheets.values()])
    table, titles, headings, rows = _sheet(centre, names, made=made)
    if kind == "csv":
        return write_csv(titles, headings, rows=rows, table=table, dialect=centre.dialect(names[0]))
    if kind == "parquet":
        return write_parquet(headings, rows)
    coded, labels = _coded(centre, names, headings=headings, rows=rows)
    return (write_spss if kind == "spss" else write_stata)(headings, coded, labels=labels)


def _sheet(
    centre: Centre, names: list[str], *, made: Mapping[str, list[tuple[str, Record]]]
) -> tuple[Table, list[str], list[str], Rows]:
    """Return table, titles, headings and rows of a sheet that several tables may share."""
    table = centre.tables[names[0]]
    together = [(patient, n, r) for n, name in enumerate(names) for patient, r in made[name]]
    together.sort(key=lambda one: one[:2])
    headings = list(dict.fromkeys(h for name in names for h in headings_of(centre, name)))
    kind = format_of(table.file[0], table)
    missing = _missing_codes(centre, names) if kind in ("csv", "excel") else {}
    rows = [
        [
            _cell(record, heading, missing=missing, turn=row + column)
            for column, heading in enumerate(headings)
        ]
        for row, (_, _, record) in enumerate(together)
    ]
    titles = [centre.label or centre.id, *[""] * table.header_row][: table.header_row - 1]
    return table, titles, headings, rows


def _cell(record: Record, heading: str, *, missing: Mapping[str, list[str]], turn: int) -> Any:
    """Return a cell; a missing value takes the centre's codes for it in turn."""
    cell = record.get(heading)
    if not is_missing(cell):
        return cell
    codes = missing.get(heading) if heading in record else None
    return codes[turn % len(codes)] if codes else ""


def _missing_codes(centre: Centre, names: list[str]) -> dict[str, list[str]]:
    """Return the codes for missing values of the columns that hold values, by heading."""
    codes: dict[str, list[str]] = {}
    for section, _, source in centre.sources():
        table = centre.table_of(section, source)
        if table in names and section != "events":
            own = [*(centre.dialect(table).missing or ()), *source.missing]
            headings = source.column if isinstance(source.column, tuple) else (source.column,)
            codes.update({heading: own for heading in headings if heading and own})
    return codes


def _coded(
    centre: Centre, names: list[str], *, headings: Sequence[str], rows: Rows
) -> tuple[Rows, dict[str, dict[Any, str]]]:
    """Return rows with numbers for codes, and the label of each number, by column."""
    labels: dict[str, dict[Any, str]] = {}
    numbers: dict[str, dict[str, float]] = {}
    for section, _, source in centre.sources():
        name = centre.table_of(section, source)
        values = getattr(source, "values", None)
        heading = source.column
        if name in names and values and isinstance(heading, str):
            as_labels = centre.tables[name].cells == "labels"
            _add_codes(values, as_labels, labels=labels.setdefault(heading, {}),
                       numbers=numbers.setdefault(heading, {}))  # fmt: skip
    coded = [
        [numbers.get(h, {}).get(text_of(cell), cell) for h, cell in zip(headings, row, strict=True)]
        for row in rows
    ]
    return coded, {heading: codes for heading, codes in labels.items() if codes}


def _add_codes(
    values: Mapping[str, str], as_labels: bool, *, labels: dict[Any, str], numbers: dict[str, float]
) -> None:
    """Give each code of a value map its number: the code itself, or a label's position."""
    for theirs, ours in values.items():
        if as_labels:
            number = numbers.setdefault(theirs, float(len(numbers) + 1))
            labels[number] = theirs
        elif theirs.isdigit():
            numbers[theirs] = float(theirs)
            labels[float(theirs)] = ours
