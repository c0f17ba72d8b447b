"""Calibration, clinical utility and bootstrap: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from hematotox.stats.binary.logistic import logistic
from hematotox.stats.numerics.resampling import resampling_weights
from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.performance.calibration import calibration
from hematotox.stats.performance.calibration_curve import (
    calibration_curve,
    loess_calibration_errors,
)
from hematotox.stats.performance.optimism import optimism

QUICK = settings(max_examples=50, deadline=None)
PATIENTS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 10)), min_size=1, max_size=30)
ALL = [calibration, loess_calibration_errors, calibration_curve]


def cohort(n=400, seed=1):
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-0.5, 1, n)
    return (rng.random(n) < expit(log_odds)).astype(int), expit(log_odds)


@QUICK
@given(PATIENTS)
def test_every_small_data_set_gets_numbers_or_a_condition(patients):
    outcome, tenths = (np.array(column) for column in zip(*patients, strict=True))
    for method in ALL:
        found = method(outcome=outcome, risk=tenths / 10)
        assert isinstance(found.condition, tuple)
    found = calibration(outcome=outcome, risk=tenths / 10)
    assert np.isnan(found.slope.estimate) <= bool(found.condition)
    assert found.brier.estimate == pytest.approx(((outcome - tenths / 10) ** 2).mean())


def test_recalibrating_by_intercept_and_slope_makes_them_0_and_1():
    outcome, risk = cohort()
    worse = expit(0.6 + 1.7 * logit(risk))
    found = calibration(outcome=outcome, risk=worse)
    better = expit(found.intercept_at_slope + found.slope.estimate * logit(worse))
    again = calibration(outcome=outcome, risk=better)
    assert again.slope.estimate == pytest.approx(1)
    assert again.intercept.estimate == pytest.approx(0, abs=1e-10)
    assert again.observed_expected.estimate == pytest.approx(1)
    assert again.brier.estimate < found.brier.estimate


def test_calibration_of_constant_risks():
    found = calibration(outcome=[0, 1, 0, 1, 0, 0], risk=[0.3] * 6)
    assert "aliased covariate" in found.condition
    assert np.isnan(found.slope.estimate)
    assert found.intercept.estimate == pytest.approx(logit(1 / 3) - logit(0.3))
    assert found.scaled_brier <= 0


def test_certain_predictions_have_no_log_odds():
    found = calibration(outcome=[0, 1, 1], risk=[0.0, 0.4, 1.0])
    assert "risk of exactly 0 or 1" in found.condition
    assert np.isnan(found.slope.estimate)
    assert np.isfinite(found.brier.estimate)


def test_resampling_is_seeded_and_in_pieces():
    pieces = [
        np.concatenate(list(resampling_weights(n=1000, replicates=600, rng=rng)))
        for rng in (np.random.default_rng(3), np.random.default_rng(3))
    ]
    np.testing.assert_array_equal(*pieces)
    assert pieces[0].shape == (600, 1000)
    assert (pieces[0].sum(axis=1) == 1000).all()


def test_optimism_of_noise_is_taken_back():
    rng = np.random.default_rng(8)
    noise, outcome = rng.normal(size=(80, 4)), rng.integers(0, 2, 80)
    samples = rng.integers(0, 80, (60, 80))
    area, _, slope, _ = optimism(outcome=outcome, covariates=noise, samples=samples)
    assert area.corrected < area.apparent
    assert slope.corrected < 0.9


def test_optimism_equals_the_recipe_sample_by_sample():
    rng = np.random.default_rng(3)
    x, outcome = np.round(rng.normal(size=(60, 2)), 1), rng.integers(0, 2, 60)
    samples = rng.integers(0, 60, (20, 60))
    gaps = []
    for rows in samples:
        fit = logistic(outcome=outcome[rows], covariates=x[rows])
        risk = expit(fit.linear_predictor(x))
        inside = calibration(outcome=outcome[rows], risk=risk[rows])
        whole = calibration(outcome=outcome, risk=risk)
        gaps.append([
            inside.discrimination.estimate - whole.discrimination.estimate,
            inside.intercept.estimate - whole.intercept.estimate,
            inside.slope.estimate - whole.slope.estimate,
            inside.brier.estimate - whole.brier.estimate,
        ])  # fmt: skip
    found = optimism(outcome=outcome, covariates=x, samples=samples)
    ours = [one.optimism for one in found]
    np.testing.assert_allclose(ours, np.mean(gaps, axis=0), rtol=1e-7, atol=1e-9)


def test_a_sample_without_an_estimate_does_not_count():
    outcome, x = np.array([1, 0, 0, 0, 1, 1]), np.array([1.0, 0, 1, 0, 0, 1])
    samples = np.array([[1, 2, 3, 1, 2, 3], [0, 1, 2, 3, 4, 5]])
    area, *_ = optimism(outcome=outcome, covariates=x, samples=samples)
    assert (area.n_used, area.optimism) == (1, 0.0)


def test_samples_of_rows_that_do_not_exist_are_refused():
    for samples in ([[0, 2]], [[-1, 0]], [[0.5, 1]], [0, 1]):
        with pytest.raises(InvalidData):
            optimism(outcome=[0, 1], covariates=[1, 2], samples=samples)
