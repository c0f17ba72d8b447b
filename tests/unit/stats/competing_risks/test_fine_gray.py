"""Fine-Gray model: what must hold for any data, and data that are not nice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.competing_risks.fine_gray import fine_gray
from hematotox.stats.competing_risks.fine_gray_data import FineGraySettings
from hematotox.stats.competing_risks.fine_gray_prediction import predict_incidence
from hematotox.stats.competing_risks.subdistribution_test import (
    proportional_subdistribution_hazards_test,
)
from hematotox.stats.numerics import newton_raphson
from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.cox import cox
from hematotox.stats.survival.cox_data import CoxSettings


def patients(seed, n=80, p=2):
    rng = np.random.default_rng(seed)
    covariates = rng.normal(size=(n, p))
    time = rng.exponential(10 * np.exp(-0.5 * covariates[:, 0]))
    return {
        "time": np.ceil(np.minimum(time, rng.uniform(0, 20, n))),
        "status": rng.choice([0, 1, 1, 2], n),
        "covariates": covariates,
    }


def changed(data, **new):
    return {**data, **new}


seeds = st.integers(0, 10_000)


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_order_of_patients_and_unit_of_time_do_not_matter(seed):
    data = patients(seed)
    order = np.random.default_rng(seed).permutation(80)
    one = fine_gray(**data)
    other = fine_gray(
        time=data["time"][order] * 1e8,
        status=data["status"][order],
        covariates=data["covariates"][order],
    )
    np.testing.assert_allclose(one.coefficient, other.coefficient, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(one.std_error, other.std_error, rtol=1e-9)


@given(
    seeds,
    st.floats(-1e8, 1e8).filter(lambda v: abs(v) > 1e-8),
    st.sampled_from([1e-8, 1.0, 2020.0, 1e8]),
)
@settings(max_examples=25, deadline=None)
def test_scaling_a_covariate_scales_its_coefficient(seed, unit, shift):
    data = patients(seed)
    # values on a grid, so that a large shift does not swallow their digits
    data["covariates"] = np.round(data["covariates"] * 4)
    one = fine_gray(**data)
    moved = data["covariates"].copy()
    moved[:, 0] = (moved[:, 0] + shift) * unit
    other = fine_gray(**changed(data, covariates=moved))
    assert one.condition == other.condition
    # 1e8 + x keeps about eight digits of x
    rel = 1e-6 if shift == 1e8 else 1e-8
    np.testing.assert_allclose(one.coefficient[0], other.coefficient[0] * unit, rel, 1e-10)
    np.testing.assert_allclose(one.std_error[0], other.std_error[0] * abs(unit), rel)
    np.testing.assert_allclose(one.coefficient[1], other.coefficient[1], rel, 1e-10)
    assert other.loglik == pytest.approx(one.loglik, rel=1e-9)


def test_a_calendar_year_is_an_ordinary_covariate():
    data = patients(3)
    year = np.random.default_rng(3).integers(2015, 2025, 80)
    raw = fine_gray(**changed(data, covariates=year))
    centred = fine_gray(**changed(data, covariates=year - 2020))
    np.testing.assert_allclose(raw.coefficient, centred.coefficient, rtol=1e-10)
    np.testing.assert_allclose(raw.std_error, centred.std_error, rtol=1e-10)


def test_without_competing_events_it_is_the_cox_model():
    data = patients(4)
    status = (data["status"] > 0).astype(int)
    ours = fine_gray(**changed(data, status=status))
    theirs = cox(
        time=data["time"],
        event=status,
        covariates=data["covariates"],
        settings=CoxSettings(ties="breslow", robust=True),
    )
    np.testing.assert_allclose(ours.coefficient, theirs.coefficient, rtol=1e-10)
    np.testing.assert_allclose(ours.std_error, theirs.std_error, rtol=1e-10)
    assert ours.loglik == pytest.approx(theirs.loglik, rel=1e-12)


def test_variance_against_the_formula_written_out():
    """Fine and Gray's equations 7 and 8 as nested loops, without ties."""
    data = patients(5, n=30, p=1)
    data["time"] = np.arange(1.0, 31)[np.random.default_rng(5).permutation(30)]
    time, status, x = data["time"], data["status"], data["covariates"][:, 0]
    model = fine_gray(**data)
    risk = np.exp(model.coefficient[0] * x)
    followed = [(time >= t).sum() for t in time]

    def uncensored(at):
        earlier = [1 - 1 / followed[j] for j in range(30) if status[j] == 0 and time[j] < at]
        return np.prod(earlier)

    def weight(j, at):
        if time[j] >= at:
            return 1.0
        return uncensored(at) / uncensored(time[j]) if status[j] == 2 else 0.0

    events = np.sort(time[status == 1])
    total = np.array([sum(weight(j, s) * risk[j] for j in range(30)) for s in events])
    mean = np.array([sum(weight(j, s) * risk[j] * x[j] for j in range(30)) for s in events]) / total

    def q(at):
        return sum(
            weight(j, s) * risk[j] * (x[j] - mean[m]) / total[m]
            for m, s in enumerate(events)
            if s >= at
            for j in range(30)
            if status[j] == 2 and time[j] < at
        )

    influence = np.zeros(30)
    for i in range(30):
        for m, s in enumerate(events):
            influence[i] -= (x[i] - mean[m]) * weight(i, s) * risk[i] / total[m]
            influence[i] += (x[i] - mean[m]) * (status[i] == 1 and time[i] == s)
        for j in range(30):
            if status[j] == 0 and time[j] <= time[i]:
                influence[i] -= q(time[j]) / followed[j] ** 2
        influence[i] += (status[i] == 0) * q(time[i]) / followed[i]
    expected = np.square(influence).sum() * model.naive_covariance[0, 0] ** 2
    assert model.covariance[0, 0] == pytest.approx(expected, rel=1e-12)


def test_one_stratum_and_one_censoring_group_change_nothing():
    data = patients(6)
    plain = fine_gray(**data)
    same = np.zeros(80)
    other = fine_gray(**data, strata=same, settings=FineGraySettings(censoring_group=same))
    np.testing.assert_allclose(other.covariance, plain.covariance, rtol=1e-12)


def test_strata_are_fitted_together():
    one, two = patients(7), patients(8)
    # the same patients in two strata: the log likelihood doubles, nothing else changes
    twice = {key: np.concatenate([one[key], one[key]]) for key in one}
    doubled, alone = fine_gray(**twice, strata=np.repeat([0, 1], 80)), fine_gray(**one)
    np.testing.assert_allclose(doubled.coefficient, alone.coefficient, rtol=1e-8)
    np.testing.assert_allclose(doubled.naive_covariance, alone.naive_covariance / 2, rtol=1e-8)
    np.testing.assert_allclose(doubled.covariance, alone.covariance / 2, rtol=1e-8)
    both = {key: np.concatenate([one[key], two[key]]) for key in one}
    stratified = fine_gray(**both, strata=np.repeat([0, 1], 80))
    # a third stratum without the event of interest is silent
    more = {key: np.concatenate([both[key], one[key]]) for key in one}
    more["status"][160:] = 0
    silent = fine_gray(**more, strata=np.repeat([0, 1, 2], 80))
    np.testing.assert_allclose(silent.coefficient, stratified.coefficient, rtol=1e-12)
    np.testing.assert_allclose(silent.std_error, stratified.std_error, rtol=1e-12)


def test_clusters_of_one_patient_are_the_plain_robust_variance():
    data = patients(9)
    data["time"] = data["time"] + np.random.default_rng(9).uniform(0, 0.5, 80)
    alone = fine_gray(**data, cluster=np.arange(80))
    assert alone.n_cluster == 80
    assert alone.condition == ()
    # with clusters the censoring distribution is taken as known (R: finegray, coxph with cluster);
    # what its estimation adds to the variance is a few per cent here
    np.testing.assert_allclose(alone.std_error, fine_gray(**data).std_error, rtol=0.05)
    assert not np.allclose(alone.std_error, fine_gray(**data).std_error, rtol=1e-4)


# Trouble in the data ---------------------------------------------------------------------------


def test_constant_and_repeated_covariates_are_aliased():
    data = patients(10)
    x = data["covariates"]
    wide = np.column_stack([np.full(80, 1e8), x[:, 0], 3 * x[:, 0] - 5, x[:, 1], x.sum(axis=1)])
    model = fine_gray(**changed(data, covariates=wide))
    assert model.condition == ("aliased covariate",)
    assert model.converged
    assert np.isnan(model.coefficient).tolist() == [True, False, True, False, True]
    np.testing.assert_allclose(model.coefficient[[1, 3]], fine_gray(**data).coefficient, rtol=1e-9)
    assert model.wald.df == 2
    predicted = predict_incidence(model, covariates=wide[:3], times=[5])
    plain = predict_incidence(fine_gray(**data), covariates=x[:3], times=[5])
    np.testing.assert_allclose(predicted.estimate, plain.estimate, rtol=1e-9)
    test = proportional_subdistribution_hazards_test(model)
    assert [one.df for one in test.terms] == [0, 1, 0, 1, 0]
    assert test.condition == ()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_group_without_events_has_an_infinite_coefficient(sign):
    data = patients(11)
    group = np.random.default_rng(11).integers(0, 2, 80)
    status = np.where((group == 1) & (data["status"] == 1), 2, data["status"])
    covariates = np.column_stack([sign * group, data["covariates"][:, 0]])
    model = fine_gray(**changed(data, status=status, covariates=covariates))
    assert model.condition == ("monotone likelihood",)
    assert not model.converged
    assert model.coefficient[0] == -sign * np.inf
    assert np.isnan([model.std_error[0], model.conf_low[0], model.conf_high[0]]).all()
    assert np.isfinite([model.coefficient[1], model.std_error[1]]).all()
    assert model.likelihood_ratio.p_value < 0.05
    assert np.isnan(model.wald.p_value)
    assert np.isnan(predict_incidence(model, covariates=[0, 0], times=[5]).estimate).all()
    test = proportional_subdistribution_hazards_test(model)
    assert test.condition == ("monotone likelihood",)


def test_events_in_the_order_of_a_covariate():
    model = fine_gray(time=np.arange(1, 61), status=np.ones(60), covariates=-np.arange(60))
    assert model.condition == ("monotone likelihood",)
    assert model.coefficient[0] == np.inf


@pytest.mark.parametrize("status", [np.zeros(80, int), np.full(80, 2)])
def test_no_events_of_interest(status):
    model = fine_gray(**changed(patients(12), status=status))
    assert model.condition == ("no events",)
    assert not model.converged
    assert np.isnan(model.coefficient).all()
    assert np.isnan(predict_incidence(model, covariates=[0, 0], times=[5]).estimate).all()
    assert proportional_subdistribution_hazards_test(model).condition == ("no events",)


@pytest.mark.parametrize("status", [0, 1, 2])
def test_one_patient(status):
    model = fine_gray(time=[3], status=[status], covariates=[1.5])
    assert model.condition == (("aliased covariate",) if status == 1 else ("no events",))
    assert np.isnan(model.coefficient).all()


def test_all_events_on_one_day():
    model = fine_gray(**changed(patients(13), time=np.zeros(80)))
    assert model.converged
    assert np.isfinite(model.std_error).all()
    test = proportional_subdistribution_hazards_test(model)
    assert test.condition == ("not estimable",)
    with pytest.raises(InvalidData):
        proportional_subdistribution_hazards_test(model, transform="log")


def test_few_events_for_the_parameters():
    data = patients(14)
    status = np.where(np.cumsum(data["status"] == 1) > 9, 0, data["status"])
    assert fine_gray(**changed(data, status=status)).condition == ("too few events per parameter",)


def test_few_clusters_and_a_single_one():
    data = patients(15)
    assert fine_gray(**data, cluster=np.arange(80) % 20).condition == ()
    few = fine_gray(**data, cluster=np.arange(80) % 19)
    assert few.condition == ("fewer than 20 clusters",)
    test = proportional_subdistribution_hazards_test(few)
    assert test.condition == ("fewer than 20 clusters",)
    single = fine_gray(**data, cluster=np.zeros(80))
    assert single.condition == ("fewer than 20 clusters",)
    assert np.isnan(single.std_error).all()
    assert np.isnan(single.wald.p_value)
    assert np.isfinite(single.coefficient).all()
    # two clusters say nothing about two coefficients together
    assert np.isnan(fine_gray(**data, cluster=np.arange(80) % 2).wald.p_value)


def test_not_converging_is_a_condition(monkeypatch):
    monkeypatch.setattr(newton_raphson, "MOST_ITERATIONS", 1)
    model = fine_gray(**patients(16))
    assert model.condition == ("did not converge",)
    assert not model.converged
    assert np.isnan(model.coefficient).all()
    assert np.isnan(model.std_error).all()


def test_a_censoring_group_that_leaves_early():
    data = patients(17)
    group = np.arange(80) % 2
    time = np.where(group == 1, np.minimum(data["time"], 4), data["time"])
    settings = FineGraySettings(censoring_group=group)
    model = fine_gray(**changed(data, time=time), settings=settings)
    assert model.converged
    assert np.isfinite(model.std_error).all()


@pytest.mark.parametrize("value", [1e307, 1e-307])
def test_numbers_whose_squares_do_not_exist_are_refused(value):
    data = patients(18)
    with pytest.raises(InvalidData):
        fine_gray(**changed(data, covariates=data["covariates"] * value))


BAD = np.full(80, np.nan)


@pytest.mark.parametrize(
    "misuse",
    [
        {"time": BAD},
        {"time": -np.ones(80)},
        {"time": np.ones(79)},
        {"status": BAD},
        {"status": np.linspace(0, 500, 80)},
        {"covariates": BAD},
        {"covariates": np.ones(79)},
        {"covariates": np.ones((80, 0))},
        {"covariates": np.full(80, np.inf)},
        {"covariates": ["text"] * 80},
        {"cluster": BAD},
        {"strata": BAD},
        {"strata": np.ones(79)},
        {"settings": FineGraySettings(censoring_group=BAD)},
        {"settings": FineGraySettings(cause=0)},
        {"settings": FineGraySettings(cause=1.5)},
        {"settings": FineGraySettings(conf_level=95)},
    ],
)
def test_misuse_is_refused(misuse):
    with pytest.raises(InvalidData):
        fine_gray(**changed(patients(19), **misuse))
