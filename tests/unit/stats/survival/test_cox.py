"""Cox models: properties, ugly data, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.cox import cox
from hematotox.stats.survival.cox_data import CoxSettings

QUICK = settings(max_examples=40, deadline=None)
SEEDS = st.integers(0, 10_000)
BRESLOW = CoxSettings(ties="breslow")


def cohort(seed, n=60, days=15, p=2):
    rng = np.random.default_rng(seed)
    return {
        "time": rng.integers(0, days, n),
        "event": rng.integers(0, 2, n),
        "covariates": np.column_stack([rng.normal(size=(n, p - 1)), rng.integers(0, 2, n)]),
    }


@QUICK
@given(SEEDS, st.integers(-8, 8), st.floats(-1e6, 1e6))
def test_a_linear_change_of_a_covariate_only_changes_its_scale(seed, exponent, shift):
    data = cohort(seed)
    factor = 10.0**exponent
    changed = data["covariates"].copy()
    changed[:, 0] = factor * (changed[:, 0] + shift)
    one, other = cox(**data), cox(**data | {"covariates": changed})
    np.testing.assert_allclose(other.coefficient * [factor, 1], one.coefficient, rtol=1e-6)
    np.testing.assert_allclose(other.std_error * [factor, 1], one.std_error, rtol=1e-6)
    assert other.loglik == pytest.approx(one.loglik, rel=1e-9)


@QUICK
@given(SEEDS)
def test_order_of_patients_and_names_of_strata_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    data, centre = cohort(seed), rng.integers(0, 4, 60)
    order = rng.permutation(60)
    shuffled = {key: np.asarray(value)[order] for key, value in data.items()}
    names = np.array(["d", "a", "c", "b"])[centre]
    one = cox(**data, strata=centre, cluster=centre)
    other = cox(**shuffled, strata=names[order], cluster=names[order])
    np.testing.assert_allclose(other.coefficient, one.coefficient, rtol=1e-9)
    np.testing.assert_allclose(other.std_error, one.std_error, rtol=1e-9)


@QUICK
@given(SEEDS)
def test_whole_weights_are_repeated_patients_with_breslow_ties(seed):
    data = cohort(seed)
    counts = np.random.default_rng(seed).integers(0, 4, 60)
    weighted = cox(**data, settings=CoxSettings(ties="breslow", weights=counts))
    repeated = {key: np.repeat(value, counts, axis=0) for key, value in data.items()}
    by_hand = cox(**repeated, settings=BRESLOW)
    np.testing.assert_allclose(weighted.coefficient, by_hand.coefficient, rtol=1e-9)
    np.testing.assert_allclose(weighted.std_error, by_hand.std_error, rtol=1e-9)
    assert weighted.n == int((counts > 0).sum())


@QUICK
@given(SEEDS)
def test_without_ties_efron_is_breslow(seed):
    data = cohort(seed) | {"time": np.random.default_rng(seed).permutation(60)}
    efron, breslow = cox(**data), cox(**data, settings=BRESLOW)
    np.testing.assert_allclose(efron.coefficient, breslow.coefficient, rtol=1e-9)
    assert efron.loglik == pytest.approx(breslow.loglik, rel=1e-12)


@QUICK
@given(SEEDS)
def test_the_estimate_is_a_maximum(seed):
    data = cohort(seed)
    model = cox(**data)
    assert model.converged
    assert model.loglik >= model.loglik_null
    assert model.likelihood_ratio.statistic >= 0
    assert (model.conf_low < model.coefficient).all()
    assert (model.coefficient < model.conf_high).all()


def test_two_patients_by_hand():
    # one event while both are at risk: L = exp(b) / (exp(b) + 1), maximal at infinity; with the
    # mirrored pair in another stratum the maximum is at 0 and the information 1/4 + 1/4
    model = cox(time=[1, 2, 1, 2], event=[1, 0, 1, 0], covariates=[1, 0, 0, 1], strata=[0, 0, 1, 1])
    assert model.coefficient[0] == pytest.approx(0)
    assert model.std_error[0] == pytest.approx(np.sqrt(2))
    assert model.loglik == pytest.approx(-2 * np.log(2))


def test_each_patient_a_cluster_is_the_robust_variance():
    data = cohort(4)
    robust = cox(**data, settings=CoxSettings(robust=True))
    clustered = cox(**data, cluster=np.arange(60))
    np.testing.assert_allclose(robust.std_error, clustered.std_error)
    np.testing.assert_allclose(robust.naive_std_error, cox(**data).std_error)
    assert clustered.n_cluster == 60
    assert robust.n_cluster is None


def separable(time, event, covariates):
    """Say by linear programming whether some direction raises the likelihood without end."""
    from scipy.optimize import linprog

    pairs = [
        covariates[i] - covariates[k]
        for i in np.flatnonzero(event)
        for k in np.flatnonzero(time >= time[i])
        if i != k
    ]
    if not pairs:
        return False
    best = linprog(
        -np.sum(pairs, axis=0),
        A_ub=-np.array(pairs),
        b_ub=np.zeros(len(pairs)),
        bounds=[(-1, 1)] * covariates.shape[1],
    )
    return -best.fun > 1e-7


@QUICK
@given(SEEDS)
def test_monotone_likelihood_is_found_exactly_where_it_is(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 12))
    data = cohort(seed, n=n, days=int(rng.integers(2, 20)), p=int(rng.integers(2, 4)))
    model = cox(**data)
    expected = separable(**data)
    assert ("monotone likelihood" in model.condition) == expected
    assert np.isinf(model.coefficient).any() == expected
    assert model.converged or expected


def test_a_group_without_events_has_an_infinite_coefficient():
    never = np.repeat([0, 0, 0, 1], 10)
    time = np.arange(40) % 13 + 1
    event = np.where(never == 1, 0, np.arange(40) % 3 > 0)
    age = np.arange(40) % 7
    model = cox(time=time, event=event, covariates=np.column_stack([never, age]))
    assert model.coefficient[0] == -np.inf
    assert np.isnan([model.std_error[0], model.conf_low[0], model.p_value[0]]).all()
    assert np.isfinite([model.coefficient[1], model.std_error[1]]).all()
    assert np.isnan(model.wald.statistic)
    assert model.likelihood_ratio.p_value < 0.05
    assert model.condition == ("monotone likelihood",)
    assert np.isfinite(model.last_iterate).all()
    other_way = cox(time=time, event=event, covariates=np.column_stack([-never, age]))
    assert other_way.coefficient[0] == np.inf


def test_constant_and_repeated_covariates_are_aliased():
    data = cohort(1)
    x = data["covariates"]
    columns = np.column_stack([x[:, 0], np.full(60, 0.1), 1e8 * x[:, 0] + 7, x[:, 1]])
    model = cox(**data | {"covariates": columns})
    np.testing.assert_array_equal(np.isnan(model.coefficient), [False, True, True, False])
    np.testing.assert_allclose(model.coefficient[[0, 3]], cox(**data).coefficient, rtol=1e-9)
    assert model.condition == ("aliased covariate",)
    assert model.wald.df == 2


def test_a_covariate_constant_within_strata_is_aliased():
    data, centre = cohort(2), np.arange(60) % 3
    model = cox(**data | {"covariates": 2015.3 + centre}, strata=centre)
    assert model.condition == ("aliased covariate",)


def test_patients_who_leave_before_the_first_event_do_not_matter():
    data = cohort(6) | {"time": np.arange(60) + 5}
    data["event"][:3] = 0
    wild = data["covariates"].copy()
    wild[:2] = 1e9
    model, reference = cox(**data | {"covariates": wild}), cox(**data)
    np.testing.assert_allclose(model.coefficient, reference.coefficient, rtol=1e-9)


@pytest.mark.parametrize(
    ("change", "condition"),
    [
        ({"event": np.zeros(60)}, ("no events",)),
        ({"covariates": np.ones(60)}, ("aliased covariate",)),
        ({"event": np.arange(60) < 6}, ("too few events per parameter",)),
        ({"cluster": np.arange(60) % 19}, ("fewer than 20 clusters",)),
    ],
)
def test_trouble_is_a_condition(change, condition):
    assert cox(**cohort(3) | change).condition == condition


def test_one_patient():
    model = cox(time=[3], event=[1], covariates=[2.5])
    assert np.isnan(model.coefficient).all()
    assert model.loglik == 0


def test_no_covariates_give_the_null_likelihood():
    data = cohort(5)
    model = cox(**data | {"covariates": np.zeros((60, 0))})
    assert model.loglik == pytest.approx(cox(**data).loglik_null)
    assert model.coefficient.shape == (0,)


def test_one_cluster_has_no_robust_variance():
    model = cox(**cohort(3), cluster=np.zeros(60))
    assert np.isnan(model.std_error).all()
    assert model.condition == ("fewer than 20 clusters", "not estimable")


@pytest.mark.parametrize("spot", ["time", "event", "covariates", "strata", "cluster", "weights"])
def test_a_missing_value_anywhere_is_refused(spot):
    data = cohort(0)
    hole = np.ones(60)
    hole[7] = np.nan
    if spot == "weights":
        change = {"settings": CoxSettings(weights=hole)}
    elif spot in ("strata", "cluster"):
        change = {spot: hole}
    else:
        values = np.array(data[spot], dtype=float)
        values[7] = np.nan
        change = {spot: values}
    with pytest.raises(InvalidData):
        cox(**data | change)


@pytest.mark.parametrize(
    "wrong",
    [
        {"time": np.arange(59)},
        {"time": -np.ones(60)},
        {"event": np.full(60, 2)},
        {"covariates": np.ones((59, 2))},
        {"settings": CoxSettings(ties="exact")},
        {"settings": CoxSettings(conf_level=95)},
        {"settings": CoxSettings(weights=np.zeros(60))},
    ],
)
def test_misuse_is_refused(wrong):
    with pytest.raises(InvalidData):
        cox(**cohort(0) | wrong)
