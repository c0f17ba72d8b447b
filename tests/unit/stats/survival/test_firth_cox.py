"""Firth's penalised Cox model: finite where Cox's is not."""

import numpy as np
import pytest

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.cox import cox
from hematotox.stats.survival.firth_cox import firth_cox, penalised_likelihood

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


def test_gradient_is_that_of_the_penalised_likelihood():
    from hematotox.stats.survival.cox_data import CoxSettings, cox_data
    from hematotox.stats.survival.cox_risk_sets import risk_sets

    rng = np.random.default_rng(5)
    data = cox_data(
        time=rng.integers(0, 9, 50),
        event=rng.integers(0, 2, 50),
        covariates=rng.normal(size=(50, 3)),
        strata=rng.integers(0, 2, 50),
        cluster=None,
        settings=CoxSettings(weights=rng.random(50) + 0.1),
    )
    sets, at, step = risk_sets(data), np.array([0.3, -0.7, 0.2]), 1e-5
    slopes = [
        penalised_likelihood(sets, at + step * unit).value
        - penalised_likelihood(sets, at - step * unit).value
        for unit in np.eye(3)
    ]
    np.testing.assert_allclose(
        penalised_likelihood(sets, at).score, np.array(slopes) / (2 * step), rtol=1e-7
    )


def test_equals_firthmodels():
    import warnings

    from firthmodels import FirthCoxPH

    age = np.arange(40) % 7 + 0.5
    covariates = np.column_stack([NEVER, age])
    ours = firth_cox(**FOLLOW_UP, covariates=covariates)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = FirthCoxPH(backend="numpy", gtol=1e-8, xtol=1e-8)
        theirs.fit(covariates, (FOLLOW_UP["event"] == 1, FOLLOW_UP["time"]))
        limits = theirs.conf_int(method="pl", tol=1e-8)
        p_value = theirs.lrt().lrt_pvalues_
    np.testing.assert_allclose(ours.coefficient, theirs.coef_, rtol=1e-7)
    np.testing.assert_allclose(ours.std_error, theirs.bse_, rtol=1e-7)
    np.testing.assert_allclose([ours.conf_low, ours.conf_high], limits.T, rtol=1e-7)
    np.testing.assert_allclose(ours.p_value, p_value, rtol=1e-6)


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
