"""Time to a grade: the day on which the values establish it; death and what is declared compete.

Times of late grades count from day 31. Status 0 is censored, 1 the grade, 2 and above compete; "-"
is not evaluable.
"""

from __future__ import annotations

import pytest

# neutrophils | events | severe late ICAHT (two consecutive values) | the same before progression
LATE = """
anc 40 0.4, anc 47 0.4                         | last_contact 400 | 16 1 | 16 1
anc 40 0.4, anc 47 0.4, anc 48 0.05, anc 49 0.05 | last_contact 400 | 16 1 | 16 1
anc 40 0.4, anc 47 0.6, anc 60 0.4, anc 61 0.5 | last_contact 400 | 30 1 | 30 1
anc 31 0.4, anc 32 0.4                         | last_contact 400 | 1 1  | 1 1
anc 30 0.4, anc 31 0.4, anc 50 2.0             | last_contact 400 | 69 0 | 69 0
anc 99 0.4, anc 100 0.4                        | last_contact 400 | 69 1 | 69 1
anc 100 0.4, anc 101 0.4                       | last_contact 400 | 69 0 | 69 0
anc 40 0.4                                     | last_contact 400 | 69 0 | 69 0
anc 40 2.0, anc 80 2.0                         | death 60 other   | 29 2 | 29 4
anc 40 0.4, anc 47 0.4                         | death 45 other   | 14 2 | 14 4
anc 40 0.4, anc 47 0.4                         | death 47 other   | 16 1 | 16 1
anc 40 2.0                                     | last_contact 60  | 29 0 | 29 0
anc 40 0.4, anc 47 0.4                         | progression 20, last_contact 400 | 16 1 | -
anc 40 0.4, anc 47 0.4                         | progression 45, last_contact 400 | 16 1 | 14 2
anc 40 0.4, anc 47 0.4                         | progression 47, last_contact 400 | 16 1 | 16 2
anc 40 0.4, anc 47 0.4                         | new_therapy 45, last_contact 400 | 16 1 | 14 3
anc 40 0.4, anc 47 0.4                         | progression ?, last_contact 400 | 16 1 | -
anc 40 0.4, anc 47 0.4                         | death ? other    | -    | -
anc 40 0.4, anc 47 0.4                         | death 20 other   | -    | -
anc 20 0.4, anc 25 0.4                         | last_contact 28  | -    | -
anc 20 0.4, anc 25 0.4                         | last_contact 400 | -    | -
"""


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(map(str.strip, line.split("|"))) for line in text.strip("\n").splitlines()]


def shown(row) -> str:
    return f"{row['time']:g} {row['status']}" if row["evaluable"] else "-"


@pytest.mark.parametrize(("labs", "events", "ever", "before"), rows(LATE))
def test_time_to_severe_late_icaht(labs, events, ever, before, build_one):
    names = ("time_to_late_icaht_ge3", "time_to_late_icaht_ge3_before_progression")
    table = build_one(events, labs=labs, names=names).endpoints.set_index("endpoint")
    assert [shown(table.loc[name]) for name in names] == [ever, before]


@pytest.mark.parametrize(
    ("events", "labs", "reason"),
    [
        ("death 20 other", "anc 10 2.0", "died before day 31"),
        ("last_contact 28", "anc 10 2.0", "lost before day 31"),
        ("last_contact 400", "anc 10 2.0", "no value on days 31-100"),
        ("death ? other", "anc 40 2.0", "date of death unknown"),
    ],
)
def test_who_is_not_at_risk_on_day_31(events, labs, reason, build_one):
    row = build_one(events, labs=labs, names=("time_to_late_icaht",)).endpoints.iloc[0]
    assert row["reason"] == reason


def test_the_two_lowest_values_establish_a_grade_together(build_one, endpoints, monkeypatch):
    """The consensus: the lowest value, once a second one is at most 1.5."""
    name = "time_to_late_icaht_ge3"
    changed = endpoints.endpoints[name].model_copy(update={"convention": "consensus"})
    monkeypatch.setitem(endpoints.endpoints, name, changed)
    labs = "anc 40 0.4, anc 47 1.6, anc 60 1.4"
    row = build_one("last_contact 400", labs=labs, names=(name,)).endpoints.iloc[0]
    assert shown(row) == "29 1"


# neutrophils | events | >= 14 days below 0.5 by day 60 | death before a no | time to the 14th day
FOURTEEN_DAYS = """
anc 0-2 2.0, anc 3-30 0.3, anc 31-60 2.0      | last_contact 400 | yes | yes | 16 1
anc 0-2 2, anc 3-10 0.3, anc 11-20 2, anc 21-30 0.3, anc 60 2 | death 61 other | yes | yes | 26 1
anc 0-2 2.0, anc 3-10 0.3, anc 11-60 2.0      | last_contact 400 | no  | no  | 60 0
anc 0-2 2.0, anc 3-10 0.3, anc 11-12 2.0      | death 12 other   | -   | no  | 12 2
anc 0-2 2.0, anc 3-30 0.3                     | death 30 other   | yes | yes | 16 1
anc 0-2 2.0, anc 3-10 0.3, anc 11-30 2.0      | last_contact 30  | -   | -   | 30 0
anc 0-2 2.0, anc 3-10 0.3, anc 11-60 2.0      | death 60 other   | no  | no  | 60 2
"""


@pytest.mark.parametrize(("labs", "events", "known", "death_no", "time"), rows(FOURTEEN_DAYS))
def test_death_before_the_end_without_fourteen_days(labs, events, known, death_no, time, build_one):
    """Not evaluable for the odds ratio, with its reason; competing in the incidence."""
    names = (
        "severe_neutropenia_14_days",
        "severe_neutropenia_14_days_death_no",
        "time_to_severe_neutropenia_14_days",
    )
    table = build_one(events, labs=labs, names=names).endpoints.set_index("endpoint")
    status = [table.loc[name] for name in names[:2]]
    said = [("no", "yes")[int(row["status"])] if row["evaluable"] else "-" for row in status]
    assert [*said, shown(table.loc[names[2]])] == [known, death_no, time]
    if known == "-" and "death" in events:
        assert status[0]["reason"] == "died before day 60"
