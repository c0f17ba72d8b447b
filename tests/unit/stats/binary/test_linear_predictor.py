"""Adjustment by linear predictor: what the two steps are, ugly data, misuse."""

import numpy as np
import pytest

from hematotox.stats.binary.linear_predictor import (
    FirstStep,
    add_linear_predictor,
    logistic_adjusted_by_linear_predictor,
    logistic_first_step,
)
from hematotox.stats.binary.logistic import logistic
from hematotox.stats.numerics.survival_data import InvalidData


@pytest.fixture(scope="module")
def cohort():
    rng = np.random.default_rng(4)
    disease = np.column_stack([rng.integers(0, 2, 120), rng.normal(size=120)])
    group = rng.integers(0, 2, 120)
    risk = 1 / (1 + np.exp(0.5 - 0.8 * disease[:, 0] - group))
    return {"outcome": (rng.random(120) < risk) * 1, "exposure": group, "covariates": disease}


def first_step(outcome):
    return lambda columns: logistic_first_step(outcome=outcome, covariates=columns)


def test_both_steps_are_plain_models(cohort):
    found = logistic_adjusted_by_linear_predictor(**cohort)
    first = logistic(outcome=cohort["outcome"], covariates=cohort["covariates"])
    predictor = first.linear_predictor(cohort["covariates"])
    second = logistic(
        outcome=cohort["outcome"], covariates=np.column_stack([cohort["exposure"], predictor])
    )
    np.testing.assert_array_equal(found.estimate, second.estimate)
    assert found.condition == ()


def test_a_separated_first_step_is_named(cohort):
    separating = cohort["outcome"] * (np.arange(120) < 60)
    covariates = np.column_stack([cohort["covariates"], separating])
    second = add_linear_predictor(
        exposure=cohort["exposure"],
        covariates=covariates,
        first_step=first_step(cohort["outcome"]),
    )
    assert "separation" in second.condition
    assert np.isfinite(second.columns).all()


def test_without_a_linear_predictor_it_counts_0():
    second = add_linear_predictor(
        exposure=[0, 1, 1], covariates=[1, 2, 3], first_step=first_step([0, 0, 0])
    )
    assert second.columns[:, 1].tolist() == [0, 0, 0]
    assert second.condition


@pytest.mark.parametrize(
    "wrong", [{"exposure": [0, 1]}, {"covariates": [1.0, np.nan, 2.0]}, {"outcome": [0, 1, 2]}]
)
def test_misuse_is_refused(wrong):
    data = {"outcome": [0, 1, 1], "exposure": [0, 1, 0], "covariates": [1.0, 2.0, 3.0]}
    with pytest.raises(InvalidData):
        logistic_adjusted_by_linear_predictor(**(data | wrong))


def test_a_prediction_of_another_shape_is_refused(cohort):
    with pytest.raises(InvalidData, match="linear predictor"):
        add_linear_predictor(
            exposure=cohort["exposure"],
            covariates=cohort["covariates"],
            first_step=lambda columns: FirstStep(columns, ()),
        )
