"""Predictions, profile limits and tests of fitted Cox models: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.cox import cox
from hematotox.stats.survival.cox_baseline import baseline_hazard
from hematotox.stats.survival.cox_data import CoxSettings
from hematotox.stats.survival.cox_prediction import cox_linear_predictor, predict_survival
from hematotox.stats.survival.cox_profile import profile_interval
from hematotox.stats.survival.proportional_hazards_test import proportional_hazards_test

QUICK = settings(max_examples=30, deadline=None)
SEEDS = st.integers(0, 10_000)


def cohort(seed, n=60, days=15):
    rng = np.random.default_rng(seed)
    return {
        "time": rng.integers(1, days, n),
        "event": rng.integers(0, 2, n),
        "covariates": np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)]),
    }


@QUICK
@given(SEEDS)
def test_predicted_survival_never_rises_and_falls_with_risk(seed):
    model = cox(**cohort(seed))
    patients = np.random.default_rng(seed).normal(size=(8, 2))
    found = predict_survival(model, covariates=patients, times=np.arange(0, 20))
    assert (np.diff(found.survival, axis=1) <= 0).all()
    np.testing.assert_array_equal(found.survival[:, 0], 1)
    by_risk = np.argsort(cox_linear_predictor(model, patients))
    assert (np.diff(found.survival[by_risk, -1]) <= 1e-15).all()
    known = np.isfinite(found.conf_low)
    assert (found.conf_low[known] <= found.survival[known]).all()
    assert (found.conf_high[known] >= found.survival[known]).all()


@QUICK
@given(SEEDS)
def test_prediction_does_not_depend_on_the_scale_of_the_covariates(seed):
    data = cohort(seed)
    patients = np.array([[0.5, 1.0], [-1.0, 0.0]])
    plain = predict_survival(cox(**data), covariates=patients, times=[3, 9])
    scale, shift = np.array([1e8, 1e-8]), np.array([2020.0, 0.0])
    model = cox(**data | {"covariates": scale * (data["covariates"] + shift)})
    scaled = predict_survival(model, covariates=scale * (patients + shift), times=[3, 9])
    np.testing.assert_allclose(scaled.survival, plain.survival, rtol=1e-8)
    np.testing.assert_allclose(scaled.std_error, plain.std_error, rtol=1e-6)


def test_without_covariates_the_baseline_is_nelson_aalen():
    time, event = [2, 3, 3, 5, 8], [1, 1, 1, 0, 1]
    model = cox(
        time=time, event=event, covariates=np.zeros((5, 0)), settings=CoxSettings(ties="breslow")
    )
    (baseline,) = baseline_hazard(model)
    np.testing.assert_allclose(baseline.time, [2, 3, 8])
    np.testing.assert_allclose(baseline.cumulative_hazard, np.cumsum([1 / 5, 2 / 4, 1 / 1]))


def test_hazard_at_the_covariates_of_a_patient_is_the_prediction():
    model = cox(**cohort(1))
    (baseline,) = baseline_hazard(model, covariates=[0.3, 1])
    found = predict_survival(model, covariates=[[0.3, 1]], times=baseline.time)
    np.testing.assert_allclose(found.cumulative_hazard[0], baseline.cumulative_hazard)


def test_each_stratum_predicts_from_its_own_patients():
    data, centre = cohort(2), np.repeat([0, 1], 30)
    model = cox(**data, strata=centre)
    both = predict_survival(model, covariates=[[0, 0], [0, 0]], times=[8], strata=[0, 1])
    hazards = baseline_hazard(model)
    for row, hazard in enumerate(hazards):
        reached = hazard.cumulative_hazard[hazard.time <= 8][-1]
        assert both.cumulative_hazard[row, 0] == pytest.approx(reached)


def test_a_stratum_without_events_predicts_no_hazard():
    data, centre = cohort(3), np.repeat([0, 1], 30)
    data["event"][30:] = 0
    model = cox(**data, strata=centre)
    found = predict_survival(model, covariates=[[0, 0]], times=[8], strata=[1])
    assert found.survival[0, 0] == 1
    assert found.std_error[0, 0] == 0


def test_an_infinite_coefficient_predicts_with_a_condition_and_without_limits():
    never = np.repeat([0, 0, 0, 1], 10)
    time, event = np.arange(40) % 13 + 1, np.where(never == 1, 0, 1)
    model = cox(time=time, event=event, covariates=never)
    found = predict_survival(model, covariates=[1, 0], times=[7])
    assert found.survival[0, 0] == pytest.approx(1)
    assert 0 < found.survival[1, 0] < 1
    assert np.isnan(found.conf_low).all()
    assert found.condition == ("monotone likelihood",)


def test_a_risk_beyond_a_double_predicts_certain_death():
    model = cox(**cohort(4))
    found = predict_survival(model, covariates=[[1e6, 0], [-1e6, 0]], times=[0, 8])
    np.testing.assert_array_equal(found.survival[:, 0], 1)
    assert set(found.survival[:, 1]) == {0.0, 1.0}


def test_equal_patients_have_equal_linear_predictors():
    model = cox(**cohort(5))
    patients = np.tile([[0.1, 0.7]], (37, 1))
    assert np.unique(cox_linear_predictor(model, patients)).size == 1


@QUICK
@given(SEEDS)
def test_profile_limits_lose_the_same_likelihood_on_both_sides(seed):
    data = cohort(seed)
    model = cox(**data)
    interval = profile_interval(model, 0)
    assert interval.conf_low < model.coefficient[0] < interval.conf_high
    for limit in (interval.conf_low, interval.conf_high):
        # at the limit the likelihood-ratio test of that value has p = 0.05
        held = _loglik_with_first_coefficient(data, limit)
        assert 2 * (model.loglik - held) == pytest.approx(3.841458820694124, rel=1e-7)


def _loglik_with_first_coefficient(data, value):
    from scipy.optimize import minimize_scalar

    from hematotox.stats.survival.cox_data import cox_data
    from hematotox.stats.survival.cox_risk_sets import partial_likelihood, risk_sets

    sets = risk_sets(cox_data(**data, strata=None, cluster=None, settings=CoxSettings()))
    best = minimize_scalar(
        lambda b: -partial_likelihood(sets, np.array([value, b]) * sets.scale)[0],
        bounds=(-20, 20),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return -best.fun


def test_profile_of_an_aliased_or_unknown_covariate():
    data = cohort(6)
    model = cox(**data | {"covariates": np.column_stack([np.ones(60), data["covariates"]])})
    assert profile_interval(model, 0).condition == ("aliased covariate",)
    np.testing.assert_allclose(
        profile_interval(model, 1).conf_low, profile_interval(cox(**data), 0).conf_low
    )
    with pytest.raises(InvalidData):
        profile_interval(model, 3)


@QUICK
@given(SEEDS, st.sampled_from(["km", "rank", "identity", "log"]))
def test_trend_tests_do_not_depend_on_scales(seed, transform):
    data = cohort(seed)
    changed = data["covariates"] * [1e6, -1e-6] + [0, 3]
    one = proportional_hazards_test(cox(**data), transform=transform)
    other = proportional_hazards_test(cox(**data | {"covariates": changed}), transform=transform)
    for mine, theirs in zip([*one.terms, one.overall], [*other.terms, other.overall], strict=True):
        assert mine.statistic == pytest.approx(theirs.statistic, rel=1e-6)
        assert 0 <= mine.p_value <= 1


def test_terms_of_several_columns_leave_out_aliased_ones():
    data = cohort(7)
    x = data["covariates"]
    model = cox(**data | {"covariates": np.column_stack([x, x[:, 0]])})
    trend = proportional_hazards_test(model, terms=[[0, 2], [1]])
    plain = proportional_hazards_test(cox(**data))
    assert [test.df for test in trend.terms] == [1, 1]
    assert trend.overall.statistic == pytest.approx(plain.overall.statistic)


def test_trend_tests_that_cannot_be_made_are_conditions():
    one_day = cox(time=[3, 3, 3, 4, 4], event=[1, 1, 0, 0, 0], covariates=[1, 3, 2, 1, 4])
    assert proportional_hazards_test(one_day).condition == ("not estimable",)
    never = cox(time=[1, 2, 3, 4], event=[1, 1, 0, 0], covariates=[1, 1, 0, 0])
    assert proportional_hazards_test(never).condition == ("monotone likelihood",)
    nothing = cox(time=[1, 2], event=[0, 0], covariates=[1, 2])
    assert np.isnan(proportional_hazards_test(nothing).overall.p_value)


def test_misuse_is_refused():
    data = cohort(8)
    model = cox(**data)
    stratified = cox(**data, strata=np.arange(60) % 2)
    with pytest.raises(InvalidData):
        predict_survival(model, covariates=[[1.0]], times=[1])
    with pytest.raises(InvalidData):
        predict_survival(model, covariates=[[1.0, np.nan]], times=[1])
    with pytest.raises(InvalidData):
        predict_survival(model, covariates=[[1.0, 0]], times=[-1])
    with pytest.raises(InvalidData):
        predict_survival(stratified, covariates=[[1.0, 0]], times=[1])
    with pytest.raises(InvalidData):
        predict_survival(stratified, covariates=[[1.0, 0]], times=[1], strata=[7])
    with pytest.raises(InvalidData):
        proportional_hazards_test(model, terms=[[2]])
    with pytest.raises(InvalidData):
        proportional_hazards_test(model, transform="sqrt")
    at_zero = cox(**data | {"time": data["time"] - data["time"].min()})
    with pytest.raises(InvalidData):
        proportional_hazards_test(at_zero, transform="log")
