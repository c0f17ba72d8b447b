"""What is evaluable where a centre's export does not hold an event at all.

No record of an event means that it did not happen only where the export has a place for it. A
missing event of interest would look like a patient without it; a missing competing event, or one
that ends a window, like a patient still at risk.

A row reads: what the export lacks | what is then not evaluable. Everything else stays evaluable
for a patient followed for a year with daily counts, a response and a boost.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest

COURSE = "response 28 cr, response 90 cr, stem_cell_boost 40 autologous, crs 2 1, last_contact 400"
LABS = (
    "anc 0-4 2.0, anc 5 0.4, anc 6-100 2.0, platelets 0-4 150, platelets 5 15, "
    "platelets 6-100 150, hemoglobin 0-100 10"
)

NEUTROPENIA = (
    "severe_neutropenia_14_days severe_neutropenia_14_days_by_day_30 "
    "severe_neutropenia_14_days_death_no time_to_severe_neutropenia_14_days"
)
BEFORE = "time_to_late_icaht_ge3_before_progression"
T_ICAHT = f"early_t_icaht_ge3 late_t_icaht_ge3 {BEFORE}"
RESPONSES = "overall_response_day_90 complete_response_day_90 complete_response_day_28"
INFECTIONS = "severe_infection severe_infection_by_day_90 any_infection_by_day_90"
AFTER_BOOST = (
    "overall_survival_after_boost neutrophil_response_after_boost "
    "neutrophil_response_by_day_30_after_boost"
)
PROGRESSION = (
    "progression_free_survival duration_of_response non_relapse_mortality infectious_death "
    f"{RESPONSES} {NEUTROPENIA} {T_ICAHT}"
)

LACKING = f"""
                          |
second_malignancy         | second_primary_malignancy myeloid_second_primary_malignancy
second_malignancy.detail  | myeloid_second_primary_malignancy
infection                 | {INFECTIONS}
infection.detail          | severe_infection severe_infection_by_day_90
progression               | {PROGRESSION}
response                  | duration_of_response {RESPONSES}
response.detail           | duration_of_response {RESPONSES}
new_therapy               | {RESPONSES} {T_ICAHT}
allogeneic_transplant     | {T_ICAHT}
death.detail              | infectious_death
crs                       | crs severe_crs
crs.detail                | severe_crs
icans                     | icans severe_icans
stem_cell_boost           | {AFTER_BOOST}
transfusion               | platelet_recovery platelet_recovery_from_infusion
transfusion.detail        | platelet_recovery platelet_recovery_from_infusion
last_contact              |
"""


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(map(str.strip, line.split("|"))) for line in text.strip("\n").splitlines()]


@pytest.fixture(scope="module")
def evaluable(build_one):
    """Return the endpoints that are evaluable for the patient where the export lacks something."""

    @cache
    def of(lacks: str) -> set[str]:
        table = build_one(COURSE, labs=LABS, lacks=lacks).endpoints
        return set(table.loc[table["evaluable"], "endpoint"])

    return of


@pytest.mark.parametrize(("lacks", "lost"), rows(LACKING))
def test_what_needs_an_absent_event_is_not_evaluable(evaluable, lacks, lost) -> None:
    assert evaluable("") - evaluable(lacks) == set(lost.split())


# what the export lacks | endpoint | the export of a does not hold ...
REASONS = """
second_malignancy        | second_primary_malignancy | second malignancies
infection.detail         | severe_infection          | the grade of infections
death.detail             | infectious_death          | the cause of death
crs, icans               | crs                       | CRS
progression, response    | duration_of_response      | progression and response assessments
progression, new_therapy | late_t_icaht_ge3          | new therapies and progression
"""


@pytest.mark.parametrize(("lacks", "endpoint", "reason"), rows(REASONS))
def test_the_reason_names_the_centre_and_the_event(build_one, lacks, endpoint, reason) -> None:
    row = build_one(COURSE, labs=LABS, lacks=lacks, names=(endpoint,)).endpoints.iloc[0]
    assert row["reason"] == f"the export of a does not hold {reason}"
    assert not row["evaluable"]
    assert pd.isna(row["time"])
    assert pd.isna(row["status"])


# Whatever the patient's course, also where her records alone would decide the endpoint: those who
# can be told would otherwise be a selection of the centre's patients.
@pytest.mark.parametrize(
    ("lacks", "endpoint", "course"),
    [
        ("second_malignancy", "second_primary_malignancy", "death 0 toxicity"),
        ("second_malignancy", "second_primary_malignancy", "death 200 second_malignancy"),
        ("progression", "non_relapse_mortality", "death 200 infection"),
        ("progression", "progression_free_survival", "death 200 progression"),
        ("progression", "progression_free_survival", "response 90 pd, last_contact 400"),
        ("infection", "severe_infection_by_day_90", "death 20 infection"),
        ("response", "overall_response_day_90", "progression 20, last_contact 400"),
    ],
)
def test_no_course_makes_it_evaluable(build_one, lacks, endpoint, course) -> None:
    row = build_one(course, lacks=lacks, names=(endpoint,)).endpoints.iloc[0]
    assert not row["evaluable"]


# setting of the endpoint | what the export lacks | evaluable
@pytest.mark.parametrize(
    ("name", "setting", "lacks", "evaluable"),
    [
        ("progression_free_survival", {"new_therapy": "ignore"}, "new_therapy", True),
        ("progression_free_survival", {"new_therapy": "censor"}, "new_therapy", False),
        ("progression_free_survival", {"new_therapy": "event"}, "new_therapy", False),
        ("progression_free_survival", {"new_therapy": "censor"}, "allogeneic_transplant", False),
        ("severe_infection", {"censor_at_progression": False}, "progression", True),
        ("severe_infection", {"censor_at_progression": True}, "progression", False),
        ("overall_survival", {"origin": "boost"}, "stem_cell_boost", False),
        ("overall_survival", {"origin": "first_response"}, "response", False),
        ("crs", {"assessed_by": "icans"}, "icans", False),
        ("platelet_recovery", {"without_transfusion_days": None}, "transfusion", True),
    ],
)
def test_settings(build_one, endpoints, monkeypatch, name, setting, lacks, evaluable) -> None:
    changed = endpoints.endpoints[name].model_copy(update=setting)
    monkeypatch.setitem(endpoints.endpoints, name, changed)
    row = build_one(COURSE, labs=LABS, lacks=lacks, names=(name,)).endpoints.iloc[0]
    assert row["evaluable"] == evaluable


def test_a_grade_whose_window_may_have_ended_is_not_assessable(build_one) -> None:
    cohort = build_one(
        "last_contact 400",
        labs="anc 0-60 0.3",
        lacks="progression",
        names=("severe_neutropenia_14_days", "late_icaht_ge3"),
    )
    grades = cohort.grades.set_index(["convention", "window"])
    lost = grades.loc[("severe_neutropenia", "day_0_60")]
    assert lost["reason"] == "the export of a does not hold progression"
    assert not lost["assessable"]
    assert lost[["grade", "grade_low", "grade_high", "days_500"]].isna().all()
    assert grades.loc[("cart_sie", "late"), "grade"] == 3, "this window ends with death alone"


def test_the_centre_is_told_what_to_add(build_one) -> None:
    found = build_one(COURSE, labs=LABS, lacks="second_malignancy, last_contact").findings
    found = found[found["kind"] == "event not in the export"].set_index("variable")
    told = found.loc["second_malignancy"]
    assert told["message"] == ("The export does not hold second malignancies: 1 analysed patient")
    assert told["action"] == (
        "not evaluable: myeloid_second_primary_malignancy, second_primary_malignancy; add the "
        "event to config/centres/a.yaml, or to its none_occurred if the centre looked and found "
        "none"
    )
    assert found.loc["last_contact", "action"] == (
        "who is alive is followed to the latest dated record only; add the last contact to "
        "config/centres/a.yaml"
    )
    assert set(found.index) == {"second_malignancy", "last_contact"}


def test_nothing_is_said_about_an_export_that_holds_all(build_one) -> None:
    cohort = build_one(COURSE, labs=LABS)
    assert cohort.findings.empty
    assert cohort.endpoints["evaluable"].any()
