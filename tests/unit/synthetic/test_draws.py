"""Draws with fixed numbers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.synthetic.draws import (
    ascending_values,
    evenly_mixed,
    generator,
    quota,
    uniforms,
    weighted_order,
)


@settings(max_examples=30, deadline=None)
@given(
    counts=st.dictionaries(st.sampled_from("abcd"), st.integers(0, 9)),
    spare=st.integers(0, 5),
    seed=st.integers(0, 2**31),
)
def test_quota_gives_every_level_to_exactly_so_many(counts, spare, seed):
    size = sum(counts.values()) + spare
    levels = quota(counts, size, rng=np.random.default_rng(seed))
    assert len(levels) == size
    assert (levels == "").sum() == spare
    for level, count in counts.items():
        assert (levels == level).sum() == count


def test_quota_gives_levels_to_eligible_patients_only():
    eligible = np.array([True, False, True, False, True])
    levels = quota({"yes": 2}, 5, rng=generator(1, "test"), eligible=eligible)
    assert (levels[~eligible] == "").all()
    assert (levels == "yes").sum() == 2


def test_quota_with_too_few_eligible_gives_fewer():
    eligible = np.array([True, False, False])
    levels = quota({"yes": 1, "no": 2}, 3, rng=generator(1, "test"), eligible=eligible)
    assert list(levels) == ["yes", "", ""]


def test_heavier_patients_get_the_first_level():
    weights = np.array([1e6, 1e6, 1.0, 1.0, 1.0, 1.0])
    levels = quota({"4": 2, "0": 4}, 6, rng=generator(3, "test"), weights=weights)
    assert list(levels[:2]) == ["4", "4"]


def test_order_follows_the_hazards():
    first = [weighted_order(np.array([3.0, 1.0]), generator(s, "order"))[0] for s in range(2000)]
    # three standard errors of a share of 2000
    assert np.mean(np.array(first) == 0) == pytest.approx(0.75, abs=0.03)


def test_streams_differ_by_purpose_and_by_seed():
    draws = {generator(seed, purpose).random() for seed in (1, 2) for purpose in ("labs", "events")}
    assert len(draws) == 4
    assert generator(1, "labs").random() == generator(1, "labs").random()


def test_one_number_stands_in_each_interval():
    drawn = uniforms(20, generator(1, "test"))
    assert list(np.floor(drawn * 20).astype(int)) == list(range(20))


@pytest.mark.parametrize("size", [22, 95, 138])
def test_values_have_the_wanted_quartiles(size):
    values = ascending_values(size, (20.0, 46.0, 57.0, 66.0, 81.0), rng=generator(1, "age"))
    assert np.quantile(values, [0.25, 0.5, 0.75]) == pytest.approx([46, 57, 66], abs=1.5)
    assert (np.diff(values) >= 0).all()


def test_every_stretch_of_a_mixed_order_holds_small_and_large_ranks():
    ranks = evenly_mixed(120, generator(1, "mixed"))
    assert sorted(ranks) == list(range(120))
    for start in range(0, 120, 12):
        assert ranks[start : start + 12].mean() == pytest.approx(59.5, abs=12)
