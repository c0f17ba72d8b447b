"""One table of a user, in any format that a centre may have; nothing about it is guessed.

A delimiter, a decimal sign or an order of day and month that the file leaves open is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hematotox.declarations.date_format import NATIVE
from hematotox.declarations.tables import FORMATS, Table
from hematotox.dialects.cells import Cells, missing_texts, texts_of
from hematotox.dialects.judged_columns import Column
from hematotox.dialects.notation import Open, date_formats, order_of, signs
from hematotox.dialects.preview import fitting_delimiters
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.dialects.whole_table import read_whole
from hematotox.errors import UserError
from hematotox.stand_alone.advice import as_options

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Notation:
    """How the file is written, as far as the user says it."""

    delimiter: str | None = None
    decimal: str | None = None
    thousands: str = ""
    encoding: str = "utf-8"
    sheet: str | None = None
    header_row: int = 1
    date_format: str | None = None
    missing: tuple[str, ...] = ("NA",)
    leading_zeros: str | None = None


@dataclass(frozen=True, slots=True)
class TableFile:
    """The rows of a table: number of each row in the file, columns by heading."""

    file: str
    rows: NDArray[np.int64]
    columns: dict[str, Column]
    identities: NDArray[np.int64]
    notation: Notation
    vocabulary: Vocabulary

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings that are not empty, from left to right."""
        return tuple(heading for heading in self.columns if heading)

    @property
    def missing(self) -> frozenset[str]:
        """Texts that say that a value is not known."""
        return missing_texts(self.notation.missing)

    def cells(self, heading: str) -> Cells:
        """Return the cells under a heading."""
        return self.columns[heading].cells

    def texts(self, heading: str) -> Cells:
        """Return the cells under a heading as texts, empty where nothing is known."""
        texts = texts_of(self.cells(heading))
        return np.where(np.isin(texts.astype(str), sorted(self.missing)), "", texts)


def read_table(
    file: str, content: bytes, notation: Notation, *, vocabulary: Vocabulary
) -> TableFile:
    """Read a table.

    Parameters
    ----------
    file : its name; the ending tells the format
    content : its bytes
    notation : what the user says about delimiter, encoding, sheet and row of headings
    vocabulary : what hospitals call things

    Raises
    ------
    UserError
        The format is not known, the delimiter or encoding is unclear, a heading stands twice or
        a row has more or fewer cells than there are headings.
    """
    kind = FORMATS.get(file.rpartition(".")[2].lower())
    if kind is None:
        endings = ", ".join(f".{one}" for one in FORMATS)
        raise UserError(f"{file}: only tables can be read: {endings}")
    if notation.header_row < 1:
        raise UserError("--header-row: rows are counted from 1")
    table = Table(
        file=(file,),
        patient="patient",
        sheet=(notation.sheet,) if notation.sheet else (),
        header_row=notation.header_row,
        encoding=notation.encoding,
    )
    if kind == "csv":
        delimiter = notation.delimiter or _delimiter(file, content, notation)
        table = table.model_copy(update={"delimiter": delimiter})
    try:
        whole = read_whole(content, table)
    except UserError as error:
        raise UserError(as_options(str(error))) from None
    if whole.repeated:
        count = len(whole.repeated)
        what = "a heading stands" if count == 1 else f"{count} headings stand"
        raise UserError(
            f"{file}: {what} more than once in row {notation.header_row}; give each column its own"
        )
    if whole.ragged:
        raise UserError(
            f"{file}: {rows_words(whole.ragged)}: more or fewer cells than there are headings; "
            "check quotation marks and the delimiter"
        )
    if not whole.rows.size:
        raise UserError(f"{file}: there are no rows below the headings")
    columns = {name: Column(name, cells, vocabulary) for name, cells in whole.cells.items()}
    return TableFile(file, whole.rows, columns, whole.identities, notation, vocabulary)


def _delimiter(file: str, content: bytes, notation: Notation) -> str:
    """Return the only sign that cuts the rows into as many cells as there are headings.

    Raises
    ------
    UserError
        No sign does, or several do.
    """
    fitting = fitting_delimiters(content, header_row=notation.header_row)
    if len(fitting) == 1 or not content.strip():
        return next(iter(fitting), ",")
    found = " and ".join(DELIMITERS[sign] for sign in fitting)
    what = (
        f"{found} would do" if fitting else "none of comma, semicolon, tab and bar cuts all alike"
    )
    raise UserError(
        f"{file}: the sign between the cells is unclear ({what}); say it with --delimiter, or the "
        "row of the headings with --header-row"
    )


def written_numbers(table: TableFile, headings: Iterable[str]) -> dict[str, str]:
    """Return the decimal sign, and the sign between thousands, of some columns.

    Raises
    ------
    UserError
        Both signs stand in the numbers, or the only one could as well group thousands.
    """
    notation = table.notation
    if notation.decimal is not None:
        if notation.decimal == notation.thousands:
            raise UserError("--thousands: must differ from the decimal sign")
        return {"decimal": notation.decimal, "thousands": notation.thousands}
    found = signs(table.columns[heading] for heading in headings)
    for one in found.values():
        if isinstance(one, Open):
            raise UserError(
                f"{table.file}: {one.words}; say --decimal, and --thousands if one of them groups "
                "the digits"
            )
    told = {key: one for key, one in found.items() if isinstance(one, str)}
    return {"decimal": ".", "thousands": notation.thousands} | told


def written_dates(table: TableFile, headings: Iterable[str]) -> tuple[str, ...]:
    """Return how the dates of some columns are written.

    Raises
    ------
    UserError
        No date tells whether day or month comes first.
    """
    if table.notation.date_format is not None:
        return (table.notation.date_format,)
    columns = [table.columns[heading] for heading in headings]
    found = date_formats(columns, order_of(columns))
    if isinstance(found, Open):
        raise UserError(
            f"{table.file}: day and month could change places; say how the dates are written, as "
            '--date-format "%d.%m.%Y"'
        )
    return tuple(found or (NATIVE,))


def rows_words(rows: Iterable[int], most: int = 10) -> str:
    """Return row numbers as they stand in messages.

    Examples
    --------
    >>> rows_words([9, 5]), rows_words(range(2, 20), most=3)
    ('rows 5, 9', 'rows 2, 3, 4 and 15 more')
    """
    ordered = sorted({int(row) for row in rows})
    shown = ", ".join(str(row) for row in ordered[:most])
    more = f" and {len(ordered) - most} more" if len(ordered) > most else ""
    return f"row{'s' if len(ordered) > 1 else ''} {shown}{more}"
