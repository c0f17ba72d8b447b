"""Intervals of a declaration."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hematotox.declarations.interval import check_tiling, read_interval


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("[75, 175]", (75, 100, 175), (74.9, 175.1)),
        ("(75, 175)", (75.1, 174.9), (75, 175)),
        ("(-inf, 1.2]", (-5, 1.2), (1.21,)),
        ("[2, inf)", (2, 1e9), (1.9,)),
        ("[2, 2]", (2,), (1.9, 2.1)),
    ],
)
def test_what_lies_in_an_interval(text, inside, outside):
    interval = read_interval(text)
    assert all(interval.contains(value) for value in inside)
    assert not any(interval.contains(value) for value in outside)


@pytest.mark.parametrize("text", ["75-175", "[75; 175]", "[a, 5]", "[5, 2]", "(5, 5]", "[nan, 5]"])
def test_what_is_no_interval(text):
    with pytest.raises(ValueError, match=r"interval|number"):
        read_interval(text)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=6, unique=True), st.data())
def test_tiling_intervals_hold_every_number_once(cut_offs, data):
    owner = data.draw(st.lists(st.booleans(), min_size=len(cut_offs), max_size=len(cut_offs)))
    ends = sorted(cut_offs)
    texts, left = [], "(-inf"
    for end, owned in zip(ends, owner, strict=True):
        texts.append(f"{left}, {end}{']' if owned else ')'}")
        left = f"{'(' if owned else '['}{end}"
    texts.append(f"{left}, inf)")
    check_tiling(tuple(data.draw(st.permutations(texts))))
    value = data.draw(st.floats(-60, 60) | st.sampled_from([float(end) for end in ends]))
    assert sum(read_interval(text).contains(value) for text in texts) == 1


def test_tiling_may_start_at_zero():
    check_tiling(("[0, 5]", "(5, inf)"), low=0)
    with pytest.raises(ValueError, match="must reach from"):
        check_tiling(("[0, 5]",), low=-math.inf)
    with pytest.raises(ValueError, match="at least one"):
        check_tiling(())
