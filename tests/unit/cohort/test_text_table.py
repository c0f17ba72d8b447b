"""An analysis-ready file: which line a finding is on, and what is no row."""

from __future__ import annotations

import pandas as pd
import pyreadstat
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


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([HEADER, "", "a;1;2;3;4"], "table.csv: row 3: more or fewer cells than the header;"),
        ([HEADER, "a;1;2;0", "b;1", "c"], "table.csv: rows 3, 4: more or fewer cells than"),
        ([HEADER, "", 'a;"1;2;3'], "table.csv: row 3: a quotation mark is not closed, or text"),
        ([HEADER, 'a;"1"2;3;4'], "table.csv: row 2: a quotation mark is not closed, or text"),
        (["", "id;age;age;dead", "a;1;2;0"], "table.csv: two columns are called age"),
        (["", "1;5;5;0", "2;5;5;0"], "table.csv: headings stand twice; are there headings in its "
         "first row?"),
        ([HEADER, ";;;"], "table.csv: no patients; the file needs a header and a row for each"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table(lines, words) -> None:
    with pytest.raises(UserError) as caught:
        cohort(*lines)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("ending", ["xlsx", "parquet", "sav"])
def test_a_table_in_any_format_of_an_export(tmp_path, ending) -> None:
    path = tmp_path / f"table.{ending}"
    table = pd.DataFrame({"id": ["a", "b"], "age": [50.5, None], "days": [9, 20], "dead": [1, 0]})
    if ending == "xlsx":
        table.to_excel(path, index=False)
    elif ending == "parquet":
        table.to_parquet(path)
    else:
        pyreadstat.write_sav(table, path)
    text = STUDY.format(patient_id="id").replace("table.csv", path.name)
    study = parse(text, source="table.yaml", model=Study)
    found = enter(path.read_bytes(), study, source="real")
    assert found.population["patient_id"].tolist() == ["all/a", "all/b"]
    assert found.population["age"].isna().tolist() == [False, True]
    assert found.endpoints[["time", "status"]].to_numpy().tolist() == [[9.0, 1.0], [20.0, 0.0]]
