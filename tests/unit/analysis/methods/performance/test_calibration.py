"""Observed beside published risks: twelve drawn patients, by hand; a predicted risk as R does."""

import math

import numpy as np
import pytest

from hematotox.analysis import disagreements, second_opinion
from hematotox.analysis.estimation import estimate_analysis, prepare
from hematotox.declarations.study.expected_risk import ExpectedRisk
from hematotox.errors import UserError

PATIENTS = """
points  response  status  time
0       0         0       400
0       1         1       100
1       0         0       400
1       0         2       50
1       0         0       400
2       1         1       200
2       0         0       400
3       1         1       30
3       1         2       400
3       0         0       400
4       1         1       20
.       1         1       20
"""
SHARED = {
    "method": "calibration",
    "endpoint": "response",
    "marker": "ht.points",
    "population": "ht",
}
PAPER = {
    "source": "A25", "population": "Somewhere 2025", "score": "ht", "endpoint": "response",
    "window": "0-60", "estimand": "proportion", "certainty": "T",
}  # fmt: skip
LOW, HIGH = PAPER | {"group": "low", "events": 10, "n": 100}, PAPER | {"group": "high", "risk": 0.5}


def rows(draw, plan_of, *published, **changes):
    plan = plan_of({"a": SHARED | changes})
    risks = tuple(ExpectedRisk.model_validate(one) for one in published)
    plan = plan.model_copy(update={"expected": {"a": risks}} if risks else {})
    found = estimate_analysis(prepare(draw(PATIENTS), plan), "a")
    found = found[found["method"] != "evaluability"]
    return found.set_index(["method", "estimand", "group"]).sort_index()


def test_observed_risk_at_each_number_of_points_in_each_group_and_in_all(draw, plan_of):
    found = rows(draw, plan_of)
    at = found.loc[("risk_by_points", "observed_risk")]
    assert at["n"].to_dict() == {"0": 2, "1": 3, "2": 2, "3": 3, "4": 1}
    assert at["n_event"].to_dict() == {"0": 1, "1": 0, "2": 1, "3": 2, "4": 1}
    own = found.loc[("calibration", "observed_risk"), "estimate"]
    assert own.to_dict() == pytest.approx({"": 5 / 11, "low": 1 / 5, "high": 4 / 6})
    assert "published_risk" not in found.index.get_level_values("estimand")


def test_observed_over_published_twice(draw, plan_of):
    found = rows(draw, plan_of, LOW, HIGH).loc["calibration"]
    known, uncertain = (
        found.loc[name] for name in ("log_observed_expected", "log_observed_expected_uncertain")
    )
    assert known["estimate"].to_dict() == pytest.approx({
        "low": math.log(0.2 / 0.1), "high": math.log(4 / 6 / 0.5),
        "": math.log(5 / (5 * 0.1 + 6 * 0.5)),
    })  # fmt: skip
    # var(log O) = (1 - O/n)/O = 0.8; var(log E) = 0.9/10
    assert known.loc["low", "std_error"] == pytest.approx(math.sqrt(0.8))
    assert uncertain.loc["low", "std_error"] == pytest.approx(math.sqrt(0.8 + 0.09))
    assert uncertain.loc[["high", ""], "condition"].eq("no counts or limits in print").all()
    assert uncertain.loc[["high", ""], "estimate"].isna().all()
    # log odds ratio observed log(2 / (1/4)) over published log(1 / (1/9))
    ratio = found.loc[("log_odds_ratio_observed_expected", "")]
    assert ratio["estimate"] == pytest.approx(math.log(8) / math.log(9))
    assert ratio["std_error"] == pytest.approx(math.sqrt(1 + 1 / 4 + 1 / 4 + 1 / 2) / math.log(9))
    assert "calibration_slope" not in found.index


def test_a_derived_risk_says_so_and_an_empty_one_gives_no_ratio(draw, plan_of):
    found = rows(draw, plan_of, LOW | {"certainty": "D", "events": 0}, HIGH)
    assert (
        found.loc[("published_risk", "published_risk"), "condition"].tolist()
        == ["derived from print"] * 2
    )
    low = found.loc[("calibration", "log_observed_expected", "low")]
    assert low["condition"] == "derived from print; expected risk of 0"
    assert math.isnan(low["estimate"])
    spread = found.loc[("calibration", "log_odds_ratio_observed_expected", "")]
    assert spread["condition"].endswith("not estimable")


def test_five_different_risks_have_a_slope_four_do_not(draw, plan_of):
    points = [PAPER | {"points": k, "risk": 0.1 + 0.15 * k} for k in range(5)]
    assert "calibration_slope" in rows(draw, plan_of, *points).index.get_level_values("estimand")
    points[4] |= {"risk": 0.55}
    found = rows(draw, plan_of, *points).index.get_level_values("estimand")
    assert "log_observed_expected" in found
    assert not {"calibration_slope", "calibration_curve", "ici", "brier"} & set(found)


def test_by_a_day_other_events_compete(draw, plan_of):
    found = rows(draw, plan_of, endpoint="relapse", time=365)
    own = found.loc[("calibration", "observed_risk")]
    # nobody is censored before: shares, the early competing event is none
    assert own["estimate"].to_dict() == pytest.approx({"": 4 / 11, "low": 1 / 5, "high": 3 / 6})
    assert own["conf_method"].unique().tolist() == ["log-log"]
    assert own["time"].unique().tolist() == [365]


AGES = """
age   response  status  time
0.1   0         0       400
0.2   0         1       100
0.25  1         0       400
0.3   0         2       50
0.4   1         1       400
0.6   0         1       200
0.7   1         1       90
0.8   1         1       30
"""


@pytest.mark.parametrize("endpoint", ["response", "relapse"])
def test_a_predicted_risk(estimates, endpoint):
    time = {"time": 300} if endpoint == "relapse" else {}
    found = estimates(AGES, method="calibration", endpoint=endpoint, marker="age", **time)
    found = found.set_index("estimand")
    names = {"log_observed_expected", "calibration_in_the_large", "calibration_slope", "brier",
             "scaled_brier"}  # fmt: skip
    curve = {"calibration_curve", "ici", "e50", "e90"} if endpoint == "response" else set()
    assert set(found.index) == names | curve
    if endpoint == "response":
        # as in the example of stats.calibration: R's glm
        assert found.loc["calibration_slope", "estimate"] == pytest.approx(1.15, abs=0.005)
        assert math.exp(found.loc["log_observed_expected", "estimate"]) == pytest.approx(4 / 3.35)
        assert np.isfinite(found.loc["ici", "estimate"])


def test_a_predicted_risk_in_per_cent_is_refused(estimates):
    with pytest.raises(UserError, match="age: a predicted risk must lie from 0 to 1"):
        estimates(
            AGES.replace("0.8", "80"), method="calibration", endpoint="response", marker="age"
        )


@pytest.mark.parametrize("changes", [{}, {"endpoint": "relapse", "time": 150}])
def test_libraries_find_the_same_risks(draw, plan_of, changes):
    """Without the competing events, which lifelines does not know."""
    cohort = draw(PATIENTS.replace(" 2  ", " 0  "))
    plan = plan_of({"a": SHARED | changes})
    found = estimate_analysis(prepare(cohort, plan), "a")
    told = second_opinion(cohort, plan, found)
    compared = told[told["left_out"] == ""]
    assert set(compared["method"]) == {"calibration", "risk_by_points"}
    assert {"estimate", "conf_low", "conf_high"} <= set(compared["quantity"])
    assert disagreements(told).empty
    wrong = found.assign(estimate=found["estimate"].mask(found["group"] == "high", 0.01))
    assert len(disagreements(second_opinion(cohort, plan, wrong))) == 1
