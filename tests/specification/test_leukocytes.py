"""Leukocytes narrow the neutrophils: on a day without a count they are its highest possible value.

In aplasia no differential is done because the leukocytes are below 500 per microlitre: the hole in
the neutrophils is the neutropenia. They are never a measured neutrophil count.
"""

from __future__ import annotations

import pandas as pd
import pytest

from hematotox.cohort.findings import CONTRADICTION

HOLE = "0-4: 2000, 5: 400, 15: 400, 16-30: 2000"
# leukocytes per uL | grade | days at or below 500, 100 | allowed by open days | rests on them
CASES = """
                    | - | <NA> <NA> | 1 3 | False
6-14: 90            | 3 | 11 9      | 3 3 | True
6-14: 450           | - | <NA> <NA> | 2 3 | True
6-14: 600           | - | <NA> <NA> | 1 3 | False
8: 450, 12: 450     | 2 | 11 0      | 2 2 | True
10: 90              | 2 | 11 1      | 2 2 | True
"""


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(map(str.strip, line.split("|"))) for line in text.strip("\n").splitlines()]


def shown(result: pd.Series) -> str:
    return "-" if pd.isna(result["grade"]) else str(result["grade"])


@pytest.mark.parametrize("row", rows(CASES), ids=lambda row: row[0] or "none")
def test_a_hole_of_nine_days(row, graded):
    result = graded(HOLE, convention="consensus", leukocytes=row[0])
    found = (
        shown(result),
        f"{result['days_500']} {result['days_100']}",
        f"{result['open_low']} {result['open_high']}",
        str(result["by_leukocytes"]),
    )
    assert found == row[1:]


def test_they_lower_a_day_that_is_filled_in(graded):
    text = "0-4: 2000, 5: 400, 9: 2000, 10-30: 2000"
    assert graded(text, convention="consensus")["days_500"] == 1
    assert graded(text, convention="consensus", leukocytes="7: 450")["days_500"] == 3


def test_without_any_neutrophils_there_is_no_grade_but_it_may_be_known(graded):
    result = graded("", convention="consensus", leukocytes="0-30: 90")
    assert (shown(result), result["reason"]) == ("-", "no value on days 0-30")
    assert (result["known_low"], result["known_high"]) == (4, 4)


def test_they_are_no_second_late_value(graded):
    result = graded("40: 400", convention="consensus", window="late", leukocytes="50: 300")
    assert (result["grade"], result["days_measured"]) == (3, 1)


@pytest.mark.parametrize("name", ["cart_sie", "liang_2024", "cumulative_days"])
def test_other_conventions_do_not_use_them(name, graded):
    result = graded(HOLE, convention=name, leukocytes="6-14: 90", unfilled_days="recovered")
    assert result["days_500"] == 2 if name == "cumulative_days" else 1


def test_more_neutrophils_than_leukocytes_is_a_finding(build_all):
    cohort = build_all(
        ["last_contact 400", "last_contact 400"],
        labs=["anc 5 2.0, leukocytes 5 1.5", "anc 5 2.0, leukocytes 5 2.0, anc 6 3.0"],
    )
    (row,) = cohort.findings[cohort.findings["kind"] == CONTRADICTION].to_dict("records")
    assert "1 analysed patient" in row["message"]
