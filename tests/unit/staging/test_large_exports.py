"""Exports that are read in pieces give the same tables as those that fit into one."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hematotox.contracts import Staged
from hematotox.dialects import sheets

Ward = Callable[..., Staged]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(12)))
def test_the_order_of_the_rows_changes_nothing(stage_ward: Ward, order: list[int]) -> None:
    lines = [f"{1 + n % 2};{1 + n:02d}.03.2021;{n};9,{n};{'<3' if n % 3 else 50}" for n in order]
    labs = stage_ward(labs="\n".join(["id;date;anc;hb;crp", *lines, ""])).labs
    lines.sort(key=lambda line: (line[0], line[2:4]))
    ordered = stage_ward(labs="\n".join(["id;date;anc;hb;crp", *lines, ""])).labs
    pd.testing.assert_frame_equal(labs, ordered)


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
def test_the_size_of_the_pieces_changes_nothing(
    stage_ward: Ward, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    lines = ["id;date;anc;hb;crp"]
    lines += [
        f"{3 if day in (4, 9) else 1 + day % 2};{1 + day:02d}.03.2021;{day % 7};9,0;x"
        for day in range(20)
    ]
    lines += ["1;02.03.2021;1;9,0;3", "id;date;anc;hb;crp", lines[1], lines[5], "1;;1;;"]
    labs = "\n".join(lines) + "\n"
    change = (("crp: {column: crp, unit: mg/L}", "crp: {column: crp, unit: mg/L, missing: x}"),)
    whole = stage_ward(labs=labs, centre=change)
    monkeypatch.setattr(sheets, "ROWS_A_PIECE", rows)
    pieces = stage_ward(labs=labs, centre=change)
    for name in ("subjects", "labs", "events", "findings", "tally"):
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(pieces, name))
    assert int((whole.findings["kind"] == "identical row").sum()) == 2
