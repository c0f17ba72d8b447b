"""Invented courses graded by the public programs as they ran: a convention named so equals them.

What was supplied to make each program run, and the versions, stand in tests/data/grading/README.md.
Compared is every course in state `graded`; where a program stops or has no row, the convention's
file says what is done here.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hematotox.cohort.grading.grades import grade
from hematotox.contracts import conform

DATA = Path(__file__).parents[1] / "data" / "grading"


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / name, dtype={"patient": str}, keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def courses() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the values as table `labs`, and when the observation of the patients ended."""
    rows = read("courses.csv").rename(columns={"patient": "patient_id"})
    rows["measurement"] = rows.groupby(["patient_id", "variable", "day"]).cumcount() + 1
    rows = rows.assign(value_low=rows["value"], value_high=rows["value"]).drop(columns="value")
    labs = conform("labs", rows)
    people = read("patients.csv").set_index("patient")
    days = people.filter(like="_day").rename(columns=lambda name: name.removesuffix("_day"))
    latest = labs.groupby("patient_id")["day"].max().astype(float)
    end = days["death"].fillna(pd.concat([days["last_contact"], latest], axis=1).max(axis=1))
    return labs, days.assign(end=end)


@pytest.fixture(scope="module")
def graded(courses, conventions):
    """Return each course's row of table `grades` beside the program's, by window."""
    labs, days = courses

    def compare(name: str, file: str) -> pd.DataFrame:
        ours = grade(labs, days, conventions={name: conventions[name]})
        program = read(file).rename(columns={"patient": "patient_id"})
        if "window" not in program:
            program["window"] = "early"
        return program.merge(ours, on=["patient_id", "window"], suffixes=("_program", ""))

    return compare


def different(table: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Return the graded courses in which a column differs from the program's."""
    own = table[table["state"] == "graded"]
    apart = np.zeros(len(own), dtype=bool)
    for ours, theirs in columns.items():
        there = own[theirs].notna() & (own[theirs].astype(str) != "NA")
        number = pd.to_numeric(own[theirs], errors="coerce").astype("Int64")
        apart |= (there & (own[ours].fillna(-1) != number.fillna(-1))).to_numpy(dtype=bool)
    return own[apart]


@pytest.mark.parametrize(
    ("name", "file", "days", "courses_graded"),
    [
        ("heatwaver_compatible", "grades_automated.csv", ("days_500", "days_100"), 1756),
        ("liang_manual", "grades_manual.csv", ("days_500", "days_100"), 1170),
        (
            "t_icaht_code",
            "grades_ticaht_page.csv",
            ("platelets_50", "platelets_20"),
            1652,
        ),
    ],
)
def test_every_course_has_the_grade_and_the_days_of_the_program(
    name, file, days, courses_graded, graded
):
    table = graded(name, file)
    assert (table["state"] == "graded").sum() == courses_graded
    ours = {day if day.startswith("days") else f"longest_days_{day}": day for day in days}
    theirs = {
        key: f"{one}_program" if f"{one}_program" in table else one for key, one in ours.items()
    }
    apart = different(table, {"grade": "grade_program", **theirs})
    assert apart["patient_id"].tolist() == []
