"""Values whose unit, written in the cell beside them, is not the one that is declared."""

from __future__ import annotations

import numpy as np

from hematotox.declarations.dictionary import Variable
from hematotox.dialects.cells import text_of
from hematotox.dialects.heading_units import unit_of_text
from hematotox.dialects.units import Factor, find_factor
from hematotox.staging.columns import ColumnReader
from hematotox.staging.ledger import Mask


def contradicted(
    reader: ColumnReader, heading: str, variable: str, *, described: Variable, factor: Factor,
    known: Mask,
) -> Mask:  # fmt: skip
    """Return the values whose own unit is another than the declared one, and note them.

    Which of the two is right cannot be told here, so such a value counts as missing; where it is
    more than the centre's share of a column, the run stops.

    Parameters
    ----------
    reader : of the rows
    heading, variable : where the values stand and what they are
    described : the variable in the dictionary
    factor : the way from the declared unit to the canonical one
    known : which rows have a value
    """
    beside = reader.block.units.get(text_of(heading))
    if beside is None or not known.any():
        return np.zeros(len(known), dtype=bool)
    stated = {text: unit_of_text(text) for text in set(beside[known])}
    others = {
        text: unit for text, unit in stated.items()
        if unit and find_factor(variable, described.unit, unit=unit, spellings={}) != factor
    }  # fmt: skip
    differ: Mask = known & np.fromiter((text in others for text in beside), bool, len(beside))
    place, rows = reader.block.place(heading, variable), reader.block.rows[differ]
    reader.ledger.add_cells("unit beside the value", place, rows=rows)
    reader.ledger.count_units(place, rows=rows, units=set(others.values()))
    return differ
