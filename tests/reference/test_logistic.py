"""Logistic regression, Firth's and the adjustment by linear predictor against R."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats.binary.firth import firth
from hematotox.stats.binary.linear_predictor import logistic_adjusted_by_linear_predictor
from hematotox.stats.binary.logistic import compare_nested, logistic

HERE = Path(__file__).parent
ITERATIVE = 1e-8


def read_data(name):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


ASAH, MADE = read_data("asah"), read_data("constructed_binary")
ASAH["group"] = (ASAH["wfns"] >= 3).astype(float)
ENDOMETRIAL = read_data("endometrial")
ASAH_R, MADE_R, ENDOMETRIAL_R = (read_checks(n) for n in ("asah", "logistic", "endometrial"))


def columns(data, *names):
    return np.column_stack([data[name] for name in names])


def close(ours, theirs, rel=ITERATIVE, abs=0.0):
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=rel, atol=abs)


MODELS = {
    "logistic_group": ("group",),
    "logistic_continuous": ("wfns",),
    "logistic_adjusted": ("group", "age", "female"),
}


@pytest.mark.parametrize("name", MODELS)
def test_maximum_likelihood(name):
    expected = ASAH_R[name]
    fit = logistic(outcome=ASAH["poor"], covariates=columns(ASAH, *MODELS[name]))
    # glm leaves its standard error at the last but one iterate, 1e-7 off for one model;
    # 'continuous_converged' is that model at convergence.
    rel = 2e-7 if name == "logistic_continuous" else ITERATIVE
    close(fit.estimate, expected["coef"])
    close(fit.std_error, expected["se"], rel)
    close(fit.statistic, expected["z"], rel)
    close(fit.p_value, expected["p"], 1e-6 if rel == ITERATIVE else 5e-6)
    close(fit.conf_low, expected["wald_lower"], rel)
    close(fit.conf_high, expected["wald_upper"], rel)
    close(fit.deviance, expected["deviance"])
    close(-2 * fit.null_log_likelihood, expected["null_deviance"])
    close(fit.log_likelihood, expected["loglik"])
    assert fit.converged
    assert fit.condition == ()
    profile = logistic(
        outcome=ASAH["poor"], covariates=columns(ASAH, *MODELS[name]), interval="profile"
    )
    close(profile.conf_low, expected["profile_lower"])
    close(profile.conf_high, expected["profile_upper"])


def made(name):
    outcome, weights = MADE["y"], MADE["weight"]
    return {
        "continuous_converged": lambda: logistic(outcome=ASAH["poor"], covariates=ASAH["wfns"]),
        "weighted": lambda: logistic(
            outcome=outcome,
            covariates=np.column_stack([MADE["points"], MADE["year"] - 2019]),
            weights=weights,
        ),
        "scales": lambda: logistic(
            outcome=outcome, covariates=np.column_stack([MADE["huge"], MADE["tiny"]])
        ),
        "offset": lambda: logistic(
            outcome=outcome, covariates=np.empty((outcome.size, 0)), offset=MADE["known"]
        ),
    }[name]()


@pytest.mark.parametrize("name", ["continuous_converged", "weighted", "scales", "offset"])
def test_other_models(name):
    expected, fit = MADE_R[name], made(name)
    unit = np.array([1, 1e8, 1e-8]) if name == "scales" else 1.0
    close(fit.estimate * unit, np.atleast_1d(expected["coef"]))
    close(fit.std_error * unit, np.atleast_1d(expected["se"]))
    close(fit.statistic, np.atleast_1d(expected["z"]))
    close(fit.p_value, np.atleast_1d(expected["p"]), 1e-6)
    close(fit.log_likelihood, expected["loglik"])


def test_a_calendar_year_needs_no_centring():
    fit = logistic(
        outcome=MADE["y"], covariates=columns(MADE, "points", "year"), weights=MADE["weight"]
    )
    close(fit.estimate[1:], MADE_R["weighted"]["coef"][1:])
    close(fit.std_error[1:], MADE_R["weighted"]["se"][1:])


def test_weighted_profile():
    fit = logistic(
        outcome=MADE["y"],
        covariates=np.column_stack([MADE["points"], MADE["year"] - 2019]),
        weights=MADE["weight"],
        interval="profile",
    )
    close(fit.conf_low, MADE_R["weighted_profile"]["lower"])
    close(fit.conf_high, MADE_R["weighted_profile"]["upper"])


def test_profile_all():
    fit = logistic(
        outcome=ASAH["poor"], covariates=columns(ASAH, "group", "age", "female"), interval="profile"
    )
    close(fit.conf_low, MADE_R["profile_all"]["lower"])
    close(fit.conf_high, MADE_R["profile_all"]["upper"])


def test_aliased():
    expected = MADE_R["aliased"]
    names = ("points", "constant", "year", "combination")
    fit = logistic(outcome=MADE["y"], covariates=columns(MADE, *names))
    # R's model has the year centred at 2019, which moves the intercept alone.
    close(fit.estimate[1:], expected["coef"][1:])
    close(fit.std_error[1:], expected["se"][1:])
    assert "aliased covariate" in fit.condition


def test_likelihood_ratio():
    expected = MADE_R["likelihood_ratio"]
    smaller = logistic(outcome=ASAH["poor"], covariates=ASAH["group"])
    larger = logistic(outcome=ASAH["poor"], covariates=columns(ASAH, "group", "age", "female"))
    test = compare_nested(smaller=smaller, larger=larger)
    close(test.statistic, expected["statistic"])
    close(test.p_value, expected["p"], 1e-6)
    assert test.df == expected["df"]


def test_logistic_linear_predictor_adjusted():
    expected = ASAH_R["logistic_linear_predictor_adjusted"]
    step = logistic_adjusted_by_linear_predictor(
        outcome=ASAH["poor"], exposure=ASAH["group"], covariates=columns(ASAH, "age", "female")
    )
    close(step.estimate, expected["coef"])
    close(step.std_error, expected["se"])
    close(step.p_value, expected["p"], 1e-6)
    close(step.conf_low, expected["wald_lower"])
    close(step.conf_high, expected["wald_upper"])


def test_firth_adjusted():
    expected = ASAH_R["firth_adjusted"]
    fit = firth(outcome=ASAH["poor"], covariates=columns(ASAH, "group", "age", "female"))
    close(fit.estimate, expected["coef"])
    close(fit.std_error, expected["se"])
    profile = expected["profile"]
    # the reference limits come from a numerical search, good to 1e-5
    close(fit.conf_low[1], profile["lower"], 1e-5)
    close(fit.conf_high[1], profile["upper"], 1e-5)
    close(fit.p_value[1], profile["p"], 1e-6)


def test_firth():
    expected = ENDOMETRIAL_R["firth"]
    fit = logistic(outcome=ENDOMETRIAL["HG"], covariates=columns(ENDOMETRIAL, "NV", "PI", "EH"))
    assert fit.method == "Firth"
    close(fit.estimate, expected["coef"])
    close(fit.std_error, expected["se"])
    for position, profile in enumerate(expected["profile"], start=1):
        close(fit.conf_low[position], profile["lower"], 1e-5)
        close(fit.conf_high[position], profile["upper"], 1e-5)
        close(fit.p_value[position], profile["p"], 1e-6)


def test_separation():
    names = ("NV", "PI", "EH")
    fit = logistic(outcome=ENDOMETRIAL["HG"], covariates=columns(ENDOMETRIAL, *names))
    infinite = [name for name, flag in zip(names, fit.infinite[1:], strict=True) if flag]
    assert infinite == [ENDOMETRIAL_R["separation"]["separated_term"]]
    assert "separation" in fit.condition


def test_firth_weighted():
    expected = MADE_R["firth_weighted"]
    fit = firth(
        outcome=MADE["y"],
        covariates=np.column_stack([MADE["points"], MADE["year"] - 2019]),
        weights=MADE["weight"],
    )
    close(fit.estimate, expected["coef"])
    close(fit.std_error, expected["se"])


def test_firth_complete_separation():
    expected = MADE_R["firth_complete_separation"]
    z = [0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1]
    fit = logistic(
        outcome=np.repeat([0, 1], [8, 6]),
        covariates=np.column_stack([np.arange(1, 15), z]),
    )
    close(fit.estimate, expected["coef"])
    close(fit.std_error, expected["se"])
    assert fit.condition == ("separation", "too few events per parameter")


def test_firth_tests():
    expected = MADE_R["firth_tests"]
    fit = firth(outcome=ENDOMETRIAL["HG"], covariates=columns(ENDOMETRIAL, "NV", "PI", "EH"))
    # R's maxima come from optim, whose numerical gradient limits them
    close([*fit.statistic[1:], fit.lr_statistic], expected["statistic"], 1e-6)


def test_every_check_has_its_test():
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{name}"' in here for name in MADE_R)
