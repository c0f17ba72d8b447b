"""Rank tests, correlations and durations: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.groups.correlation import pearson, spearman
from hematotox.stats.groups.durations import median_duration
from hematotox.stats.groups.rank_tests import (
    kruskal_wallis,
    mann_whitney,
    midranks,
    quartiles_by_group,
)
from hematotox.stats.numerics.survival_data import InvalidData

QUICK = settings(max_examples=60, deadline=None)
VALUES = st.lists(st.integers(-5, 5), min_size=1, max_size=30)
PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=25)


@QUICK
@given(VALUES)
def test_midranks_add_up_and_keep_the_order(values):
    ranks = midranks(np.array(values, dtype=float))
    assert ranks.sum() == pytest.approx(len(values) * (len(values) + 1) / 2)
    for one, first in zip(values, ranks, strict=True):
        below = sum(other < one for other in values)
        tied = sum(other == one for other in values)
        assert first == below + (tied + 1) / 2


@QUICK
@given(PAIRS)
def test_kruskal_wallis_needs_ranks_only(pairs):
    values, group = (np.array(column) for column in zip(*pairs, strict=True))
    test = kruskal_wallis(values=values, group=group)
    moved = kruskal_wallis(values=np.exp(values), group=group)
    assert test.statistic == pytest.approx(moved.statistic, nan_ok=True)
    assert np.isnan(test.statistic) == bool(test.condition)
    assert sum(row.n for row in test.quartiles) == len(pairs)


@QUICK
@given(PAIRS)
def test_mann_whitney_of_both_orders_and_kruskal_wallis(pairs):
    values, group = (np.array(column) for column in zip(*pairs, strict=True))
    group = group % 2
    one = mann_whitney(values=values, group=group, levels=[0, 1])
    other = mann_whitney(values=values, group=group, levels=[1, 0])
    assert one.p_value == pytest.approx(other.p_value, nan_ok=True)
    assert one.probability == pytest.approx(1 - other.probability, nan_ok=True)
    if one.condition:
        assert np.isnan(one.p_value)
    else:
        assert 0 < one.p_value <= 1


def test_an_empty_level_is_shown_and_named():
    test = kruskal_wallis(values=[1, 2, 3, 4], group=[0, 0, 2, 2], levels=[0, 1, 2])
    assert test.df == 1
    assert test.condition == ("empty group",)
    assert np.isnan(test.quartiles[1].median)


def test_exact_p_of_all_orders():
    # 3 against 3: the most extreme of 20 choices, both sides
    test = mann_whitney(values=[1, 2, 3, 10, 11, 12], group=[0, 0, 0, 1, 1, 1])
    assert test.method == "exact"
    assert test.p_value == pytest.approx(2 / 20)


@pytest.mark.parametrize(
    ("values", "group", "words"),
    [
        ([1, 2, 3], [0, 0, 0], "one group"),
        ([5, 5, 5], [0, 1, 1], "constant variable"),
        ([5], [1], "one group"),
    ],
)
def test_ugly_groups_are_named(values, group, words):
    assert words in kruskal_wallis(values=values, group=group).condition
    assert words in mann_whitney(values=values, group=group).condition


def test_three_groups_are_no_mann_whitney():
    with pytest.raises(InvalidData):
        mann_whitney(values=[1, 2, 3], group=[0, 1, 2])


@pytest.mark.parametrize("test", [kruskal_wallis, mann_whitney, quartiles_by_group])
@pytest.mark.parametrize(
    "wrong", [{"values": [1, np.nan, 2]}, {"values": []}, {"group": [0, 1]}, {"levels": [0, 7]}]
)
def test_groups_refuse_misuse(test, wrong):
    with pytest.raises(InvalidData):
        test(**({"values": [1.0, 2.0, 3.0], "group": [0, 1, 1]} | wrong))


@QUICK
@given(PAIRS)
def test_correlations_are_symmetric_and_bounded(pairs):
    x, y = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    for method in (pearson, spearman):
        one, other = method(x=x, y=y), method(x=y, y=x)
        assert one.estimate == pytest.approx(other.estimate, nan_ok=True)
        if np.isnan(one.estimate):
            assert one.condition
            continue
        assert -1 <= one.estimate <= 1
        assert np.isnan(one.conf_low) or one.conf_low <= one.estimate <= one.conf_high


@pytest.mark.parametrize("n", [6, 12, 40])
def test_spearman_ignores_scale_and_turns_with_sign(n):
    rng = np.random.default_rng(n)
    x, y = rng.normal(size=n), rng.normal(size=n)
    one, other = spearman(x=x, y=y), spearman(x=np.exp(x), y=-y * 1e8)
    assert one.estimate == pytest.approx(-other.estimate)
    # cor.test takes the Edgeworth tail of either side, equal but for rounding of the series
    assert one.p_value == pytest.approx(other.p_value, rel=0.05)


@pytest.mark.parametrize("scale", [1e-200, 1e-8, 1e8, 1e200])
def test_pearson_survives_any_scale(scale):
    x, y = np.array([1.0, 2, 3, 4, 6]), np.array([2.0, 1, 4, 3, 5])
    assert pearson(x=x * scale, y=y).estimate == pytest.approx(pearson(x=x, y=y).estimate)


@pytest.mark.parametrize("method", [pearson, spearman])
def test_correlation_of_ugly_data(method):
    assert method(x=[1], y=[2]).condition == ("not estimable",)
    assert method(x=[1, 1, 1, 1], y=[1, 2, 3, 4]).condition == ("constant variable",)
    assert method(x=[1, 2, 3, 4], y=[2, 4, 6, 8]).condition == ("limits not finite",)
    with pytest.raises(InvalidData):
        method(x=[1, 2], y=[1, np.nan])
    with pytest.raises(InvalidData):
        method(x=[], y=[])


@QUICK
@given(st.lists(st.integers(0, 100), min_size=1, max_size=60))
def test_median_lies_between_its_limits(days):
    found = median_duration(duration=days)
    if len(days) < 6:
        assert found.condition == ("limits not finite",)
        assert np.isnan(found.conf_low)
        return
    assert found.minimum <= found.conf_low <= found.estimate <= found.conf_high <= found.maximum
    assert found.coverage >= 0.95
    assert {found.conf_low, found.conf_high} <= set(days)


def test_durations_refuse_misuse():
    for wrong in ([], [1, np.nan], [[1, 2]]):
        with pytest.raises(InvalidData):
            median_duration(duration=wrong)
