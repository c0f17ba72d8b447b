"""Cumulative incidence: what must hold for any data, and data that are not nice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.competing_risks.cumulative_incidence import (
    cause_indicator,
    cumulative_incidence,
    incidence_at,
    incidence_quantile,
)
from hematotox.stats.numerics.survival_data import InvalidData

# Whole days from 0 with few values: ties of everything with everything, day 0 included.
follow_up = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), min_size=1, max_size=40).map(
    lambda rows: (np.array([r[0] for r in rows], float), np.array([r[1] for r in rows]))
)
either = st.sampled_from(["aalen", "jackknife"])


@given(follow_up, either)
@settings(max_examples=60, deadline=None)
def test_incidences_and_event_free_probability_add_up_to_one(data, variance):
    time, status = data
    curve = cumulative_incidence(time=time, status=status, causes=(1, 2, 3), variance=variance)
    event_free = np.ones(curve.times.size)
    at_risk = curve.n_at_risk.astype(float)
    for j in range(1, curve.times.size):
        event_free[j] = event_free[j - 1] * (1 - curve.n_event[:, j].sum() / at_risk[j])
    np.testing.assert_allclose(curve.estimate.sum(axis=0) + event_free, 1, atol=1e-12)
    assert (np.diff(curve.estimate, axis=1) >= 0).all()
    assert (curve.variance >= 0).all()
    assert curve.times[0] == 0
    assert not curve.estimate[:, 0].any()
    known = np.isfinite(curve.conf_low)
    assert (curve.conf_low[known] <= curve.estimate[known] + 1e-12).all()
    assert (curve.conf_high[known] >= curve.estimate[known] - 1e-12).all()
    assert (curve.conf_high[known] <= 1).all()


@given(follow_up, either, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_patients_and_the_unit_of_time_do_not_matter(data, variance, random):
    time, status = data
    order = random.sample(range(time.size), time.size)
    one = cumulative_incidence(time=time, status=status, variance=variance)
    other = cumulative_incidence(time=time[order] * 1e8, status=status[order], variance=variance)
    np.testing.assert_array_equal(one.estimate, other.estimate)
    np.testing.assert_array_equal(one.variance, other.variance)


@given(follow_up)
@settings(max_examples=40, deadline=None)
def test_without_censoring_and_competing_events_it_is_a_proportion(data):
    time, _ = data
    curve = cumulative_incidence(time=time, status=np.ones(time.size))
    proportion = [(time <= t).mean() for t in curve.times[1:]]
    np.testing.assert_allclose(curve.estimate[0, 1:], proportion, atol=1e-12)
    binomial = [p * (1 - p) / time.size for p in proportion]
    jackknife = cumulative_incidence(time=time, status=np.ones(time.size), variance="jackknife")
    np.testing.assert_allclose(jackknife.variance[0, 1:], binomial, atol=1e-12)


def test_jackknife_variance_is_the_sum_of_squared_derivatives():
    time = np.array([1, 2, 2, 3, 3, 3, 4, 5, 6, 6.0])
    status = np.array([1, 0, 2, 1, 2, 0, 1, 2, 1, 0])

    def weighted(weight):
        estimate, event_free = [], 1.0
        total = 0.0
        for t in np.unique(time):
            at_risk = weight[time >= t].sum()
            total += event_free * weight[(time == t) & (status == 1)].sum() / at_risk
            event_free *= 1 - weight[(time == t) & (status > 0)].sum() / at_risk
            estimate.append(total)
        return np.array(estimate)

    step = 1e-6
    eye = np.eye(time.size) * step
    slopes = [(weighted(1 + one) - weighted(1 - one)) / (2 * step) for one in eye]
    curve = cumulative_incidence(time=time, status=status, variance="jackknife")
    np.testing.assert_allclose(curve.variance[0, 1:], np.square(slopes).sum(axis=0), rtol=1e-6)


def test_number_at_risk_counts_who_is_followed_to_that_day_or_longer():
    curve = cumulative_incidence(time=[0, 2, 2, 5], status=[0, 1, 0, 0])
    at = incidence_at(curve, times=[0, 1, 2, 2.5, 5, 6])
    assert at.n_at_risk.tolist() == [4, 3, 3, 1, 1, 0]
    assert at.condition == ("horizon beyond follow-up",)
    np.testing.assert_array_equal(np.isnan(at.estimate[0]), [False] * 5 + [True])


def test_an_event_on_day_0_counts_on_day_0():
    curve = cumulative_incidence(time=[0, 1, 2, 3], status=[1, 0, 2, 0])
    assert curve.times.tolist() == [0, 0, 1, 2, 3]
    assert incidence_at(curve, times=[0]).estimate[0, 0] == 0.25


@pytest.mark.parametrize("variance", ["aalen", "jackknife"])
def test_absent_causes_are_flat_and_named(variance):
    curve = cumulative_incidence(time=[1, 2, 3], status=[2, 0, 2], causes=(1, 2), variance=variance)
    assert curve.condition == ("no events of cause 1",)
    assert not curve.estimate[0].any()
    assert not curve.variance[0].any()
    assert np.isnan(curve.conf_low[0]).all()


@pytest.mark.parametrize("variance", ["aalen", "jackknife"])
def test_everybody_censored(variance):
    curve = cumulative_incidence(time=[1, 2, 2], status=[0, 0, 0], variance=variance)
    assert curve.causes == (1,)
    assert curve.condition == ("no events",)
    assert np.isnan(incidence_quantile(curve).estimate)


# The Aalen variance of the last patient of all is 1: R's value, too.
@pytest.mark.parametrize(("variance", "value"), [("aalen", 1), ("jackknife", 0)])
def test_one_patient(variance, value):
    curve = cumulative_incidence(time=[3], status=[1], variance=variance)
    assert curve.estimate[0].tolist() == [0, 1]
    assert curve.variance[0].tolist() == [0, value]


def test_median_and_its_limits():
    time, status = np.arange(1.0, 41), np.tile([1, 1, 1, 2], 10)
    curve = cumulative_incidence(time=time, status=status)
    median = incidence_quantile(curve)
    assert median.estimate == 26
    assert median.conf_low < median.estimate < median.conf_high
    at = incidence_at(curve, times=[median.conf_low, median.conf_high])
    assert at.conf_high[0, 0] >= 0.5
    assert at.conf_low[0, 1] >= 0.5
    rare = incidence_quantile(curve, cause=2)
    assert np.isnan(rare.estimate)
    assert rare.condition == ("median not reached",)


def test_incidence_of_exactly_half_is_reached():
    # 0.1 + 0.1 + ... falls short of 0.5 by rounding
    curve = cumulative_incidence(time=np.arange(1, 11), status=[1] * 5 + [2] * 5)
    assert incidence_quantile(curve).estimate == 5


def test_cause_indicator_keeps_one_cause():
    assert cause_indicator(status=[0, 1, 2, 3, 2], cause=2).tolist() == [0, 0, 1, 0, 1]


GOOD = {"time": [1.0, 2.0, 3.0], "status": [1, 2, 0]}
CURVE = cumulative_incidence(**GOOD)


@pytest.mark.parametrize(
    "misuse",
    [
        {"time": [1.0, np.nan, 3.0]},
        {"time": [1.0, -2.0, 3.0]},
        {"time": [1.0, 2.0]},
        {"time": []},
        {"time": [[1.0, 2.0, 3.0]]},
        {"status": [1, 2, np.nan]},
        {"status": [10.5, 365.0, 730.0]},
        {"causes": ()},
        {"causes": (0,)},
        {"causes": (1, 1)},
        {"causes": (1.5,)},
        {"variance": "greenwood"},
        {"conf_level": 95},
    ],
)
def test_misuse_is_refused(misuse):
    with pytest.raises(InvalidData):
        cumulative_incidence(**{**GOOD, **misuse})


def test_misuse_of_a_curve_is_refused():
    with pytest.raises(InvalidData):
        incidence_at(CURVE, times=[-1])
    with pytest.raises(InvalidData):
        incidence_at(CURVE, times=[np.nan])
    with pytest.raises(InvalidData):
        incidence_quantile(CURVE, cause=3)
    with pytest.raises(InvalidData):
        incidence_quantile(CURVE, probability=50)
    with pytest.raises(InvalidData):
        cause_indicator(status=[0, 1], cause=0)
