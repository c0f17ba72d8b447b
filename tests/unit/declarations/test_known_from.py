"""Which predictors are known too late for an endpoint, wherever they come from.

A row reads: endpoint | predictor | landmark | what the study is told, "-" for nothing.
"""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention
from hematotox.declarations.study.checks.cross_check import Named, study_troubles
from hematotox.declarations.study.study import Study

CENTRES = """
overall_survival             | ht.group                           |     | -
overall_survival             | late_thrombocytopenia.status       |     | Add landmark: 100
overall_survival             | late_thrombocytopenia.status       | 99  | Add landmark: 100
overall_survival             | late_thrombocytopenia.status       | 100 | -
overall_survival             | severe_neutropenia_14_days_by_day_30.days | 29 | Add landmark: 30
overall_survival             | severe_neutropenia_14_days_by_day_30.days | 30 | -
overall_survival             | complete_response_day_90.status    | 119 | Add landmark: 120
overall_survival             | severe_infection.status            | 90  | -
overall_survival             | crs.status                         | 30  | -
overall_survival             | second_primary_malignancy.status   | 365 | known on no fixed day
overall_survival             | neutrophil_recovery.status         | 60  | known on no fixed day
overall_survival             | alive_with_neutrophils_day_60.status | 67 | -
overall_survival             | neutropenia_before_boost           | 100 | known from the boost on
overall_survival             | long_neutropenia                   |     | known from the boost on
overall_survival_after_boost | neutropenia_before_boost           |     | -
overall_survival_after_boost | long_neutropenia                   |     | -
overall_survival_after_boost | early_icaht.status                 |     | known from day 30
overall_survival_after_boost | early_icaht.status                 | 30  | -
overall_survival_after_boost | neutrophil_response_after_boost.status | 30 | on no fixed day
overall_survival_after_boost | neutrophil_response_by_day_30_after_boost.status | 30 | -
overall_survival_after_boost | neutrophil_response_by_day_30_after_boost.status | | landmark: 30
early_icaht                  | ht.group                           |     | -
early_icaht                  | simple_ht.group                    |     | known from day 18
early_icaht                  | simple_ht.points                   |     | known from day 18
early_icaht                  | simple_ht.crp                      |     | known from day 18
late_icaht                   | simple_ht.group                    |     | -
late_icaht                   | early_icaht.status                 |     | -
complete_response_day_90     | early_icaht.status                 |     | known from day 30
severe_infection             | simple_ht.group                    | 18  | -
"""
STUDY = """\
id: small
title: A small study
centres: [sie_01]
scores: [ht, simple_ht]
conventions: {{primary: consensus}}
timing: {{simple_ht: {{origin: infusion, window_days: [10, 18], take: nearest, nearest_to: 14}}}}
covariates:
  long_neutropenia: {{variable: neutropenia_before_boost, at_least: 38}}
linear_predictors:
  both: {{covariates: [age, {predictor}]}}
analyses:
  one: {{method: {method}, endpoint: {endpoint}, exposure: {exposure}{more}}}
displays: {{}}
"""


@pytest.fixture
def told(dictionary, endpoints, named, config):
    def of(text: str) -> str:
        study = parse(text, source="small.yaml", model=Study)
        names = ("consensus", "cart_sie", "severe_neutropenia")
        conventions = {
            name: parse(
                (config / f"conventions/{name}.yaml").read_text("utf-8"),
                source=name,
                model=Convention,
            )
            for name in names
        }
        declared = Named(scores=named.scores, conventions=conventions)
        return " ".join(
            words for _, words in study_troubles(study, dictionary, endpoints, declared)
        )

    return of


@pytest.mark.parametrize(
    ("endpoint", "predictor", "landmark", "expected"),
    [tuple(map(str.strip, line.split("|"))) for line in CENTRES.strip().splitlines()],
)
@pytest.mark.parametrize("role", ["exposure", "covariates", "adjust"])
def test_what_is_known_too_late_is_told(
    endpoints, told, endpoint, predictor, landmark, expected, role
) -> None:
    method = "cox" if endpoints.endpoints[endpoint].type == "time_to_event" else "logistic"
    more = f", landmark: {landmark}" if landmark else ""
    more += {"covariates": f", covariates: [{predictor}]", "adjust": ", adjust: both"}.get(role, "")
    text = STUDY.format(
        method=method,
        endpoint=endpoint,
        exposure=predictor if role == "exposure" else "age",
        predictor=predictor,
        more=more,
    )
    found = told(text)
    assert (expected in found) if expected != "-" else (found == ""), found
    accepted = text.replace("exposure:", 'immortal_time: {accept: true, reason: "x"}, exposure:')
    assert told(accepted) == ""


@pytest.mark.parametrize(
    ("analysis", "late"),
    [
        ("{method: kaplan_meier, endpoint: overall_survival, population: simple_ht}", True),
        ("{method: cox, endpoint: overall_survival, exposure: age, by: crs.status}", True),
        ("{method: log_rank, endpoint: overall_survival, exposure: sex, by: crs.status}", True),
        ("{method: follow_up, endpoint: overall_survival, within: {crs.status: no}}", True),
        ("{method: sensitivity, endpoint: early_icaht_ge3, score: simple_ht}", True),
        ("{method: sensitivity, endpoint: early_icaht_ge3, score: ht}", False),
        # shares of the patients of one level, and descriptions, predict nothing
        ('{method: proportion, endpoint: overall_survival, within: {crs.status: "yes"}}', False),
        ("{method: proportion, endpoint: overall_survival, exposure: crs.status}", True),
        ("{method: describe, variables: [age], groups: crs.status}", False),
    ],
)  # fmt: skip
def test_choosing_patients_by_what_comes_later_is_told_too(told, analysis, late) -> None:
    text = STUDY.format(method="m", endpoint="e", exposure="x", predictor="sex", more="")
    text = text.replace("{method: m, endpoint: e, exposure: x}", analysis)
    assert ("patients must live long enough" in told(text)) == late


def test_a_column_of_a_table_says_from_which_day_it_is_known(told, table_study) -> None:
    text = table_study.replace("exposure: risk", "exposure: response.status")
    assert "response.status is known on no fixed day" in told(text)
    known = text.replace('"1": event}}\nlinear', '"1": event}, known_from_day: 90}\nlinear')
    assert "Add landmark: 90" in told(known)
    assert told(known.replace("status}", "status, landmark: 90}")) == ""
    late = table_study.replace("column: risk,", "column: risk, known_from_day: 14,")
    assert "risk is known from day 14" in told(late)
