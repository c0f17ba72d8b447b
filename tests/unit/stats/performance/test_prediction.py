"""Calibration, clinical utility and bootstrap: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from hematotox.stats.accuracy.roc import auc
from hematotox.stats.binary.logistic import logistic
from hematotox.stats.numerics.lowess import lowess
from hematotox.stats.numerics.resampling import percentile_limits, resampling_weights
from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.performance.bootstrap import bootstrap_performance, optimism
from hematotox.stats.performance.calibration import calibration
from hematotox.stats.performance.calibration_curve import (
    calibration_curve,
    calibration_groups,
    loess_calibration_errors,
    lowess_calibration_errors,
)
from hematotox.stats.performance.net_benefit import decision_curve, net_benefit
from hematotox.stats.performance.resampled_performance import performance_in_samples

QUICK = settings(max_examples=50, deadline=None)
PATIENTS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 10)), min_size=1, max_size=30)
ALL = [calibration, lowess_calibration_errors, loess_calibration_errors, calibration_curve]
ALL = [*ALL, calibration_groups]


def cohort(n=400, seed=1):
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-0.5, 1, n)
    return (rng.random(n) < expit(log_odds)).astype(int), expit(log_odds)


@QUICK
@given(PATIENTS)
def test_every_small_data_set_gets_numbers_or_a_condition(patients):
    outcome, tenths = (np.array(column) for column in zip(*patients, strict=True))
    for method in ALL[:-1]:
        found = method(outcome=outcome, risk=tenths / 10)
        assert isinstance(found.condition, tuple)
    found = calibration(outcome=outcome, risk=tenths / 10)
    assert np.isnan(found.slope.estimate) <= bool(found.condition)
    assert found.brier.estimate == pytest.approx(((outcome - tenths / 10) ** 2).mean())
    groups = calibration_groups(outcome=outcome, risk=tenths / 10, n_groups=3)
    assert sum(group.observed.n for group in groups) == len(patients)


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


@pytest.mark.parametrize(
    "wrong",
    [
        {"risk": [10, 20, 30]},
        {"risk": [0.1, np.nan, 0.3]},
        {"risk": [0.1, 0.2]},
        {"risk": []},
        {"outcome": [0, 1, 2]},
    ],
)
@pytest.mark.parametrize("method", ALL)
def test_misuse_is_refused(method, wrong):
    with pytest.raises(InvalidData):
        method(**({"outcome": [0, 1, 1], "risk": [0.1, 0.2, 0.3]} | wrong))


def test_curve_points_outside_the_risks_are_refused():
    outcome, risk = cohort(50)
    with pytest.raises(InvalidData):
        calibration_curve(outcome=outcome, risk=risk, at=[-0.1])


@pytest.mark.parametrize("values", [[0.2] * 9, [0.2, 0.3, 0.4] * 3])
def test_too_few_risks_for_a_curve_are_named(values):
    outcome = [0, 1, 0, 0, 1, 1, 0, 1, 0]
    assert loess_calibration_errors(outcome=outcome, risk=values).condition
    assert calibration_curve(outcome=outcome, risk=values).condition


def test_perfectly_smooth_observations_have_no_error():
    # a straight line is what both smoothers reproduce
    x = np.linspace(0.1, 0.9, 30)
    np.testing.assert_allclose(lowess(x=x, y=2 * x - 1), 2 * x - 1, atol=1e-12)


def test_lowess_does_not_mind_the_order():
    rng = np.random.default_rng(3)
    x, y, order = rng.integers(0, 12, 60) / 10, rng.random(60), rng.permutation(60)
    np.testing.assert_allclose(lowess(x=x, y=y)[order], lowess(x=x[order], y=y[order]))


@QUICK
@given(PATIENTS, st.floats(0.05, 0.95))
def test_net_benefit_counts_patients(patients, threshold):
    outcome, tenths = (np.array(column) for column in zip(*patients, strict=True))
    found = net_benefit(outcome=outcome, risk=tenths / 10, thresholds=[threshold])
    treated = tenths / 10 >= threshold
    odds = threshold / (1 - threshold)
    expected = (outcome @ treated - (1 - outcome) @ treated * odds) / len(patients)
    assert found.net_benefit[0] == pytest.approx(expected)
    everybody = net_benefit(outcome=outcome, risk=np.ones(len(patients)), thresholds=[threshold])
    assert everybody.net_benefit[0] == pytest.approx(found.treat_all[0])
    assert found.avoided[0] * odds == pytest.approx(found.net_benefit[0] - found.treat_all[0])


@pytest.mark.parametrize("thresholds", [[0.0], [1.0], [], [np.nan], [10]])
def test_thresholds_are_probabilities(thresholds):
    with pytest.raises(InvalidData):
        net_benefit(outcome=[0, 1], risk=[0.2, 0.4], thresholds=thresholds)


def test_decision_curve_is_seeded():
    outcome, risk = cohort(120)
    wanted = {"outcome": outcome, "risk": risk, "thresholds": [0.2, 0.4], "replicates": 200}
    one = decision_curve(**wanted, rng=np.random.default_rng(1))
    same = decision_curve(**wanted, rng=np.random.default_rng(1))
    np.testing.assert_array_equal(one.conf_low, same.conf_low)
    assert (one.conf_low <= one.estimate.net_benefit).all()
    assert (one.estimate.net_benefit <= one.conf_high).all()


def test_a_sample_of_everybody_once_is_the_cohort():
    outcome, risk = cohort(200)
    found = performance_in_samples(
        outcome.astype(np.int64), risk, thresholds=np.array([0.3]), weights=[np.ones((1, 200))]
    )
    whole = calibration(outcome=outcome, risk=risk)
    assert found.auc[0] == pytest.approx(auc(outcome=outcome, marker=risk).estimate)
    assert found.intercept[0] == pytest.approx(whole.intercept.estimate, abs=1e-9)
    assert found.slope[0] == pytest.approx(whole.slope.estimate, rel=1e-9)
    assert found.brier[0] == pytest.approx(whole.brier.estimate)


def test_replicates_equal_the_same_patients_one_by_one():
    outcome, risk = cohort(60, seed=5)
    rows = np.random.default_rng(2).integers(0, 60, (25, 60))
    weights = np.array([np.bincount(row, minlength=60) for row in rows], dtype=float)
    found = performance_in_samples(
        outcome.astype(np.int64), risk, thresholds=np.array([0.3]), weights=[weights]
    )
    for index, row in enumerate(rows):
        one = calibration(outcome=outcome[row], risk=risk[row])
        assert found.slope[index] == pytest.approx(one.slope.estimate, rel=1e-8)
        assert found.intercept[index] == pytest.approx(one.intercept.estimate, abs=1e-8)
        assert found.auc[index] == pytest.approx(one.discrimination.estimate)


def test_bootstrap_spread_is_near_the_standard_error():
    outcome, risk = cohort(600)
    found = bootstrap_performance(
        outcome=outcome, risk=risk, thresholds=[0.3], rng=np.random.default_rng(1), replicates=600
    )
    area = auc(outcome=outcome, marker=risk)
    # 600 replicates give a standard deviation to about 3 %: four times that
    assert found.auc.std() == pytest.approx(area.std_error, rel=0.12)
    assert found.condition == ()


def test_samples_without_events_are_counted_not_guessed():
    found = bootstrap_performance(
        outcome=[1, 0, 0, 0, 0, 0],
        risk=[0.5, 0.1, 0.2, 0.6, 0.3, 0.2],
        thresholds=[0.3],
        rng=np.random.default_rng(1),
        replicates=100,
    )
    without = np.isnan(found.auc).sum()
    assert 0 < without < 100
    assert found.n_not_estimable >= without
    assert found.condition == ("bootstrap replicates without an estimate",)
    assert np.isfinite(percentile_limits(found.auc)).all()


def test_resampling_is_seeded_and_in_pieces():
    pieces = [
        np.concatenate(list(resampling_weights(n=1000, replicates=600, rng=rng)))
        for rng in (np.random.default_rng(3), np.random.default_rng(3))
    ]
    np.testing.assert_array_equal(*pieces)
    assert pieces[0].shape == (600, 1000)
    assert (pieces[0].sum(axis=1) == 1000).all()


def test_optimism_of_a_recipe_that_learns_nothing_is_zero():
    outcome, risk = cohort(80)
    samples = np.random.default_rng(1).integers(0, 80, (400, 80))
    area, *_ = optimism(outcome=outcome, refit=lambda _rows: risk, samples=samples)
    assert area.optimism == pytest.approx(0, abs=0.01)
    assert area.apparent == pytest.approx(auc(outcome=outcome, marker=risk).estimate)


def test_optimism_of_noise_is_taken_back():
    rng = np.random.default_rng(8)
    noise, outcome = rng.normal(size=(80, 4)), rng.integers(0, 2, 80)

    def refit(rows):
        fit = logistic(outcome=outcome[rows], covariates=noise[rows])
        return expit(fit.linear_predictor(noise))

    area, _, slope, _ = optimism(
        outcome=outcome, refit=refit, samples=rng.integers(0, 80, (60, 80))
    )
    assert area.corrected < area.apparent
    assert slope.corrected < 0.9


def test_bootstrap_misuse_is_refused():
    data = {"outcome": [0, 1], "risk": [0.2, 0.4]}
    rng = np.random.default_rng(1)
    with pytest.raises(InvalidData):
        bootstrap_performance(**data, thresholds=[0.3], rng=rng, replicates=1)
    for samples in ([[0, 2]], [[-1, 0]], [[0.5, 1]], [0, 1]):
        with pytest.raises(InvalidData):
            optimism(outcome=[0, 1], refit=lambda _rows: np.array([0.2, 0.4]), samples=samples)
