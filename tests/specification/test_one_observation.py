"""A study and `hematotox grade` observe, and so grade, one patient alike.

A row reads: neutrophils by day | death, last contact, progression, new therapy | last day of
observation. Observation lasts to death, or else to the latest dated record, whatever it is.
"""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from hematotox.cli import main

COURSES = """
3-16: 0.3, 17-29: 2.0  | . 30 . .     | 30
3-16: 0.3, 17-29: 2.0  | . 16 . .     | 29
3-16: 0.3              | . 16 . .     | 16
3-16: 0.3              | . 16 25 .    | 25
3-16: 0.3              | . 10 . 28    | 28
3-16: 0.3              | . . 25 .     | 25
3-16: 0.3              | . . . .      | 16
3-16: 0.3              | 16 . . .     | 16
3-16: 0.3              | 16 20 25 .   | 16
3-16: 0.3, 40: 0.4     | 45 16 . .    | 45
3-16: 0.3, 40: 0.4     | . 16 35 .    | 40
3-16: 0.3, 500: 2.0    | . . . .      | 16
3-16: 0.3, 500: 2.0    | . 100 . .    | 100
500: 2.0               | . . . .      | 0
3-16: 0.3              | . 900 . .    | 900
"""
ROWS = [tuple(map(str.strip, line.split("|"))) for line in COURSES.strip().splitlines()]
EVENTS = ("death", "last_contact", "progression", "new_therapy")


def values(course: str) -> list[tuple[int, str]]:
    found = []
    for part in course.split(","):
        days, value = part.split(":")
        first, _, last = days.strip().partition("-")
        found += [(day, value.strip()) for day in range(int(first), int(last or first) + 1)]
    return found


@pytest.fixture(scope="module")
def of_study(build_all):
    """Grades and last day of observation of each course in a study."""
    events, labs = [], []
    for course, happened, _ in ROWS:
        days = dict(zip(EVENTS, happened.split(), strict=True))
        told = [f"{event} {day}" for event, day in days.items() if day != "."]
        events.append(", ".join(told).replace("death 16", "death 16 other"))
        labs.append(", ".join(f"anc {day} {value}" for day, value in values(course)))
    cohort = build_all(events, labs=labs, names=("overall_survival", "early_icaht"))
    survival = cohort.endpoints[cohort.endpoints["endpoint"] == "overall_survival"]
    time = survival.set_index("patient_id")["time"]
    return cohort.grades[cohort.grades["convention"] == "cart_sie"], time


@pytest.mark.parametrize("place", range(len(ROWS)))
def test_a_study_and_the_command_grade_alike(place, of_study, tmp_path, capsys) -> None:
    course, happened, end = ROWS[place]
    days = ["" if day == "." else day for day in happened.split()]
    table = tmp_path / "anc.csv"
    lines = [["patient_id", "day", "anc", *EVENTS]]
    lines += [["a", str(day), value, *days] for day, value in values(course)]
    table.write_text("\n".join(",".join(line) for line in lines), encoding="utf-8")
    assert main(["grade", str(table), "--unit", "G/L", "--convention", "cart_sie"]) == 0
    grades, observed = of_study
    own = grades[grades["patient_id"] == f"a/{place + 1}"].set_index("window")
    said = {row["window"]: row for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}
    assert observed[f"a/{place + 1}"] == float(end)
    for window in ("early", "late"):
        for column in ("grade_low", "grade_high", "grade", "reason", "last_day"):
            expected = own.loc[window, column]
            text = "" if pd.isna(expected) else str(expected)
            assert said[window].get(column, "").removesuffix(".0") == text
