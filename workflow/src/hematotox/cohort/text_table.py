"""An analysis-ready file as a table of cells, each row with its number in the file."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hematotox.cohort.analysis_ready import columns_needed
from hematotox.declarations.study.cohort_table import CohortTable
from hematotox.declarations.tables import Table
from hematotox.dialects.whole_table import read_whole
from hematotox.errors import UserError


@dataclass(frozen=True, slots=True)
class TextTable:
    """The cells of a file, one row a patient.

    `lines` has for each row its number in the file, the first being 1.
    """

    cells: pd.DataFrame
    lines: tuple[int, ...]


def read_text_table(content: bytes, declared: CohortTable) -> TextTable:
    """Read a file with the readers of exports; rows without any text are no rows.

    Raises
    ------
    UserError
        Not readable in the declared encoding, no header, no rows, two columns of one name, a row
        with more or fewer cells than the header, a quotation mark that is not closed.
    """
    table = Table(
        file=(declared.file,),
        patient=declared.patient_id,
        encoding=declared.encoding,
        delimiter=declared.delimiter,
    )
    whole = read_whole(content, table) if content.strip() else None
    if whole is None or not (whole.rows.size or whole.ragged):
        raise UserError(f"{declared.file}: no patients; the file needs a header and a row for each")
    if whole.repeated:
        _refuse_repeated(whole.repeated, set(whole.cells), declared)
    if whole.ragged:
        shown = ", ".join(map(str, whole.ragged[:10]))
        raise UserError(
            f"{declared.file}: row{'s' * (len(whole.ragged) > 1)} {shown}: more or fewer cells "
            "than the header; correct the file, or cohort.delimiter"
        )
    return TextTable(pd.DataFrame(whole.cells, dtype=object), tuple(whole.rows.tolist()))


def _refuse_repeated(repeated: tuple[str, ...], headings: set[str], declared: CohortTable) -> None:
    needed = {column for _, column in columns_needed(declared)}
    words = "headings stand twice; are there headings in its first row?"
    if needed & headings:
        words = f"two columns are called {', '.join(repeated)}"
    raise UserError(f"{declared.file}: {words}")
