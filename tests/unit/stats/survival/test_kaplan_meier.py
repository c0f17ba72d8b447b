"""Kaplan-Meier curves: properties, quantiles, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.kaplan_meier import kaplan_meier, reverse_kaplan_meier, survival_at
from hematotox.stats.survival.survival_quantiles import quantile_with_limits

PATIENTS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=1, max_size=40)
QUICK = settings(max_examples=60, deadline=None)


def columns(patients):
    return {
        "time": [float(day) for day, _ in patients],
        "event": [event for _, event in patients],
    }


@QUICK
@given(PATIENTS)
def test_survival_starts_at_one_and_never_rises(patients):
    curve = kaplan_meier(**columns(patients))
    assert curve.time[0] == 0
    assert curve.survival[0] == 1 or curve.n_event[0] > 0
    assert (np.diff(curve.survival) <= 0).all()
    assert ((curve.survival >= 0) & (curve.survival <= 1)).all()


@QUICK
@given(PATIENTS, st.sampled_from(["log-log", "log", "plain"]))
def test_limits_enclose_the_estimate(patients, conf_type):
    curve = kaplan_meier(**columns(patients), conf_type=conf_type)
    known = np.isfinite(curve.conf_low)
    tolerance = 1e-12
    assert (curve.conf_low[known] <= curve.survival[known] + tolerance).all()
    assert (curve.conf_high[known] >= curve.survival[known] - tolerance).all()


@QUICK
@given(PATIENTS, st.randoms(use_true_random=False))
def test_order_of_patients_does_not_matter(patients, random):
    shuffled = patients.copy()
    random.shuffle(shuffled)
    one, other = kaplan_meier(**columns(patients)), kaplan_meier(**columns(shuffled))
    np.testing.assert_array_equal(one.survival, other.survival)
    np.testing.assert_array_equal(one.std_error, other.std_error)


@QUICK
@given(PATIENTS, st.lists(st.integers(0, 3), min_size=40, max_size=40))
def test_whole_weights_are_repeated_patients(patients, weights):
    counts = weights[: len(patients)]
    if not any(counts):
        counts = [1] * len(patients)
    repeated = [p for p, count in zip(patients, counts, strict=True) for _ in range(count)]
    weighted = kaplan_meier(**columns(patients), weights=counts)
    by_hand = kaplan_meier(**columns(repeated))
    np.testing.assert_allclose(weighted.survival, by_hand.survival, rtol=1e-12)
    np.testing.assert_allclose(weighted.std_error, by_hand.std_error, rtol=1e-12)
    np.testing.assert_array_equal(weighted.n_risk, by_hand.n_risk)


@QUICK
@given(PATIENTS, st.floats(0, 15))
def test_number_at_risk_at_t_counts_follow_up_of_at_least_t(patients, at):
    curve = kaplan_meier(**columns(patients))
    assert survival_at(curve, [at]).n_risk[0] == sum(day >= at for day, _ in patients)


def test_without_censoring_it_is_the_share_beyond():
    time = np.array([3, 1, 4, 1, 5, 9, 2, 6])
    at = survival_at(kaplan_meier(time=time, event=np.ones(8)), [1, 4, 8])
    np.testing.assert_allclose(at.survival, [6 / 8, 3 / 8, 1 / 8])
    np.testing.assert_array_equal(at.n_event, [2, 5, 7])


def test_fractional_weights_that_are_equal_give_the_curve_without_weights():
    time, event = [2, 3, 3, 5, 8, 8], [1, 1, 0, 1, 0, 1]
    plain = kaplan_meier(time=time, event=event)
    half = kaplan_meier(time=time, event=event, weights=np.full(6, 0.5))
    np.testing.assert_allclose(half.survival, plain.survival)
    np.testing.assert_allclose(half.std_error[:-1], plain.std_error[:-1], rtol=1e-12)


def test_follow_up_at_time_zero_is_the_first_row():
    curve = kaplan_meier(time=[0, 0, 3], event=[1, 0, 1])
    np.testing.assert_array_equal(curve.time, [0, 3])
    np.testing.assert_array_equal(curve.n_risk, [3, 1])
    assert curve.survival[0] == pytest.approx(2 / 3)


def test_quantiles_scale_with_time():
    time, event = np.array([2, 3, 3, 5, 8, 9]), [1, 1, 0, 1, 0, 1]
    days = quantile_with_limits(kaplan_meier(time=time, event=event))
    hours = quantile_with_limits(kaplan_meier(time=24 * time, event=event))
    np.testing.assert_allclose(hours.estimate, 24 * days.estimate)
    np.testing.assert_allclose(hours.conf_low, 24 * days.conf_low)


def test_median_follow_up_counts_deaths_as_censored():
    curve = reverse_kaplan_meier(time=[1, 5, 6, 7], event=[1, 0, 0, 0])
    assert quantile_with_limits(curve, [0.5]).estimate[0] == 6


def test_nobody_with_an_event_is_a_condition():
    curve = kaplan_meier(time=[2, 4], event=[0, 0])
    assert curve.condition == ("no events",)
    assert np.isnan(quantile_with_limits(curve).estimate).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"time": [1, np.nan], "event": [1, 0]},
        {"time": [1, 2], "event": [1, np.nan]},
        {"time": [1, 2], "event": [1, 2]},
        {"time": [1, -2], "event": [1, 0]},
        {"time": [1, 2], "event": [1]},
        {"time": [], "event": []},
        {"time": [1, 2], "event": [1, 0], "weights": [1, -1]},
        {"time": [1, 2], "event": [1, 0], "weights": [0, 0]},
        {"time": [1, 2], "event": [1, 0], "weights": [1, np.nan]},
        {"time": [1, 2], "event": [1, 0], "conf_level": 95},
        {"time": [1, 2], "event": [1, 0], "conf_type": "arcsine"},
    ],
)
def test_misuse_is_refused(wrong):
    with pytest.raises(InvalidData):
        kaplan_meier(**wrong)


def test_times_passed_as_events_are_refused():
    time = np.array([30.0, 365.0, 12.5])
    with pytest.raises(InvalidData, match="was a time vector passed"):
        kaplan_meier(time=np.ones(3), event=time)


def test_impossible_readings_are_refused():
    curve = kaplan_meier(time=[1, 2], event=[1, 0])
    with pytest.raises(InvalidData):
        survival_at(curve, [-1])
    with pytest.raises(InvalidData):
        quantile_with_limits(curve, [1.5])
