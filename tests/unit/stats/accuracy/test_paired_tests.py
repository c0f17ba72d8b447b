"""Two binary tests on the same patients, and reclassification: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.accuracy.paired_tests import compare_tests
from hematotox.stats.accuracy.reclassification import reclassification
from hematotox.stats.numerics.survival_data import InvalidData

QUICK = settings(max_examples=80, deadline=None)
LEVELS = ["low", "high"]
BIT = st.integers(0, 1)
PATIENTS = st.lists(st.tuples(BIT, BIT, BIT), min_size=1, max_size=40)


def columns(patients):
    return dict(
        zip(("outcome", "first", "second"), map(list, zip(*patients, strict=True)), strict=True)
    )


@QUICK
@given(PATIENTS)
def test_swapping_the_tests_turns_every_difference(patients):
    data = columns(patients)
    one = compare_tests(**data)
    other = compare_tests(outcome=data["outcome"], first=data["second"], second=data["first"])
    for name in ("sensitivity", "specificity", "ppv", "npv"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert ours.difference == pytest.approx(-theirs.difference, nan_ok=True)
        assert ours.conf_low == pytest.approx(-theirs.conf_high, nan_ok=True, abs=1e-9)
        assert ours.p_value == pytest.approx(theirs.p_value, nan_ok=True)
    for name in ("lr_positive", "lr_negative"):
        ours, theirs = getattr(one, name), getattr(other, name)
        assert np.isnan(ours.ratio) == np.isnan(theirs.ratio)
        assert np.isnan(ours.ratio) or ours.ratio * theirs.ratio == pytest.approx(1)


@QUICK
@given(PATIENTS)
def test_negating_everything_exchanges_the_measures(patients):
    data = columns(patients)
    negated = {name: [1 - value for value in values] for name, values in data.items()}
    one, other = compare_tests(**data), compare_tests(**negated)
    assert one.sensitivity.difference == pytest.approx(other.specificity.difference, nan_ok=True)
    assert one.ppv.difference == pytest.approx(other.npv.difference, nan_ok=True)


@QUICK
@given(PATIENTS)
def test_tangos_limits_exclude_zero_exactly_when_mcnemar_is_significant(patients):
    found = compare_tests(**columns(patients))
    for measure in (found.sensitivity, found.specificity):
        if np.isnan(measure.difference):
            assert np.isnan(measure.conf_low)
            continue
        assert -1 <= measure.conf_low <= measure.difference <= measure.conf_high <= 1
        if not np.isnan(measure.p_value) and abs(measure.p_value - 0.05) > 1e-6:
            outside = not measure.conf_low <= 0 <= measure.conf_high
            assert outside == (measure.p_value < 0.05)
            assert measure.exact_p_value >= measure.p_value / 2


def test_only_discordant_patients_count_for_mcnemar():
    outcome = [1] * 20
    first = [1] * 8 + [1] * 6 + [0] * 2 + [0] * 4
    second = [1] * 8 + [0] * 6 + [1] * 2 + [0] * 4
    found = compare_tests(outcome=outcome, first=first, second=second).sensitivity
    assert found.statistic == pytest.approx((6 - 2) ** 2 / 8)
    assert found.exact_p_value == pytest.approx(2 * (1 + 8 + 28) / 256)
    assert found.difference == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("outcome", "first", "second", "words"),
    [
        ([1, 1], [1, 0], [0, 1], "only events"),
        ([0, 0], [1, 0], [0, 1], "no events"),
        ([1, 0], [0, 0], [0, 1], "empty group"),
        ([1, 0], [1, 1], [0, 1], "empty group"),
        ([1, 0], [1, 0], [1, 0], "tests agree"),
    ],
)
def test_ugly_data_are_named(outcome, first, second, words):
    assert words in compare_tests(outcome=outcome, first=first, second=second).condition


@pytest.mark.parametrize(
    "wrong", [{"outcome": []}, {"first": [0, 2, 1]}, {"second": [0, 1]}, {"conf_level": 0}]
)
def test_misuse_is_refused(wrong):
    data = {"outcome": [0, 1, 1], "first": [0, 1, 0], "second": [1, 1, 0]}
    with pytest.raises(InvalidData):
        compare_tests(**(data | wrong))


@QUICK
@given(st.lists(st.tuples(BIT, st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40))
def test_reclassification_counts_everybody_once(patients):
    outcome, old, new = (list(column) for column in zip(*patients, strict=True))
    levels = {"old_levels": [0, 1, 2], "new_levels": [0, 1, 2, 3]}
    table = reclassification(outcome=outcome, old=old, new=new, **levels)
    assert table.cases.sum() + table.controls.sum() == len(patients)
    assert table.cases.sum() == sum(outcome)
    for old, new in np.ndindex(3, 4):
        assert table.cases[old, new] == patients.count((1, old, new))
        assert table.controls[old, new] == patients.count((0, old, new))


def test_reclassification_refuses_misuse():
    for wrong in ({"new": ["low", "odd"]}, {"old": ["low"]}, {"outcome": []}):
        data = {"outcome": [0, 1], "old": ["low", "high"], "new": ["low", "low"]}
        with pytest.raises(InvalidData):
            reclassification(**(data | wrong), old_levels=LEVELS, new_levels=LEVELS)
