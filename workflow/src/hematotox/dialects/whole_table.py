"""All rows of one table of a file at once, in any format that a centre may have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from hematotox.declarations.tables import Table
from hematotox.dialects.cells import Cells
from hematotox.dialects.export import open_export


@dataclass(frozen=True, slots=True)
class WholeTable:
    """Number of each row in the file, cells by heading, and what does not fit.

    `repeated` are the headings that stand more than once, `ragged` the rows with more or fewer
    cells than there are headings: they are not among `rows`.
    """

    rows: npt.NDArray[np.int64]
    cells: dict[str, Cells]
    identities: npt.NDArray[np.int64]
    repeated: tuple[str, ...]
    ragged: tuple[int, ...]
    units: Mapping[str, Cells] = field(default_factory=dict)
    """By the heading of values, the texts of the column of units beside them."""


def read_whole(content: bytes, table: Table) -> WholeTable:
    """Read a table.

    Parameters
    ----------
    content : the bytes of the file
    table : its name, where in it the table lies, and how it is written

    Raises
    ------
    UserError
        The file cannot be read as declared.
    """
    pieces = list(open_export({table.file[0]: content}, source="real").pieces(table))
    faults = [fault for piece in pieces for fault in piece.faults]
    return WholeTable(
        rows=np.concatenate([piece.rows for piece in pieces]),
        cells={
            heading: np.concatenate([piece.cells[heading] for piece in pieces])
            for heading in pieces[0].cells
        },
        identities=np.concatenate([piece.identities for piece in pieces]),
        repeated=tuple(sorted({one for piece in pieces for one in piece.repeated_headings})),
        ragged=tuple(row for row, fault in faults if fault == "row length"),
        units={
            heading: np.concatenate([piece.units[heading] for piece in pieces])
            for heading in pieces[0].units
            if all(heading in piece.units for piece in pieces)
        },
    )
