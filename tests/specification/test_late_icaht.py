"""Late ICAHT, days 31-100: grade 1 at or below 1500 per microlitre, 2: 1000, 3: 500, 4: 100.

Under the consensus and Liang the two lowest values count, whenever they are: the lowest grades, the
second must be at or below 1500, a single value grades alone. Under CART-SIE two consecutive
measured days count: of each pair the higher value, of these the lowest.
"""

from __future__ import annotations

import pandas as pd
import pytest

# ANC per microlitre by day     | consensus | cart_sie
CASES = """
40: 1500, 47: 1500              | 1 | 1
40: 1500.1, 47: 1500.1          | 0 | 0
40: 1000, 47: 1000              | 2 | 2
40: 1000.5, 47: 1000.5          | 1 | 1
40: 500, 47: 500                | 3 | 3
40: 450.5, 47: 450.5            | 3 | 3
40: 501, 47: 501                | 2 | 2
40: 100, 47: 100                | 4 | 4
40: 101, 47: 101                | 3 | 3
40: 400, 47: 1400               | 3 | 1
40: 400, 47: 2000               | 0 | 0
40: 400, 47: 2000, 54: 400      | 3 | 0
40: 400, 47: 900, 54: 450       | 3 | 2
40: 90, 41: 480, 99: 3000       | 4 | 3
31: 400, 100: 400               | 3 | 3
40: 400                         | 3 | -
40: 2000                        | 0 | -
30: 400, 101: 400               | - | -
"""
# course | events | liang_2024 (stops at progression and new therapy) | cart_sie (does not)
STOPS = """
40: 400, 47: 400                | progression 47  | 3 | 3
40: 2000, 47: 400, 54: 400      | progression 46  | 0 | 3
40: 2000, 47: 400, 54: 400      | new_therapy 46  | 0 | 3
40: 400, 47: 400                | progression 30  | - | 3
40: 400, 47: 400                | death 47        | 3 | 3
40: 400, 47: 400                | progression 200 | 3 | 3
"""


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(map(str.strip, line.split("|"))) for line in text.strip().splitlines()]


def shown(result: pd.Series) -> str:
    assert result["assessable"] == pd.notna(result["grade"])
    return "-" if pd.isna(result["grade"]) else str(result["grade"])


@pytest.mark.parametrize("row", rows(CASES), ids=lambda row: row[0])
def test_late_grade(row, graded):
    names = ("consensus", "cart_sie")
    found = [shown(graded(row[0], convention=name, window="late")) for name in names]
    assert found == list(row[1:])


@pytest.mark.parametrize("name", ["liang_2024", "heatwaver_compatible", "cumulative_days"])
@pytest.mark.parametrize("row", rows(CASES), ids=lambda row: row[0])
def test_the_other_conventions_grade_late_as_the_consensus(row, name, graded):
    whole = name == "heatwaver_compatible" and ".5" in row[0]
    assert shown(graded(row[0], convention=name, window="late")) == ("0" if whole else row[1])


# The tutorial's classes hold whole numbers per microlitre: 100.5 and 450.5 fall between them.
@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("40: 450.5, 47: 1400", 0),
        ("40: 100.5, 47: 1400", 0),
        ("40: 99.5, 47: 1400", 4),
        ("40: 450, 47: 1400.5", 3),
        ("40: 450.5", 0),
    ],
)
def test_the_tutorial_grades_only_whole_numbers(text, grade, graded):
    result = graded(text, convention="heatwaver_compatible", window="late")
    assert (result["grade"], result["grade_low"]) == (grade, min(grade, result["grade_low"]))


def test_a_single_late_value_may_grade_alone(graded):
    settings = {"single_value": "grades", "least_days_measured": 1}
    for text, grade in (("40: 400", "3"), ("40: 400, 47: 2000", "0"), ("40: 2000", "0"), ("", "-")):
        assert shown(graded(text, convention="cart_sie", window="late", **settings)) == grade


# The largest distance of a pair is a setting: print states none.
@pytest.mark.parametrize(
    ("text", "longest", "grade"),
    [
        ("40: 400, 54: 400", 14, "3"),
        ("40: 400, 55: 400", 14, "-"),
        ("40: 400, 55: 400, 56: 2000", 14, "0"),
        ("40: 400, 55: 400, 60: 900", 14, "2"),
    ],
)
def test_a_pair_may_have_a_longest_distance(text, longest, grade, graded):
    result = graded(text, convention="cart_sie", window="late", longest_distance_days=longest)
    assert shown(result) == grade
    if grade == "-":
        assert result["reason"] == "no two measured days at most 14 days apart"


@pytest.mark.parametrize("row", rows(STOPS), ids=lambda row: f"{row[0]} {row[1]}")
def test_what_ends_the_late_window(row, graded):
    names = ("liang_2024", "cart_sie")
    found = [shown(graded(row[0], convention=n, window="late", events=row[1])) for n in names]
    assert found == list(row[2:])


def test_who_dies_on_the_first_day_of_the_window_could_still_have_any_late_grade(graded):
    bounds = [
        graded("5: 300", convention="cart_sie", window="late", events=f"death {day}")
        for day in (30, 31)
    ]
    assert [pd.isna(one["grade_high"]) for one in bounds] == [True, False]
    assert (bounds[1]["grade_low"], bounds[1]["grade_high"]) == (0, 0), "one day is no pair"


@pytest.mark.parametrize(
    ("text", "events", "reason"),
    [
        ("5: 300", "", "no value on days 31-100"),
        ("5: 300", "death 30", "died before day 31"),
        ("5: 300", "last contact 30", "lost before day 31"),
        ("5: 300", "last contact 31", "no value on days 31-100"),
        ("40: 300", "", "fewer than 2 measured days on days 31-100"),
        ("40: 300 200", "", "fewer than 2 measured days on days 31-100"),
    ],
)
def test_why_late_is_not_assessable(text, events, reason, graded):
    result = graded(text, convention="cart_sie", window="late", events=events)
    assert (pd.isna(result["grade"]), result["reason"]) == (True, reason)


# Severe thrombocytopenia (platelets below 50) and anaemia (haemoglobin below 8), the same pairs.
@pytest.mark.parametrize(
    ("window", "text", "grade"),
    [
        ("late_thrombocytopenia", "40: 49, 47: 49", 1),
        ("late_thrombocytopenia", "40: 50, 47: 49", 0),
        ("late_thrombocytopenia", "40: 49, 47: 120, 54: 49", 0),
        ("late_thrombocytopenia", "40: 49.9, 47: 49.9, 54: 300", 1),
        ("late_anemia", "40: 7.9, 47: 7.9", 1),
        ("late_anemia", "40: 8, 47: 7.9", 0),
        ("late_anemia", "40: 7.9, 47: 9, 54: 7.9", 0),
    ],
)
def test_late_thrombocytopenia_and_anaemia(window, text, grade, graded):
    assert graded(text, convention="cart_sie", window=window)["grade"] == grade
