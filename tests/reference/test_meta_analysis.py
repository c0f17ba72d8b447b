"""Random effects, the binomial-normal model and the bivariate model against R."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats.synthesis.binomial_normal import binomial_normal
from hematotox.stats.synthesis.bivariate_accuracy import bivariate_accuracy
from hematotox.stats.synthesis.random_effects import random_effects

HERE = Path(__file__).parent
CLOSED_FORM = 1e-12
ITERATIVE = 1e-8


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


def read_data(name, **wanted):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    rows = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    columns = [column for column in rows[0] if column not in ("set", "centre")]
    return {column: np.array([float(row[column]) for row in rows]) for column in columns}


META, META_R, MADE = read_data("meta"), read_checks("meta"), read_checks("meta_analysis")
FIELDS = {
    "estimate": "estimate",
    "se": "std_error",
    "lower": "conf_low",
    "upper": "conf_high",
    "p": "p_value",
    "tau2": "tau2",
    "tau2_lower": "tau2_low",
    "tau2_upper": "tau2_high",
    "I2": "i2",
    "H2": "h2",
    "Q": "q",
    "Q_p": "q_p_value",
    "loglik": "log_likelihood",
    "prediction_lower": "prediction_low",
    "prediction_upper": "prediction_high",
    "weight": "weight",
}
HOMOGENEOUS = {"yi": [0.31, 0.28, 0.35, 0.30], "vi": [0.1, 0.2, 0.15, 0.12]}


def close(ours, theirs, rel=ITERATIVE, abs=0.0):
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=rel, atol=abs)


@pytest.mark.parametrize(
    ("name", "method", "test"),
    [
        ("reml_hartung_knapp", "REML", "hartung-knapp"),
        ("dersimonian_laird", "DL", "z"),
        ("fixed", "fixed", "z"),
        ("reml_all", "REML", "hartung-knapp"),
        ("ml_hartung_knapp", "ML", "hartung-knapp"),
        ("fixed_all", "fixed", "z"),
        ("reml_z", "REML", "z"),
        ("homogeneous", "REML", "hartung-knapp"),
    ],
)
def test_random_effects(name, method, test):
    expected = META_R[name] if name in META_R else MADE[name]
    data = HOMOGENEOUS if name == "homogeneous" else META
    found = random_effects(estimate=data["yi"], variance=data["vi"], method=method, test=test)
    for r_name, field in FIELDS.items():
        if not expected.get(r_name) and expected.get(r_name) != 0:
            continue  # R gives none
        if name == "reml_z" and r_name.startswith("prediction"):
            continue  # predict() takes the normal distribution there, we always take t
        rel = CLOSED_FORM if method in ("DL", "fixed") else ITERATIVE
        close(getattr(found, field), expected[r_name], rel)


@pytest.mark.parametrize(
    ("name", "method"), [("conditional_exact", "random"), ("conditional_fixed", "common")]
)
def test_binomial_normal(name, method):
    expected, data = MADE[name], read_data("zero_cells")
    found = binomial_normal(
        events_1=data["ai"],
        n_1=data["n1i"],
        events_2=data["ci"],
        n_2=data["n2i"],
        method=method,
    )
    close(found.estimate, expected["estimate"])
    close(found.std_error, expected["se"])
    # rma.glmm itself stops early
    close(found.estimate, expected["rma_estimate"], 1e-6)
    close(found.std_error, expected["rma_se"], 1e-3)
    if method == "random":
        close(found.tau2, expected["tau2"])
        close(found.tau2, expected["rma_tau2"], 1e-6)
        close(found.log_likelihood, expected["loglik"], 1e-10)
        gain = 2 * (expected["loglik"] - expected["loglik_no_heterogeneity"])
        close(found.heterogeneity_statistic, gain)


@pytest.mark.parametrize(
    ("name", "rows", "method"),
    [
        ("bivariate_boundary", "boundary", "REML"),
        ("bivariate_reml", "inside", "REML"),
        ("bivariate_ml", "inside", "ML"),
    ],
)
def test_bivariate(name, rows, method):
    expected, data = MADE[name], read_data("accuracy_studies", set=rows)
    found = bivariate_accuracy(**data, method=method)
    assert found.converged
    close([found.sensitivity.logit, found.specificity.logit], expected["mean"])
    close(found.covariance, expected["covariance"])
    close(found.between, expected["between"])
    # rma.mv as it comes, before the Newton steps of the script
    close([found.sensitivity.logit, found.specificity.logit], expected["rma_mean"], 1e-5)
    close(found.between, expected["rma_between"], 1e-5)
    edge = "correlation at the edge of its range" in found.condition
    assert edge == (name == "bivariate_boundary")


def test_every_check_has_its_test():
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{name}"' in here for name in (*MADE, *META_R))
