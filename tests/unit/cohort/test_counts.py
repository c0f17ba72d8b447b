"""Published 2x2 tables become the rows they were counted from, or are refused."""

from __future__ import annotations

import pytest

from hematotox.cohort import enter
from hematotox.contracts import Cohort
from hematotox.declarations.base import parse
from hematotox.declarations.study.study import Study
from hematotox.errors import UserError

STUDY = """
id: printed
title: Published counts
counts:
  file: printed.csv
  exposure: risk
  label: Risk
  levels: {low: low, high: high}
  endpoints: {infection: Infection, anaemia: Anaemia}
analyses: {}
displays: {}
"""
HEADINGS = "cohort,endpoint,group,n_event,n\n"
ROWS = """a,infection,low,1,3
a,infection,high,2,2
a,anaemia,low,0,2
a,anaemia,high,1,2
"""


def read(table: str) -> Cohort:
    return enter(table.encode(), parse(STUDY, source="printed.yaml", model=Study), source="real")


def test_each_endpoint_has_the_counts_that_were_printed() -> None:
    cohort = read(HEADINGS + ROWS)
    assert cohort.population["centre"].tolist() == ["a"] * 5
    groups = cohort.population.set_index("patient_id")["risk"]
    rows = cohort.endpoints.assign(group=cohort.endpoints["patient_id"].map(groups))
    known = rows[rows["evaluable"]]
    counted = known.groupby(["endpoint", "group"])["status"].agg(["sum", "size"])
    assert counted.to_dict("index") == {
        ("infection", "low"): {"sum": 1, "size": 3},
        ("infection", "high"): {"sum": 2, "size": 2},
        ("anaemia", "low"): {"sum": 0, "size": 2},
        ("anaemia", "high"): {"sum": 1, "size": 2},
    }
    assert rows.loc[~rows["evaluable"], ["endpoint", "group"]].to_numpy().tolist() == [
        ["anaemia", "low"]
    ], "beyond the denominator of anaemia"


def test_an_endpoint_that_a_cohort_does_not_report_is_unknown_there() -> None:
    cohort = read(f"{HEADINGS}{ROWS}b,infection,low,1,1\nb,infection,high,0,1\n")
    of_b = cohort.endpoints[cohort.endpoints["patient_id"].str.startswith("b/")]
    assert of_b.groupby("endpoint")["evaluable"].sum().to_dict() == {"anaemia": 0, "infection": 2}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("cohort,endpoint,group,n\na,infection,low,1\n",
         "printed.csv:1: columns are missing: n_event; the file needs cohort, endpoint, group, "
         "n_event, n"),
        (f"{HEADINGS}{ROWS}a,infection,middle,1,3\n",
         'printed.csv:6: group: "middle" must be one of low, high'),
        (f"{HEADINGS}{ROWS}a,fever,low,1,3\n",
         'printed.csv:6: endpoint: "fever" must be one of infection, anaemia'),
        (HEADINGS + ROWS.replace("low,1,3", "low,1.5,3"),
         "printed.csv:2: n_event and n must be whole numbers"),
        (HEADINGS + ROWS.replace("low,1,3", "low,1,-3"),
         "printed.csv:2: n_event and n must be whole numbers"),
        (HEADINGS + ROWS.replace("low,1,3", "low,4,3"), "printed.csv:2: n_event is above n"),
        (f"{HEADINGS}{ROWS}a,infection,low,1,3\n",
         "printed.csv:6: this cohort, endpoint and group stand twice"),
        (HEADINGS + ROWS.replace("a,anaemia,high,1,2\n", ""),
         "printed.csv: a, anaemia: no row for group high"),
        (HEADINGS, "printed.csv: no counts"),
    ],
)  # fmt: skip
def test_counts_that_cannot_be_are_refused(table: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        read(table)
    assert message in str(caught.value).splitlines()
