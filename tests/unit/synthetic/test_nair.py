"""The study of ALL-Hematotox from its synthetic exports."""

import numpy as np
import pandas as pd
import pytest

from hematotox.checks import check_run
from hematotox.synthetic.nair.patients import all_ht_points, draw_patients
from hematotox.synthetic.nair.records import read_nair

DAYS = "severe_neutropenia_14_days_by_day_30.days"


@pytest.fixture(scope="module")
def run(run_study):
    return run_study("nih_all_ht")


def test_every_printed_number_agrees(run):
    printed = run.agreement[run.agreement["quantity"] == "estimate"]
    assert set(printed["verdict"]) == {"agrees"}


def test_the_results_contradict_nothing(run):
    assert check_run(run.staged, run.cohort, run.estimates).empty


def test_every_estimate_of_the_provisional_score_says_so(run):
    of_score = run.estimates[
        (run.estimates["score"] == "all_ht") & (run.estimates["method"] != "evaluability")
    ]
    assert len(of_score)
    assert of_score["condition"].str.contains("provisional score").all()


def test_groups_of_both_scores(run):
    groups = run.cohort.scores.pivot(index="patient_id", columns="score", values="group")
    assert groups["all_ht"].value_counts().to_dict() == {"low": 83, "high": 73}
    assert groups["ht"].value_counts().to_dict() == {"high": 136, "low": 20}


def test_the_difference_of_the_areas_is_that_of_the_two_scores(run):
    ours = run.value("head_to_head.roc", "auc_difference")
    both = [
        run.value("neutropenia.all_ht.roc", "auc"),
        run.value("neutropenia.ht.roc", "auc"),
    ]
    assert ours == pytest.approx(both[0] - both[1], abs=1e-12)


def test_days_of_neutropenia_are_those_of_the_grades(run):
    grades = run.cohort.grades
    own = (grades["convention"] == "severe_neutropenia") & (grades["window"] == "day_0_30")
    days = grades.loc[own & grades["assessable"], "days_500"].astype(float)
    assert run.value("days_of_neutropenia", "median") == np.median(days)
    assert run.value("days_of_neutropenia", "median", term=DAYS) == 13


@pytest.mark.parametrize(
    ("marrow", "points"), [(0, 0), (4.9, 0), (5, 1), (25, 1), (25.1, 2), (98, 2)]
)
def test_points_of_the_marrow_replace_those_of_ferritin(marrow, points):
    values = pd.DataFrame(
        {
            "platelets": [176.0],
            "anc": [1.3],
            "hemoglobin": [9.1],
            "crp": [2.9],
            "ferritin": [5000.0],
            "marrow_blasts": [marrow],
        }
    )
    assert all_ht_points(values).tolist() == [points]


@pytest.mark.parametrize("seed", [1, 4, 17])
def test_blasts_and_days_are_correlated_as_printed_for_every_seed(seed):
    patients = draw_patients(read_nair(), seed)
    found = np.corrcoef(patients["marrow_blasts"].astype(float), patients["days"])[0, 1]
    assert found == pytest.approx(0.64, abs=0.006)


def test_displays_are_as_they_were(run, kept, displays_text):
    kept("displays_nih_all_ht", displays_text("nih_all_ht", run.estimates, run.agreement))
