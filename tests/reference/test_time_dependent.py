"""Time-dependent AUC, Brier score and Uno's C against R."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest

from hematotox.stats.performance.time_dependent_auc import (
    compare_time_dependent_auc,
    time_dependent_auc,
)
from hematotox.stats.performance.time_dependent_brier import time_dependent_brier
from hematotox.stats.survival.uno import compare_uno, uno_concordance

HERE = Path(__file__).parent
CLOSED_FORM = 1e-12


def read_data(name):
    with (HERE / "data" / f"{name}.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    numeric = [key for key in rows[0] if key != "set"]
    return {column: np.array([float(row[column]) for row in rows]) for column in numeric}


def read_checks(name):
    content = json.loads((HERE / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return {key: check["value"] for key, check in content["checks"].items()}


BREAST, MGUS2 = read_data("breast_predictions"), read_data("mgus2")
MADE, BREAST_R = read_checks("time_dependent"), read_checks("breast_external_validation")
RISKS = np.column_stack([BREAST[f"risk_{t}"] for t in (1, 3, 5)])
TIED = np.minimum(1, np.searchsorted([-0.5, 0, 0.5, 1], BREAST["lp"], side="right") / 5 + 0.1)
MGUS2_RISK = 1 / (1 + np.exp(6 - 0.03 * MGUS2["age"] - 1.1 * MGUS2["mspike"]))


def close(ours, theirs, rel=CLOSED_FORM):
    np.testing.assert_allclose(ours, np.array(theirs, dtype=float), rtol=rel)


def case(name):
    if name == "competing":
        return {"time": MGUS2["time"], "status": MGUS2["event"]}, MGUS2_RISK
    risk = RISKS if name == "survival" else TIED
    return {"time": BREAST["time"], "status": BREAST["status"]}, risk


@pytest.mark.parametrize("name", ["survival", "competing", "tied_marker"])
def test_score(name):
    expected, (data, risk) = MADE[name], case(name)
    area = time_dependent_auc(**data, marker=risk, horizons=expected["times"])
    close(area.estimate, expected["auc"])
    close(area.std_error, expected["auc_se"])
    close(area.conf_low, expected["auc_lower"])
    close(area.conf_high, expected["auc_upper"])
    score = time_dependent_brier(**data, risk=risk, horizons=expected["times"])
    close(score.estimate, expected["brier"])
    close(score.std_error, expected["brier_se"])
    close(score.null, expected["brier_null"])


@pytest.mark.parametrize("name", ["survival_conservative", "competing_conservative"])
def test_conservative_is_another_variance_of_the_same_estimate(name):
    expected, plain = MADE[name], MADE[name.removesuffix("_conservative")]
    assert expected["auc"] == plain["auc"]
    assert expected["auc_se"] != plain["auc_se"]


def test_time_dependent():
    expected = BREAST_R["time_dependent"]
    data, risk = case("survival")
    area = time_dependent_auc(**data, marker=risk, horizons=expected["times"])
    close(area.estimate, expected["auc"])
    close(area.conf_low, expected["auc_lower"])
    close(area.conf_high, expected["auc_upper"])
    score = time_dependent_brier(**data, risk=risk, horizons=expected["times"])
    close(score.estimate, expected["brier_model"])
    close(score.null, expected["brier_null"])


def test_auc_difference():
    expected = MADE["auc_difference"]
    data, risk = case("survival")
    found = compare_time_dependent_auc(**data, first=risk, second=TIED, horizons=expected["times"])
    # a difference of larger numbers loses a digit
    close(found.difference, expected["difference"], 1e-11)
    close(found.conf_low, expected["lower"], 1e-11)
    close(found.conf_high, expected["upper"], 1e-11)
    close(found.p_value, expected["p"], 1e-6)


def test_uno_c():
    found = uno_concordance(time=BREAST["time"], event=BREAST["status"], risk=BREAST["lp"])
    close(found.estimate, BREAST_R["uno_c"]["c"])


def test_uno():
    expected = MADE["uno"]
    data = {"time": BREAST["time"], "event": BREAST["status"]}
    found = uno_concordance(**data, risk=BREAST["lp"])
    close(found.estimate, expected["all"])
    close(found.std_error, expected["se"])
    early = uno_concordance(**data, risk=BREAST["lp"], horizon=3)
    close(early.estimate, expected["to_3"])
    close(early.std_error, expected["se_to_3"])
    close(uno_concordance(**data, risk=TIED).estimate, expected["tied"])


def test_difference_of_two_unos_c():
    # R: concordance(coxph(~ pts), coxph(~ age), timewt = "n/G2", ymax = 730), its covariance
    data = read_data("ev_bmt")
    of = {"time": data["time"], "event": data["status"]}
    for horizon, difference, error in (
        (math.inf, 0.0575652974546583, 0.0366736321086928),
        (730, 0.0721447279907603, 0.0337065063256579),
    ):
        first, second = (
            uno_concordance(**of, risk=data[name], horizon=horizon) for name in ("pts", "age")
        )
        found = compare_uno(first, second)
        close([found.difference, found.std_error], [difference, error], 1e-11)
        close(found.conf_high, difference + 1.959963984540054 * error, 1e-11)
        close(found.statistic, difference / error, 1e-11)


def test_every_check_has_its_test():
    here = Path(__file__).read_text(encoding="utf-8")
    names = [name for name in MADE if f'"{name}"' not in here]
    assert names == []
