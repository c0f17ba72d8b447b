"""Whether everything knows a method and a display that are nothing but these files.

Run by tests/unit/test_new_method.py in a process of its own: models are found when they are
imported.
"""

import sys
from importlib import import_module
from pathlib import Path

import pytest

HERE = Path(__file__).parent
for folder, package in {
    "methods": "declarations.study.methods",  # before anything that lists the methods
    "kinds": "declarations.study.kinds",
    "analysis": "analysis.methods",
    "checking": "analysis.checking",
    "tables": "reporting.tables",
}.items():
    import_module(f"hematotox.{package}").__path__.append(str(HERE / folder))

sys.path += [str(HERE.parents[1] / "unit" / room) for room in ("analysis", "declarations")]

# ruff: noqa: E402
from hematotox.analysis import collect, disagreements, estimate, release, second_opinion
from hematotox.declarations.base import parse
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.study.checks.cross_check import study_troubles
from hematotox.declarations.study.named import Named
from hematotox.declarations.study.study import Study
from hematotox.declarations.study.words import EndpointWords, Words
from hematotox.documentation import generated
from hematotox.reporting import draw_tables
from hematotox.reporting.words.methods_paragraph import methods_paragraph
from hematotox.run.files import CLONE

COHORT = "risk response\n" + "\n".join(["low 0"] * 12 + ["low 1"] * 8 + ["high 1"] * 9)
EVENTS = {"method": "events", "endpoint": "response", "exposure": "risk"}
STUDY = """\
id: small
title: A small study
cohort:
  file: small.csv
  patient_id: number
  centre: hospital
  covariates:
    risk: {column: risk, values: {"0": low, "1": high}}
    age: {column: age, unit: a}
  endpoints:
    survival: {time: days, unit: d, status: dead, values: {"0": censored, "1": event}}
    response: {status: cr, values: {"0": censored, "1": event}}
analyses:
  one: {method: events, endpoint: ENDPOINT, exposure: EXPOSURE}
displays:
  table: {kind: event_table, title: Events, analyses: [one]}
"""


def study(endpoint="response", exposure="risk"):
    text = STUDY.replace("ENDPOINT", endpoint).replace("EXPOSURE", exposure)
    return parse(text, source="small.yaml", model=Study)


def troubles(declared):
    def read(name, model):
        path = CLONE / "config" / f"{name}.yaml"
        return parse(path.read_text(encoding="utf-8"), source=name, model=model)

    named = Named(scores={}, conventions={})
    files = read("dictionary", Dictionary), read("endpoints", Endpoints)
    return [words for _, words in study_troubles(declared, *files, named)]


@pytest.fixture(scope="module")
def cohort_and_plan():
    import conftest

    return lambda drawn, analyses: (conftest.drawn(drawn), conftest.plan_of(analyses))


def test_the_documentation():
    project = "[project]\ndependencies = []\n[project.optional-dependencies]\ncluster = []"
    found = generated("# Estimates", lock="", project=project)
    files = {path: content.decode() for path, content in found.items()}
    assert "Study: `method: events`" in files["config/README.md"]
    assert "Study: `kind: event_table`" in files["config/README.md"]
    assert "| `events` | Events counted |" in files["docs/estimates.md"]
    assert "| `events` | Events | count |" in files["docs/estimates.md"]
    assert '"const": "events"' in files["workflow/schemas/study.schema.json"]


def test_suitability():
    assert troubles(study()) == []
    assert "must be a category; age is a number" in troubles(study(exposure="age"))
    (found,) = troubles(study(endpoint="survival"))
    assert found.startswith("events needs an endpoint that happened or not")


def test_estimates_a_second_opinion_and_the_methods_paragraph(cohort_and_plan):
    cohort, plan = cohort_and_plan(COHORT, {"one": EVENTS})
    rows = collect([*estimate(cohort, plan).values()])
    own = rows[rows["method"] == "events"]
    assert dict(zip(own["group"], own["estimate"], strict=True)) == {"low": 8, "high": 9}
    opinions = second_opinion(cohort, plan, rows)
    assert set(opinions["library"]) == {"the fingers"}
    assert disagreements(opinions).empty
    words = Words(study="s", title="S", variables={}, scores={},
                  endpoints={"response": EndpointWords(label="Response")})  # fmt: skip
    assert "Events (Response) were counted." in methods_paragraph(rows, words)


def test_what_is_shared(cohort_and_plan):
    """A small cell of the new method closes what compares the same groups.

    The adjusted model alone gives no table back; a group in which nobody, or three, had no event
    is a small cell, one with nine is none.
    """
    model = {
        "method": "logistic",
        "endpoint": "response",
        "exposure": "risk",
        "covariates": ["age"],
    }
    lines = COHORT.splitlines()
    for spared, closed in ((0, True), (3, True), (9, False)):
        every = [*lines[1:], *["high 0"] * spared]
        aged = [f"{line} {40 + 7 * i % 31}" for i, line in enumerate(every)]
        for beside in ({}, {"one": EVENTS}):
            drawn = "\n".join([f"{lines[0]} age", *aged])
            cohort, plan = cohort_and_plan(drawn, {**beside, "two": model})
            told = release(collect([*estimate(cohort, plan).values()])).estimates
            effects = told[told["estimand"] == "log_odds_ratio"]
            assert effects["estimate"].isna().all() == (closed and beside != {})
            assert told[told["method"] == "events"]["estimate"].isna().any() == (
                closed and beside != {}
            )


def test_the_drawing(cohort_and_plan):
    from hematotox.declarations.study.displays import DisplayPlan

    cohort, plan = cohort_and_plan(COHORT, {"one": EVENTS})
    rows = collect([*estimate(cohort, plan).values()])
    words = Words(study="s", title="S", variables={}, scores={}, endpoints={})
    displays = DisplayPlan(displays=study().displays, words=words)
    files = draw_tables(rows, displays)
    assert "high,9" in files["table.csv"].decode()
