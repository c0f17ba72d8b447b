"""ROC: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.accuracy.roc import auc, compare_auc, roc_curve
from hematotox.stats.groups.rank_tests import mann_whitney
from hematotox.stats.numerics.survival_data import InvalidData

QUICK = settings(max_examples=80, deadline=None)
PATIENTS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=30
)


def columns(patients):
    outcome, first, second = (np.array(column) for column in zip(*patients, strict=True))
    return outcome, first, second


@QUICK
@given(PATIENTS)
def test_area_is_the_share_of_pairs_in_the_right_order(patients):
    outcome, marker, _ = columns(patients)
    area = auc(outcome=outcome, marker=marker)
    cases, controls = marker[outcome == 1], marker[outcome == 0]
    if not cases.size or not controls.size:
        assert np.isnan(area.estimate)
        assert area.condition
        return
    pairs = (cases[:, None] > controls) + 0.5 * (cases[:, None] == controls)
    assert area.estimate == pytest.approx(pairs.mean())
    if min(cases.size, controls.size) > 1:
        variance = pairs.mean(axis=1).var(ddof=1) / cases.size
        variance += pairs.mean(axis=0).var(ddof=1) / controls.size
        assert area.std_error == pytest.approx(np.sqrt(variance), abs=1e-12)
        assert 0 <= area.conf_low <= area.estimate <= area.conf_high <= 1


@QUICK
@given(PATIENTS)
def test_turning_the_direction_turns_the_area(patients):
    outcome, marker, _ = columns(patients)
    up, down = (
        auc(outcome=outcome, marker=marker),
        auc(outcome=outcome, marker=marker, direction="lower"),
    )
    assert up.estimate == pytest.approx(1 - down.estimate, nan_ok=True)
    assert up.std_error == pytest.approx(down.std_error, nan_ok=True, abs=1e-12)


@QUICK
@given(PATIENTS)
def test_paired_difference(patients):
    outcome, first, second = columns(patients)
    pair = compare_auc(outcome=outcome, first=first, second=second)
    assert pair.difference == pytest.approx(pair.first.estimate - pair.second.estimate, nan_ok=True)
    swapped = compare_auc(outcome=outcome, first=second, second=first)
    assert pair.statistic == pytest.approx(-swapped.statistic, nan_ok=True, abs=1e-9)
    if not np.isnan(pair.p_value):
        inside = pair.conf_low < 0 < pair.conf_high
        assert inside == (pair.p_value > 0.05)


@QUICK
@given(PATIENTS)
def test_curve_runs_from_corner_to_corner_and_has_the_area(patients):
    outcome, marker, _ = columns(patients)
    curve = roc_curve(outcome=outcome, marker=marker)
    area = auc(outcome=outcome, marker=marker)
    if np.isnan(area.estimate):
        assert curve.condition
        return
    assert (curve.sensitivity[0], curve.specificity[0]) == (0, 1)
    assert (curve.sensitivity[-1], curve.specificity[-1]) == (1, 0)
    assert (np.diff(curve.sensitivity) >= 0).all()
    assert (np.diff(curve.specificity) <= 0).all()
    assert np.trapezoid(curve.sensitivity, 1 - curve.specificity) == pytest.approx(area.estimate)
    for threshold, sensitivity in zip(curve.threshold, curve.sensitivity, strict=True):
        assert (marker[outcome == 1] >= threshold).mean() == pytest.approx(sensitivity)


def test_curve_of_a_marker_that_falls_with_risk():
    curve = roc_curve(outcome=[1, 1, 0, 0], marker=[1, 2, 2, 3], direction="lower")
    assert curve.threshold.tolist() == [-np.inf, 1, 2, 3]
    assert curve.sensitivity.tolist() == [0, 0.5, 1, 1]
    assert curve.specificity.tolist() == [1, 1, 0.5, 0]


def test_area_is_mann_whitneys_probability():
    rng = np.random.default_rng(1)
    outcome, marker = rng.integers(0, 2, 60), rng.integers(0, 9, 60)
    test = mann_whitney(values=marker, group=outcome, levels=[1, 0])
    assert auc(outcome=outcome, marker=marker).estimate == pytest.approx(test.probability)


@pytest.mark.parametrize("scale", [1e-300, 1e-8, 1e8, 1e300])
def test_only_the_order_of_the_marker_counts(scale):
    outcome, marker = [0, 1, 0, 1, 1], np.array([1.0, 2, 3, 4, 5])
    assert auc(outcome=outcome, marker=marker * scale) == auc(outcome=outcome, marker=marker)


@pytest.mark.parametrize(
    ("outcome", "marker", "words"),
    [
        ([0, 0, 0], [1, 2, 3], "no events"),
        ([1, 1, 1], [1, 2, 3], "only events"),
        ([1], [2], "only events"),
        ([0, 0, 1], [1, 2, 3], "fewer than two cases or controls"),
        ([0, 0, 1, 1], [1, 2, 3, 4], "perfect discrimination"),
        ([1, 1, 0, 0], [1, 2, 3, 4], "perfect discrimination"),
        ([0, 0, 1, 1], [2, 2, 2, 2], "constant variable"),
    ],
)
def test_ugly_data_are_named(outcome, marker, words):
    assert words in auc(outcome=outcome, marker=marker).condition


def test_one_case_has_an_area_but_no_interval():
    area = auc(outcome=[0, 0, 1, 0], marker=[1, 2, 3, 4])
    assert area.estimate == pytest.approx(2 / 3)
    assert np.isnan([area.std_error, area.conf_low, area.conf_high]).all()


def test_the_same_marker_twice():
    outcome, marker = [0, 1, 0, 1, 1, 0], [1, 2, 3, 4, 5, 0]
    pair = compare_auc(outcome=outcome, first=marker, second=marker)
    assert pair.difference == 0
    assert np.isnan(pair.p_value)
    assert "constant variable" in pair.condition


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": [0, 1, 2]},
        {"outcome": [0, 1]},
        {"marker": [1, np.nan, 2]},
        {"marker": []},
        {"direction": "auto"},
        {"conf_level": 1.0},
    ],
)
def test_misuse_is_refused(wrong):
    with pytest.raises(InvalidData):
        auc(**({"outcome": [0, 1, 1], "marker": [1.0, 2.0, 3.0]} | wrong))


def test_two_directions_are_needed_for_two_markers():
    with pytest.raises(InvalidData):
        compare_auc(outcome=[0, 1], first=[1, 2], second=[1, 2], directions=("higher",))
