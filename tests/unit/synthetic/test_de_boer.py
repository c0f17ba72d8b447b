"""The Dutch study from its synthetic exports: every printed number, and who is in it."""

import pytest

from hematotox.checks import check_run
from hematotox.synthetic.de_boer.labs import draw_labs
from hematotox.synthetic.de_boer.patients import draw_patients
from hematotox.synthetic.de_boer.records import draw_records, read_de_boer


@pytest.fixture(scope="module")
def run(run_study):
    return run_study("de_boer")


def test_every_printed_number_is_met_but_the_area_of_the_points_said_of_the_groups(run):
    printed = run.agreement[run.agreement["quantity"] == "estimate"]
    outside = printed[(printed["verdict"] == "differs") & (printed["reason"] == "")]
    assert list(outside["place"]) == ["abstract, AUC (as attached to the binary score)"]
    assert outside["inconsistent"].str.contains("imply about 0.60").all()


def test_the_results_contradict_nothing(run):
    assert check_run(run.staged, run.cohort, run.estimates).empty


def test_flow_of_patients(run):
    steps = run.cohort.attrition.set_index("criterion")["n_after"]
    assert steps["Patients assessed for eligibility"] == 264
    assert steps["At least two previous lines"] == 245
    groups = run.cohort.scores.set_index("patient_id")["group"].value_counts()
    assert groups.to_dict() == {"high": 171, "low": 74}


def test_the_grades_are_those_that_were_drawn(run):
    """By the conventions and the dialects of seven centres, not by the simulation's own columns."""
    latent = draw_patients(read_de_boer(), 1).set_index("patient_id")
    endpoints = run.cohort.endpoints.pivot(index="patient_id", columns="endpoint", values="status")
    latent = latent.reindex(endpoints.index)
    severe = endpoints["severe_neutropenia_14_days"].dropna()
    assert ((severe == 1) == (latent.loc[severe.index, "severe"] == "yes")).all()
    assert ((endpoints["early_icaht_ge3"] == 1) == latent["early"].isin(["3", "4"])).all()
    late = endpoints["late_icaht_ge3"].dropna()
    assert ((late == 1) == latent.loc[late.index, "late"].isin(["3", "4"])).all()
    infected = endpoints["severe_infection_by_day_90"].dropna()
    drawn = latent.loc[infected.index, "severe_infection_day"].notna()
    assert ((infected == 1) == drawn).all()


def test_death_competes_with_severe_infection(run):
    rows = run.cohort.endpoints[run.cohort.endpoints["endpoint"] == "severe_infection"]
    assert (rows["status"] == 2).any()
    assert (rows["time"] <= 90).all()


def test_odds_ratios_imply_a_smaller_area_for_the_group_than_for_the_points(run):
    points = run.value("points.severe_neutropenia_14_days.roc", "auc")
    group = run.value("test.neutropenia_roc", "auc")
    assert points == pytest.approx(0.73, abs=0.02)
    assert group == pytest.approx(0.60, abs=0.02)


def test_the_same_seed_gives_the_same_records_and_another_seed_others():
    one, again, other = draw_records(1), draw_records(1), draw_records(2)
    assert one.labs.equals(again.labs)
    assert one.events.equals(again.events)
    assert not one.labs.equals(other.labs)


def test_nothing_is_measured_after_the_last_day():
    patients = draw_patients(read_de_boer(), 3)
    labs = draw_labs(patients, 3)
    assert (
        labs["day"].to_numpy() <= patients["last_day"].reindex(labs["patient"]).to_numpy()
    ).all()


def test_displays_are_as_they_were(run, kept, displays_text):
    kept("displays_de_boer", displays_text("de_boer", run.estimates, run.agreement))
