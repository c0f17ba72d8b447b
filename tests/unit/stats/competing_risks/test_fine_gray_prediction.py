"""Predicted cumulative incidence and its limits."""

import numpy as np
import pytest

from hematotox.stats.competing_risks.cumulative_incidence import cumulative_incidence, incidence_at
from hematotox.stats.competing_risks.fine_gray import fine_gray
from hematotox.stats.competing_risks.fine_gray_data import FineGraySettings
from hematotox.stats.competing_risks.fine_gray_prediction import predict_incidence
from hematotox.stats.numerics.survival_data import InvalidData

AT = [3, 6, 12]


def patients(seed, n=150):
    rng = np.random.default_rng(seed)
    covariates = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)])
    risk = np.exp(covariates @ [0.4, 0.6])
    time = np.minimum(rng.exponential(15 / risk), rng.uniform(0, 25, n))
    return {"time": time, "status": rng.choice([0, 1, 1, 2], n), "covariates": covariates}


def test_standard_errors_and_limits_against_the_bootstrap():
    data, profiles = patients(1), [[0, 0], [1, 1]]
    predicted = predict_incidence(fine_gray(**data), covariates=profiles, times=AT)
    rng = np.random.default_rng(2)
    replicates = []
    for _ in range(300):
        drawn = rng.integers(0, 150, 150)
        model = fine_gray(**{key: values[drawn] for key, values in data.items()})
        replicates.append(predict_incidence(model, covariates=profiles, times=AT).estimate)
    # 300 replicates give a standard deviation of 0.05 to about 4 %, a limit to about 0.008: the
    # tolerances are four times that
    np.testing.assert_allclose(predicted.std_error, np.std(replicates, axis=0), rtol=0.15)
    low, high = np.quantile(replicates, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(predicted.conf_low, low, atol=0.03)
    np.testing.assert_allclose(predicted.conf_high, high, atol=0.03)


def test_an_aliased_covariate_leaves_the_overall_incidence():
    data = patients(3)
    model = fine_gray(**{**data, "covariates": np.ones(150)})
    predicted = predict_incidence(model, covariates=[1], times=AT)
    curve = incidence_at(cumulative_incidence(time=data["time"], status=data["status"]), times=AT)
    # exp(-Breslow) and Aalen-Johansen differ by a few in a thousand at this size, and their
    # standard errors by the variance of the censoring distribution too
    np.testing.assert_allclose(predicted.estimate[0], curve.estimate[0], atol=0.01)
    np.testing.assert_allclose(predicted.std_error[0], curve.std_error[0], rtol=0.1)


@pytest.mark.parametrize("arrangement", ["plain", "censoring groups", "clusters", "strata"])
def test_incidence_rises_and_its_limits_embrace_it(arrangement):
    data, centre = patients(4), np.arange(150) % 3
    arguments = {
        "plain": {},
        "censoring groups": {"settings": FineGraySettings(censoring_group=centre)},
        "clusters": {"cluster": np.arange(150) // 2},
        "strata": {"strata": centre},
    }[arrangement]
    stratum = {"stratum": 1} if arrangement == "strata" else {}
    times = np.linspace(0.5, 18, 12)
    predicted = predict_incidence(
        fine_gray(**data, **arguments), covariates=[[0, 0], [2, 1]], times=times, **stratum
    )
    assert (np.diff(predicted.estimate, axis=1) >= 0).all()
    inside = predicted.estimate > 0
    assert (predicted.conf_low <= predicted.estimate)[inside].all()
    assert (predicted.conf_high >= predicted.estimate)[inside].all()
    assert (predicted.conf_high[inside] <= 1).all()
    assert (predicted.std_error[inside] > 0).all()


def test_the_limits_with_clusters_of_one_are_close_to_those_without():
    data = patients(5)
    plain = predict_incidence(fine_gray(**data), covariates=[0, 1], times=AT)
    clustered = predict_incidence(
        fine_gray(**data, cluster=np.arange(150)), covariates=[0, 1], times=AT
    )
    # not equal: with clusters the censoring distribution is taken as known
    np.testing.assert_allclose(clustered.std_error, plain.std_error, rtol=0.1)


def test_before_the_first_event_and_beyond_follow_up():
    model = fine_gray(**patients(6))
    predicted = predict_incidence(model, covariates=[0, 0], times=[0, 1000])
    assert predicted.estimate[0, 0] == 0
    assert np.isnan(predicted.conf_low[0]).all()
    assert np.isnan(predicted.estimate[0, 1])
    assert predicted.condition == ("horizon beyond follow-up",)


def test_a_patient_far_outside_the_data_is_certain_not_a_warning():
    model = fine_gray(**patients(7))
    far = 1e6 * np.sign(model.coefficient[0])
    predicted = predict_incidence(model, covariates=[[far, 0], [-far, 0]], times=[6])
    assert predicted.estimate[:, 0].tolist() == [1, 0]


def test_conditions_of_the_model_are_handed_on():
    data = patients(8)
    model = fine_gray(**data, cluster=np.zeros(150))
    predicted = predict_incidence(model, covariates=[0, 0], times=AT)
    assert predicted.condition == ("fewer than 20 clusters",)
    assert np.isnan(predicted.std_error).all()
    assert np.isfinite(predicted.estimate).all()


@pytest.mark.parametrize(
    "misuse",
    [
        {"covariates": [0]},
        {"covariates": [0, np.nan]},
        {"times": [-1]},
        {"times": [np.nan]},
        {"stratum": "a centre"},
    ],
)
def test_misuse_is_refused(misuse):
    model = fine_gray(**patients(9))
    with pytest.raises(InvalidData):
        predict_incidence(model, **{"covariates": [0, 0], "times": AT, **misuse})
