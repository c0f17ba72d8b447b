"""An analysis-ready CSV file as a table of texts, each row with its line in the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from hematotox.cohort.analysis_ready import columns_needed
from hematotox.declarations.study.cohort_table import CohortTable
from hematotox.errors import UserError


@dataclass(frozen=True, slots=True)
class TextTable:
    """The cells of a file as text, one row a patient.

    `lines` has for each row the line of the file on which it starts, the first line being 1.
    """

    cells: pd.DataFrame
    lines: tuple[int, ...]


def read_text_table(content: bytes, declared: CohortTable) -> TextTable:
    """Read a file as text, one column a column of the file; rows without any text are no rows.

    Raises
    ------
    UserError
        Not readable in the declared encoding, no header, no rows, two columns of one name, a row
        with more cells than the header, a quotation mark that is not closed.
    """
    try:
        text = content.decode("utf-8-sig" if declared.encoding == "utf-8" else declared.encoding)
    except UnicodeDecodeError as error:
        raise UserError(
            f"{declared.file}: byte {error.start}: not {declared.encoding}; "
            "correct cohort.encoding or save the file in that encoding"
        ) from None
    rows = list(_rows(text, declared))
    if len(rows) < 2:
        raise UserError(f"{declared.file}: no patients; the file needs a header and a row for each")
    (first, header), *others = rows
    _check_header(first, header, declared)
    width = len(header)
    for line, cells in others:
        if len(cells) > width:
            raise UserError(
                f"{declared.file}:{line}: {len(cells)} cells where the header has {width}; "
                "correct the file, or cohort.delimiter"
            )
    padded = [cells + [""] * (width - len(cells)) for _, cells in others]
    lines = tuple(line for line, _ in others)
    return TextTable(pd.DataFrame(padded, columns=pd.Index(header), dtype=object), lines)


def _rows(text: str, declared: CohortTable) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the cells of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=declared.delimiter, strict=True)
    line = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            trouble = f":{line}: text after the closing quotation mark of a cell"
            if "unexpected end" in str(error) or "field larger" in str(error):
                trouble = f": a quotation mark is opened and not closed, in line {line} or below"
            raise UserError(
                f"{declared.file}{trouble}; correct the file, or cohort.delimiter"
            ) from None
        if row is None:
            return
        cells = [cell.strip() for cell in row]
        if any(cells):
            yield line, cells
        line = reader.line_num + 1


def _check_header(line: int, header: list[str], declared: CohortTable) -> None:
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if not repeated:
        return
    needed = {column for _, column in columns_needed(declared)}
    if needed & set(header):
        words = f"two columns are called {', '.join(repeated)}"
    else:
        words = f"headings stand twice; are there headings in line {line}?"
    raise UserError(f"{declared.file}:{line}: {words}")
