"""Codes of an export and ours: value maps, ticked boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hematotox.dialects.cells import (
    KNOWN,
    MISSING,
    UNREADABLE,
    Cells,
    States,
    parse_distinct,
    text_of,
)

TICKED = frozenset({"1", "Checked", "true", "x", "X"})
NOT_TICKED = frozenset({"", "0", "Unchecked", "false"})


def read_codes(
    cells: Cells, *, values: Mapping[str, str], missing: frozenset[str]
) -> tuple[Cells, States]:
    """Read a column of codes.

    Parameters
    ----------
    cells : texts, or numbers where the file format has numbers
    values : their code and ours
    missing : texts that say that the value is not known

    Returns
    -------
    our codes (empty where not known) and the state of each cell; a code that the map does not
    name is unreadable
    """
    known = {text_of(theirs): ours for theirs, ours in values.items()}

    def parse(cell: Any) -> tuple[str, int]:
        text = text_of(cell)
        if text in known:
            return (known[text], KNOWN)
        return ("", MISSING if text in missing else UNREADABLE)

    return _split(parse_distinct(cells, parse))


def read_ticks(cells: Cells, *, missing: frozenset[str]) -> tuple[Cells, States]:
    """Read a column of boxes: "1" where ticked, missing where not."""

    def parse(cell: Any) -> tuple[str, int]:
        text = text_of(cell)
        if text in TICKED:
            return ("1", KNOWN)
        return ("", MISSING if text in NOT_TICKED or text in missing else UNREADABLE)

    return _split(parse_distinct(cells, parse))


def _split(parsed: Cells) -> tuple[Cells, States]:
    codes = np.empty(len(parsed), dtype=object)
    codes[:] = [one[0] for one in parsed]
    return codes, np.fromiter((one[1] for one in parsed), dtype=np.int8, count=len(parsed))
