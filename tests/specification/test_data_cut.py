"""A data cut: what is dated after it does not count, and who lived on was seen at it.

Patients are infused on 31 January 2024; day 100 is 10 May 2024.
"""

from __future__ import annotations

import pandas as pd
import pytest

DAY_100 = "2024-05-10"

# events | neutrophils | overall survival | progression-free survival, cut on day 100
CUT = """
last_contact 60                         |             | 60 0  | 60 0
last_contact 400                        |             | 100 0 | 100 0
death 100 other                         |             | 100 1 | 100 1
death 101 other                         |             | 100 0 | 100 0
death 200 other, progression 80         |             | 100 0 | 80 1
progression 150, last_contact 60        |             | 100 0 | 100 0
last_contact 60                         | anc 90 2.0  | 90 0  | 90 0
last_contact 60                         | anc 101 2.0 | 100 0 | 100 0
death ? other, last_contact 60          |             | -     | -
"""
ROWS = [tuple(map(str.strip, line.split("|"))) for line in CUT.strip().splitlines()]


@pytest.mark.parametrize(("events", "labs", "survival", "progression_free"), ROWS)
@pytest.mark.parametrize(
    "said",
    [
        {"more": f"data_cut: {DAY_100}"},
        {"data_cut": DAY_100},
        {"more": "data_cut: 2025-12-31", "data_cut": DAY_100},
        {"more": f"data_cut: {DAY_100}", "data_cut": "2025-12-31"},
    ],
)
def test_the_earlier_cut_of_study_and_centre_ends_observation(
    events, labs, survival, progression_free, said, build_one
) -> None:
    names = ("overall_survival", "progression_free_survival")
    table = build_one(events, labs=labs, names=names, **said).endpoints.set_index("endpoint")
    for name, expected in zip(names, (survival, progression_free), strict=True):
        row = table.loc[name]
        assert (f"{row['time']:g} {row['status']}" if row["evaluable"] else "-") == expected


def test_a_last_contact_after_the_cut_is_the_day_of_the_cut(build_one) -> None:
    said = {"more": f"data_cut: {DAY_100}", "last_contact_date": "2024-12-31"}
    cohort = build_one("", names=("overall_survival",), **said)
    assert cohort.endpoints.loc[0, "time"] == 100
    assert cohort.population.loc[0, "potential_follow_up"] == 100


def test_what_is_set_aside_is_told_by_centre_and_kind(build_all) -> None:
    cohort = build_all(
        ["death 200 other", "last_contact 400", ""],
        labs=["anc 90-120 2.0", "anc 99-101 2.0", "anc 1 2.0"],
        names=("overall_survival",),
        more=f"data_cut: {DAY_100}",
    )
    found = cohort.findings[cohort.findings["kind"] == "after the data cut"]
    assert dict(zip(found["variable"], found["message"], strict=True)) == {
        "anc": "Dated after the data cut, 21 set aside: 2 patients",
        "death": "Dated after the data cut, 1 set aside: 1 patient",
        "last_contact": "Dated after the data cut, 1 set aside: 1 patient",
    }


def test_who_was_infused_after_the_cut_leaves_with_that_reason(build_one) -> None:
    cohort = build_one("last_contact 40", more="data_cut: 2024-01-30")
    assert cohort.population.loc[0, "reason"] == "Infused by the data cut"
    assert cohort.endpoints.empty
    steps = cohort.attrition.set_index("criterion")["n_excluded"]
    assert steps["Infused by the data cut"] == 1


def test_values_after_the_cut_are_not_graded(build_one) -> None:
    said = {"labs": "anc 0-50 2.0, anc 60 0.4, anc 61 0.4", "more": "data_cut: 2024-03-25"}
    cohort = build_one("last_contact 400", names=("late_icaht",), **said)  # day 54
    late = cohort.grades[(cohort.grades["window"] == "late")].set_index("convention")
    assert late.loc["cart_sie", "last_day"] == 54
    assert late.loc["cart_sie", "grade_low"] == 0


def test_without_a_cut_nothing_changes(build_one) -> None:
    cohort = build_one("last_contact 400", names=("overall_survival",))
    assert cohort.endpoints.loc[0, "time"] == 400
    assert pd.isna(cohort.population.loc[0, "potential_follow_up"])
    assert "Infused by the data cut" not in cohort.attrition["criterion"].tolist()
