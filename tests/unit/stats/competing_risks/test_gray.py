"""Gray's test: what must hold for any data, and data that are not nice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.competing_risks.gray import gray_test, gray_tests
from hematotox.stats.numerics.survival_data import InvalidData

rows = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)),
    min_size=1,
    max_size=50,
)


def columns(data):
    time, status, group, strata = np.array(data).T
    return {"time": time.astype(float), "status": status, "group": group, "strata": strata}


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_of_patients_names_of_groups_and_unit_of_time_do_not_matter(data, random):
    given_data = columns(data)
    order = random.sample(range(len(data)), len(data))
    renamed = np.array(["z", "a", "m"])
    one = gray_test(**given_data)
    other = gray_test(
        time=given_data["time"][order] / 365.25,  # years
        status=given_data["status"][order],
        group=renamed[given_data["group"][order]],
        strata=renamed[given_data["strata"][order]],
    )
    assert one.condition == other.condition
    np.testing.assert_allclose(one.statistic, other.statistic, rtol=1e-6, atol=1e-9)
    assert np.isnan(one.statistic) or one.statistic >= 0
    np.testing.assert_allclose(one.expected.sum(), one.observed.sum(), atol=1e-9)


@given(rows)
@settings(max_examples=40, deadline=None)
def test_a_single_stratum_is_no_stratum(data):
    given_data = columns(data)
    del given_data["strata"]
    plain = gray_tests(**given_data)
    single = gray_tests(**given_data, strata=np.zeros(len(data)))
    assert [t.statistic for t in plain] == pytest.approx([t.statistic for t in single], nan_ok=True)


def test_without_competing_events_and_censoring_equal_groups_give_zero():
    time, group = np.tile(np.arange(1.0, 11), 2), np.repeat([0, 1], 10)
    test = gray_test(time=time, status=np.ones(20), group=group)
    assert test.statistic == pytest.approx(0, abs=1e-20)
    assert test.p_value == pytest.approx(1)


def test_every_cause_that_occurs_is_tested():
    rng = np.random.default_rng(1)
    data = {"time": rng.exponential(size=60), "group": rng.integers(0, 2, 60)}
    tests = gray_tests(status=rng.choice([0, 1, 4], 60), **data)
    assert [test.cause for test in tests] == [1, 4]
    absent = gray_test(status=rng.choice([0, 1, 4], 60), cause=2, **data)
    assert absent.condition == ("no events",)
    assert np.isnan(absent.p_value)


def test_a_stratum_with_nothing_to_say_changes_nothing():
    rng = np.random.default_rng(2)
    time, status, group = rng.exponential(size=80), rng.integers(0, 3, 80), rng.integers(0, 3, 80)
    alone = gray_test(time=time, status=status, group=group)
    # a second stratum of one group, a third of censored patients
    more = gray_test(
        time=np.concatenate([time, [1, 2, 3, 1, 2]]),
        status=np.concatenate([status, [1, 2, 1, 0, 0]]),
        group=np.concatenate([group, [1, 1, 1, 0, 2]]),
        strata=np.concatenate([np.zeros(80), [1, 1, 1, 2, 2]]),
    )
    assert more.statistic == pytest.approx(alone.statistic, rel=1e-12)
    assert more.n_strata == 3


def test_a_group_without_events_still_has_a_test():
    rng = np.random.default_rng(3)
    time, group = rng.exponential(size=60), np.repeat([0, 1, 2], 20)
    test = gray_test(time=time, status=np.where(group == 2, 0, 1), group=group)
    assert test.condition == ()
    assert test.observed[2] == 0
    assert np.isfinite(test.statistic)


@pytest.mark.parametrize(
    ("data", "condition"),
    [
        ({"time": [1, 2, 3], "status": [0, 0, 0], "group": [0, 1, 1]}, ("no events",)),
        ({"time": [1, 2, 3], "status": [1, 2, 0], "group": [1, 1, 1]}, ("one group",)),
        ({"time": [4], "status": [1], "group": [1]}, ("one group",)),
        # group 1 has left before the first event
        ({"time": [1, 2, 3], "status": [0, 1, 1], "group": [1, 0, 0]}, ("not estimable",)),
    ],
)
def test_where_there_is_no_test(data, condition):
    test = gray_test(**data)
    assert test.condition == condition
    assert np.isnan(test.statistic)
    assert np.isnan(test.p_value)


GOOD = {"time": [1.0, 2.0, 3.0], "status": [1, 2, 0], "group": [0, 1, 0]}


@pytest.mark.parametrize(
    "misuse",
    [
        {"time": [1.0, np.nan, 3.0]},
        {"status": [1, 2]},
        {"group": [0, 1]},
        {"group": [0.0, np.nan, 1.0]},
        {"group": ["a", None, "b"]},
        {"strata": [0.0, np.nan, 1.0]},
        {"cause": 0},
        {"cause": 1.5},
    ],
)
def test_misuse_is_refused(misuse):
    with pytest.raises(InvalidData):
        gray_test(**{**GOOD, **misuse})
