"""Ugly data, the whole way: the study finishes, and its displays say what was wrong.

A table of patients as a hospital would give it goes through every stage that a run has.
"""

import functools
import html
import re

import pandas as pd
import pytest

from hematotox.analysis import collect, estimate
from hematotox.checks import check_run
from hematotox.cohort import enter
from hematotox.declarations.study.displays import DisplayPlan
from hematotox.declarations.study.plan import Plan
from hematotox.reporting import draw_figures, draw_tables
from hematotox.run.catalogue import read_catalogue

STUDY = """\
id: ugly
title: Ugly data
cohort:
  file: ugly.csv
  patient_id: row_number
  centre: hospital
  covariates:
    risk: {column: risk, label: Risk, values: {"0": low, "1": high}}
    age: {column: age, unit: a, label: Age}
  endpoints:
    death: {time: days, unit: d, status: dead, values: {"0": censored, "1": event}}
    relapse:
      time: days
      unit: d
      status: event
      values: {"0": censored, "1": relapse, "2": death}
      causes: [relapse, death]
    response: {status: response, values: {"0": censored, "1": event}}
analyses:
  characteristics: {method: describe, variables: [age], groups: risk}
  survival: {method: kaplan_meier, endpoint: death, exposure: risk, times: [10, 900]}
  log_rank: {method: log_rank, endpoint: death, exposure: risk}
  hazard: {method: cox, endpoint: death, exposure: risk}
  incidence: {method: cumulative_incidence, endpoint: relapse, exposure: risk, times: [10]}
  gray: {method: gray_test, endpoint: relapse, exposure: risk}
  subdistribution: {method: fine_gray, endpoint: relapse, exposure: risk}
  odds: {method: logistic, endpoint: response, exposure: risk}
  area: {method: roc, endpoint: response, marker: age}
  accuracy: {method: diagnostic_accuracy, endpoint: response, exposure: risk, positive: high}
displays:
  table1: {kind: baseline_table, title: Table 1, analyses: [characteristics]}
  table2: {kind: regression_table, title: Table 2, analyses: [hazard, subdistribution, odds]}
  table3: {kind: survival_table, title: Table 3, analyses: [survival, log_rank, incidence, gray]}
  table4: {kind: discrimination_table, title: Table 4, analyses: [area, accuracy]}
  figure1: {kind: kaplan_meier, title: Figure 1, analyses: [survival, log_rank, hazard]}
  figure2: {kind: cumulative_incidence, title: Figure 2, analyses: [incidence, gray]}
  figure3: {kind: forest, title: Figure 3, analyses: [hazard, odds]}
  figure4: {kind: roc, title: Figure 4, analyses: [area]}
  figure5: {kind: flow, title: Figure 5}
"""
HEADER = "hospital,risk,age,days,dead,event,response"


def rows(n: int, **columns: str) -> str:
    """A table of `n` patients; each column cycles through its values."""
    usual = {
        "hospital": "a b",
        "risk": "0 1",
        "age": "50 61 72 48 59",
        "days": "10 20 30 40 50 60 70",
        "dead": "0 1 1",
        "event": "0 1 2",
        "response": "0 1 1 0",
    }
    values = [{**usual, **columns}[name].split(" ") for name in HEADER.split(",")]
    lines = [",".join(cycle[i % len(cycle)] for cycle in values) for i in range(n)]
    return "\n".join([HEADER, *lines])


COHORTS = {
    "no events": rows(20, dead="0", event="0", response="0"),
    "an empty group": rows(20, risk="0"),
    "separation": rows(20, dead="0 1", event="0 1", response="0 1"),
    "one patient": rows(1),
    "risk unknown in all": rows(6, risk="NA"),
    "nothing known but the centre": rows(
        4, risk="", age="", days="", dead="", event="", response=""
    ),
}


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ugly")
    for name, text in {
        "config/studies/ugly.yaml": STUDY,
        "config/config.yaml": "studies: [ugly]\nexports: exports\n",
        "exports/ugly.csv": HEADER,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    run = read_catalogue({"studies": ["ugly"], "exports": "exports"}, run_folder=folder)
    return (
        run.studies["ugly"],
        Plan.model_validate_json(run.plan_section("ugly")),
        {
            what: DisplayPlan.model_validate_json(run.displays_section("ugly", what))
            for what in ("tables", "figures")
        },
    )


@pytest.fixture(scope="module")
def estimates(plans):
    """Return the estimates of a table of patients; every check of the results holds."""

    @functools.cache
    def of(name: str) -> pd.DataFrame:
        study, plan, _ = plans
        cohort = enter(COHORTS[name].encode(), study, source="real")
        found = collect(list(estimate(cohort, plan).values()))
        assert check_run(None, cohort, found).empty
        return found

    return of


@pytest.fixture(scope="module")
def tables(plans, estimates):
    """Return the tables of a table of patients, in every format."""
    return functools.cache(lambda name: draw_tables(estimates(name), plans[2]["tables"], workers=1))


def words(content: bytes) -> str:
    """The text of an HTML table."""
    return html.unescape(re.sub(r"<[^>]+>", " ", content.decode("utf-8"))).lower()


@pytest.mark.parametrize("name", COHORTS)
def test_every_table_is_drawn(tables, plans, name: str) -> None:
    drawn = tables(name)
    for display in plans[2]["tables"].displays:
        assert all(drawn[f"{display}.{ending}"] for ending in ("csv", "docx", "xlsx", "html"))


@pytest.mark.parametrize("name", ["no events", "an empty group", "nothing known but the centre"])
def test_every_figure_is_drawn(estimates, plans, name: str) -> None:
    drawn = draw_figures(estimates(name), plans[2]["figures"], workers=1)
    for display in plans[2]["figures"].displays:
        assert all(drawn[f"{display}.{ending}"] for ending in ("pdf", "svg", "png"))


@pytest.mark.parametrize(
    ("name", "table", "said"),
    [
        ("no events", "table2.html", "nobody had the event"),
        ("no events", "table4.html", "nobody had the event"),
        ("an empty group", "table2.html", "a group has no patients"),
        ("an empty group", "table3.html", "a group has no patients"),
        ("an empty group", "table4.html", "a group has no patients"),
        ("separation", "table2.html", "the hazard ratio has no finite estimate"),
        ("separation", "table2.html", "estimates by firth's penalised likelihood"),
        ("separation", "table4.html", "a cell of the 2x2 table is zero"),
        ("one patient", "table2.html", "a single patient"),
        ("one patient", "table3.html", "a single patient"),
        ("risk unknown in all", "table2.html", "no patient can be analysed"),
        ("risk unknown in all", "table3.html", "no patient can be analysed"),
        ("nothing known but the centre", "table4.html", "no patient can be analysed"),
    ],
)
def test_a_table_says_what_was_wrong(tables, name: str, table: str, said: str) -> None:
    assert said in re.sub(r"\s+", " ", words(tables(name)[table]))
