"""Properties of scoring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.declarations.base import parse
from hematotox.declarations.score import Score
from hematotox.scoring import score_values

FOLDER = Path(__file__).parents[3] / "config" / "scores"
SCORES = {
    path.stem: parse(path.read_text(encoding="utf-8"), source=path.name, model=Score)
    for path in sorted(FOLDER.glob("*.yaml"))
}
POINT_SCORES = [name for name, one in SCORES.items() if one.formula is None]
CUT_OFFS = [0, 1.2, 3, 5, 9, 25, 75, 175, 650, 2000]
values = st.sampled_from(CUT_OFFS) | st.floats(0, 3000)


def frame(declared: Score, rows: list[list[float | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(declared.items), dtype=float)


def scored(declared: Score, *rows: list[float | None]) -> pd.DataFrame:
    table = frame(declared, list(rows))
    return score_values(declared, table, high=table)


def loop(declared: Score, row: list[float]) -> float:
    """Score one patient by walking through the bands."""
    total = 0.0
    for value, item in zip(row, declared.items.values(), strict=True):
        (points,) = [points for band, points in item.ordered_bands() if band.contains(value)]
        total += points
    return total


@pytest.mark.parametrize("name", POINT_SCORES)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_points_equal_a_walk_through_the_bands(name, data):
    declared = SCORES[name]
    rows = [[data.draw(values) for _ in declared.items] for _ in range(4)]
    rounded = [[float(f"{value:.8e}") for value in row] for row in rows]
    table = scored(declared, *rows)
    assert table["points"].tolist() == [loop(declared, row) for row in rounded]


@pytest.mark.parametrize("name", POINT_SCORES)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_a_missing_item_gives_the_range_over_all_its_values(name, data):
    declared = SCORES[name]
    row = [data.draw(values) for _ in declared.items]
    missing = data.draw(st.sets(st.integers(0, len(row) - 1), min_size=1))
    gaps = [None if place in missing else value for place, value in enumerate(row)]
    known = scored(declared, gaps).iloc[0]
    tried = [gaps]
    for place in sorted(missing):
        bands = declared.items[list(declared.items)[place]].ordered_bands()
        inside = [np.clip(0.0, band.low + 0.001, band.high - 0.001) for band, _ in bands]
        tried = [[*one[:place], value, *one[place + 1 :]] for one in tried for value in inside]
    totals = scored(declared, *tried)
    assert known["points_low"] == totals["points"].min()
    assert known["points_high"] == totals["points"].max()
    assert np.isnan(known["points"])
    groups = set(totals["group"])
    assert known["group_determinable"] == (groups.pop() if len(groups) == 1 else "")
    assert known["items_missing"] == len(missing)
    assert known["group"] == ""


@settings(max_examples=30, deadline=None)
@given(
    ldh=st.floats(20, 5000),
    creatinine=st.floats(0.1, 20),
    platelets=st.floats(1, 900),
    factor=st.floats(1.01, 10),
)
def test_easix_is_a_product_and_a_quotient(ldh, creatinine, platelets, factor):
    declared = SCORES["easix"]
    table = scored(declared, [ldh, creatinine, platelets], [ldh * factor, creatinine, platelets])
    assert table["points"][0] == pytest.approx(ldh * creatinine / platelets, rel=1e-7)
    assert table["points"][1] == pytest.approx(table["points"][0] * factor, rel=1e-7)
    assert (table["group"] == "").all()


def test_no_platelets_at_all_has_no_finite_index():
    row = scored(SCORES["easix"], [300.0, 1.0, 0.0]).iloc[0]
    assert np.isnan(row["points"])
    assert np.isnan(row["points_high"])
