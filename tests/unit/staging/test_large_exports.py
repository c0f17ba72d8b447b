"""Exports that are read in pieces give the same tables as those that fit into one."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from hematotox.contracts import Staged
from hematotox.dialects import sheets

Ward = Callable[..., Staged]


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
def test_the_size_of_the_pieces_changes_nothing(
    stage_ward: Ward, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    lines = ["id;date;anc;hb;crp"]
    lines += [f"{1 + day % 3};{1 + day % 28:02d}.03.2021;{day % 7};9,0;x" for day in range(20)]
    lines += ["1;02.03.2021;1;9,0;3", "id;date;anc;hb;crp", lines[1], lines[5], "1;;1;;"]
    labs = "\n".join(lines) + "\n"
    change = (("crp: {column: crp, unit: mg/L}", "crp: {column: crp, unit: mg/L, missing: x}"),)
    whole = stage_ward(labs=labs, centre=change)
    monkeypatch.setattr(sheets, "ROWS_A_PIECE", rows)
    pieces = stage_ward(labs=labs, centre=change)
    for name in ("subjects", "labs", "events", "findings", "tally"):
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(pieces, name))
    assert int((whole.findings["kind"] == "identical row").sum()) == 2
