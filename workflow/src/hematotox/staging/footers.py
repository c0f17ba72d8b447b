"""Rows below a table that are no patients: totals, means, legends, print stamps.

Such a text stands in the first column, so it would be taken for the number of one more patient.
"""

from __future__ import annotations

import re

import numpy as np

from hematotox.dialects.cells import Cells
from hematotox.staging.ledger import Mask
from hematotox.staging.table_rows import Block

_SUMMARIES = re.compile(
    r"(?:grand |general |sub)?(?:total|totale|totali|totaux|totaal|summe|gesamt|gesamtsumme|"
    r"insgesamt|somme|somma|suma|soma|sum|mean|average|median|mittelwert|mittel|durchschnitt|"
    r"moyenne|m\u00e9diane|media|mediana|m\u00e9dia|gemiddelde|mediaan|min|max|minimum|maximum|sd|"
    r"anzahl|count|nombre|numero|aantal|n)(?: g\u00e9n\u00e9ral| generale| general)?"
    r"(?:[ ]*[:=(].*|[ ]+[0-9]*)?",
    re.IGNORECASE,
)
"""A word of a summary alone, or with what it sums after a sign ("Total: 40 patients")."""


def is_summary(number: str) -> bool:
    """Return whether a cell under the patients' numbers names a total, a mean or the like.

    Examples
    --------
    >>> is_summary("Total: 40 patients"), is_summary("N = 12"), is_summary("N-12")
    (True, True, False)
    """
    return _SUMMARIES.fullmatch(number) is not None


class Footers:
    """Recognises the rows of a patients' table that hold a text and nothing else."""

    def __init__(self) -> None:
        self._forms: set[str] = set()

    def of(self, block: Block, numbers: Cells) -> tuple[Mask, Mask]:
        """Return which rows are text below the table, and which have a number and nothing else.

        A row with nothing else is text if its "number" is written as no number of a patient with
        further cells is; a patient of whom nothing is known yet has a number like the others.
        """
        alone = block.filled <= 1
        if alone.all():
            return np.zeros(len(numbers), bool), np.zeros(len(numbers), bool)
        self._forms |= {_form(number) for number in numbers[~alone]}
        others = (_form(number) not in self._forms for number in numbers)
        text = alone & np.fromiter(others, bool, count=len(numbers))
        return text, alone & ~text


def _form(number: str) -> str:
    """Return how a number is written: its digits and letters by kind, its signs as they are."""
    return re.sub(r"[^\W\d_]+", "A", re.sub(r"[0-9]+", "9", number))
