"""Unmeasured is not recovered: what is known of a grade where days have no value.

A stretch that is not filled in is open where a measured value beside it is at most 1000 per
microlitre, or where it is longer than 14 days, also after the last value; any other counts as
recovered. A grade that open days could change is not assessable, but it may still be known to be
severe, or not to be.
"""

from __future__ import annotations

import pandas as pd
import pytest

# ANC per microlitre by day | events | grade | lowest, highest that the open days allow
CONSENSUS = """
0: 2000                               |                 | -  | 0 4
4: 300, 14: 400                       |                 | -  | 1 4
7: 300                                | last contact 14 | -  | 1 4
2: 400, 3: 400                        | last contact 3  | -  | 1 4
0-10: 2000, 19-30: 2000               |                 | 0  | 0 0
0-10: 2000, 11: 1000.1, 20-30: 2000   |                 | 0  | 0 0
0-10: 2000, 11: 1000, 20-30: 2000     |                 | -  | 0 3
0-9: 2000, 18: 1000, 19-30: 2000      |                 | -  | 0 3
0-7: 2000, 23-30: 2000                |                 | -  | 0 4
0-8: 2000, 23-30: 2000                |                 | 0  | 0 0
9: 1500, 10-30: 2000                  |                 | 0  | 0 0
9: 900, 10-30: 2000                   |                 | -  | 0 3
0-15: 2000                            |                 | -  | 0 4
0-16: 2000                            |                 | 0  | 0 0
0-4: 2000, 5-24: 400                  | last contact 24 | 3  | 3 3
0-2: 2000, 3-24: 400                  | last contact 24 | -  | 3 4
0-2: 2000, 3-24: 400                  | death 24        | 4  | 4 4
0-2: 2000, 3-24: 400                  | death 31        | 4  | 4 4
0-2: 2000, 3-22: 400                  | death 30        | -  | 3 4
0: 2000, 1-20: 90, 21: 2000           | last contact 21 | 4  | 4 4
"""


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(map(str.strip, line.split("|"))) for line in text.strip().splitlines()]


def shown(result: pd.Series) -> str:
    assert result["assessable"] == pd.notna(result["grade"])
    return "-" if pd.isna(result["grade"]) else str(result["grade"])


@pytest.mark.parametrize("row", rows(CONSENSUS), ids=lambda row: f"{row[0]} {row[1]}")
def test_what_the_open_days_allow(row, graded):
    result = graded(row[0], convention="consensus", events=row[1])
    assert (shown(result), f"{result['open_low']} {result['open_high']}") == row[2:]
    if row[2] == "-":
        assert result["reason"] == "sampling gap"
        assert f"{result['known_low']} {result['known_high']}" == row[3]
    else:
        assert result["known_low"] == result["known_high"] == result["grade"]


# the same course where every unfilled day is open, and where it counts as recovered
@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("0-10: 2000, 19-30: 2000", ["0", "-", "0"]),
        ("0: 2000, 8-30: 2000", ["0", "0", "0"]),
        ("0-10: 2000, 11: 900, 20-30: 2000", ["-", "-", "0"]),
    ],
)
def test_three_ways_to_take_unfilled_days(text, grades, graded):
    settings = [
        {"unfilled_days": "open_beside_low", "open_beside": 1.0},
        {"unfilled_days": "must_not_matter", "open_beside": None},
        {"unfilled_days": "recovered", "open_beside": None},
    ]
    assert [shown(graded(text, convention="consensus", **one)) for one in settings] == grades


# A lone value is the day itself. The tutorial carries it to both ends where both are within 7 days,
# leaves it alone where each end is that day or further away, and stops otherwise.
@pytest.mark.parametrize(
    ("text", "events", "grade", "days"),
    [
        ("7: 300", "last contact 14", "4", "15"),
        ("7: 300", "last contact 7", "4", "8"),
        ("0: 300", "last contact 7", "4", "8"),
        ("0: 300", "last contact 8", "1", "1"),
        ("8: 300", "last contact 8", "1", "1"),
        ("15: 300", "", "1", "1"),
        ("7: 300", "last contact 15", "-", "<NA>"),
        ("25: 300", "", "-", "<NA>"),
    ],
)
def test_a_lone_value_in_the_tutorial(text, events, grade, days, graded):
    result = graded(text, convention="heatwaver_compatible", events=events)
    assert (shown(result), str(result["days_500"])) == (grade, days)
    assert ("the program stops" in result["reason"]) == (grade == "-")


@pytest.mark.parametrize("name", ["consensus", "cart_sie", "cumulative_days", "liang_2024"])
def test_a_lone_value_is_never_carried(name, graded):
    result = graded("7: 300", convention=name, events="last contact 14", unfilled_days="recovered")
    assert (str(result["grade"]), result["days_500"]) == ("1", 1)


# Lost alive is never "never recovered"; the program's rule says it of any last observation.
@pytest.mark.parametrize(
    ("name", "events", "grade", "died"),
    [
        ("cart_sie", "last contact 12", "2", False),
        ("cart_sie", "death 12", "4", True),
        ("liang_2024", "last contact 12", "4", False),
        ("heatwaver_compatible", "last contact 12", "4", False),
        ("liang_manual", "death 12", "2", False),
    ],
)
def test_never_recovered(name, events, grade, died, graded):
    result = graded("0-2: 2000, 3-12: 400", convention=name, events=events)
    assert (shown(result), result["died_before_recovery"]) == (grade, died)


def test_a_death_before_recovery_may_be_not_assessable(graded):
    text, events = "0-2: 2000, 3-12: 400", "death 12"
    result = graded(
        text, convention="cart_sie", events=events, died_before_recovery="not_assessable"
    )
    assert (shown(result), result["reason"]) == ("-", "died before recovery")
    assert pd.isna(result["known_low"])


def test_a_death_more_than_the_carried_days_after_the_last_value_is_no_neutropenic_one(graded):
    within = graded("0-2: 2000, 3-12: 400", convention="consensus", events="death 19")
    after = graded("0-2: 2000, 3-12: 400", convention="consensus", events="death 20")
    assert (shown(within), within["died_before_recovery"]) == ("4", True)
    assert (shown(after), after["died_before_recovery"]) == ("-", False)


# A program that stops at the stated last contact does not see the later values.
def test_the_stated_last_contact_ends_the_window_only_where_the_program_does_so(graded):
    text, events = "0-2: 2000, 3-20: 400, 21-30: 2000", "stated 15"
    assert graded(text, convention="heatwaver_compatible", events=events)["days_500"] == 13
    assert graded(text, convention="heatwaver_compatible", events=events)["last_day"] == 15
    assert graded(text, convention="liang_2024", events=events)["days_500"] == 18
    assert graded(text, convention="liang_2024", events=events)["last_day"] == 30
