"""Files of SPSS and Stata, with value labels; Parquet files. Written without a clock."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hematotox.declarations.tables import Table
from hematotox.dialects.guarded import guarded
from hematotox.dialects.sheets import Piece, pieces

Labels = Mapping[str, dict[Any, str]]
"""By column: code and its label."""

_CREATED = dt.datetime(2020, 1, 1)
_SPSS_DATE = slice(92, 109)
"""Creation date and time in the header record of a .sav file."""


def read_spss(file: str, data: bytes, *, table: Table) -> Iterator[Piece]:
    """Give the rows of a .sav file in pieces; values that SPSS calls missing are empty.

    Raises
    ------
    UserError
        Not a .sav file.
    """
    import pyreadstat

    frame, labels = _with_labels(pyreadstat.read_sav, data, file=file, kind="an SPSS file")
    labels = labels if table.cells == "labels" else {}
    yield from pieces(file, list(map(str, frame.columns)), numbered_rows=_numbered(frame, labels))


def read_stata(file: str, data: bytes, *, table: Table) -> Iterator[Piece]:
    """Give the rows of a .dta file in pieces.

    Raises
    ------
    UserError
        Not a .dta file.
    """
    import pyreadstat

    frame, labels = _with_labels(pyreadstat.read_dta, data, file=file, kind="a Stata file")
    labels = labels if table.cells == "labels" else {}
    yield from pieces(file, list(map(str, frame.columns)), numbered_rows=_numbered(frame, labels))


def read_parquet(file: str, data: bytes) -> Iterator[Piece]:
    """Give the rows of a Parquet file in pieces.

    Raises
    ------
    UserError
        Not a Parquet file.
    """
    import pyarrow.parquet as pq

    def read() -> pd.DataFrame:
        table = pq.read_table(io.BytesIO(data), use_threads=False)
        return table.to_pandas(date_as_object=True, use_threads=False)

    frame = guarded(read, file=file, kind="a Parquet file", size=len(data))
    yield from pieces(file, list(map(str, frame.columns)), numbered_rows=_numbered(frame, {}))


def _with_labels(
    read: Callable[..., Any], data: bytes, *, file: str, kind: str
) -> tuple[pd.DataFrame, Labels]:
    def all_of_it() -> tuple[pd.DataFrame, Labels]:
        frame, described = read(io.BytesIO(data))
        return frame, described.variable_value_labels

    return guarded(all_of_it, file=file, kind=kind, size=len(data))


def _numbered(frame: pd.DataFrame, labels: Labels) -> Iterator[tuple[int, tuple[Any, ...]]]:
    columns = [_cells(frame[name], labels.get(str(name), {})) for name in frame.columns]
    yield from enumerate(zip(*columns, strict=True), start=1)


def _cells(column: pd.Series, labels: Mapping[Any, str]) -> list[Any]:
    if pd.api.types.is_datetime64_any_dtype(column):
        return ["" if one is pd.NaT else one.to_pydatetime(warn=False) for one in column]
    named = {_code(code): label for code, label in labels.items()}
    return [_cell(one, named) for one in column.to_numpy(dtype=object)]


def _code(code: Any) -> float | str:
    """Return a code as its cells have it: SPSS fills texts with spaces to the variable's width."""
    return code.rstrip() if isinstance(code, str) else float(code)


def _cell(value: Any, labels: Mapping[float | str, str]) -> Any:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, float, np.integer, np.floating)):
        return labels.get(float(value), float(value))
    if isinstance(value, Decimal):
        return _decimal(value)
    return labels.get(value.rstrip(), value) if isinstance(value, str) else value


def _decimal(value: Decimal) -> float | str:
    """Return a decimal of a database as a number; one with more digits than those hold, as text."""
    if not value.is_finite():
        return ""
    return float(value) if abs(value) < 2**53 else format(value, "f")


def write_spss(headings: Sequence[str], rows: Sequence[Sequence[Any]], *, labels: Labels) -> bytes:
    """Return a .sav file: text, numbers, dates and value labels."""
    import pyreadstat

    frame = _frame(headings, rows, coded=labels)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.sav"
        pyreadstat.write_sav(frame, str(path), variable_value_labels=dict(labels))
        content = bytearray(path.read_bytes())
    content[_SPSS_DATE] = _CREATED.strftime("%d Jan %y%H:%M:%S").encode("ascii")
    return bytes(content)


def write_stata(headings: Sequence[str], rows: Sequence[Sequence[Any]], *, labels: Labels) -> bytes:
    """Return a .dta file: text, numbers, dates and value labels."""
    frame = _frame(headings, rows, coded=labels)
    dates = [name for name in frame if any(isinstance(one, dt.date) for one in frame[name])]
    for name in dates:
        frame[name] = pd.to_datetime(frame[name])
    stream = io.BytesIO()
    frame.to_stata(
        stream, version=118, write_index=False, time_stamp=_CREATED,
        convert_dates=dict.fromkeys(dates, "td"),
        value_labels={column: dict(codes) for column, codes in labels.items()},
    )  # fmt: skip
    return stream.getvalue()


def write_parquet(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return a Parquet file."""
    stream = io.BytesIO()
    _frame(headings, rows).to_parquet(stream, index=False)
    return stream.getvalue()


def _frame(
    headings: Sequence[str], rows: Sequence[Sequence[Any]], *, coded: Collection[str] = ()
) -> pd.DataFrame:
    """Return the rows as columns of one kind each: text, numbers (also if coded) or dates."""
    columns = {}
    for position, heading in enumerate(headings):
        cells = [row[position] for row in rows]
        known = [cell for cell in cells if cell not in (None, "")]
        numbers = all(isinstance(cell, float) for cell in known)
        if numbers and (known or heading in coded):
            columns[heading] = pd.Series(
                [float(f"{c:.9g}") if isinstance(c, float) else np.nan for c in cells]
            )
        elif known and all(isinstance(cell, dt.date) for cell in known):
            columns[heading] = pd.Series(
                [c if isinstance(c, dt.date) else None for c in cells], dtype=object
            )
        else:
            columns[heading] = pd.Series([_text(cell) for cell in cells], dtype=object)
    return pd.DataFrame(columns)


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return f"{cell:.9g}"
    return "" if cell is None else str(cell)
