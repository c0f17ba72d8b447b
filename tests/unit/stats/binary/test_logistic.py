"""Logistic regression: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.binary.firth import firth
from hematotox.stats.binary.logistic import compare_nested, logistic
from hematotox.stats.numerics.survival_data import InvalidData

QUICK = settings(max_examples=40, deadline=None)
PATIENTS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 4), st.integers(-3, 3)), min_size=1, max_size=30
)


@pytest.fixture(scope="module")
def cohort():
    rng = np.random.default_rng(11)
    covariates = np.column_stack([rng.integers(0, 6, 150), rng.normal(60, 10, 150)])
    risk = 1 / (1 + np.exp(3 - 0.4 * covariates[:, 0] - 0.02 * covariates[:, 1]))
    return (rng.random(150) < risk).astype(int), covariates


@QUICK
@given(PATIENTS)
def test_every_small_data_set_gets_numbers_or_a_condition(patients):
    outcome, points, other = (np.array(column) for column in zip(*patients, strict=True))
    fit = logistic(outcome=outcome, covariates=np.column_stack([points, other]), interval="profile")
    known = ~np.isnan(fit.estimate)
    if fit.converged:
        assert (fit.conf_low[known] <= fit.estimate[known] + 1e-9).all()
        assert (fit.conf_high[known] >= fit.estimate[known] - 1e-9).all()
    else:
        assert fit.condition
        assert not known.any()


@QUICK
@given(st.floats(-8, 8), st.floats(-1e6, 1e6))
def test_scaling_and_shifting_a_covariate_scales_its_coefficient(cohort, power, shift):
    outcome, covariates = cohort
    factor = 10.0**power
    plain = logistic(outcome=outcome, covariates=covariates)
    scaled = covariates.copy()
    scaled[:, 0] = (scaled[:, 0] + shift) * factor
    fit = logistic(outcome=outcome, covariates=scaled)
    np.testing.assert_allclose(fit.estimate[1] * factor, plain.estimate[1], rtol=1e-7)
    np.testing.assert_allclose(fit.std_error[1] * factor, plain.std_error[1], rtol=1e-7)
    np.testing.assert_allclose(fit.estimate[2], plain.estimate[2], rtol=1e-7)


def test_order_of_patients_does_not_matter(cohort):
    outcome, covariates = cohort
    order = np.random.default_rng(1).permutation(outcome.size)
    one = logistic(outcome=outcome, covariates=covariates)
    other = logistic(outcome=outcome[order], covariates=covariates[order])
    np.testing.assert_allclose(one.estimate, other.estimate, rtol=1e-10)


@pytest.mark.parametrize("method", [logistic, firth])
def test_a_weight_is_that_many_patients_and_zero_is_none(cohort, method):
    outcome, covariates = cohort
    weights = np.random.default_rng(2).integers(0, 4, outcome.size)
    weighted = method(outcome=outcome, covariates=covariates, weights=weights)
    repeated = method(
        outcome=np.repeat(outcome, weights), covariates=np.repeat(covariates, weights, axis=0)
    )
    np.testing.assert_allclose(weighted.estimate, repeated.estimate, rtol=1e-8)
    np.testing.assert_allclose(weighted.std_error, repeated.std_error, rtol=1e-8)
    assert weighted.n == weights.sum()
    assert weighted.n_event == outcome @ weights


def test_profile_limits_have_the_likelihood_ratio_of_the_level(cohort):
    outcome, covariates = cohort
    fit = logistic(outcome=outcome, covariates=covariates, interval="profile")
    for limit in (fit.conf_low[1], fit.conf_high[1]):
        held = logistic(
            outcome=outcome, covariates=covariates[:, 1], offset=limit * covariates[:, 0]
        )
        assert 2 * (fit.log_likelihood - held.log_likelihood) == pytest.approx(
            3.841458820694124, rel=1e-9
        )


def test_separation_is_answered_by_firth_and_named():
    exposed = np.repeat([0, 1], [30, 12])
    outcome = np.repeat([0, 1, 1], [20, 10, 12])
    fit = logistic(outcome=outcome, covariates=exposed)
    assert fit.method == "Firth"
    assert fit.condition == ("separation",)
    assert fit.infinite.tolist() == [False, True]
    assert np.isfinite([fit.conf_low, fit.conf_high]).all()
    same = firth(outcome=outcome, covariates=exposed)
    np.testing.assert_array_equal(fit.estimate, same.estimate)


def test_separation_by_two_covariates_together():
    # neither covariate separates alone
    points = np.array(
        [[0, 2], [1, 1], [2, 0], [0, 1], [1, 0], [2, 2], [1, 2], [2, 1], [3, 0], [0, 3]]
    )
    outcome = (points.sum(axis=1) > 2).astype(int)
    fit = logistic(outcome=outcome, covariates=points)
    assert "separation" in fit.condition
    assert fit.infinite.all()


@pytest.mark.parametrize(("value", "words"), [(0, "no events"), (1, "only events")])
def test_one_outcome_only(value, words):
    fit = logistic(outcome=[value] * 5, covariates=[1, 2, 3, 4, 5])
    assert words in fit.condition
    assert np.isnan(fit.estimate).all()
    assert not fit.converged


def test_one_patient():
    assert logistic(outcome=[1], covariates=[3.0]).condition[0] == "only events"


def test_all_weights_zero():
    fit = logistic(outcome=[0, 1], covariates=[0, 1], weights=[0, 0])
    assert "no patients" in fit.condition


@pytest.mark.parametrize("constant", [0.1, 0.0, 2021.0, 1e8, 1e-8])
def test_constant_covariate_drops_out(cohort, constant):
    outcome, covariates = cohort
    fit = logistic(
        outcome=outcome, covariates=np.column_stack([np.full(outcome.size, constant), covariates])
    )
    plain = logistic(outcome=outcome, covariates=covariates)
    assert np.isnan(fit.estimate[1])
    assert "aliased covariate" in fit.condition
    np.testing.assert_allclose(fit.estimate[[0, 2, 3]], plain.estimate, rtol=1e-10)


@pytest.mark.parametrize("shift", [0.0, 7.0, 1e8])
def test_perfectly_correlated_covariate_drops_out(cohort, shift):
    outcome, covariates = cohort
    copy = 3 * covariates[:, 0] + shift
    fit = logistic(outcome=outcome, covariates=np.column_stack([covariates, copy]))
    assert np.isnan(fit.estimate[3])
    assert np.isfinite(fit.estimate[:3]).all()
    assert np.isfinite(fit.linear_predictor(np.column_stack([covariates, copy]))).all()


def test_few_events_per_parameter_are_named():
    rng = np.random.default_rng(5)
    outcome = np.repeat([1, 0], [9, 60])
    fit = logistic(outcome=outcome, covariates=rng.normal(size=(69, 2)))
    assert "too few events per parameter" in fit.condition
    enough = logistic(outcome=outcome, covariates=rng.normal(size=(69, 1)))
    assert enough.condition == ()


def test_likelihood_ratio_tests_agree(cohort):
    outcome, covariates = cohort
    full = logistic(outcome=outcome, covariates=covariates)
    null = logistic(outcome=outcome, covariates=np.empty((outcome.size, 0)))
    test = compare_nested(smaller=null, larger=full)
    assert test.statistic == pytest.approx(full.lr_statistic, rel=1e-10)
    assert test.df == full.n_parameters == 2
    assert null.lr_p_value == 1.0


def test_penalized_fits_are_not_compared():
    outcome, exposed = [0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 1, 1]
    full = logistic(outcome=outcome, covariates=exposed)
    null = logistic(outcome=outcome, covariates=np.empty((6, 0)))
    test = compare_nested(smaller=null, larger=full)
    assert np.isnan(test.p_value)
    assert test.condition == ("separation",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": [0, 1, 2]},
        {"outcome": [0, 1, np.nan]},
        {"outcome": []},
        {"covariates": [1.0, np.nan, 2.0]},
        {"covariates": [1.0, np.inf, 2.0]},
        {"covariates": [1.0, 2.0]},
        {"weights": [1, -1, 1]},
        {"weights": [1, 1]},
        {"offset": [0, 0, np.nan]},
        {"conf_level": 95},
        {"interval": "exact"},
    ],
)
def test_misuse_is_refused(wrong):
    with pytest.raises(InvalidData):
        logistic(**({"outcome": [0, 1, 1], "covariates": [1.0, 2.0, 3.0]} | wrong))


def test_prediction_needs_the_same_number_of_covariates():
    fit = logistic(outcome=[0, 1, 0, 1], covariates=[1, 2, 3, 4])
    with pytest.raises(InvalidData):
        fit.linear_predictor(np.ones((3, 2)))


def test_models_of_other_patients_are_not_nested(cohort):
    outcome, covariates = cohort
    one = logistic(outcome=outcome[:100], covariates=covariates[:100, :1])
    with pytest.raises(InvalidData):
        compare_nested(smaller=one, larger=logistic(outcome=outcome, covariates=covariates))
