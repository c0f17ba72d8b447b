"""What the libraries are asked, and when their answer does not count."""

import numpy as np
import pytest

from hematotox import stats
from hematotox.stats.libraries.second_opinion import cox_opinion, logistic_opinion
from hematotox.stats.libraries.second_opinion_curves import kaplan_meier_opinion, log_rank_opinion
from hematotox.stats.libraries.second_opinion_tests import (
    accuracy_opinion,
    auc_opinion,
    chi_square_opinion,
    correlation_opinion,
    fisher_opinion,
    kruskal_wallis_opinion,
)

TIME, EVENT = [3, 5, 7, 9, 9, 12], [1, 1, 0, 1, 0, 1]
GROUP = np.array([0.0, 1, 0, 1, 0, 1])


def test_cox_answers_with_all_digits_of_coefficients_far_from_zero() -> None:
    rng = np.random.default_rng(3)
    year, points = rng.integers(2018, 2025, 300), rng.integers(0, 8, 300)
    time = np.ceil(rng.exponential(200 * np.exp(-0.4 * points)))
    event, covariates = rng.integers(0, 2, 300), np.column_stack([year, points])
    strata = rng.choice(["north", "south"], 300)
    for told, ours in (
        (
            cox_opinion(time=time, event=event, covariates=covariates),
            stats.cox(time=time, event=event, covariates=covariates),
        ),
        (
            cox_opinion(time=time, event=event, covariates=covariates, strata=strata),
            stats.cox(time=time, event=event, covariates=covariates, strata=strata),
        ),
    ):
        np.testing.assert_allclose(told.estimate, ours.coefficient, rtol=1e-8)
        np.testing.assert_allclose(told.std_error, ours.std_error, rtol=1e-8)
        np.testing.assert_allclose(told.p_value, ours.p_value, rtol=1e-6)
        assert told.null_log_likelihood == pytest.approx(ours.loglik_null, rel=1e-10)


@pytest.mark.parametrize(
    ("event", "covariates"),
    [
        ([0, 0, 0, 0, 0, 0], GROUP[:, None]),
        (EVENT, np.ones((6, 1))),
        (EVENT, np.column_stack([GROUP, GROUP])),
        (EVENT, np.full((6, 1), np.nan)),
    ],
    ids=["no events", "constant", "aliased", "first step without an answer"],
)
def test_models_that_cannot_be_fitted_have_no_answer(event, covariates) -> None:
    hazard = cox_opinion(time=TIME, event=event, covariates=covariates)
    assert np.isnan(hazard.estimate).all()
    assert np.isnan(hazard.log_likelihood)


def test_a_separated_logistic_model_has_no_answer() -> None:
    outcome = np.array([0, 0, 0, 1, 1, 1])
    told = logistic_opinion(outcome=outcome, covariates=outcome[:, None].astype(float))
    assert np.isnan(told.estimate).all()
    assert told.estimate.size == 2


def test_quantiles_are_read_only_where_the_curve_jumps_over_them() -> None:
    told = kaplan_meier_opinion(time=[1, 2, 3, 4], event=[1, 1, 1, 0], shares=[0.5, 0.6, 0.9])
    assert np.isnan(told.quantile[0]), "exactly at one half from day 2 to day 3"
    assert told.quantile[1] == 3
    assert told.quantile[2] == np.inf


def test_survival_holds_from_its_day_on_and_has_no_limits_at_one_and_zero() -> None:
    told = kaplan_meier_opinion(time=TIME, event=EVENT, times=[0, 2.9, 3, 400])
    assert told.survival.tolist() == pytest.approx([1, 1, 5 / 6, 0])
    assert np.isnan(told.conf_low).tolist() == [True, True, False, True]


@pytest.mark.parametrize("strata", [None, ["x", "x", "y", "y", "x", "x", "y", "y"]])
def test_a_group_that_left_before_the_first_event_takes_no_part(strata) -> None:
    time, event = [1, 1, *TIME], [0, 0, *EVENT]
    group = ["gone", "gone", *np.where(GROUP == 1, "high", "low")]
    ours = stats.log_rank(time=time, event=event, group=group, strata=strata)
    statistic, p_value = log_rank_opinion(time=time, event=event, group=group, strata=strata)
    assert statistic == pytest.approx(ours.statistic, rel=1e-10)
    assert p_value == pytest.approx(ours.p_value, rel=1e-8)


def test_where_nothing_can_be_compared_there_is_no_answer() -> None:
    everybody = [0, 0, 0]
    assert np.isnan(log_rank_opinion(time=[1, 2, 3], event=everybody, group=["a", "b", "a"])).all()
    assert np.isnan(log_rank_opinion(time=[1, 2, 3], event=[1, 1, 1], group=["a"] * 3)).all()
    assert np.isnan(auc_opinion(outcome=everybody, marker=[1, 2, 3]))
    assert np.isnan(kruskal_wallis_opinion(values=[2, 2, 2], group=["a", "b", "b"])).all()
    assert np.isnan(chi_square_opinion([[3, 4]])).all()
    assert np.isnan(fisher_opinion([[3, 4, 1], [2, 2, 2]]))
    assert np.isnan(correlation_opinion(x=[1, 1, 1], y=[1, 2, 3], kind="pearson"))
    assert np.isnan(correlation_opinion(x=[1, 2], y=[1, 2], kind="spearman"))
    nobody = accuracy_opinion(outcome=everybody, test=[0, 1, 0])
    assert np.isnan(nobody["sensitivity"])
    assert nobody["specificity"] == pytest.approx(2 / 3)


def test_a_marker_may_point_downwards() -> None:
    outcome, marker = [0, 0, 1, 1], [4, 2, 3, 1]
    assert auc_opinion(outcome=outcome, marker=marker) == 0.25
    assert auc_opinion(outcome=outcome, marker=marker, higher_is_worse=False) == 0.75
