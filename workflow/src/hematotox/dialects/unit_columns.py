"""A column of units that stands beside a column of values, whether it is declared or not.

A hospital that writes "41 | mg/L" in two cells says the unit of every value. A centre file that
declares mg/dL and does not name the second column makes each value tenfold, and many stay
plausible. Which column of units belongs to which values is told by its heading ("CRP unit" beside
"CRP"), or else by its place: it follows them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from hematotox.dialects.cells import Cells, text_of, texts_of
from hematotox.dialects.heading_units import unit_of_text

_UNIT_WORDS = re.compile(
    r"(?:^|(?<=[\W_]))(?:units?|einheit(?:en)?|unit[\u00e9\u00e0]s?|unita|unidad(?:es)?|"
    r"eenhe(?:id|den)|unidades?|uom|dim(?:ension)?)(?=$|[\W_0-9])",
    re.IGNORECASE,
)
"""English, German, French, Italian, Spanish, Dutch, Portuguese."""
_MOSTLY = 0.8
"""Share of the cells with content that must be units: a laboratory writes "n.d." there, too."""


def unit_columns(headings: Sequence[str], columns: Sequence[Cells]) -> dict[str, Cells]:
    """Return, by the heading of the values, the cells of the column of units beside them.

    Parameters
    ----------
    headings : of a sheet, in order; two columns may both be called "unit"
    columns : the cells under each
    """
    found: dict[str, Cells] = {}
    by_name = {_plain(heading): heading for heading in headings if heading}
    for position, (heading, cells) in enumerate(zip(headings, columns, strict=True)):
        if not _holds_units(cells):
            continue
        named = by_name.get(_plain(_UNIT_WORDS.sub(" ", heading)), "")
        if named == heading or not named:
            named = _values_before(position, headings, columns)
        if named:
            found.setdefault(named, texts_of(cells))
    return found


def _values_before(position: int, headings: Sequence[str], columns: Sequence[Cells]) -> str:
    """Return the heading of the column that the units follow, unless that holds units itself."""
    if position == 0 or _holds_units(columns[position - 1]):
        return ""
    return headings[position - 1]


def _holds_units(cells: Cells) -> bool:
    """Return whether nearly all cells with content are units; the first is asked first."""
    first = next((text for text in map(text_of, cells) if text), "")
    if not first or len(first) > 20:
        return False
    texts = texts_of(cells)
    known: Mapping[str, bool] = {text: bool(unit_of_text(text)) for text in set(texts) - {""}}
    filled = [text for text in texts if text]
    return sum(known[text] for text in filled) >= _MOSTLY * len(filled)


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]+", "", heading.casefold())
