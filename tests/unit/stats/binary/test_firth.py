"""Firth's regression: properties, ugly data."""

import numpy as np
import pytest

from hematotox.stats.binary.firth import firth
from hematotox.stats.numerics.survival_data import InvalidData


@pytest.mark.parametrize(("a", "b", "c", "d"), [(4, 16, 0, 20), (12, 8, 5, 25), (0, 3, 0, 9)])
def test_saturated_table_equals_half_a_patient_in_each_cell(a, b, c, d):
    # for one binary covariate Firth's estimate is the odds ratio with 0.5 added (Firth 1993)
    exposed, outcome = np.repeat([1, 1, 0, 0], [a, b, c, d]), np.repeat([1, 0, 1, 0], [a, b, c, d])
    if outcome.sum() == 0:
        assert "no events" in firth(outcome=outcome, covariates=exposed).condition
        return
    expected = np.log((a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5)))
    assert firth(outcome=outcome, covariates=exposed).estimate[1] == pytest.approx(expected)


def test_relabelling_the_group_turns_the_sign():
    exposed, outcome = np.repeat([0, 1], [30, 12]), np.repeat([0, 1, 1], [20, 10, 12])
    one = firth(outcome=outcome, covariates=exposed)
    other = firth(outcome=outcome, covariates=1 - exposed)
    assert one.estimate[1] == pytest.approx(-other.estimate[1], rel=1e-9)
    assert one.conf_low[1] == pytest.approx(-other.conf_high[1], rel=1e-8)
    assert one.p_value[1] == pytest.approx(other.p_value[1], rel=1e-8)


def test_test_and_limits_agree():
    rng = np.random.default_rng(3)
    outcome, x = np.repeat([0, 1], [30, 15]), rng.normal(size=45)
    fit = firth(outcome=outcome, covariates=x)
    level = 1 - float(fit.p_value[1])
    at_the_p_value = firth(outcome=outcome, covariates=x, conf_level=level)
    nearest = min(abs(at_the_p_value.conf_low[1]), abs(at_the_p_value.conf_high[1]))
    assert nearest == pytest.approx(0, abs=1e-8)


def test_a_ridge_of_the_penalized_likelihood_is_named_not_guessed():
    # perfectly symmetric separated data: the profile of x splits into two equal branches
    x, z = np.arange(1, 15), np.tile([0, 1], 7)
    fit = firth(outcome=np.repeat([0, 1], [8, 6]), covariates=np.column_stack([x, z]))
    assert np.isnan(fit.conf_high[1])
    assert "limits not finite" in fit.condition


@pytest.mark.parametrize("scale", [1e-8, 1.0, 1e8])
def test_scale(scale):
    x = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
    fit = firth(outcome=[0, 0, 0, 0, 1, 1, 1, 1], covariates=x * scale)
    plain = firth(outcome=[0, 0, 0, 0, 1, 1, 1, 1], covariates=x)
    assert fit.estimate[1] * scale == pytest.approx(plain.estimate[1], rel=1e-9)
    assert fit.conf_high[1] * scale == pytest.approx(plain.conf_high[1], rel=1e-8)


def test_misuse_is_refused():
    with pytest.raises(InvalidData):
        firth(outcome=[0, 1, 3], covariates=[1, 2, 3])
    with pytest.raises(InvalidData):
        firth(outcome=[0, 1], covariates=[1, 2], conf_level=0)
