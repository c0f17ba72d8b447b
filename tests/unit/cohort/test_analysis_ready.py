"""An analysis-ready table, read cell by cell: columns, units, what is not known."""

from __future__ import annotations

import pytest

from hematotox.cohort import enter
from hematotox.contracts import Cohort
from hematotox.declarations.base import parse
from hematotox.declarations.study.study import Study
from hematotox.errors import UserError

STUDY = """
id: small
title: A small study
cohort:
  file: ward.csv
  patient_id: patient
  delimiter: ";"
  decimal: ","
  covariates:
    age: {column: age, unit: a}
    sex: {column: sex, values: {m: male, f: female}}
  endpoints:
    relapse: {time: time, unit: d, status: status, values: {"0": censored, "1": event}}
analyses: {}
displays: {}
"""
HEADINGS = "patient;age;sex;time;status\n"


def read(table: str, *, old: str = "", new: str = "") -> Cohort:
    study = parse(STUDY.replace(old, new), source="small.yaml", model=Study)
    return enter(table.encode(), study, source="real")


@pytest.mark.parametrize(("unit", "days"), [("d", 2.0), ("wk", 14.0), ("mo", 60.875), ("a", 730.5)])
def test_a_time_is_read_in_its_unit(unit: str, days: float) -> None:
    cohort = read(f"{HEADINGS}1;50;m;2;1\n", old="unit: d,", new=f"unit: {unit},")
    assert cohort.endpoints["time"].tolist() == [days]


def test_a_sign_between_thousands_is_read_where_the_study_says_so() -> None:
    rows = HEADINGS + "1;50;m;1.600;1\n2;60;f;90;0\n"
    cohort = read(rows, old='decimal: ","', new='decimal: ","\n  thousands: "."')
    assert cohort.endpoints["time"].tolist() == [1600, 90]
    with pytest.raises(UserError, match=r"cohort\.decimal, cohort\.thousands"):
        read(rows.replace("90", "1.090"))


def test_a_missing_column_is_named_with_what_the_file_has() -> None:
    with pytest.raises(UserError) as caught:
        read(HEADINGS.replace("age", "aged") + "1;50;m;2;1\n")
    assert str(caught.value) == (
        'ward.csv: there is no column "age" (cohort.covariates.age.column); is "aged" meant? '
        "the file has: patient, aged, sex, time, status"
    )
    with pytest.raises(UserError) as caught:
        read(HEADINGS.replace("age", "xyz") + "1;50;m;2;1\n")
    assert str(caught.value) == (
        'ward.csv: there is no column "age" (cohort.covariates.age.column); '
        "the file has: patient, xyz, sex, time, status"
    )


def test_a_table_without_headings_shows_nothing_of_its_first_patient() -> None:
    with pytest.raises(UserError) as caught:
        read("patient7;50;m;100;0\npatient8;60;f;90;1\n")
    message = str(caught.value)
    assert message.count("are there headings in line 1?") == 5
    assert not any(cell in message for cell in ("patient7", "50", "100"))


@pytest.mark.parametrize("cell", ["2.5", "1_0", "inf", "nan", "five", "2,5,1"])
def test_a_cell_that_is_no_number_is_a_finding_and_missing(cell: str) -> None:
    rows = [f"{number};61,5;f;10;0" for number in range(2, 22)]
    cohort = read(HEADINGS + "\n".join([f"1;{cell};m;10;1", *rows]) + "\n")
    assert cohort.population["age"].isna().tolist() == [True, *[False] * 20]
    assert cohort.population["age"].tolist()[1] == 61.5
    assert cohort.findings[["row", "column", "kind"]].to_numpy().tolist() == [
        [2, "age", "unreadable"]
    ]


def test_more_than_a_twentieth_unreadable_stops() -> None:
    rows = [f"{number};61;f;10;0" for number in range(2, 21)]
    twentieth = HEADINGS + "\n".join(["1;x;m;10;1", *rows]) + "\n"
    assert len(read(twentieth).findings) == 1, "1 of 20"
    with pytest.raises(UserError, match='column "age": 1 of 19 cells cannot be read'):
        read(twentieth.replace("20;61;f;10;0\n", ""))


@pytest.mark.parametrize(
    ("row", "evaluable", "reason"),
    [
        ("1;50;m;0;1", True, ""),
        ("1;50;m;-1;1", False, "time unknown"),
        ("1;50;m;NA;1", False, "time unknown"),
        ("1;50;m;5;NA", False, "status unknown"),
        ("1;50;m;NA;NA", False, "status unknown"),
    ],
)
def test_an_endpoint_needs_time_and_status(row: str, evaluable: bool, reason: str) -> None:
    more = "".join(f"{number};61;f;10;0\n" for number in range(2, 22))
    first = read(f"{HEADINGS}{row}\n{more}").endpoints.iloc[0]
    assert (first["evaluable"], first["reason"]) == (evaluable, reason)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("1;50;m;5;0\n1;50;m;5;0\n", 'column "patient": 1 patient numbers appear more than once'),
        ("1;50;m;5;0\n;50;m;5;0\n", "column of cohort.patient_id: 1 empty cells"),
    ],
)
def test_each_patient_has_one_number_and_one_row(rows: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        read(HEADINGS + rows)
