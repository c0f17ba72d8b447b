"""Proportions, 2 x 2 tables and diagnostic accuracy: properties, ugly data, misuse."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import bdtr, bdtrc

from hematotox.stats.accuracy.diagnostic_accuracy import classification_counts, diagnostic_accuracy
from hematotox.stats.accuracy.odds_ratio import conditional_odds_ratio
from hematotox.stats.groups.proportion import proportion
from hematotox.stats.numerics.survival_data import InvalidData

QUICK = settings(max_examples=60, deadline=None)
CELLS = st.tuples(*[st.integers(0, 12)] * 4).filter(lambda cells: sum(cells) > 0)
INTERVALS = ["clopper-pearson", "wilson"]


@QUICK
@given(st.integers(1, 200), st.data(), st.sampled_from(INTERVALS))
def test_limits_hold_the_proportion_and_mirror(n, data, interval):
    n_event = data.draw(st.integers(0, n))
    one = proportion(n_event=n_event, n=n)
    other = proportion(n_event=n - n_event, n=n)
    assert 0 <= one.conf_low <= one.estimate <= one.conf_high <= 1
    assert one.conf_low == pytest.approx(1 - other.conf_high, abs=1e-12)


@QUICK
@given(st.integers(1, 100), st.data())
def test_exact_limits_have_their_tail(n, data):
    n_event = data.draw(st.integers(0, n))
    exact = proportion(n_event=n_event, n=n)
    if n_event:
        assert bdtrc(n_event - 1, n, exact.conf_low) == pytest.approx(0.025)
    if n_event < n:
        assert bdtr(n_event, n, exact.conf_high) == pytest.approx(0.025)


def test_an_empty_group_has_no_proportion():
    empty = proportion(n_event=0, n=0)
    assert empty.condition == ("empty group",)
    assert np.isnan([empty.estimate, empty.conf_low, empty.conf_high]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_event": 11},
        {"n_event": -1},
        {"n_event": 2.5},
        {"n": math.nan},
        {"n": "ten"},
        {"interval": "wald"},
        {"conf_level": 95},
    ],
)
def test_proportion_refuses_misuse(wrong):
    with pytest.raises(InvalidData):
        proportion(**({"n_event": 3, "n": 10} | wrong))


@QUICK
@given(CELLS)
def test_odds_ratio_turns_with_the_table(cells):
    a, b, c, d = cells
    one = conditional_odds_ratio(a=a, b=b, c=c, d=d)
    other = conditional_odds_ratio(a=b, b=a, c=d, d=c)
    flipped = conditional_odds_ratio(a=a, b=c, c=b, d=d)
    assert one.p_value == pytest.approx(other.p_value)
    if "empty group" in one.condition:
        assert np.isnan(one.estimate)
        assert (one.conf_low, one.conf_high, one.p_value) == (0, math.inf, 1)
        return
    assert one.estimate == pytest.approx(flipped.estimate)
    assert one.estimate * other.estimate == pytest.approx(1) or one.estimate in (0, math.inf)
    assert one.conf_low <= one.estimate <= one.conf_high
    assert 0 < one.p_value <= 1


@QUICK
@given(CELLS)
def test_diagnostic_accuracy_of_any_table(cells):
    tp, fp, fn, tn = cells
    found = diagnostic_accuracy(tp=tp, fp=fp, fn=fn, tn=tn)
    assert ("zero cell" in found.condition) == (0 in cells)
    for ratio in (found.lr_positive, found.lr_negative, found.odds_ratio):
        if not math.isnan(ratio.conf_low):
            assert ratio.conf_low >= 0
            assert math.isnan(ratio.estimate) or ratio.conf_low <= ratio.estimate <= ratio.conf_high
    if 0 not in cells:
        assert found.odds_ratio.estimate == pytest.approx(
            found.lr_positive.estimate / found.lr_negative.estimate
        )
        assert found.accuracy.estimate == pytest.approx((tp + tn) / sum(cells))


def test_a_zero_cell_is_named_and_nothing_is_added():
    found = diagnostic_accuracy(tp=9, fp=0, fn=3, tn=20)
    assert found.lr_positive.estimate == math.inf
    assert math.isnan(found.lr_positive.conf_low)
    assert found.odds_ratio.conf_method == "conditional exact"
    assert found.odds_ratio.estimate == math.inf
    exact = conditional_odds_ratio(a=9, b=0, c=3, d=20)
    assert found.odds_ratio.conf_low == exact.conf_low > 1


def test_nobody_with_the_outcome():
    found = diagnostic_accuracy(tp=0, fp=4, fn=0, tn=6)
    assert "no events" in found.condition
    assert math.isnan(found.sensitivity.estimate)
    assert found.specificity.estimate == pytest.approx(0.6)


def test_counts_are_those_of_the_patients():
    counts = classification_counts(outcome=[1, 1, 1, 0, 0, 0], test=[1, 1, 0, 1, 0, 0])
    assert (counts.tp, counts.fn, counts.fp, counts.tn) == (2, 1, 1, 2)


@pytest.mark.parametrize(
    "wrong", [{"tp": -1}, {"fn": 1.5}, {"tn": math.nan}, {"interval": "exact"}, {"conf_level": 2}]
)
def test_diagnostic_accuracy_refuses_misuse(wrong):
    with pytest.raises(InvalidData):
        diagnostic_accuracy(**({"tp": 3, "fp": 1, "fn": 2, "tn": 8} | wrong))


def test_no_patients_at_all_is_misuse():
    with pytest.raises(InvalidData):
        diagnostic_accuracy(tp=0, fp=0, fn=0, tn=0)


@pytest.mark.parametrize("test", [[1, 0], [1, 0, 2], [1, np.nan, 0]])
def test_counting_refuses_misuse(test):
    with pytest.raises(InvalidData):
        classification_counts(outcome=[1, 0, 1], test=test)
