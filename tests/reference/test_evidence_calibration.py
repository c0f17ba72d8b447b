"""Calibration of a points score against stated risks, and net benefit, against R."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats import (
    calibration,
    calibration_at_horizon,
    concordance,
    cox,
    fine_gray,
    observed_over_expected,
    observed_risk,
    pseudo_risks,
    rule_shares,
    time_dependent_auc,
    time_dependent_brier,
)

HERE = Path(__file__).parent
CLOSED_FORM, ITERATIVE, FINE_GRAY, SCORE = 1e-10, 1e-8, 1e-7, 1e-6
"""Tolerances of the references: closed forms, iterations, Fine-Gray, riskRegression and geepack's
fits to pseudo-values."""


def read_data(name):
    with (HERE / "data" / f"ev_{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {column: np.array([float(row[column] or "nan") for row in rows]) for column in rows[0]}


def read_checks(name):
    content = json.loads((HERE / "expected" / f"ev_{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


NAMES = ("mgus2", "bmt", "asah", "rotterdam")
DATA = {name: read_data(name) for name in NAMES}
R = {name: read_checks(name) for name in NAMES}
POINTS = DATA["rotterdam"]
STRATUM = {"rotterdam": "pts"}
BINARY = {
    "mgus2": ("dead60", "risk60"),
    "bmt": ("fail365", "risk365"),
    "asah": ("poor", "risk"),
    "rotterdam": ("rec3", "risk3y"),
}
"""Outcome and stated risk."""
SURVIVAL = {
    "mgus2": ("futime", "death", "risk60"),
    "bmt": ("time", "status", "risk365"),
    "rotterdam": ("time", "status", "risk3y"),
}
COMPETING = {"mgus2": ("time", "event", "risk120"), "bmt": ("time", "event", "risk_relapse730")}
"""Times, status and stated risk."""


def close(ours, theirs, rel=CLOSED_FORM):
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=rel, atol=1e-12)


def same_ratio(observed, expected_risk, theirs):
    """Compare O/E; R gives observed and expected as events or as risks."""
    found = observed_over_expected(observed, expected=expected_risk)
    close(np.exp([found.log_ratio, found.conf_low, found.conf_high]),
          [theirs["oe"], theirs["lower"], theirs["upper"]])  # fmt: skip
    close(found.std_error, theirs["se_log"])


@pytest.mark.parametrize("name", BINARY)
def test_observed_expected_of_a_proportion(name):
    outcome, risk = (DATA[name][column] for column in BINARY[name])
    whole = R[name]["cal_oe_binary"]
    observed = observed_risk(status=outcome)
    close([observed.n_event, observed.n], [whole["observed"], whole["n"]])
    same_ratio(observed, risk.mean(), whole)
    close(np.array([observed.conf_low, observed.conf_high]) / risk.mean(), whole["exact"])
    for value, part in zip(np.unique(risk), R[name]["cal_oe_by_stratum"], strict=True):
        observed = observed_risk(status=outcome[risk == value])
        close([observed.estimate, observed.n], [part["observed_proportion"], part["n"]])
        close([observed.conf_low, observed.conf_high], part["exact"])
        same_ratio(observed, part["published"], part)


@pytest.mark.parametrize("name", BINARY)
def test_calibration_of_a_binary_outcome(name):
    outcome, risk = (DATA[name][column] for column in BINARY[name])
    found, theirs = calibration(outcome=outcome, risk=risk), R[name]["cal_binary"]
    for ours, key in ((found.intercept, "citl"), (found.slope, "slope")):
        numbers = [ours.estimate, ours.std_error, ours.conf_low, ours.conf_high]
        close(numbers, [theirs[key][k] for k in ("est", "se", "lower", "upper")], ITERATIVE)
    close(found.intercept_at_slope, theirs["intercept_at_slope"], ITERATIVE)
    close([found.brier.estimate, found.brier.std_error], [theirs["brier"], theirs["brier_se"]])
    close(found.scaled_brier, theirs["scaled_brier"])
    area = found.discrimination
    limits = [theirs[f"auc{end}"] for end in ("", "_lower", "_upper")]
    close([area.estimate, area.conf_low, area.conf_high], limits)


def at_horizon(name, columns, check):
    time, status, risk = (DATA[name][column] for column in columns)
    horizon = R[name][check]["horizon"]
    return time, status, risk, horizon


@pytest.mark.parametrize("name", SURVIVAL)
def test_observed_expected_by_a_horizon(name):
    time, status, risk, horizon = at_horizon(name, SURVIVAL[name], "cal_survival")
    whole = R[name]["cal_oe_survival"]
    observed = observed_risk(status=status, time=time, horizon=horizon)
    close([observed.estimate, risk.mean()], [whole["observed"], whole["expected"]])
    assert observed.n_event == whole["events_by_horizon"]
    same_ratio(observed, risk.mean(), whole)
    by_stratum(time, status, risk, horizon=horizon, parts=R[name]["cal_oe_survival_by_stratum"])


@pytest.mark.parametrize("name", COMPETING)
def test_observed_expected_with_competing_events(name):
    time, status, risk, horizon = at_horizon(name, COMPETING[name], "cal_competing")
    whole = R[name]["cal_oe_competing"]
    observed = observed_risk(status=status, time=time, horizon=horizon)
    close([observed.estimate, risk.mean()], [whole["observed"], whole["expected"]])
    same_ratio(observed, risk.mean(), whole)
    by_stratum(time, status, risk, horizon=horizon, parts=R[name]["cal_oe_competing_by_stratum"])


def by_stratum(time, status, risk, *, horizon, parts):
    for value, part in zip(np.unique(risk), parts, strict=True):
        here = risk == value
        observed = observed_risk(status=status[here], time=time[here], horizon=horizon)
        close([observed.estimate, observed.n], [part["observed"], part["n"]])
        close(part["expected"], value)
        if part["observed_lower"] is not None:
            limits = [observed.conf_low, observed.conf_high]
            close(limits, [part["observed_lower"], part["observed_upper"]])
            same_ratio(observed, value, part)


def pseudo_fit(found, theirs):
    for ours, key in ((found.intercept, "intercept"), (found.slope, "slope")):
        numbers = [ours.estimate, ours.std_error, ours.conf_low, ours.conf_high]
        close(numbers, [theirs[key][k] for k in ("est", "se", "lower", "upper")], SCORE)
    close(found.intercept_at_slope, theirs["intercept_at_slope"], SCORE)


@pytest.mark.parametrize("name", SURVIVAL)
def test_calibration_by_a_horizon(name):
    time, status, risk, horizon = at_horizon(name, SURVIVAL[name], "cal_survival")
    theirs = R[name]["cal_survival"]
    pseudo = pseudo_risks(time=time, status=status, horizon=horizon)
    # R's survfit counts its survival to 1e-13, which n times over is 1e-10
    close([pseudo.mean(), pseudo.std(ddof=1)],
          [theirs["pseudo"][k] for k in ("pseudo_mean", "pseudo_sd")], ITERATIVE)  # fmt: skip
    pseudo_fit(calibration_at_horizon(pseudo=pseudo, risk=risk), theirs["pseudo"])
    slope = cox(time=time, event=status, covariates=np.log(-np.log(1 - risk)))
    close([slope.coefficient[0], slope.std_error[0]],
          [theirs["slope"]["est"], theirs["slope"]["se"]], ITERATIVE)  # fmt: skip
    area = concordance(time=time, event=status, risk=risk)
    close([area.estimate, area.std_error], [theirs["c"], theirs["c_se"]])
    score(name, "score_survival", (time, status, risk, horizon))


@pytest.mark.parametrize("name", COMPETING)
def test_calibration_with_competing_events(name):
    time, status, risk, horizon = at_horizon(name, COMPETING[name], "cal_competing")
    theirs = R[name]["cal_competing"]
    pseudo = pseudo_risks(time=time, status=status, horizon=horizon)
    close([pseudo.mean(), pseudo.std(ddof=1)],
          [theirs[k] for k in ("pseudo_mean", "pseudo_sd")], ITERATIVE)  # fmt: skip
    pseudo_fit(calibration_at_horizon(pseudo=pseudo, risk=risk), theirs)
    slope = fine_gray(time=time, status=status, covariates=np.log(-np.log(1 - risk)))
    expected = R[name]["cal_competing_finegray_slope"]
    close([slope.coefficient[0], slope.std_error[0]], [expected["est"], expected["se"]], FINE_GRAY)
    score(name, "score_competing", (time, status, risk, horizon))


def score(name, check, data):
    time, status, risk, horizon = data
    theirs, shared = R[name][check], {"time": time, "status": status, "horizons": [horizon]}
    area = time_dependent_auc(**shared, marker=risk)
    brier = time_dependent_brier(**shared, risk=risk)
    for found, key in ((area, "auc"), (brier, "brier")):
        numbers = [found.estimate, found.std_error, found.conf_low, found.conf_high]
        ends = [theirs[f"{key}{end}"] for end in ("", "_se", "_lower", "_upper")]
        close(np.concatenate(numbers), ends, SCORE)
    close([brier.null[0], brier.scaled[0]], [theirs["brier_null"], theirs["ipa"]], SCORE)


RULES = {"binary": BINARY, "survival": SURVIVAL, "competing": COMPETING}
HIGH = {("mgus2", "competing"): "spike_high"}
"""Whom the rule flags; `high` where nothing else is said."""


@pytest.mark.parametrize(("kind", "name"), [(k, n) for k, names in RULES.items() for n in names])
def test_net_benefit(kind, name):
    check = {"binary": "net_benefit_binary", "survival": "net_benefit_survival",
             "competing": "net_benefit_competing"}[kind]  # fmt: skip
    if check not in R[name]:
        pytest.skip("R has no such check of this data set")
    theirs, columns = R[name][check], RULES[kind][name]
    risk, status = DATA[name][columns[-1]], DATA[name][columns[-2]]
    time = (
        {} if kind == "binary" else {"time": DATA[name][columns[0]], "horizon": theirs["horizon"]}
    )
    cuts = np.array(theirs["threshold"])
    high = DATA[name][HIGH.get((name, kind), "high")] == 1
    flagged = np.vstack([high, risk >= cuts[:, None]])
    found = rule_shares(status=status, flagged=flagged, **time)
    benefit = found.net_benefit(cuts)[0]
    close(benefit[0], theirs["rule"])
    close(np.diag(benefit[1:]), theirs["risk"])
    close(found.treat_all(cuts)[0], theirs["all"])
    if kind == "binary":
        close(benefit[0] / found.risk[0], theirs["rule_standardised"])
        avoided = 100 * (benefit[0] - found.treat_all(cuts)[0]) / (cuts / (1 - cuts))
        close(avoided, theirs["interventions_avoided_per_100"])
