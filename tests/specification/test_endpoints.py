"""Endpoints of one patient, drawn: what happened, and the time and status it makes.

A row reads: events | time and status. Status 0 is censored, 1 the event, 2 and 3 compete; "-" is
not evaluable. Days count from the infusion.
"""

from __future__ import annotations

import pandas as pd
import pytest

OS = """
last_contact 400                                | 400 0
death 200 infection, last_contact 150           | 200 1
death 200 unknown                               | 200 1
response 90 cr                                  | 90 0
death 0 toxicity                                | 0 1
                                                | 0 0
death ? infection, last_contact 300             | -
death 200 other, last_contact 400               | 200 1
death -3 other, last_contact 400                | -
death -3 other, death 100 other                 | -
death 100 other, death 120 other                | 100 1
response 90 cr, transfusion 5000 platelets      | 90 0
transfusion 5000 platelets, last_contact 5000   | 5000 0
"""
PFS = """
progression 100, death 200 other                | 100 1
progression 100, death ? other, last_contact 90 | 100 1
death ? other, last_contact 400                 | -
death 200 other                                 | 200 1
response 28 pr, response 90 pd, last_contact 400 | 90 1
new_therapy 50, last_contact 400                | 400 0
new_therapy 50, progression 80                  | 80 1
allogeneic_transplant 50, last_contact 400      | 400 0
progression 200, death 200 progression          | 200 1
progression 0, last_contact 10                  | 0 1
progression -20, last_contact 400               | 400 0
progression ?, last_contact 400                 | -
progression ?, progression 80, last_contact 400 | 80 1
progression ?, progression -30, last_contact 400 | -
death -3 other, progression 50                  | -
"""
DOR = """
response 28 pr, response 90 cr, progression 200 | 172 1
response 90 cr, last_contact 400                | 310 0
response 28 sd, progression 100                 | -
response 120 cr, progression 100, last_contact 400 | -
response 100 cr, progression 100, last_contact 400 | -
response 28 cr, death 100 infection             | 72 1
response 28 cr, death 28 infection              | 0 1
response 28 cr                                  | 0 0
response -5 cr, last_contact 400                | -
response -5 cr, response 40 pr, last_contact 100 | 60 0
response ? cr, last_contact 400                 | -
response ? cr, response 90 cr, last_contact 400 | 310 0
response 90 cr, death 50 other                  | -
"""
NRM = """
progression 100, death ? infection              | 100 2
death ? infection, last_contact 300             | -
death 200 infection                             | 200 1
death 200 unknown                               | 200 1
progression 100, death 200 infection            | 100 2
progression 200, death 200 infection            | 200 2
progression 300, death 200 infection            | 200 1
progression ?, death 200 infection              | -
death 200 progression                           | 200 2
last_contact 400                                | 400 0
"""
INFECTIOUS_DEATH = """
death 200 infection                             | 200 1
death 200 covid_19                              | 200 1
death 200 cardiac                               | 200 3
death 200 unknown                               | 200 3
progression 100, death 200 infection            | 100 2
"""
SPM = """
second_malignancy 300 myeloid, last_contact 400 | 300 1
second_malignancy 300 solid, last_contact 400   | 300 1
second_malignancy 300 skin_non_melanoma, last_contact 400 | 400 0
second_malignancy 300 in_situ, last_contact 400 | 400 0
second_malignancy 0 myeloid, last_contact 400   | 400 0
second_malignancy 300 myeloid, death 200 infection | 200 2
second_malignancy -100 solid, second_malignancy 300 solid, last_contact 400 | 300 1
second_malignancy 300 unknown, last_contact 400 | 300 1
second_malignancy 300 unknown, death ? other    | 300 1
progression 100, death ? other, last_contact 400 | -
progression 100, second_malignancy 300 myeloid, last_contact 400 | 300 1
progression 100, death 200 progression          | 200 2
second_malignancy 200 myeloid, death 200 second_malignancy | 200 1
second_malignancy 100 solid, second_malignancy 300 myeloid, last_contact 400 | 100 1
death 0 toxicity                                | 0 2
death 0 infection, death ? infection            | 0 2
"""
MYELOID = """
second_malignancy 300 unknown, last_contact 400 | -
second_malignancy 300, death 350 other          | -
second_malignancy 300, second_malignancy 200 myeloid, last_contact 400 | 200 1
death 200 other, second_malignancy 300          | 200 2
second_malignancy 100 solid, second_malignancy 300 myeloid, last_contact 400 | 300 1
second_malignancy 100 solid, last_contact 400   | 400 0
second_malignancy 0 unknown, last_contact 400   | 400 0
second_malignancy -9 unknown, last_contact 400  | 400 0
second_malignancy 1 unknown, last_contact 400   | -
second_malignancy ? unknown, second_malignancy 0 myeloid, last_contact 400 | -
death 200 other                                 | 200 2
"""
INFECTION = """
infection 30 3, last_contact 400                | 30 1
infection 30 2, infection 50 4, last_contact 400 | 50 1
infection 90 3, last_contact 400                | 90 1
infection 91 3, last_contact 400                | 90 0
infection 0 3, last_contact 400                 | 0 1
infection -3 4, last_contact 400                | 90 0
death 50 infection                              | 50 2
infection 50 5, death 50 infection              | 50 1
infection 80 3, death 50 other                  | 50 2
infection 30 ?, last_contact 400                | -
infection 30 ?, infection 20 3, last_contact 400 | 20 1
infection 30 ?, infection 40 3, last_contact 400 | -
infection 90 ?, last_contact 400                | -
infection 91 ?, last_contact 400                | 90 0
infection -3 ?, last_contact 400                | 90 0
infection ? ?, last_contact 400                 | -
infection ? ?, infection 40 3, last_contact 400 | 40 1
infection ? 3, infection -3 3, last_contact 400 | -
infection ? 3, infection 200 3, last_contact 400 | -
progression 20, infection 50 3, last_contact 400 | 50 1
last_contact 60                                 | 60 0
"""
BOOST = """
stem_cell_boost 43 autologous, death 60 other   | 17 1
stem_cell_boost 43 autologous, last_contact 100 | 57 0
stem_cell_boost 43 autologous, stem_cell_boost 80 autologous, death 100 other | 57 1
stem_cell_boost ? autologous, last_contact 100  | -
stem_cell_boost 60 autologous, death 40 other   | -
last_contact 100                                | -
"""
TIMES = {
    "overall_survival": OS,
    "progression_free_survival": PFS,
    "duration_of_response": DOR,
    "non_relapse_mortality": NRM,
    "infectious_death": INFECTIOUS_DEATH,
    "second_primary_malignancy": SPM,
    "myeloid_second_primary_malignancy": MYELOID,
    "severe_infection": INFECTION,
    "overall_survival_after_boost": BOOST,
}

# events | overall response | complete response, at day 90
RESPONSE = """
response 90 cr, last_contact 400                                 | yes | yes
response 90 pr, last_contact 400                                 | yes | no
response 90 sd, last_contact 400                                 | no  | no
response 28 cr, last_contact 400                                 | -   | -
response 60 cr, last_contact 400                                 | -   | -
response 61 cr, last_contact 400                                 | yes | yes
response 120 cr, last_contact 400                                | yes | yes
response 121 cr, last_contact 400                                | -   | -
response 70 pr, response 100 cr, last_contact 400                | yes | yes
response 80 pr, response 100 cr, last_contact 400                | yes | no
response 90 pr, response 90 cr, last_contact 400                 | yes | no
response 95 cr, progression 95, last_contact 400                 | no  | no
response 95 cr, progression 96, last_contact 400                 | yes | yes
response 28 pr, progression 50, response 90 cr, last_contact 400 | no  | no
new_therapy 40, response 90 cr, last_contact 400                 | no  | no
allogeneic_transplant 40, response 90 cr, last_contact 400       | yes | yes
response 90 pd, response 90 cr, last_contact 400                 | no  | no
progression 120                                                  | no  | no
progression 121                                                  | -   | -
death 40 infection                                               | no  | no
last_contact 400                                                 | -   | -
response 90 cr, death 50 other                                   | no  | no
progression ?, response 90 cr, last_contact 400                  | -   | -
progression ?, response 90 sd, last_contact 400                  | no  | no
progression ?, progression 80, response 90 cr, last_contact 400  | no  | no
progression ?, death 100 infection                               | no  | no
new_therapy ?, response 90 pr, last_contact 400                  | -   | no
death ? infection, response 90 cr                                | yes | yes
death ? infection                                                | -   | -
"""
# events | any infection | severe infection, by day 90
INFECTION_BY_DAY_90 = """
infection 90 3, last_contact 400                                 | yes | yes
infection 90 2, last_contact 400                                 | yes | no
infection 91 3, last_contact 400                                 | no  | no
death 50 infection                                               | no  | no
last_contact 89                                                  | -   | -
last_contact 90                                                  | no  | no
infection 20 3, last_contact 50                                  | yes | yes
infection 20, last_contact 400                                   | yes | -
infection ? 3, last_contact 400                                  | -   | -
infection 80 3, death 50 other                                   | no  | no
infection 80 ?, death 50 other                                   | no  | no
infection 50 3, death 50 other                                   | yes | yes
infection -3 4, last_contact 400                                 | no  | no
"""
# events | CRS any grade | CRS grade 3 or higher
CRS = """
crs 2 1, last_contact 400                                        | yes | no
crs 2 3, last_contact 400                                        | yes | yes
crs ? 4, last_contact 400                                        | yes | yes
crs 2, last_contact 400                                          | yes | -
crs 2 1, crs 5 3                                                 | yes | yes
crs 0, last_contact 400                                          | yes | -
crs -3 3, last_contact 400                                       | -   | -
crs -3 1, last_contact 400                                       | -   | no
crs -3, last_contact 400                                         | -   | -
crs -3 3, crs 2 1, last_contact 400                              | yes | -
crs -3 1, crs 2 3, last_contact 400                              | yes | yes
last_contact 400                                                 | no  | no
"""
BINARY = [
    (("overall_response_day_90", "complete_response_day_90"), RESPONSE),
    (("any_infection_by_day_90", "severe_infection_by_day_90"), INFECTION_BY_DAY_90),
    (("crs", "severe_crs"), CRS),
    (("icans", "severe_icans"), CRS.replace("crs", "icans")),
]


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(map(str.strip, line.split("|"))) for line in text.strip("\n").splitlines()]


def drawn() -> list[tuple[str, str, str]]:
    return [(name, *row) for name, text in TIMES.items() for row in rows(text)]


def drawn_binary() -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(names, row) for names, text in BINARY for row in rows(text)]


@pytest.fixture(scope="module")
def outcomes(build_all) -> pd.DataFrame:
    """Endpoints of one patient for each distinct course of this file."""
    courses = list(
        dict.fromkeys([one[1] for one in drawn()] + [row[0] for _, row in drawn_binary()])
    )
    table = build_all(courses, labs=[""] * len(courses)).endpoints
    named = {f"a/{number}": course for number, course in enumerate(courses, start=1)}
    return table.assign(course=table["patient_id"].map(named)).set_index(["course", "endpoint"])


@pytest.mark.parametrize(("name", "events", "expected"), drawn())
def test_time_and_status(name, events, expected, outcomes):
    row = outcomes.loc[(events, name)]
    shown = f"{row['time']:g} {row['status']}" if row["evaluable"] else "-"
    assert shown == expected
    assert (row["reason"] == "") == row["evaluable"]


@pytest.mark.parametrize(("names", "row"), drawn_binary())
def test_yes_or_no(names, row, outcomes):
    status = [outcomes.loc[(row[0], name), "status"] for name in names]
    shown = ["-" if pd.isna(one) else ("no", "yes")[one] for one in status]
    assert shown == list(row[1:])


# Last contact is the latest dated record, whichever it is.
@pytest.mark.parametrize(
    ("events", "labs", "subject", "day"),
    [
        ("last_contact 100", "anc 120 2.0", {}, 120),
        ("last_contact 100, response 110 cr", "", {}, 110),
        ("", "", {"last_contact_date": "2024-03-01"}, 30),
        ("last_contact 100", "anc 7308 2.0", {}, 100),
        ("last_contact 100", "anc 465 2.0", {}, 465),
        ("response 100 cr", "anc 465 2.0", {}, 465),
        ("response 100 cr", "anc 466 2.0", {}, 100),
        ("", "anc 7308 2.0, anc 10 0.2", {"last_contact_date": "2024-03-01"}, 30),
        ("", "", {"last_contact_date": "2034-01-31"}, 3653),
    ],
)
def test_last_contact(events, labs, subject, day, build_one):
    table = build_one(events, labs=labs, names=("overall_survival",), **subject).endpoints
    assert table.loc[0, "time"] == day


# neutrophils | events | recovery from the first value below | from infusion, never below included
RECOVERY = """
anc 0-3 2.0, anc 4-10 0.3, anc 11-20 0.5 | last_contact 40 | 7 1 | 11 1
anc 4-10 0.3, anc 11-12 0.6, anc 13 0.4, anc 14-20 0.6 | last_contact 40 | 10 1 | 14 1
anc 4-10 0.3, anc 11-13 0.6, anc 14 0.2  | last_contact 40 | 7 1  | 11 1
anc 4-10 0.3, anc 11-12 0.6              | last_contact 40 | 6 0  | 10 0
anc 4-10 0.3, anc 11-12 0.6              | last_contact 17 | 13 0 | 17 0
anc 4-10 0.3, anc 11-12 0.6              | death 18 other  | 6 0  | 10 0
anc 4-10 0.3                             | death 17 other  | 13 2 | 17 2
anc 4-10 0.3                             | death 40 other  | 6 0  | 10 0
anc 4-10 0.3, anc 30 0.6, anc 40 2.0     | last_contact 40 | 26 1 | 30 1
anc 4-10 0.3, anc 11 0.6, anc 13 0.6     | last_contact 40 | 7 1  | 11 1
anc 4-10 0.3, anc 11-12 0.6, anc 14 0.6  | last_contact 40 | 7 1  | 11 1
anc 4-10 <0.4, anc 11-13 >0.5            | last_contact 40 | 7 1  | 11 1
anc 4-10 0.3                             | death 15 infection | 11 2 | 15 2
anc 4-10 0.3, anc 11-13 0.6              | death 13 infection | 7 1  | 11 1
anc 4-10 0.3, anc 11-13 0.6              | death 12 infection | 8 2  | 12 2
anc 4-10 0.3, anc 20-30 2.0              | death 15 infection | 11 2 | 15 2
anc 4-10 0.3                             | death -3 infection | - | -
anc 4-10 0.3                             | death ? infection | - | -
anc 4-10 0.3                             | death ? infection, death 15 infection | 11 2 | 15 2
anc 0 0.3                                | death 0 infection | 0 2 | 0 2
anc 0-20 3.0                             | last_contact 40 | - | 0 1
anc 5 3.0, anc 9 3.0                     | last_contact 40 | - | 0 1
anc 5 3.0                                | last_contact 40 | - | -
anc 0-20 3.0                             | death 30 other  | - | 0 1
anc -5 0.3, anc 0-20 3.0                 | last_contact 40 | - | 0 1
                                         | last_contact 40 | - | -
"""


@pytest.mark.parametrize(("labs", "events", "fallen", "everybody"), rows(RECOVERY))
def test_neutrophil_recovery(labs, events, fallen, everybody, build_one):
    names = ("neutrophil_recovery", "neutrophil_recovery_from_infusion")
    table = build_one(events, labs=labs, names=names).endpoints.set_index("endpoint")
    for name, expected in zip(names, (fallen, everybody), strict=True):
        row = table.loc[name]
        assert (f"{row['time']:g} {row['status']}" if row["evaluable"] else "-") == expected


def test_who_never_fell_below_is_not_at_risk_of_recovery(build_one):
    row = build_one(labs="anc 0-20 3.0", names=("neutrophil_recovery",)).endpoints.iloc[0]
    assert row["reason"] == "no value below the level: not at risk of recovery"


# neutrophils | events | alive with 0.5 or more on day 28 (days 21-35)
ALIVE = """
anc 28 0.5                    | last_contact 400   | yes
anc 28 0.4                    | last_contact 400   | no
anc 21 0.4, anc 34 0.6        | last_contact 400   | yes
anc 24 0.4, anc 32 0.6        | last_contact 400   | no
anc 28 0.4, anc 28 0.6        | last_contact 400   | no
anc 20 0.6, anc 36 0.6        | last_contact 400   | -
anc 26 0.6                    | death 28 infection | no
anc 26 0.6                    | death 29 infection | yes
                              | death 10 infection | no
anc 26 0.6                    | death ? infection  | -
anc 26 0.6, anc 40 2.0        | death ? infection  | yes
anc 26 0.6                    | last_contact 26    | yes
"""


@pytest.mark.parametrize(("labs", "events", "expected"), rows(ALIVE))
def test_alive_with_neutrophils(labs, events, expected, build_one):
    name = "alive_with_neutrophils_day_28"
    row = build_one(events, labs=labs, names=(name,)).endpoints.iloc[0]
    assert (("no", "yes")[row["status"]] if row["evaluable"] else "-") == expected


def test_platelet_recovery_needs_7_days_without_transfusion(build_one):
    labs = "platelets 0-9 10, platelets 10-30 25"
    found = {
        day: build_one(
            f"transfusion {day} platelets", labs=labs, names=("platelet_recovery_from_infusion",)
        ).endpoints.loc[0, "time"]
        for day in (2, 3, 12, 13)
    }
    # 7 days before day 10 until the recovery has lasted 3 days
    assert found == {2: 10, 3: 11, 12: 20, 13: 10}
    name = {"names": ("platelet_recovery_from_infusion",)}
    red = build_one("transfusion 12 red_cells", labs=labs, **name)
    assert red.endpoints.loc[0, "time"] == 10
    never_low = {"labs": "platelets 1-30 25", **name}
    free = build_one(**never_low).endpoints.loc[0, "time"]
    transfused = build_one("transfusion 2 platelets", **never_low).endpoints.loc[0, "time"]
    assert (free, transfused) == (0, 10)


# neutrophils | response after a boost on day 40: days from it and status | by day 30 after it
AFTER_BOOST = """
anc 20-45 0.2, anc 46-60 0.7                       | 6 1  | 6 1
anc 20-39 0.2, anc 40-60 0.7                       | 0 1  | 0 1
anc 20-39 0.2, anc 40-44 0.7, anc 45-50 0.2        | 0 1  | 0 1
anc 40-60 0.7                                      | 0 1  | 0 1
anc 20-69 0.2, anc 70-75 0.7                       | 30 1 | 30 1
anc 20-70 0.2, anc 71-75 0.7                       | 31 1 | 30 0
anc 40 0.7                                         | -    | -
anc 20-40 0.2, anc 50 0.7                          | 0 0  | 0 0
anc 20-50 0.2, anc 70-71 0.7                       | 10 0 | 10 0
anc 20-39 0.2                                      | -    | -
"""


@pytest.mark.parametrize(("labs", "ever", "by_day_30"), rows(AFTER_BOOST))
def test_response_after_a_boost_counts_from_the_boost(labs, ever, by_day_30, build_one):
    names = ("neutrophil_response_after_boost", "neutrophil_response_by_day_30_after_boost")
    events = "stem_cell_boost 40 autologous, last_contact 100"
    table = build_one(events, labs=labs, names=names).endpoints.set_index("endpoint")
    for name, expected in zip(names, (ever, by_day_30), strict=True):
        row = table.loc[name]
        assert (f"{row['time']:g} {row['status']}" if row["evaluable"] else "-") == expected


# event after a boost on day 43, values from day 20 | time, status and what decided
@pytest.mark.parametrize(
    ("events", "labs", "expected"),
    [
        ("death 60 other", "anc 20-60 0.2", "17 2 death"),
        ("last_contact 60", "anc 20-50 0.2", "7 0 last value"),
        ("last_contact 60", "anc 20-45 0.2, anc 46-60 0.7", "3 1 recovery"),
        ("last_contact 100", "anc 20-90 0.2", "30 0 horizon"),
        ("death 73 other", "anc 20-73 0.2", "30 2 death"),
        ("death 74 other", "anc 20-73 0.2", "30 0 horizon"),
    ],
)
def test_a_response_to_a_boost_is_counted_from_it_and_says_what_decided(
    events, labs, expected, build_one
):
    name = "neutrophil_response_by_day_30_after_boost"
    events = f"stem_cell_boost 43 autologous, {events}"
    row = build_one(events, labs=labs, names=(name,)).endpoints.iloc[0]
    assert f"{row['time']:g} {row['status']} {row['decided_by']}" == expected


def test_a_recovery_with_one_cause_is_censored_at_death(build_one, endpoints, monkeypatch):
    name = "neutrophil_recovery"
    alone = dict(list(endpoints.endpoints[name].causes.items())[:1])
    changed = endpoints.endpoints[name].model_copy(update={"causes": alone})
    monkeypatch.setitem(endpoints.endpoints, name, changed)
    row = build_one("death 15 other", labs="anc 4-10 0.3", names=(name,)).endpoints.iloc[0]
    assert (row["time"], row["status"], row["decided_by"]) == (11, 0, "death")


# values | neutrophil response by day 30 after a boost on day 40
@pytest.mark.parametrize(
    ("labs", "expected"),
    [
        ("anc 20-69 0.2, anc 70-80 0.7", "30 1"),
        ("anc 20-70 0.2, anc 71-80 0.7", "30 0"),
        ("anc 20-39 0.2, anc 40-60 0.7", "0 1"),
        ("anc 40 0.2", "0 0"),
        ("anc 39 0.2", "-"),
    ],
)
def test_the_first_and_the_last_day_on_which_a_response_to_a_boost_counts(
    labs, expected, build_one
):
    name = "neutrophil_response_by_day_30_after_boost"
    events = "stem_cell_boost 40 autologous, last_contact 100"
    row = build_one(events, labs=labs, names=(name,)).endpoints.iloc[0]
    assert (f"{row['time']:g} {row['status']}" if row["evaluable"] else "-") == expected


# events | endpoint | what the record of its event tells beside it
@pytest.mark.parametrize(
    ("events", "name", "detail"),
    [
        ("death 200 covid_19", "overall_survival", "covid_19"),
        ("death 200 covid_19", "non_relapse_mortality", "covid_19"),
        ("progression 100, death 200 covid_19", "non_relapse_mortality", ""),
        ("death 200", "overall_survival", ""),
        ("last_contact 200", "overall_survival", ""),
        (
            "second_malignancy 300 t_cell, last_contact 400",
            "second_primary_malignancy",
            "t_cell",
        ),
        (
            "second_malignancy 300 solid, second_malignancy 200 myeloid",
            "second_primary_malignancy",
            "myeloid",
        ),
    ],
)
def test_what_the_record_of_an_event_tells_beside_it(events, name, detail, build_one):
    row = build_one(events, names=(name,)).endpoints.iloc[0]
    assert ("" if pd.isna(row["detail"]) else row["detail"]) == detail


def test_a_boost_says_whose_stem_cells_it_was_of(build_one):
    for events, kind in (
        ("stem_cell_boost 40 allogeneic, stem_cell_boost 20 autologous", "autologous"),
        ("stem_cell_boost 40", ""),
        ("last_contact 60", ""),
    ):
        population = build_one(events, names=("overall_survival",)).population
        assert population.loc[0, "boost_kind"] == kind
        assert population.loc[0, "infusion_year"] == 2024


# progression-free survival with another setting for a new therapy without progression
@pytest.mark.parametrize(
    ("setting", "events", "expected"),
    [
        ("ignore", "new_therapy 50, progression 80", "80 1"),
        ("censor", "new_therapy 50, progression 80", "50 0"),
        ("event", "new_therapy 50, progression 80", "50 1"),
        ("censor", "new_therapy 80, progression 80", "80 1"),
        ("censor", "allogeneic_transplant 50, last_contact 90", "50 0"),
        ("censor", "new_therapy ?, last_contact 90", "-"),
    ],
)
def test_new_therapy(setting, events, expected, build_one, endpoints, monkeypatch):
    name = "progression_free_survival"
    changed = endpoints.endpoints[name].model_copy(update={"new_therapy": setting})
    monkeypatch.setitem(endpoints.endpoints, name, changed)
    row = build_one(events, names=(name,)).endpoints.iloc[0]
    assert (f"{row['time']:g} {row['status']}" if row["evaluable"] else "-") == expected


def test_severe_infection_can_be_censored_at_progression(build_one, endpoints, monkeypatch):
    changed = endpoints.endpoints["severe_infection"].model_copy(
        update={"censor_at_progression": True}
    )
    monkeypatch.setitem(endpoints.endpoints, "severe_infection", changed)
    events = "progression 20, infection 50 3, last_contact 400"
    row = build_one(events, names=("severe_infection",)).endpoints.iloc[0]
    assert (row["time"], row["status"]) == (20, 0)


def test_graded_endpoints_follow_the_grades(build_one):
    labs = "anc 0-4 2.0, anc 5-20 0.3, anc 21-30 2.0, anc 40 0.4, anc 47 0.4"
    cohort = build_one("last_contact 400", labs=labs)
    status = cohort.endpoints.set_index("endpoint")["status"]
    assert status[["early_icaht", "early_icaht_ge3", "late_icaht", "late_icaht_ge3"]].tolist() == [
        1,
        1,
        1,
        1,
    ]
    assert status["severe_neutropenia_14_days"] == 1


# settings that a run may choose instead of the defaults
@pytest.mark.parametrize(
    ("name", "setting", "events", "labs", "expected"),
    [
        ("any_infection_by_day_90", {"lost_before_end": "no"}, "last_contact 40", "", "0"),
        ("crs", {"assessed_by": "icans"}, "last_contact 40", "", "-"),
        ("crs", {"assessed_by": "icans"}, "icans 3 1, last_contact 40", "", "0"),
        ("neutrophil_recovery", {"horizon": 5}, "last_contact 40", "anc 0-20 0.3", "5 0"),
        ("neutrophil_recovery", {"horizon": 5}, "", "anc 0-2 0.3, anc 3-9 0.6", "3 1"),
        ("neutrophil_recovery", {"horizon": 5}, "", "anc 4-8 0.3, anc 9-15 0.6", "5 1"),
        ("overall_survival", {"horizon": 365}, "death 400 other", "", "365 0"),
        ("overall_survival", {"horizon": 365}, "death 365 other", "", "365 1"),
        ("overall_survival", {"origin": "lymphodepletion"}, "death 60 other", "", "65 1"),
    ],
)
def test_settings(name, setting, events, labs, expected, build_one, endpoints, monkeypatch):
    changed = endpoints.endpoints[name].model_copy(update=setting)
    monkeypatch.setitem(endpoints.endpoints, name, changed)
    row = build_one(events, labs=labs, names=(name,)).endpoints.iloc[0]
    shown = f"{row['status']}" if pd.isna(row["time"]) else f"{row['time']:g} {row['status']}"
    assert (shown if row["evaluable"] else "-") == expected


def test_a_death_before_infusion_leaves_no_endpoint(build_one):
    """She stays in the population and is counted, with what to do about her, everywhere."""
    cohort = build_one("death -3 other, infection 10 3, response 90 cr", labs="anc 0-60 2.0")
    words = "died before infusion according to the export: date to be checked"
    assert not cohort.endpoints["evaluable"].any()
    assert set(cohort.endpoints["reason"]) == {words}
    assert not cohort.grades["assessable"].any()
    assert set(cohort.grades["reason"]) == {words}
    assert cohort.population["included"].all()
    found = cohort.findings.set_index("kind").loc["death before infusion"]
    assert found["message"] == "A date of death before the infusion: 1 analysed patient"
    assert found["action"] == "no endpoint can be evaluated; check both dates"


# events | endpoint | why it cannot be told
@pytest.mark.parametrize(
    ("events", "name", "reason"),
    [
        ("response ? cr, last_contact 400", "duration_of_response", "date of the response unknown"),
        ("last_contact 400", "duration_of_response", "no response"),
        (
            "response 90 cr, death 50 other",
            "duration_of_response",
            "observation ended before the first response: dates to be checked",
        ),
        (
            "stem_cell_boost ? autologous",
            "overall_survival_after_boost",
            "date of the stem-cell boost unknown",
        ),
        (
            "stem_cell_boost ? autologous",
            "neutrophil_response_after_boost",
            "date of the stem-cell boost unknown",
        ),
        (
            "progression ?, response 90 cr, last_contact 400",
            "overall_response_day_90",
            "date of progression unknown",
        ),
        (
            "new_therapy ?, response 90 cr, last_contact 400",
            "overall_response_day_90",
            "date of antitumour therapy unknown",
        ),
        ("death ? other", "neutrophil_recovery", "date of death unknown"),
    ],
)
def test_the_reason_says_which_date_is_missing(events, name, reason, build_one):
    row = build_one(events, labs="anc 0-40 0.3", names=(name,)).endpoints.iloc[0]
    assert (row["evaluable"], row["reason"]) == (False, reason)


def test_a_transfusion_without_a_date_leaves_the_platelet_recovery_open(build_one):
    labs = "platelets 0-9 10, platelets 10-30 25"
    for events, evaluable in (
        ("transfusion ? platelets", False),
        ("transfusion ? red_cells", True),
        ("transfusion ? platelets, transfusion 2 platelets", False),
    ):
        row = build_one(events, labs=labs, names=("platelet_recovery",)).endpoints.iloc[0]
        assert row["evaluable"] == evaluable, events


def test_a_boost_before_the_infusion_is_none(build_one):
    table = build_one(
        "last_contact 100", names=("overall_survival_after_boost",), boost_date="2023-12-01"
    ).endpoints
    assert table.loc[0, "reason"] == "no stem-cell boost"


def test_a_lymphodepletion_after_the_infusion_is_unknown(build_one):
    cohort = build_one(
        "last_contact 100",
        labs="crp -6 1.0, crp 3 30.0",
        scored=("ht",),
        lymphodepletion_date="2024-02-05",
    )
    crp = cohort.baseline[cohort.baseline["variable"] == "crp"]
    assert set(crp.loc[crp["variant"] == "", "day"]) == {-6}, "never a value after the infusion"


# events | what the findings ask to check; anything else before day 0 is history without a word
@pytest.mark.parametrize(
    ("events", "lymphodepletion", "kinds"),
    [
        ("crs -3 3", "2024-01-26", {"toxicity before infusion"}),
        ("crs -30 3, crs 2 1", "2024-01-26", {"toxicity before infusion"}),
        ("infection -3 4", "2024-01-26", {"event just before infusion"}),
        ("progression -1", "2024-01-26", {"event just before infusion"}),
        ("response -2 pr", "2024-01-26", {"event just before infusion"}),
        ("infection -4 4, progression -40, response -60 cr", "2024-01-26", set()),
        ("progression -40", "2024-02-05", {"lymphodepletion after infusion", "date missing"}),
        ("second_malignancy -2 solid, infection 0 3, crs 0 1", "2024-01-26", set()),
    ],
)
def test_what_is_dated_before_the_infusion(events, lymphodepletion, kinds, build_one):
    labs = "anc 0-9 2.0, platelets 0-9 200, hemoglobin 0-9 12.0"
    cohort = build_one(events, labs=labs, lymphodepletion_date=lymphodepletion)
    assert set(cohort.findings["kind"]) == kinds


def test_a_time_to_toxicity_stays_open_where_it_is_dated_before_the_infusion(
    build_one, endpoints, monkeypatch
):
    name = "severe_infection"
    first, death = endpoints.endpoints[name].sources
    sources = (first.model_copy(update={"occurrence": "crs"}), death)
    changed = endpoints.endpoints[name].model_copy(update={"sources": sources})
    monkeypatch.setitem(endpoints.endpoints, name, changed)
    for events, shown in (("crs -3 1", "-"), ("crs -3 1, crs 2 1", "2"), ("infection -3 4", "9")):
        row = build_one(f"{events}, last_contact 9", names=(name,)).endpoints.iloc[0]
        assert (f"{row['time']:g}" if row["evaluable"] else "-") == shown


def test_a_record_far_after_all_others_is_a_finding(build_one):
    kinds = build_one("last_contact 100", labs="anc 7308 2.0").findings["kind"]
    assert "record long after all others" in set(kinds)
