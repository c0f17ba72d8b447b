"""Random effects, binomial-normal and bivariate models: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.accuracy.odds_ratio import conditional_odds_ratio
from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.synthesis.binomial_normal import binomial_normal
from hematotox.stats.synthesis.bivariate_accuracy import bivariate_accuracy
from hematotox.stats.synthesis.random_effects import random_effects

QUICK = settings(max_examples=40, deadline=None)
STUDIES = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=1, max_size=12)
METHODS = st.sampled_from(["REML", "ML", "DL", "fixed"])


@QUICK
@given(STUDIES, METHODS, st.sampled_from(["hartung-knapp", "z"]))
def test_pooled_estimate_is_a_weighted_mean_within_the_studies(studies, method, test):
    estimate, variance = (np.array(column) for column in zip(*studies, strict=True))
    found = random_effects(estimate=estimate, variance=variance, method=method, test=test)
    assert found.estimate == pytest.approx(np.array(found.weight) @ estimate / 100, abs=1e-9)
    assert sum(found.weight) == pytest.approx(100)
    assert found.tau2 >= 0
    assert np.isnan(found.i2) or 0 <= found.i2 <= 100
    assert found.tau2_low <= found.tau2_high or found.n_studies == 1


@QUICK
@given(STUDIES, st.sampled_from([1e-8, 1e-3, 1e4, 1e8]), METHODS)
def test_scale_of_the_estimates_does_not_matter(studies, scale, method):
    estimate, variance = (np.array(column) for column in zip(*studies, strict=True))
    one = random_effects(estimate=estimate, variance=variance, method=method)
    other = random_effects(estimate=estimate * scale, variance=variance * scale**2, method=method)
    assert other.tau2 / scale**2 == pytest.approx(one.tau2, rel=1e-6, abs=1e-12)
    assert other.i2 == pytest.approx(one.i2, rel=1e-6, abs=1e-6, nan_ok=True)


@QUICK
@given(STUDIES.filter(lambda studies: len(studies) > 1))
def test_reml_is_the_highest_point_of_its_likelihood(studies):
    estimate, variance = (np.array(column) for column in zip(*studies, strict=True))
    found = random_effects(estimate=estimate, variance=variance)

    def likelihood(tau2):
        weight = 1 / (variance + tau2)
        mean = weight @ estimate / weight.sum()
        return -(
            np.log(variance + tau2).sum() + weight @ (estimate - mean) ** 2 + np.log(weight.sum())
        )

    best = likelihood(found.tau2)
    assert all(likelihood(tau2) <= best + 1e-9 for tau2 in np.geomspace(1e-6, 100, 60))


def test_equal_studies_have_no_heterogeneity():
    found = random_effects(estimate=[0.5] * 6, variance=[0.1] * 6)
    assert (found.tau2, found.i2, found.h2) == (0, 0, 1)
    assert found.estimate == pytest.approx(0.5)


def test_one_study_is_itself():
    found = random_effects(estimate=[0.5], variance=[0.04])
    assert found.condition == ("one study",)
    assert found.estimate == 0.5
    assert np.isnan([found.std_error, found.prediction_low, found.i2]).all()
    fixed = random_effects(estimate=[0.5], variance=[0.04], method="fixed")
    assert fixed.std_error == pytest.approx(0.2)


def test_few_studies_are_named():
    assert random_effects(estimate=[0.1, 0.4], variance=[0.1, 0.1]).condition == (
        "fewer than five studies",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"estimate": [0.1, np.nan]},
        {"variance": [0.1, 0.0]},
        {"variance": [0.1, -1.0]},
        {"variance": [0.1]},
        {"estimate": [], "variance": []},
        {"method": "PM"},
        {"test": "t"},
        {"conf_level": 95},
    ],
)
def test_random_effects_refuses_misuse(wrong):
    with pytest.raises(InvalidData):
        random_effects(**({"estimate": [0.1, 0.2], "variance": [0.1, 0.2]} | wrong))


def test_one_odds_ratio_in_all_studies_is_fishers_in_one():
    found = binomial_normal(events_1=[9], n_1=[30], events_2=[3], n_2=[28], method="common")
    single = conditional_odds_ratio(a=9, b=21, c=3, d=25)
    assert np.exp(found.estimate) == pytest.approx(single.estimate, rel=1e-9)
    assert found.condition == ("one study",)


def test_exchanging_the_groups_turns_the_odds_ratio():
    one, other = (
        np.array([[3, 0, 9, 4], [20, 15, 30, 25]]),
        np.array([[1, 2, 2, 0], [22, 14, 28, 30]]),
    )
    found = binomial_normal(events_1=one[0], n_1=one[1], events_2=other[0], n_2=other[1])
    turned = binomial_normal(events_1=other[0], n_1=other[1], events_2=one[0], n_2=one[1])
    assert found.estimate == pytest.approx(-turned.estimate, rel=1e-8)
    assert found.tau2 == pytest.approx(turned.tau2, rel=1e-6, abs=1e-12)


def test_studies_without_events_change_nothing():
    counts = {
        "events_1": [6, 4, 9],
        "n_1": [20, 15, 42],
        "events_2": [1, 0, 3],
        "n_2": [22, 14, 40],
    }
    extra = {"events_1": [0, 7], "n_1": [50, 7], "events_2": [0, 9], "n_2": [40, 9]}
    one = binomial_normal(**counts)
    other = binomial_normal(**{name: counts[name] + extra[name] for name in counts})
    assert other.estimate == pytest.approx(one.estimate, rel=1e-9)
    assert (other.n_studies, other.n_informative) == (5, 3)


@pytest.mark.parametrize(
    ("events_1", "events_2", "words"),
    [([0, 0], [0, 0], "not estimable"), ([3, 2], [0, 0], "separation")],
)
def test_studies_that_say_nothing_are_named(events_1, events_2, words):
    found = binomial_normal(events_1=events_1, n_1=[20, 30], events_2=events_2, n_2=[20, 30])
    assert found.condition == (words,)
    assert np.isnan([found.estimate, found.std_error, found.p_value, found.tau2]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"events_1": [21]},
        {"events_2": [-1]},
        {"n_1": [20.5]},
        {"n_2": [np.nan]},
        {"events_1": []},
        {"n_1": [20, 30]},
        {"method": "fixed"},
    ],
)
def test_binomial_normal_refuses_misuse(wrong):
    data = {"events_1": [3], "n_1": [20], "events_2": [1], "n_2": [22]}
    with pytest.raises(InvalidData):
        binomial_normal(**(data | wrong))


COUNTS = {
    "tp": [45, 30, 60, 27, 33],
    "fp": [20, 9, 14, 5, 31],
    "fn": [5, 3, 22, 13, 7],
    "tn": [80, 51, 96, 65, 49],
}


def test_exchanging_disease_and_health_exchanges_the_summaries():
    one = bivariate_accuracy(**COUNTS)
    other = bivariate_accuracy(tp=COUNTS["tn"], fp=COUNTS["fn"], fn=COUNTS["fp"], tn=COUNTS["tp"])
    assert one.converged
    assert one.sensitivity.logit == pytest.approx(other.specificity.logit, rel=1e-8)
    assert one.correlation == pytest.approx(other.correlation, rel=1e-6)


def test_order_of_studies_does_not_matter():
    turned = {name: counts[::-1] for name, counts in COUNTS.items()}
    one, other = bivariate_accuracy(**COUNTS), bivariate_accuracy(**turned)
    assert one.sensitivity.logit == pytest.approx(other.sensitivity.logit, rel=1e-9)


def test_a_zero_cell_is_corrected_and_named():
    found = bivariate_accuracy(**(COUNTS | {"fn": [0, 3, 22, 13, 7]}))
    assert "0.5 added to zero cells" in found.condition
    assert np.isfinite(found.sensitivity.estimate)


def test_equal_studies_have_no_variance_between_them():
    found = bivariate_accuracy(tp=[20] * 4, fp=[5] * 4, fn=[5] * 4, tn=[30] * 4)
    assert "no variance between studies" in found.condition or not found.converged
    assert found.sensitivity.estimate == pytest.approx(0.8)


def test_two_studies_are_too_few():
    found = bivariate_accuracy(**{name: counts[:2] for name, counts in COUNTS.items()})
    assert found.condition == ("fewer than five studies",)
    assert np.isnan(found.sensitivity.estimate)


@pytest.mark.parametrize(
    "wrong",
    [
        {"tp": [0] * 5, "fn": [0] * 5},
        {"fp": [-1, 1, 1, 1, 1]},
        {"tn": [1.5] * 5},
        {"tn": [1, 2]},
        {"method": "DL"},
    ],
)
def test_bivariate_refuses_misuse(wrong):
    with pytest.raises(InvalidData):
        bivariate_accuracy(**(COUNTS | wrong))
