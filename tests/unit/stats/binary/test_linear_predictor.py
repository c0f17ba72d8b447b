"""Adjustment by linear predictor: what the two steps are, ugly data, misuse."""

import numpy as np
import pytest

from hematotox.stats.binary.linear_predictor import (
    adjust_by_linear_predictor,
    logistic_adjusted_by_linear_predictor,
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


def test_both_steps_are_plain_models(cohort):
    found = logistic_adjusted_by_linear_predictor(**cohort)
    first = logistic(outcome=cohort["outcome"], covariates=cohort["covariates"])
    predictor = first.linear_predictor(cohort["covariates"])
    second = logistic(
        outcome=cohort["outcome"], covariates=np.column_stack([cohort["exposure"], predictor])
    )
    np.testing.assert_array_equal(found.linear_predictor, predictor)
    np.testing.assert_array_equal(found.second_step.estimate, second.estimate)
    assert found.condition == ()


def test_any_model_can_be_used(cohort):
    found = adjust_by_linear_predictor(
        exposure=cohort["exposure"],
        covariates=cohort["covariates"],
        fit=lambda columns: logistic(outcome=cohort["outcome"], covariates=columns),
        predict=lambda model, columns: model.linear_predictor(columns),
    )
    same = logistic_adjusted_by_linear_predictor(**cohort)
    np.testing.assert_array_equal(found.second_step.estimate, same.second_step.estimate)


def test_a_separated_first_step_is_named(cohort):
    separating = cohort["outcome"] * (np.arange(120) < 60)
    covariates = np.column_stack([cohort["covariates"], separating])
    found = logistic_adjusted_by_linear_predictor(**(cohort | {"covariates": covariates}))
    assert found.first_step.method == "Firth"
    assert "first step: separation" in found.condition
    assert np.isfinite(found.second_step.estimate).all()


def test_without_a_linear_predictor_there_is_no_second_step():
    found = logistic_adjusted_by_linear_predictor(
        outcome=[0, 0, 0], exposure=[0, 1, 1], covariates=[1, 2, 3]
    )
    assert found.second_step is None
    assert "first step: no linear predictor" in found.condition


@pytest.mark.parametrize(
    "wrong", [{"exposure": [0, 1]}, {"covariates": [1.0, np.nan, 2.0]}, {"outcome": [0, 1, 2]}]
)
def test_misuse_is_refused(wrong):
    data = {"outcome": [0, 1, 1], "exposure": [0, 1, 0], "covariates": [1.0, 2.0, 3.0]}
    with pytest.raises(InvalidData):
        logistic_adjusted_by_linear_predictor(**(data | wrong))


def test_a_prediction_of_another_shape_is_refused(cohort):
    with pytest.raises(InvalidData):
        adjust_by_linear_predictor(
            exposure=cohort["exposure"],
            covariates=cohort["covariates"],
            fit=lambda columns: logistic(outcome=cohort["outcome"], covariates=columns),
            predict=lambda _model, columns: columns,
        )
