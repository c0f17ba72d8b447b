"""Restricted mean survival time: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.rmst import compare_rmst, rmst

PATIENTS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 1)), min_size=1, max_size=30)
QUICK = settings(max_examples=60, deadline=None)


def test_an_event_on_the_last_day_is_counted():
    found = [rmst(time=[2, 4, 6, 8], event=[1, 1, 1, 1], tau=tau).n_event for tau in (5.9, 6, 8)]
    assert found == [2, 3, 4]


@QUICK
@given(PATIENTS, st.floats(0.1, 20), st.floats(0, 5))
def test_lies_below_the_horizon_and_grows_with_it(patients, tau, more):
    time, event = zip(*patients, strict=True)
    near, far = rmst(time=time, event=event, tau=tau), rmst(time=time, event=event, tau=tau + more)
    assert 0 <= near.estimate <= tau + 1e-12
    assert far.estimate >= near.estimate - 1e-12
    assert np.isfinite(near.std_error)


def test_without_censoring_it_is_the_mean_of_the_truncated_times():
    time = np.array([3, 1, 4, 1, 5, 9, 2, 6])
    mean = rmst(time=time, event=np.ones(8), tau=4.5)
    truncated = np.minimum(time, 4.5)
    assert mean.estimate == pytest.approx(truncated.mean())
    assert mean.std_error == pytest.approx(truncated.std() / np.sqrt(8))
    assert mean.n_event == 5


def test_groups_are_compared_with_the_first_level():
    data = {"time": [2, 4, 6, 8, 3, 9], "event": [1, 1, 1, 1, 0, 1], "group": list("aabbcc")}
    result = compare_rmst(**data, tau=8, levels=("b", "a", "c"))
    assert [c.level for c in result.contrasts] == ["a", "c"]
    assert all(c.reference == "b" for c in result.contrasts)
    assert result.contrasts[0].difference == pytest.approx(3 - 7)
    assert result.contrasts[0].ratio == pytest.approx(3 / 7)


def test_trouble_is_a_condition():
    data = {"time": [2, 4, 6, 8], "event": [0, 0, 0, 0], "group": list("aabb")}
    result = compare_rmst(**data, tau=5, levels=("a", "b", "c"))
    assert result.means[0].condition == ("no events", "horizon beyond follow-up")
    assert result.means[2].condition == ("empty group",)
    assert np.isnan(result.contrasts[0].difference_p_value)
    assert "empty group" in result.contrasts[1].condition
    assert np.isnan(result.contrasts[1].difference)


def test_a_group_dead_at_time_zero_has_no_ratio():
    result = compare_rmst(time=[0, 0, 3, 4], event=[1, 1, 1, 1], group=[0, 0, 1, 1], tau=4)
    assert result.means[0].estimate == 0
    assert np.isnan(result.contrasts[0].ratio)


@pytest.mark.parametrize("tau", [0, -1, np.nan, np.inf])
def test_impossible_horizons_are_refused(tau):
    with pytest.raises(InvalidData):
        rmst(time=[1, 2], event=[1, 0], tau=tau)


def test_misuse_is_refused():
    with pytest.raises(InvalidData):
        rmst(time=[1, np.nan], event=[1, 0], tau=2)
    with pytest.raises(InvalidData):
        compare_rmst(time=[1, 2], event=[1, 0], group=[1], tau=2)
    with pytest.raises(InvalidData):
        rmst(time=[1, 2], event=[1, 0], tau=2, conf_level=95)
