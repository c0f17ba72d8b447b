"""Firth's penalised Cox model: finite where Cox's is not."""

import numpy as np
import pytest

from hematotox.stats.cox import cox
from hematotox.stats.firth_cox import firth_cox
from hematotox.stats.survival_data import InvalidData

NEVER = np.repeat([0, 0, 0, 1], 10)
FOLLOW_UP = {"time": np.arange(40) % 13 + 1, "event": np.where(NEVER == 1, 0, 1)}


def test_a_group_without_events_has_a_finite_estimate_and_limits():
    model = firth_cox(**FOLLOW_UP, covariates=NEVER)
    assert cox(**FOLLOW_UP, covariates=NEVER).condition == ("monotone likelihood",)
    assert model.conf_low[0] < model.coefficient[0] < model.conf_high[0] < 0
    assert model.p_value[0] < 0.05
    assert model.condition == ()


def test_scale_of_a_covariate_does_not_matter():
    age = np.arange(40) % 7 + 0.5
    plain = firth_cox(**FOLLOW_UP, covariates=np.column_stack([NEVER, age]))
    scaled = firth_cox(**FOLLOW_UP, covariates=np.column_stack([NEVER, 1e8 * age + 1e10]))
    np.testing.assert_allclose(scaled.coefficient * [1, 1e8], plain.coefficient, rtol=1e-6)
    np.testing.assert_allclose(scaled.conf_high * [1, 1e8], plain.conf_high, rtol=1e-6)


def test_trouble_is_a_condition():
    aliased = firth_cox(**FOLLOW_UP, covariates=np.column_stack([NEVER, np.ones(40)]))
    assert aliased.condition == ("aliased covariate",)
    assert np.isnan(aliased.coefficient[1])
    nothing = firth_cox(time=[1, 2], event=[0, 0], covariates=[0, 1])
    assert nothing.condition == ("no events",)
    alone = firth_cox(time=[1], event=[1], covariates=[0])
    assert alone.condition == ("aliased covariate",)


def test_misuse_is_refused():
    with pytest.raises(InvalidData):
        firth_cox(time=[1, 2], event=[1, 0], covariates=[np.nan, 1])
    with pytest.raises(InvalidData):
        firth_cox(time=[1, 2], event=[1, 0], covariates=[0, 1], conf_level=95)
