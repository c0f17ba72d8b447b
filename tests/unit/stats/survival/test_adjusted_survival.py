"""Adjusted survival curves: properties, bootstrap, ugly data."""

import numpy as np
import pytest

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.adjusted_survival import Bootstrap, adjusted_survival


def cohort(seed=1, n=80):
    rng = np.random.default_rng(seed)
    age = rng.normal(60, 10, n)
    high = (age + rng.normal(0, 10, n) > 62).astype(int)
    time = np.ceil(rng.exponential(400 * np.exp(-0.5 * high - 0.03 * (age - 60))))
    return {
        "time": np.minimum(time, 700),
        "event": (time <= 700).astype(int),
        "group": np.array(["low", "high"])[high],
        "covariates": age,
    }


def test_a_covariate_without_effect_leaves_the_cox_curves():
    data = cohort()
    alone = adjusted_survival(**data | {"covariates": np.zeros((80, 0))}, times=[0, 100, 300, 9999])
    constant = adjusted_survival(**data | {"covariates": np.ones(80)}, times=[0, 100, 300, 9999])
    np.testing.assert_allclose(alone.survival, constant.survival)
    np.testing.assert_array_equal(alone.survival[:, 0], 1)
    assert (np.diff(alone.survival, axis=1) <= 0).all()
    assert np.isnan(alone.conf_low).all()


def test_adjustment_brings_confounded_groups_closer():
    data = cohort()
    crude = adjusted_survival(**data | {"covariates": np.zeros((80, 0))}, times=[300]).survival
    adjusted = adjusted_survival(**data, times=[300]).survival
    assert abs(adjusted[0, 0] - adjusted[1, 0]) < abs(crude[0, 0] - crude[1, 0])


def test_the_same_seed_gives_the_same_limits_around_the_estimate():
    one, other = (
        adjusted_survival(
            **cohort(),
            times=[100, 300],
            bootstrap=Bootstrap(rng=np.random.default_rng(8), replicates=60),
        )
        for _ in range(2)
    )
    np.testing.assert_array_equal(one.conf_low, other.conf_low)
    assert (one.conf_low < one.survival).all()
    assert (one.survival < one.conf_high).all()
    assert (one.std_error > 0).all()
    assert one.levels == ("high", "low")


def test_a_group_that_is_a_covariate_has_no_adjusted_curve():
    data = cohort()
    curves = adjusted_survival(
        **data | {"covariates": (data["group"] == "high").astype(float)}, times=[100]
    )
    assert np.isnan(curves.survival).all()
    assert "aliased covariate" in curves.condition


def test_resamples_without_a_group_are_left_out_with_a_condition():
    data = cohort(n=30)
    data["group"] = np.array(["rare", *["common"] * 29])
    curves = adjusted_survival(
        **data,
        times=[300],
        bootstrap=Bootstrap(rng=np.random.default_rng(2), replicates=40),
    )
    assert "bootstrap replicates without an estimate" in curves.condition


def test_nobody_with_an_event():
    data = cohort() | {"event": np.zeros(80)}
    curves = adjusted_survival(**data, times=[300])
    np.testing.assert_array_equal(curves.survival, 1)
    assert curves.condition == ("no events",)


@pytest.mark.parametrize(
    "wrong", [{"times": [-1]}, {"times": [np.nan]}, {"group": ["a"] * 79}, {"covariates": [1]}]
)
def test_misuse_is_refused(wrong):
    with pytest.raises(InvalidData):
        adjusted_survival(**cohort() | {"times": [100]} | wrong)
