"""Calibration, clinical utility, bootstrap and optimism against R."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats.binary.logistic import logistic
from hematotox.stats.numerics.resampling import percentile_limits
from hematotox.stats.performance.calibration import calibration
from hematotox.stats.performance.calibration_curve import (
    calibration_curve,
    loess_calibration_errors,
)
from hematotox.stats.performance.decision_rules import rule_shares
from hematotox.stats.performance.optimism import optimism

HERE = Path(__file__).parent
CLOSED_FORM = 1e-12
ITERATIVE = 1e-8


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


def read_data(name):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {column: np.array([float(row[column]) for row in rows]) for column in rows[0]}


ASAH, ASAH_R, MADE = read_data("asah"), read_checks("asah"), read_checks("prediction")
OUTCOME, COVARIATES = ASAH["poor"], np.column_stack([ASAH[n] for n in ("wfns", "age", "female")])


def refit(rows):
    fit = logistic(outcome=OUTCOME[rows], covariates=COVARIATES[rows])
    return 1 / (1 + np.exp(-fit.linear_predictor(COVARIATES)))


@pytest.fixture(scope="module")
def risk():
    p = refit(np.arange(OUTCOME.size))
    return p**0.8 / (p**0.8 + 0.7 * (1 - p) ** 0.8)


def close(ours, theirs, rel=CLOSED_FORM):
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=rel)


def test_risk(risk):
    close(risk, MADE["risk"]["risk"], ITERATIVE)


def test_calibration(risk):
    found, expected = calibration(outcome=OUTCOME, risk=risk), ASAH_R["calibration"]
    # the risks themselves come from an iterative fit
    close(found.slope.estimate, expected["slope"], ITERATIVE)
    close(found.slope.std_error, expected["slope_se"], ITERATIVE)
    close(found.intercept_at_slope, expected["intercept_at_slope"], ITERATIVE)
    close(found.intercept.estimate, expected["citl"], ITERATIVE)
    close(found.intercept.std_error, expected["citl_se"], ITERATIVE)
    close(found.brier.estimate, expected["brier"])
    close(found.scaled_brier, expected["scaled_brier"])
    close(found.observed_expected.estimate, expected["observed_expected"])
    close(found.discrimination.estimate, expected["c_index"])
    by_loess = loess_calibration_errors(outcome=OUTCOME, risk=risk)
    for name in ("ici", "e50", "e90", "emax"):
        close(getattr(by_loess, name), expected[f"{name}_loess"])


def test_decision_curve(risk):
    expected = ASAH_R["decision_curve"]
    cuts = np.array(expected["threshold"])
    found = rule_shares(status=OUTCOME, flagged=risk >= cuts[:, None])
    close(np.diag(found.net_benefit(cuts)[0]), expected["net_benefit"])
    close(found.treat_all(cuts)[0], expected["treat_all"])


def test_calibration_curve():
    expected = MADE["calibration_curve"]
    found = calibration_curve(outcome=OUTCOME, risk=MADE["risk"]["risk"], at=expected["at"])
    close(found.observed, expected["fit"])
    close(found.conf_low, expected["lower"])
    close(found.conf_high, expected["upper"])


def test_brier_se(risk):
    found = calibration(outcome=OUTCOME, risk=risk)
    close(found.brier.std_error, MADE["brier_se"]["se"])


def test_percentiles():
    slopes = MADE["resampled"]["slope"]
    close(percentile_limits(slopes), MADE["percentiles"]["limits"], ITERATIVE)


def test_optimism():
    expected = MADE["optimism"]
    samples = np.array(MADE["resampled"]["samples"])
    found = optimism(outcome=OUTCOME, covariates=COVARIATES, samples=samples)
    assert [row.measure for row in found] == expected["measure"]
    # apparent intercept and slope are 0 and 1 up to rounding
    np.testing.assert_allclose(
        [row.apparent for row in found], expected["apparent"], rtol=ITERATIVE, atol=1e-12
    )
    close([row.optimism for row in found], expected["optimism"], ITERATIVE)
    close([row.corrected for row in found], expected["corrected"], ITERATIVE)


def test_every_check_has_its_test():
    here = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{name}"' in here for name in MADE)
