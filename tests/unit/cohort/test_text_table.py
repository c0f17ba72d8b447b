"""An analysis-ready file: which line a finding is on, and what is no row."""

from __future__ import annotations

import pytest

from hematotox.cohort import enter
from hematotox.declarations.base import parse
from hematotox.declarations.study.study import Study
from hematotox.errors import UserError

STUDY = """
id: table
title: A table
cohort:
  file: table.csv
  patient_id: {patient_id}
  delimiter: ";"
  covariates: {{age: {{column: age, unit: a}}}}
  endpoints:
    dead: {{time: days, unit: d, status: dead, values: {{"0": censored, "1": event}}}}
analyses: {{}}
displays: {{}}
"""
GOOD = [f"{number};50;100;0" for number in range(1, 41)]


def cohort(*lines: str, patient_id: str = "id", end: str = "\n"):
    study = parse(STUDY.format(patient_id=patient_id), source="table.yaml", model=Study)
    return enter(end.join(lines).encode(), study, source="real")


HEADER = "id;age;days;dead"


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        ([HEADER, "a;old;9;0", *GOOD], [2]),
        ([HEADER, "", "a;old;9;0", *GOOD], [3]),
        (["", "", HEADER, "a;50;9;0", "   ", "b;old;9;0", *GOOD], [6]),
        ([HEADER, "a;50;9;0", ";;;", "b;old;9;0", *GOOD], [4]),
        ([HEADER, '"a\nb";50;9;0', "c;old;9;0", *GOOD], [4]),
        ([HEADER, '"a\n\nb";old;9;0', "c;50;9;0", *GOOD], [2]),
        ([HEADER, "a;50;-9;0", "", "b;50;9;5", *GOOD], [2, 4]),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_finding_has_the_line_of_the_file(lines, rows, end) -> None:
    assert cohort(*lines, end=end).findings["row"].tolist() == rows


def test_rows_without_any_text_are_no_patients() -> None:
    found = cohort(HEADER, "a;50;9;0", ";;;", "b;50;9;1", ";;;", "", patient_id="row_number")
    assert len(found.population) == 2


def test_a_short_row_is_a_patient_with_unknown_values() -> None:
    found = cohort(HEADER, "a;50;9;0", "b;50", patient_id="id")
    assert found.endpoints["reason"].tolist() == ["", "status unknown"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([HEADER, "", "a;1;2;3;4"], "table.csv:3: 5 cells where the header has 4"),
        ([HEADER, "", 'a;"1;2;3'], "table.csv: a quotation mark is opened and not closed, in "
         "line 3 or below"),
        ([HEADER, 'a;"1"2;3;4'], "table.csv:2: text after the closing quotation mark of a cell"),
        (["", "id;age;age;dead", "a;1;2;0"], "table.csv:2: two columns are called age"),
        (["", "1;5;5;0", "2;5;5;0"], "table.csv:2: headings stand twice; are there headings in "
         "line 2?"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table(lines, words) -> None:
    with pytest.raises(UserError) as caught:
        cohort(*lines)
    assert str(caught.value).startswith(words)
