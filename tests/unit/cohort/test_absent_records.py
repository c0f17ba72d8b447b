"""What a centre's export does not hold at all: findings, boosts, criteria, figures of patients."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from hematotox.cohort import build, patient_records
from hematotox.contracts import Staged, conform, empty
from hematotox.declarations.base import parse
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.study.on_site_plan import OnSitePlan
from hematotox.declarations.study.study import Study

STUDY = """
id: drawn
title: drawn by hand
centres: [a, b]
population:
{criteria}
conventions: {{primary: liang_2024}}
endpoints: [overall_survival, second_primary_malignancy, late_icaht]
analyses: {{}}
displays: {{}}
"""
BOOST = '  - include: {variable: boost_date, known: true, label: "Stem-cell boost"}'
DISEASE = '  - include: {variable: disease, in: [lbcl], label: "Lymphoma"}'
NO_ADULTS = '  - exclude: {variable: age, at_least: 18, label: "Adults"}'


@pytest.fixture(scope="module")
def declared(conventions):
    from pathlib import Path

    config = Path(__file__).parents[3] / "config"

    def read(name, model):
        return parse((config / name).read_text(encoding="utf-8"), source=name, model=model)

    return {
        "dictionary": read("dictionary.yaml", Dictionary),
        "endpoints": read("endpoints.yaml", Endpoints),
        "scores": {},
        "conventions": conventions,
    }


@pytest.fixture
def staged(declared):
    """Two patients of each of two centres; `lacks` are the events that b does not export."""

    def of(*lacks: str, events: tuple[tuple, ...] = (), **subjects: list) -> Staged:
        patients = ["a/1", "a/2", "b/1", "b/2"]
        table = {
            "patient_id": patients,
            "centre": [one[0] for one in patients],
            "source": "real",
            "age": None,
            "sex": "",
            "disease": "lbcl",
            "histology": "",
            "product": "",
            "infusion_date": "2024-01-31",
            "lymphodepletion_date": "2024-01-26",
        } | subjects
        contacts = [(one, "last_contact", 400, "") for one in patients]
        recorded = [
            (centre, event, "" if centre == "b" and event in lacks else "export", True)
            for centre in "ab"
            for event in declared["dictionary"].of_kind("event")
        ]
        labs = [(one, "anc", day, 1, 0.4, 0.4) for one in patients for day in range(101)]
        rows = {"events": contacts + list(events), "recorded_events": recorded, "labs": labs}
        tables = {
            name: conform(name, pd.DataFrame(part, columns=list(empty(name))))
            for name, part in rows.items()
        }
        return Staged(
            subjects=conform("subjects", pd.DataFrame(table)), findings=empty("findings"), **tables
        )

    return of


def study(criteria: str = DISEASE) -> Study:
    return parse(STUDY.format(criteria=criteria), source="drawn.yaml", model=Study)


def test_only_the_centre_that_lacks_it_loses_the_endpoint(staged, declared) -> None:
    cohort = build(staged("second_malignancy"), study(), **declared)
    spm = cohort.endpoints[cohort.endpoints["endpoint"] == "second_primary_malignancy"]
    assert spm.set_index("patient_id")["evaluable"].to_dict() == {
        "a/1": True,
        "a/2": True,
        "b/1": False,
        "b/2": False,
    }
    assert cohort.population["included"].all(), "nobody leaves the study"
    (told,) = cohort.findings.query("kind == 'event not in the export'").to_dict("records")
    assert (told["centre"], told["variable"]) == ("b", "second_malignancy")
    assert told["message"].endswith(": 2 analysed patients")


def test_staged_tables_that_say_nothing_are_taken_to_hold_all(staged, declared) -> None:
    silent = replace(staged("second_malignancy"), recorded_events=empty("recorded_events"))
    assert build(silent, study(), **declared).endpoints["evaluable"].all()


def test_the_figures_of_patients_tell_the_same_as_the_grades(staged, declared) -> None:
    tables = staged("progression")
    cohort = build(tables, study(), **declared)
    plan = OnSitePlan(
        study="drawn",
        title="drawn by hand",
        convention=declared["conventions"]["liang_2024"],
        dictionary=declared["dictionary"],
        endpoints=declared["endpoints"],
        synthetic=False,
    )
    told = {one.patient_id: one.sentences for one in patient_records(tables, cohort.grades, plan)}
    assert told["b/1"]["late"] == ["Not assessable: the export of b does not hold progression."]
    assert told["a/1"]["late"][0].startswith("Grade 3 ")
    assert told["b/1"]["early"] == told["a/1"]["early"], "early grades do not end at progression"


@pytest.mark.parametrize(
    ("lacks", "dates", "events", "included"),
    [
        ((), {"boost_date": ["2024-03-01", "", "2024-03-01", ""]}, (), ["a/1", "b/1"]),
        ((), {}, (("b/2", "stem_cell_boost", 40, ""),), ["b/2"]),
        ((), {}, (("b/2", "stem_cell_boost", None, ""),), []),
    ],
)
def test_a_boost_is_known_from_either_table(
    staged, declared, lacks, dates, events, included
) -> None:
    cohort = build(staged(*lacks, events=events, **dates), study(BOOST), **declared)
    population = cohort.population[cohort.population["included"]]
    assert population["patient_id"].tolist() == included
    assert (population["boost_date"] != "").all()


def test_a_centre_that_does_not_export_boosts_is_told_so(staged, declared) -> None:
    dates = {"boost_date": ["2024-03-01", "", "", ""]}
    found = build(staged("stem_cell_boost", **dates), study(BOOST), **declared).findings
    (told,) = found.query("kind == 'criterion without values'").to_dict("records")
    assert told["centre"] == "b"
    assert told["message"] == (
        'The criterion "Stem-cell boost" left all out, because it is known of no patient: 2 '
        "patients"
    )
    found = build(staged(**dates), study(BOOST), **declared).findings
    assert found.query("kind == 'criterion without values'").empty, "b had no boosts"


@pytest.mark.parametrize(
    ("criterion", "subjects", "words"),
    [
        (DISEASE, {"disease": ["lbcl", "lbcl", "", ""]}, '"Lymphoma" left all out'),
        (NO_ADULTS, {"age": [12.0, None, None, None]}, '"Adults" left nobody out'),
    ],
)
def test_a_criterion_that_a_centre_cannot_tell(
    staged, declared, criterion, subjects, words
) -> None:
    found = build(staged(**subjects), study(criterion), **declared).findings
    (told,) = found.query("kind == 'criterion without values'").to_dict("records")
    assert told["centre"] == "b"
    assert f"{words}, because it is known of no patient: 2 patients" in told["message"]
    assert "config/centres/b.yaml" in told["action"]
