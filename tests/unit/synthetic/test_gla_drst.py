"""The study of stem-cell boosts from its synthetic exports."""

import pytest

from hematotox.checks import check_run


@pytest.fixture(scope="module")
def run(run_study):
    return run_study("gla_drst_hscb")


def test_every_printed_number_is_met_but_those_that_are_not_jointly_attainable(run):
    printed = run.agreement[run.agreement["quantity"] == "estimate"]
    outside = printed[(printed["verdict"] == "differs") & (printed["reason"] == "")]
    assert set(outside["endpoint"]) == {"overall_survival_after_boost"}
    assert outside["inconsistent"].str.contains("not jointly attainable").all()
    assert (printed["verdict"] != "exempt").all()


def test_survival_that_is_not_jointly_attainable_is_within_7_points(run):
    by_duration = "survival.by_duration"
    found = {
        0.59: run.value("survival.curve", "survival"),
        0.85: run.value(by_duration, "survival", group="short"),
        0.44: run.value(by_duration, "survival", group="long"),
        0.74: run.value("survival.by_response", "survival", group="yes"),
        0.00: run.value("survival.by_response", "survival", group="no"),
    }
    for printed, ours in found.items():
        assert abs(ours - printed) <= 0.07, printed


def test_the_results_contradict_nothing(run):
    assert check_run(run.staged, run.cohort, run.estimates).empty


def test_time_counts_from_the_boost(run):
    population = run.cohort.population[run.cohort.population["included"]]
    assert len(population) == 31
    assert population["infusion_to_boost"].median() == pytest.approx(43, abs=2)
    times = run.cohort.endpoints.set_index("patient_id")
    responses = times[times["endpoint"] == "neutrophil_response_after_boost"]
    assert (responses["status"] == 1).sum() == 26
    assert (responses["status"] == 2).sum() == 5
    assert responses.loc[responses["status"] == 1, "time"].between(3, 28).all()


def test_a_response_is_a_predictor_that_was_not_known_at_the_boost(run):
    naive = run.estimates[run.estimates["analysis"] == "survival.by_response"]
    conditions = naive.loc[naive["method"] == "kaplan_meier", "condition"]
    assert conditions.str.contains("post-infusion predictor").all()
    landmark = run.estimates[run.estimates["analysis"] == "survival.landmark"]
    assert not landmark["condition"].fillna("").str.contains("post-infusion").any()
    at_risk = landmark[landmark["estimand"] == "survival"].groupby("group")["n"].first()
    assert at_risk.to_dict() == {"no": 4, "yes": 26}


def test_longer_neutropenia_goes_with_a_later_response(run):
    hazard = run.value("response.cause_specific", "log_hazard_ratio")
    assert hazard < 0
    assert run.value("response.fine_gray", "log_subdistribution_hazard_ratio") < 0
    assert run.value("response.correlation", "correlation") > 0


def test_displays_are_as_they_were(run, kept, displays_text):
    kept("displays_gla_drst_hscb", displays_text("gla_drst_hscb", run.estimates, run.agreement))
