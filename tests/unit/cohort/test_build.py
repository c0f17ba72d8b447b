"""The cohort as a whole: population, attrition, conservation, findings, order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hematotox import contracts
from hematotox.checks.conservation import check_attrition
from hematotox.cohort import build
from hematotox.cohort.population import select_population
from hematotox.declarations.base import parse
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.score import Score
from hematotox.declarations.study.study import Study
from hematotox.scoring import score, score_variants

CONFIG = Path(__file__).parents[3] / "config"
STUDY = """
id: drawn
title: drawn by hand
centres: [a, b]
population:
  - include: {variable: histology, in: [dlbcl, hgbl], label: "large B-cell lymphoma"}
  - exclude: {variable: age, at_most: 17, label: "under 18"}
covariates:
  stage_advanced: {variable: stage, at_least: 3}
  histology_group: {variable: histology, levels: [dlbcl, hgbl]}
  axi_cel: {variable: product, yes: [axi_cel]}
  lines: {variable: prior_lines, bands: {one: "[0, 1]", more: "(1, inf)"}}
scores: [ht, simple_ht]
conventions: {primary: cart_sie, sensitivity: [consensus]}
endpoints: [overall_survival, late_icaht_ge3, late_thrombocytopenia]
analyses:
  survival: {method: kaplan_meier, endpoint: progression_free_survival}
displays: {}
"""


def read(name, model):
    path = CONFIG / name
    return parse(path.read_text(encoding="utf-8"), source=path.name, model=model)


@pytest.fixture(scope="module")
def declared(conventions):
    return {
        "dictionary": read("dictionary.yaml", Dictionary),
        "endpoints": read("endpoints.yaml", Endpoints),
        "scores": {p.stem: read(f"scores/{p.name}", Score) for p in (CONFIG / "scores").glob("*")},
        "conventions": conventions,
    }


def study(text: str = STUDY) -> Study:
    return parse(text, source="drawn.yaml", model=Study)


def staged(patients: int = 40, *, order: int = 0) -> contracts.Staged:
    """Return random patients of two centres; `order` shuffles the rows of every table."""
    rng = np.random.default_rng(5)
    number = np.arange(patients)
    identifier = np.array([f"{'ab'[n % 2]}/{n}" for n in number])
    subjects = pd.DataFrame(
        {
            "patient_id": identifier,
            "centre": [one[0] for one in identifier],
            "source": "synthetic",
            "age": np.where(number % 11 == 3, np.nan, 15 + 2 * number),
            "sex": np.where(number % 3 == 0, "female", "male"),
            "disease": "lbcl",
            "histology": np.array(["dlbcl", "hgbl", "pmbcl", ""])[number % 4],
            "product": np.array(["axi_cel", "tisa_cel", ""])[number % 3],
            "infusion_date": np.where(number % 7 == 6, "", "2024-01-31"),
            "lymphodepletion_date": np.where(number % 5 == 4, "", "2024-01-26"),
            "apheresis_date": "2024-01-01",
            "stage": np.where(number % 6 == 5, np.nan, 1 + number % 4),
            "prior_lines": 1 + number % 3,
        }
    )
    infused = identifier[subjects["infusion_date"] != ""]
    labs = pd.DataFrame(
        [
            (one, variable, day, 1, value, value)
            for one in infused
            for variable in ("anc", "platelets", "hemoglobin", "crp", "ferritin")
            for day, value in zip(
                rng.choice(110, 12, replace=False) - 12, np.exp(rng.normal(0, 1, 12)), strict=True
            )
        ],
        columns=list(contracts.TABLES["labs"].columns),
    )
    events = pd.DataFrame(
        [(one, "death", int(rng.integers(20, 400)), "infection") for one in infused[::3]]
        + [(one, "progression", int(rng.integers(20, 400)), "") for one in infused[::2]]
        + [(one, "last_contact", 400, "") for one in infused[1::3]],
        columns=["patient_id", "event", "day", "detail"],
    )
    if order:
        subjects, labs, events = (
            table.sample(frac=1, random_state=order) for table in (subjects, labs, events)
        )
    return contracts.Staged(
        subjects=subjects, labs=labs, events=events, findings=contracts.empty("findings")
    )


@pytest.fixture(scope="module")
def cohort(declared):
    return build(staged(), study(), **declared)


def test_the_flow_of_patients(cohort):
    rows = cohort.attrition[["criterion", "n_before", "n_excluded", "n_after"]]
    assert rows.to_numpy().tolist() == [
        ["Patients assessed for eligibility", 40, 0, 40],
        ["CAR T cells infused (infusion date known)", 40, 5, 35],
        ["large B-cell lymphoma", 35, 17, 18],
        ["under 18", 18, 2, 16],
    ]


def test_a_criterion_asks_the_variable_and_a_covariate_of_its_name_counts_merged_levels(declared):
    """Of 40 patients 35 are infused; PMBCL, merged into DLBCL, is excluded all the same."""
    merged = STUDY.replace("histology_group:", "histology:").replace(
        "levels: [dlbcl, hgbl]", "levels: {dlbcl: [dlbcl, pmbcl]}"
    )
    everybody = merged.replace("in: [dlbcl, hgbl]", "known: true")
    narrow = everybody.replace(
        "population:", "population:\n  - exclude: {variable: histology, in: [pmbcl], label: PMBCL}"
    )
    raw = staged().subjects.query("infusion_date != ''")["histology"].value_counts()
    for text, pmbcl in ((everybody, raw["pmbcl"]), (narrow, 0)):
        text = text.replace('  - exclude: {variable: age, at_most: 17, label: "under 18"}\n', "")
        population, flow = select_population(
            staged(), study(text), dictionary=declared["dictionary"]
        )
        counted = population.loc[population["included"], "histology"].value_counts().to_dict()
        assert counted == {"dlbcl": raw["dlbcl"] + pmbcl, "hgbl": raw["hgbl"]}
        assert flow["n_after"].iloc[-1] == sum(counted.values())


def test_patients_taken_out_by_a_centre_are_a_row_of_the_flow(declared, cohort):
    """One centre takes out one patient, the other has no such column in its table."""
    before, included = staged(), cohort.population.query("included and centre == 'a'")
    patient = included["patient_id"].iloc[0]
    mark = before.subjects["patient_id"].map({patient: "yes"})
    marked = replace(before, subjects=before.subjects.assign(**{contracts.EXCLUDED: mark}))
    found = build(marked, study(), **declared)
    rows = found.attrition[["criterion", "n_before", "n_excluded", "n_after"]].to_numpy().tolist()
    assert rows[2] == ["Taken out by the centre (corrections file)", 35, 1, 34]
    one = found.population.set_index("patient_id").loc[patient]
    assert (one["included"], one["reason"]) == (False, rows[2][0])
    assert patient in set(cohort.endpoints["patient_id"])
    assert patient not in set(found.endpoints["patient_id"])
    assert list(check_attrition(found)) == []


def test_second_numbers_of_patients_are_a_row_of_the_flow(declared, cohort):
    before = staged()
    patient = cohort.population.query("included")["patient_id"].iloc[0]
    mark = before.subjects["patient_id"].map({patient: contracts.MERGED})
    marked = replace(before, subjects=before.subjects.assign(**{contracts.EXCLUDED: mark}))
    found = build(marked, study(), **declared)
    rows = found.attrition[["criterion", "n_before", "n_excluded", "n_after"]].to_numpy().tolist()
    assert rows[1] == ["Second number of a patient (corrections file)", 40, 1, 39]
    assert not any("Taken out" in row[0] for row in rows)
    assert list(check_attrition(found)) == []


def test_every_patient_is_included_or_excluded_once(cohort):
    population = cohort.population
    assert population["patient_id"].is_unique
    assert len(population) == 40
    assert (population["included"] == (population["reason"] == "")).all()
    excluded = population["reason"].value_counts()
    steps = cohort.attrition.set_index("criterion")["n_excluded"]
    assert {k: v for k, v in steps.items() if v} == {k: v for k, v in excluded.items() if k}
    assert (cohort.attrition["n_before"] - cohort.attrition["n_excluded"]).equals(
        cohort.attrition["n_after"]
    )


def test_an_unknown_value_does_not_exclude_from_an_exclusion(cohort):
    population = cohort.population
    unknown = population[population["age"].isna()]
    assert set(unknown["reason"]) == {"", "large B-cell lymphoma"}
    assert unknown["included"].any()


def test_covariates(cohort):
    table = cohort.population.set_index("patient_id")
    assert set(table["stage_advanced"]) == {"yes", "no", ""}
    assert (table.loc[table["stage"].isna(), "stage_advanced"] == "").all()
    assert set(table["histology_group"]) == {"dlbcl", "hgbl", "pmbcl", ""}, "none is missing"
    assert set(table["axi_cel"]) == {"yes", "no", ""}
    assert set(table["lines"]) == {"one", "more"}
    infused = table["infusion_date"] != ""
    assert (table.loc[infused, "vein_to_vein"] == 30).all()
    assert table.loc[~infused, "vein_to_vein"].isna().all()


def test_an_implausible_vein_to_vein_time_is_not_filled_again(declared):
    """Staging takes 1,835 days out, with a finding: the dictionary believes up to 1,500."""
    given = staged()
    subjects = given.subjects.copy()
    infused = subjects.index[subjects["infusion_date"] != ""][0]
    day = pd.Timestamp(subjects.loc[infused, "infusion_date"]) - pd.Timedelta(days=1835)
    subjects.loc[infused, "apheresis_date"] = f"{day:%Y-%m-%d}"
    found = build(replace(given, subjects=subjects), study(), **declared).population
    told = found.set_index("patient_id")["vein_to_vein"]
    assert np.isnan(told[subjects.loc[infused, "patient_id"]])
    assert told.notna().sum() == (subjects["infusion_date"] != "").sum() - 1


def test_each_endpoint_has_a_row_for_each_included_patient(cohort):
    included = set(cohort.population.loc[cohort.population["included"], "patient_id"])
    names = {
        "overall_survival",
        "late_icaht_ge3",
        "late_thrombocytopenia",
        "progression_free_survival",
    }
    found = cohort.endpoints
    assert set(found["endpoint"]) == names
    for _, rows in found.groupby("endpoint"):
        assert set(rows["patient_id"]) == included
    assert (found["evaluable"] == (found["reason"] == "")).all()
    assert found.loc[found["evaluable"], "status"].notna().all()
    assert found.loc[~found["evaluable"], ["time", "status"]].isna().all(axis=None)


def test_a_study_without_conventions_is_graded_by_those_of_its_endpoints(declared):
    own = (
        declared["endpoints"]
        .endpoints["late_icaht_ge3"]
        .model_copy(update={"convention": "cart_sie"})
    )
    endpoints = declared["endpoints"].model_copy(
        update={"endpoints": declared["endpoints"].endpoints | {"late_icaht_ge3": own}}
    )
    text = STUDY.replace("conventions: {primary: cart_sie, sensitivity: [consensus]}\n", "")
    text = text.replace("late_icaht_ge3, late_thrombocytopenia", "late_icaht_ge3")
    alone = build(staged(), study(text), **declared | {"endpoints": endpoints})
    assert set(alone.grades["convention"]) == {"cart_sie"}


def test_grades_of_every_convention_that_is_needed(cohort):
    assert set(cohort.grades["convention"]) == {"cart_sie", "consensus"}
    included = int(cohort.population["included"].sum())
    counts = cohort.grades.groupby(["convention", "window"]).size()
    assert set(counts) == {included}


def test_scores_of_every_included_patient(cohort, declared):
    scores = {name: declared["scores"][name] for name in ("ht", "simple_ht")}
    table = score(cohort, scores)
    included = int(cohort.population["included"].sum())
    assert len(table) == 2 * included
    variants = score_variants(cohort, scores)
    assert (
        len(variants) == (len(scores["ht"].variants) + len(scores["simple_ht"].variants)) * included
    )


def test_the_order_of_rows_does_not_matter(cohort, declared):
    other = build(staged(order=9), study(), **declared)
    for name in ("population", "attrition", "baseline", "grades", "endpoints", "findings"):
        pd.testing.assert_frame_equal(getattr(cohort, name), getattr(other, name))


def test_findings_count_patients_and_name_none(cohort):
    findings = cohort.findings
    assert {"date missing", "record after death"} <= set(findings["kind"])
    assert not findings["message"].str.contains("/").any()
    assumed = findings[findings["kind"] == "date missing"]
    population = cohort.population[cohort.population["included"]]
    missing = int((population["lymphodepletion_date"] == "").sum())
    assert assumed["message"].str.extract(r": (\d+) analysed")[0].astype(int).sum() == missing


def test_a_study_without_patients_gives_empty_tables(declared):
    nobody = STUDY.replace("[dlbcl, hgbl], label", "[mm], label")
    cohort = build(staged(), study(nobody), **declared)
    assert not cohort.population["included"].any()
    for name in ("baseline", "grades", "endpoints"):
        assert getattr(cohort, name).empty
    assert score(cohort, {"ht": declared["scores"]["ht"]}).empty


def test_a_cohort_without_laboratory_values_or_events(declared):
    bare = contracts.Staged(
        subjects=staged().subjects,
        labs=contracts.empty("labs"),
        events=contracts.empty("events"),
        findings=contracts.empty("findings"),
    )
    cohort = build(bare, study(), **declared)
    assert not cohort.grades["assessable"].any()
    survival = cohort.endpoints[cohort.endpoints["endpoint"] == "overall_survival"]
    assert survival[["time", "status"]].to_numpy().tolist() == [[0.0, 0]] * len(survival)


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ([("a/0", "death", None, "infection")], "event without date"),
        ([("a/0", "death", -3, "infection")], "death before infusion"),
        ([("a/0", "death", 30, ""), ("a/0", "death", 40, "")], "two dates of death"),
        ([("a/0", "death", 30, "progression")], "cause of death without its event"),
        ([("a/0", "death", 30, "second_malignancy")], "cause of death without its event"),
    ],
)
def test_contradictions_are_findings(events, kind, declared):
    one = staged()
    table = pd.DataFrame(events, columns=["patient_id", "event", "day", "detail"])
    table["day"] = table["day"].astype("Int64")
    changed = contracts.Staged(
        subjects=one.subjects.assign(age=50.0),
        labs=one.labs,
        events=table,
        findings=one.findings,
    )
    found = build(changed, study(), **declared).findings
    assert kind in set(found["kind"])
