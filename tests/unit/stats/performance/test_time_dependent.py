"""Time-dependent AUC, Brier score and Uno's C: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.accuracy.roc import auc
from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.performance.time_dependent_auc import (
    compare_time_dependent_auc,
    time_dependent_auc,
)
from hematotox.stats.performance.time_dependent_brier import time_dependent_brier
from hematotox.stats.survival.censoring_distribution import censoring_distribution
from hematotox.stats.survival.concordance import concordance
from hematotox.stats.survival.kaplan_meier import kaplan_meier, survival_at
from hematotox.stats.survival.uno import uno_concordance

QUICK = settings(max_examples=60, deadline=None)
PATIENTS = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 2), st.integers(0, 5)), min_size=1, max_size=30
)


def columns(patients):
    return tuple(np.array(column) for column in zip(*patients, strict=True))


@QUICK
@given(PATIENTS)
def test_area_equals_the_sum_over_all_weighted_pairs(patients):
    time, status, marker = columns(patients)
    found = time_dependent_auc(time=time, status=status, marker=marker, horizons=[4])
    known = censoring_distribution(time=time.astype(float), status=status)
    early = (time <= 4) & (status > 0)
    own = np.where(early, known.before(time), 1)
    case = early * (status == 1) / own
    late = float(known.after(np.array([4.0]))[0])
    control = (time > 4) / (late or 1) + early * (status > 1) / own
    order = (marker[:, None] > marker) + 0.5 * (marker[:, None] == marker)
    pairs = case.sum() * control.sum()
    if pairs == 0:
        assert np.isnan(found.estimate[0])
        assert found.condition
    else:
        assert found.estimate[0] == pytest.approx(case @ order @ control / pairs)
        assert found.n_case + found.n_control + found.n_censored == len(patients)


@QUICK
@given(PATIENTS)
def test_without_censoring_it_is_the_plain_area(patients):
    time, _, marker = columns(patients)
    plain = auc(outcome=time <= 4, marker=marker)
    found = time_dependent_auc(time=time, status=np.ones(time.size), marker=marker, horizons=[4])
    assert found.estimate[0] == pytest.approx(plain.estimate, nan_ok=True)
    brier = time_dependent_brier(
        time=time, status=np.ones(time.size), risk=marker / 5, horizons=[4]
    )
    assert brier.estimate[0] == pytest.approx((((time <= 4) - marker / 5) ** 2).mean())


@QUICK
@given(PATIENTS)
def test_null_brier_is_that_of_kaplan_meier(patients):
    time, status, _ = columns(patients)
    event = (status > 0).astype(int)
    found = time_dependent_brier(time=time, status=event, risk=np.zeros(time.size), horizons=[4])
    if (time <= 4).all():
        return
    died = 1 - survival_at(kaplan_meier(time=time, event=event), times=[4]).survival[0]
    assert found.null[0] == pytest.approx(died * (1 - died), abs=1e-12)
    # predicting no event at all is wrong for everybody who has one
    assert found.estimate[0] == pytest.approx(died, abs=1e-12)


@QUICK
@given(PATIENTS)
def test_unos_c_without_censoring_is_harrells(patients):
    time, _, marker = columns(patients)
    event = np.ones(time.size)
    ours = uno_concordance(time=time, event=event, risk=marker)
    theirs = concordance(time=time, event=event, risk=marker)
    assert ours.estimate == pytest.approx(theirs.estimate, nan_ok=True)
    assert ours.std_error == pytest.approx(theirs.std_error, nan_ok=True, abs=1e-12)


@QUICK
@given(PATIENTS)
def test_unos_c_equals_the_sum_over_all_pairs(patients):
    time, status, marker = columns(patients)
    event = (status > 0).astype(int)
    known = censoring_distribution(time=time.astype(float), status=event)
    weight = event * (time <= 6) / np.maximum(known.before(time), 1e-9) ** 2
    longer = (time[:, None] < time) | ((time[:, None] == time) & (event == 0))
    pairs = weight[:, None] * longer * (event[:, None] == 1)
    order = (marker[:, None] > marker) + 0.5 * (marker[:, None] == marker)
    found = uno_concordance(time=time, event=event, risk=marker, horizon=6)
    if pairs.sum() == 0:
        assert found.condition == ("not estimable",)
    else:
        assert found.estimate == pytest.approx((pairs * order).sum() / pairs.sum())


def test_difference_of_a_marker_and_itself_is_nothing():
    rng = np.random.default_rng(1)
    time, status, marker = rng.integers(1, 20, 60), rng.integers(0, 3, 60), rng.normal(size=60)
    data = {"time": time, "status": status, "horizons": [5, 10]}
    same = compare_time_dependent_auc(**data, first=marker, second=3 * marker + 1)
    np.testing.assert_array_equal(same.difference, 0)
    assert np.isnan(same.p_value).all()
    turned = compare_time_dependent_auc(**data, first=marker, second=-marker)
    np.testing.assert_allclose(turned.difference, 2 * turned.first.estimate - 1)


def test_one_column_a_horizon():
    rng = np.random.default_rng(2)
    time, status, marker = rng.integers(1, 20, 50), rng.integers(0, 2, 50), rng.random((50, 2))
    both = time_dependent_auc(time=time, status=status, marker=marker, horizons=[5, 10])
    late = time_dependent_auc(time=time, status=status, marker=marker[:, 1], horizons=[10])
    assert both.estimate[1] == late.estimate[0]
    assert both.std_error[1] == late.std_error[0]


@pytest.mark.parametrize(
    ("time", "status", "words"),
    [
        ([5, 6, 7], [1, 0, 1], "no events"),
        ([1, 2, 3], [1, 1, 1], "only events"),
        ([1, 2, 9], [0, 0, 0], "no events"),
        ([0], [0], "only events"),
    ],
)
def test_ugly_follow_up_is_named(time, status, words):
    found = time_dependent_auc(time=time, status=status, marker=time, horizons=[4])
    assert words in found.condition
    assert np.isnan(found.estimate).all()


def test_event_and_censoring_at_time_zero():
    found = time_dependent_auc(
        time=[0, 0, 1, 5, 5], status=[1, 0, 1, 0, 1], marker=[3, 1, 2, 1, 2], horizons=[0, 2]
    )
    assert np.isfinite(found.estimate).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"time": [1, -1, 2]},
        {"time": [1, np.nan, 2]},
        {"status": [0.5, 1, 0]},
        {"status": [120, 1, 0]},
        {"marker": [1, np.nan, 2]},
        {"marker": [[1, 2], [1, 2], [1, 2]]},
        {"horizons": []},
        {"horizons": [-1]},
    ],
)
def test_misuse_is_refused(wrong):
    data = {"time": [1, 2, 3], "status": [1, 0, 1], "marker": [0.1, 0.2, 0.3], "horizons": [2]}
    with pytest.raises(InvalidData):
        time_dependent_auc(**(data | wrong))


def test_risks_and_horizons_are_checked():
    data = {"time": [1, 2, 3], "status": [1, 0, 1]}
    with pytest.raises(InvalidData):
        time_dependent_brier(**data, risk=[10, 20, 30], horizons=[2])
    with pytest.raises(InvalidData):
        uno_concordance(time=[1, 2], event=[1, 0], risk=[1, 2], horizon=0)
    with pytest.raises(InvalidData):
        uno_concordance(time=[1, 2], event=[1, 2], risk=[1, 2])
