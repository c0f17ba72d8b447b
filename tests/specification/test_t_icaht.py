"""T-ICAHT: days of low platelets (10^9/L), by the published table and by the public code.

Table, days 0-30: 1-6 days below 50 grade 1, 7 or more grade 2; 1-13 days below 20 grade 3, 14 or
more grade 4; all days added up, recoveries under 3 days included; observation ends at progression.
Late, days 31-100: two measured days below 100 grade 1, below 50 grade 2, below 20 grade 3; 14 days
below 20 grade 4. Code: at most, longest run, recoveries of up to 6 days joined, days 0-37; both its
windows end at progression. All its grades: test_public_programs.py.
"""

from __future__ import annotations

import pandas as pd
import pytest

# platelets by day                                  | table | code
EARLY = """
0-37: 60                                            | 0 | 0
0-4: 60, 5: 49, 6-37: 60                            | 1 | 1
0-4: 60, 5: 50, 6-37: 60                            | 0 | 1
0-4: 60, 5-10: 49, 11-37: 60                        | 1 | 1
0-4: 60, 5-11: 49, 12-37: 60                        | 2 | 2
0-4: 60, 5: 19, 6-37: 60                            | 3 | 3
0-4: 60, 5: 20, 6-37: 60                            | 1 | 3
0-4: 60, 5-17: 19, 18-37: 60                        | 3 | 3
0-4: 60, 5-18: 19, 19-37: 60                        | 4 | 4
0-4: 60, 5-8: 49, 9-11: 60, 12-14: 49, 15-37: 60    | 2 | 2
0-4: 60, 5-7: 49, 8-10: 60, 11-13: 49, 14-37: 60    | 1 | 2
0-4: 60, 5-7: 49, 8-14: 60, 15-18: 49, 19-37: 60    | 2 | 1
0-4: 60, 5-7: 49, 8-9: 60, 10-11: 49, 12-37: 60     | 2 | 2
0-30: 60, 31-37: 19                                 | 0 | 3
"""
LATE = """
31-100: 99                          | 1 | 1
31-100: 100                         | 0 | 1
31-39: 150, 40: 49, 41-100: 150     | 0 | 0
31-39: 150, 40: 15, 41-100: 150     | 0 | 0
31-39: 150, 40-41: 49, 42-100: 150  | 2 | 2
40: 49, 47: 49, 54: 120, 61: 120, 68: 120, 75: 120, 82: 120, 89: 120, 96: 120 | 2 | 2
31-39: 150, 40: 19, 41-59: 150, 60: 19, 61-100: 150 | 3 | 3
31-39: 150, 40-52: 19, 53-100: 60   | 3 | 3
31-39: 150, 40-53: 19, 54-100: 60   | 4 | 4
40: 19                              | - | -
# 30 days without a value may hold 14 days below 20
40: 150, 47: 150, 78: 150, 86: 150, 94: 150 | - | 0
"""
NAMES = ("t_icaht_table", "t_icaht_code")


def rows(text: str) -> list[tuple[str, ...]]:
    lines = (line for line in text.strip().splitlines() if not line.startswith("#"))
    return [tuple(map(str.strip, line.split("|"))) for line in lines]


def shown(result: pd.Series) -> str:
    return "-" if pd.isna(result["grade"]) else str(result["grade"])


@pytest.mark.parametrize("row", rows(EARLY), ids=lambda row: row[0])
def test_early(row, graded):
    assert [shown(graded(row[0], convention=name)) for name in NAMES] == list(row[1:])


@pytest.mark.parametrize("row", rows(LATE), ids=lambda row: row[0])
def test_late(row, graded):
    found = [shown(graded(row[0], convention=name, window="late")) for name in NAMES]
    assert found == list(row[1:])


@pytest.mark.parametrize(("event", "grades"), [("progression", ["0", "0"]),
                                               ("new_therapy", ["0", "3"])])  # fmt: skip
def test_both_stop_at_progression_and_only_the_table_at_new_therapy(event, grades, graded):
    text = "0-9: 60, 10-20: 19, 21-37: 60"
    assert [shown(graded(text, convention=n, events=f"{event} 9")) for n in NAMES] == grades


def test_the_code_fills_any_gap_with_the_mean_of_its_neighbours(graded):
    text = "0: 60, 20: 30, 37: 60"
    assert graded(text, convention="t_icaht_code")["days_platelets_50"] == 36
    assert graded(text, convention="t_icaht_table")["reason"] == "sampling gap"


def test_the_code_leaves_days_with_several_values_out_of_the_calendar(graded):
    text = "0-9: 60, 10-12: 40, 13: 40 45, 14-16: 40, 17-37: 60"
    assert graded(text, convention="t_icaht_code")["days_platelets_50"] == 6
    assert graded(text, convention="t_icaht_table")["days_platelets_50"] == 7


def test_both_are_graded_but_neither_counts_neutrophils(graded):
    assert pd.isna(graded("0-37: 10", convention="t_icaht_table")["days_500"])
