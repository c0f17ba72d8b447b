"""What rules by points do to twelve drawn patients, by hand, and the bands of net benefit."""

import numpy as np
import pytest
from pydantic import ValidationError

from hematotox.analysis.estimation import estimate_analysis, prepare
from hematotox.declarations.study.expected_risk import ExpectedRisk
from hematotox.declarations.study.methods.performance.net_benefit import NetBenefit

PATIENTS = """
points  age   response  status  time
0       0.1   0         0       400
0       0.1   1         1       100
1       0.3   0         0       400
1       0.3   0         2       50
1       0.3   0         0       400
2       0.6   1         1       200
2       0.6   0         0       400
3       0.6   1         1       30
3       0.6   1         2       400
3       0.6   0         0       400
.       0.9   1         1       20
"""
ANALYSIS = {
    "method": "net_benefit", "endpoint": "response", "marker": "ht.points", "population": "ht",
    "thresholds": {"low": 0.1, "high": 0.5, "reason": "acting is cheap"},
}  # fmt: skip
PAPER = {
    "source": "A25", "population": "Somewhere 2025", "score": "ht", "endpoint": "response",
    "window": "0-60", "estimand": "proportion", "certainty": "T",
}  # fmt: skip


def rows(draw, plan_of, *published, **changes):
    plan = plan_of({"a": ANALYSIS | changes})
    risks = tuple(ExpectedRisk.model_validate(PAPER | one) for one in published)
    plan = plan.model_copy(update={"expected": {"a": risks}} if risks else {})
    found = estimate_analysis(prepare(draw(PATIENTS), plan), "a")
    return found[found["method"] == "net_benefit"]


def benefit(found, *, group="", reference=None):
    chosen = found[(found["estimand"] == "net_benefit") & (found["group"] == group)]
    if reference is not None:
        chosen = chosen[chosen["reference"] == reference]
    return chosen.set_index(chosen["time"].round(9))


def test_what_each_number_of_points_does_to_all_patients(draw, plan_of):
    found = rows(draw, plan_of).set_index(["estimand", "group"]).sort_index()
    # ten patients, four with the event; from 2 points on: five, three of them with it
    for name, by_points in {
        "flagged": {"1": 0.8, "2": 0.5, "3": 0.3},
        "flagged_with_event": {"1": 0.3, "2": 0.3, "3": 0.2},
        "flagged_without_event": {"1": 0.5, "2": 0.2, "3": 0.1},
        "missed": {"1": 0.1, "2": 0.1, "3": 0.2},
        "sensitivity": {"1": 0.75, "2": 0.75, "3": 0.5},
        "specificity": {"1": 1 / 6, "2": 4 / 6, "3": 5 / 6},
    }.items():
        assert found.loc[name, "estimate"].to_dict() == pytest.approx(by_points), name
    assert found.loc[("sensitivity", "2"), "conf_method"].tolist() == ["clopper-pearson"]
    # the rule that is the score's own high risk group
    own = found.loc["flagged", "reference"].to_dict()
    assert own == {"1": "", "2": "high", "3": ""}
    # the cells of the rules, from which nothing small may be told
    cells = found.loc["count"]
    assert cells["n"].to_dict() == {"0": 2, "1": 3, "2": 2, "3": 3}
    assert cells["n_event"].to_dict() == {"0": 1, "1": 0, "2": 1, "3": 2}


def test_net_benefit_of_rules_and_of_everybody(draw, plan_of):
    found = rows(draw, plan_of)
    # at 20 %: 0.3 - 0.2 / 4, and 0.4 - 0.6 / 4
    assert benefit(found, group="2").loc[0.2, "estimate"] == pytest.approx(0.25)
    assert benefit(found, group="all").loc[0.2, "estimate"] == pytest.approx(0.25)
    curve = benefit(found, group="3")
    assert curve.index.tolist() == np.arange(0.1, 0.505, 0.01).round(9).tolist()
    assert (curve["conf_low"] <= curve["estimate"]).all()
    assert (curve["estimate"] <= curve["conf_high"]).all()
    assert set(curve["conf_method"]) == {"bootstrap"}


def test_the_seed_is_the_runs_and_the_stream_the_analysis(draw, plan_of):
    one, same = (rows(draw, plan_of) for _ in range(2))
    assert one.equals(same)
    plan = plan_of({"a": ANALYSIS}).model_copy(update={"seed": 2})
    other = estimate_analysis(prepare(draw(PATIENTS), plan), "a")
    assert not other["conf_low"].equals(one["conf_low"])


def test_a_published_risk_flags_from_its_threshold_on(draw, plan_of):
    found = rows(draw, plan_of, {"group": "low", "risk": 0.1}, {"group": "high", "risk": 0.3})
    curve = benefit(found, reference="Somewhere 2025")["estimate"]
    # everybody up to 10 %, the high group up to 30 %, nobody above
    assert curve.loc[0.1] == pytest.approx(benefit(found, group="all").loc[0.1, "estimate"])
    assert curve.loc[0.3] == pytest.approx(benefit(found, group="2").loc[0.3, "estimate"])
    assert (curve.loc[0.31:] == 0).all()
    # half a score's risks are none
    part = rows(draw, plan_of, {"group": "low", "risk": 0.1})
    assert benefit(part, reference="Somewhere 2025").empty


def test_by_a_day_and_with_competing_events(draw, plan_of):
    found = rows(draw, plan_of, endpoint="relapse", time=365).set_index(["estimand", "group"])
    found = found.sort_index()
    # nobody is censored before day 365: shares; the early competing event is no event
    assert found.loc["flagged_with_event", "estimate"].to_dict() == pytest.approx(
        {"1": 0.2, "2": 0.2, "3": 0.1}
    )
    assert found.loc[("sensitivity", "2"), "conf_method"].tolist() == ["bootstrap"]
    assert found.loc[("sensitivity", "2"), "estimate"].tolist() == pytest.approx([2 / 3])
    assert (found.loc["flagged", "time"] == 365).all()


def test_a_predicted_risk_is_its_own_rule(draw, plan_of):
    found = rows(draw, plan_of, marker="age", population="all")
    assert set(found["estimand"]) == {"net_benefit"}
    # at 50 %: the six with a risk of 0.6 and more, four of them with the event, of eleven
    own = found[(found["group"] == "") & (found["time"].round(9) == 0.5)]
    assert own["estimate"].tolist() == pytest.approx([(4 - 2) / 11])


def test_thresholds_stand_in_order_and_have_a_reason():
    for wrong in ({"low": 0.6}, {"low": 0}, {"high": 1}, {"reason": ""}):
        with pytest.raises(ValidationError):
            NetBenefit.model_validate(ANALYSIS | {"thresholds": ANALYSIS["thresholds"] | wrong})
