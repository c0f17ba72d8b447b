"""Log-rank test: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.cox import cox
from hematotox.stats.survival.log_rank import log_rank

PATIENTS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 1), st.integers(0, 2), st.integers(0, 1)),
    min_size=1,
    max_size=40,
)
QUICK = settings(max_examples=60, deadline=None)


def columns(patients):
    time, event, group, stratum = (list(column) for column in zip(*patients, strict=True))
    return {"time": time, "event": event, "group": group, "strata": stratum}


@QUICK
@given(PATIENTS)
def test_observed_equal_expected_in_sum_and_nothing_leaks(patients):
    test = log_rank(**columns(patients))
    assert test.observed.sum() == pytest.approx(test.expected.sum())
    assert np.isnan(test.statistic) == bool(set(test.condition) - {"empty group"})
    assert np.isnan(test.statistic) or test.statistic >= -1e-12


@QUICK
@given(PATIENTS)
def test_names_of_groups_and_strata_do_not_matter(patients):
    data = columns(patients)
    renamed = data | {
        "group": [{0: "z", 1: "b", 2: "m"}[g] for g in data["group"]],
        "strata": [1 - s for s in data["strata"]],
    }
    one, other = log_rank(**data), log_rank(**renamed)
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9, nan_ok=True)
    assert one.df == other.df


def test_equals_the_score_test_of_a_cox_model_without_ties():
    rng = np.random.default_rng(7)
    time, event = rng.permutation(60), rng.integers(0, 2, 60)
    group, centre = rng.integers(0, 3, 60), rng.integers(0, 2, 60)
    indicators = np.column_stack([group == 1, group == 2])
    test = log_rank(time=time, event=event, group=group, strata=centre)
    model = cox(time=time, event=event, covariates=indicators, strata=centre)
    assert test.statistic == pytest.approx(model.score.statistic, rel=1e-10)
    assert test.p_value == pytest.approx(model.score.p_value, rel=1e-8)


def test_levels_fix_the_order_and_show_an_empty_group():
    test = log_rank(
        time=[3, 5, 7, 9],
        event=[1, 1, 1, 0],
        group=["low", "low", "high", "high"],
        levels=("low", "intermediate", "high"),
    )
    assert test.levels == ("low", "intermediate", "high")
    assert test.n.tolist() == [2, 0, 2]
    assert test.df == 1
    assert test.condition == ("empty group",)


@pytest.mark.parametrize(
    ("data", "condition"),
    [
        ({"time": [1, 2], "event": [0, 0], "group": [0, 1]}, "no events"),
        ({"time": [1, 2], "event": [1, 1], "group": [0, 0]}, "one group"),
        ({"time": [2, 2], "event": [1, 1], "group": [0, 1]}, "not estimable"),
        ({"time": [5], "event": [1], "group": [0]}, "one group"),
    ],
)
def test_trouble_is_a_condition(data, condition):
    test = log_rank(**data)
    assert test.condition == (condition,)
    assert np.isnan([test.statistic, test.p_value]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"time": [1, 2], "event": [1, 0], "group": [0, np.nan]},
        {"time": [1, 2], "event": [1, 0], "group": [0]},
        {"time": [1, 2], "event": [1, 0], "group": ["a", None]},
        {"time": [1, 2], "event": [1, 0], "group": [0, 1], "strata": [0]},
        {"time": [1, 2], "event": [1, 0], "group": ["a", "b"], "levels": ("a",)},
    ],
)
def test_misuse_is_refused(wrong):
    with pytest.raises(InvalidData):
        log_rank(**wrong)
