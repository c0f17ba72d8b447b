"""Performance between centres against R: a model made in the others, and the summaries."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logit

from hematotox.stats.binary.cluster_robust import cluster_robust
from hematotox.stats.binary.conditional_logistic import conditional_logistic
from hematotox.stats.binary.logistic import logistic
from hematotox.stats.performance.calibration import calibration
from hematotox.stats.performance.internal_external import left_out_log_odds, left_out_survival
from hematotox.stats.survival.concordance import concordance
from hematotox.stats.survival.cox import cox
from hematotox.stats.survival.kaplan_meier import kaplan_meier, survival_at
from hematotox.stats.synthesis.observed_expected import observed_expected
from hematotox.stats.synthesis.performance import pooled_areas, prediction_limits
from hematotox.stats.synthesis.random_effects import random_effects

HERE = Path(__file__).parent
ITERATIVE = 1e-8
REML = 1e-6  # the tolerance of the references: metafor stops earlier
NUMERICAL = 1e-6  # R's Hessian is of differences, its integral to 1e-12
MODELS = {
    "ev_bmt": (("age", "fab", "male"), "fail365", "hospital"),
    "ev_rotterdam": (("age", "size", "nodes", "grade3"), "rec3", "block"),
}


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


def read_data(name):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    columns = ("time", "status", *MODELS[name][0], *MODELS[name][1:])
    return {column: np.array([float(row[column]) for row in rows]) for column in columns}


R, MADE = {name: read_checks(name) for name in MODELS}, read_checks("between_centres")


def close(ours, theirs, rel=ITERATIVE):
    np.testing.assert_allclose(ours, theirs, rtol=rel)


def pooled(found, expected):
    close([found.estimate, found.std_error], [expected["estimate"], expected["se"]], REML)
    close([found.conf_low, found.conf_high], [expected["lower"], expected["upper"]], REML)
    close(found.q_p_value, expected["Q_p"], REML)
    # a variance of 0, and what follows from it
    np.testing.assert_allclose(found.tau2, expected["tau2"], rtol=REML, atol=1e-9)
    k = expected["k"]
    for df, ending in ((k - 1, ""), (k - 2, "_k_minus_2")):
        names = ("estimate", "std_error", "tau2")
        ours = prediction_limits(**{name: getattr(found, name) for name in names}, df=df)
        close(ours, [expected[f"prediction_{end}{ending}"] for end in ("lower", "upper")], REML)


def summaries(centres, expected):
    for name in ("slope", "citl", "log_oe"):
        if name in expected:
            y, se = ([one[key] for one in centres] for key in (name, f"{name}_se"))
            pooled(random_effects(estimate=y, variance=np.square(se)), expected[name])
    c, se = ([one[key] for one in centres] for key in ("c", "c_se"))
    pooled(pooled_areas(area=c, std_error=se), expected["logit_c"])


@pytest.mark.parametrize("name", MODELS)
def test_logistic_model_of_the_other_centres(name):
    check, data = R[name]["iecv_logistic"], read_data(name)
    covariates, outcome, centre = MODELS[name]
    left_out = left_out_log_odds(
        outcome=data[outcome],
        covariates=np.column_stack([data[c] for c in covariates]),
        centre=data[centre],
    )
    for one in check["centres"]:
        own = data[centre] == one["centre"]
        found = calibration(outcome=data[outcome][own], risk=left_out.risk[own])
        assert (found.n, found.n_event) == (one["n"], one["events"])
        area = found.discrimination
        close([area.estimate, area.std_error], [one["c"], one["c_se"]])
        close(logit(area.estimate), one["logit_c"])
        close([found.slope.estimate, found.slope.std_error], [one["slope"], one["slope_se"]])
        close([found.intercept.estimate, found.intercept.std_error], [one["citl"], one["citl_se"]])
        ratio = found.observed_expected
        close([np.log(ratio.estimate), ratio.std_error], [one["log_oe"], one["log_oe_se"]])
    summaries(check["centres"], check["summary"])


@pytest.mark.parametrize("name", MODELS)
def test_cox_model_of_the_other_centres(name):
    check, data = R[name]["iecv_cox"], read_data(name)
    covariates, _, centre = MODELS[name]
    left_out = left_out_survival(
        time=data["time"],
        event=data["status"],
        covariates=np.column_stack([data[c] for c in covariates]),
        centre=data[centre],
        horizon=check["horizon"],
    )
    for one in check["centres"]:
        own = data[centre] == one["centre"]
        of = {"time": data["time"][own], "event": data["status"][own]}
        c = concordance(**of, risk=left_out.predictor[own])
        close([c.estimate, c.std_error], [one["c"], one["c_se"]])
        model = cox(**of, covariates=left_out.predictor[own])
        close([model.coefficient[0], model.std_error[0]], [one["slope"], one["slope_se"]])
        observed = 1 - survival_at(kaplan_meier(**of), [check["horizon"]]).survival[0]
        close([observed, left_out.risk[own].mean()], [one["observed"], one["expected"]])
    summaries(check["centres"], check["summary"])


@pytest.mark.parametrize("name", ["oe_with_an_empty_centre", "oe_where_everybody_had_it"])
def test_observed_over_expected(name):
    check = MADE[name]
    found = observed_expected(**{key: check[key] for key in ("events", "n", "expected")})
    close([found.estimate, found.tau2**0.5], [check["estimate"], check["tau"]], NUMERICAL * 10)
    close(found.std_error, check["se"], NUMERICAL * 10)
    close(found.log_likelihood, check["loglik"])


WITHIN = {
    "ev_bmt": ("fail365", ("fab", "age"), "hospital"),
    "ev_rotterdam": ("rec3", ("grade3", "age"), "block"),
    "ev_rhdnase": ("exac", ("trt", "fev10"), "inst"),
}


def read_clusters(name):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    outcome, covariates, cluster = (
        np.array([[float(row[column]) for column in columns] for row in rows])
        for columns in ((WITHIN[name][0],), WITHIN[name][1], (WITHIN[name][2],))
    )
    return outcome[:, 0], covariates, cluster[:, 0]


@pytest.mark.parametrize("name", WITHIN)
def test_standard_errors_of_few_clusters(name):
    outcome, covariates, cluster = read_clusters(name)
    check = read_checks(name)["cluster_robust_logistic"]
    fitted = logistic(outcome=outcome, covariates=covariates)
    of = {"outcome": outcome, "covariates": covariates, "cluster": cluster}
    found = cluster_robust(fitted, **of)
    close(found.estimate, check["coef"])
    close(found.std_error, check["cr2_se"])
    close(found.df, check["cr2_df"])
    close(found.p_value, check["cr2_p"])
    assert found.n_cluster == check["clusters"]


@pytest.mark.parametrize("name", WITHIN)
def test_clusters_with_their_own_intercepts(name):
    outcome, covariates, cluster = read_clusters(name)
    check = read_checks(name)["fixed_effects_logistic"]
    mixed = np.array([0 < outcome[cluster == one].mean() < 1 for one in cluster])
    own = [(cluster == one)[mixed] for one in np.unique(cluster[mixed])[1:]]
    matrix = np.column_stack([covariates[mixed], *own]).astype(float)
    fitted = logistic(outcome=outcome[mixed], covariates=matrix)
    close([fitted.estimate[1:3], fitted.std_error[1:3]], [check["coef"], check["se"]])
    of = {"outcome": outcome[mixed], "covariates": matrix, "cluster": cluster[mixed]}
    found = cluster_robust(fitted, **of)
    close([found.std_error[1:3], found.df[1:3]], [check["cr2_se"], check["cr2_df"]])
    assert (found.n, found.n_cluster) == (check["n"], check["clusters"])


@pytest.mark.parametrize("name", WITHIN)
def test_patients_compared_within_their_clusters(name):
    outcome, covariates, cluster = read_clusters(name)
    check = read_checks(name)["conditional_logistic"]
    found = conditional_logistic(outcome=outcome, covariates=covariates, strata=cluster)
    close(found.estimate, check["coef"])
    close(found.std_error, check["se"], REML)
    close(found.p_value, check["p"], REML)
    close([found.conf_low, found.conf_high], [check["lower"], check["upper"]], REML)
