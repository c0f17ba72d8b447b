"""Analyses of sensitivity: what they may name, and how their windows are called in print."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention
from hematotox.declarations.run import RunSettings
from hematotox.declarations.study.checks.cross_check import study_troubles
from hematotox.declarations.study.planning import analysis_plan, endpoints_of
from hematotox.declarations.study.study import Study
from hematotox.declarations.study.study_words import study_words
from hematotox.errors import UserError

CONFIG = Path(__file__).parents[4] / "config" / "conventions"
SENSITIVITY = (
    "{method: sensitivity, endpoint: late_icaht_ge3, score: ht, windows: [window_30_days]}"
)


@pytest.fixture
def with_conventions(named):
    found = {
        path.stem: parse(path.read_text(encoding="utf-8"), source=path.name, model=Convention)
        for path in sorted(CONFIG.glob("*.yaml"))
    }
    return replace(named, conventions=found)


@pytest.fixture
def study_with(centre_study):
    """The small study with another analysis and the conventions that it needs."""

    def write(analysis: str, conventions: str = "{primary: cart_sie, sensitivity: [consensus]}"):
        text = centre_study.replace("analyses:\n", f"analyses:\n  two: {analysis}\n")
        return parse(f"conventions: {conventions}\n{text}", source="s.yaml", model=Study)

    return write


@pytest.fixture
def troubles(dictionary, endpoints, with_conventions):
    def of(study: Study) -> list[str]:
        found = study_troubles(study, dictionary, endpoints, with_conventions)
        return [f"{'.'.join(map(str, path))}: {words}" for path, words in found]

    return of


def test_a_sound_analysis_has_no_trouble(study_with, troubles):
    assert troubles(study_with(SENSITIVITY)) == []
    both = "{method: determinability, scores: [ht], windows: [early, late]}"
    assert troubles(study_with(both)) == []


@pytest.mark.parametrize(
    ("analysis", "conventions", "told"),
    [
        (SENSITIVITY.replace("score: ht", "score: easix"), None,
         "analyses.two.score: there is no score of this study"),
        (SENSITIVITY.replace("window_30_days", "window_9_days"), None,
         "analyses.two.windows.0: there is no variant of the score"),
        (SENSITIVITY.replace("late_icaht_ge3", "crs"), None,
         "analyses.two.endpoint: must be a grade that the study's convention decides"),
        (SENSITIVITY.replace("late_icaht_ge3", "late_anemia"), None,
         "analyses.two.endpoint: must be a grade that the study's convention decides"),
        (SENSITIVITY.replace("late_icaht_ge3", "late_icaht_ge9"), None,
         "analyses.two.endpoint: there is no endpoint"),
        (SENSITIVITY.replace("}", ", conventions: [liang_2024]}"), None,
         "analyses.two.conventions.0: there is no convention of this study"),
        (SENSITIVITY.replace("}", ", conventions: [consensus, cart_sie]}"), None,
         "analyses.two.conventions: the study's own convention, cart_sie, must come first"),
        (SENSITIVITY.replace("}", ", policies: [lowest, complete_case]}"), None,
         "analyses.two.policies: the study's own policy, complete_case, must come first"),
        (SENSITIVITY, "{primary: cart_sie, sensitivity: [phenotype]}",
         "analyses.two: convention phenotype has no window late; it has course"),
        ("{method: determinability, scores: [simple_ht]}", None,
         "analyses.two.scores.0: there is no score of this study"),
        ("{method: determinability, windows: [later]}", None,
         "analyses.two: convention cart_sie has no window later; it has early, late"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_told(analysis, conventions, told, study_with, troubles):
    study = study_with(analysis, *([conventions] if conventions else []))
    assert any(one.startswith(told) for one in troubles(study)), troubles(study)


def test_without_conventions_there_is_nothing_to_vary(centre_study, troubles):
    text = centre_study.replace("analyses:\n", f"analyses:\n  two: {SENSITIVITY}\n")
    found = troubles(parse(text, source="s.yaml", model=Study))
    assert any("needs conventions" in one for one in found)


@pytest.mark.parametrize(
    "analysis",
    [
        SENSITIVITY.replace("}", ", population: ht}"),
        SENSITIVITY.replace("}", ", by: sex}"),
        "{method: determinability}",
        "{method: determinability, scores: [ht], landmark: 30}",
    ],
)
def test_the_choices_choose_the_patients(analysis, study_with):
    with pytest.raises(UserError):
        study_with(analysis)


def test_a_specification_curve_shows_one_analysis(centre_study):
    text = f"{centre_study}  curve: {{kind: specification_curve, title: T, analyses: []}}\n"
    with pytest.raises(UserError, match="exactly one analysis"):
        parse(text, source="s.yaml", model=Study)


def test_the_plan_knows_grade_and_conventions(study_with, dictionary, endpoints, with_conventions):
    study = study_with(SENSITIVITY)
    settings = RunSettings(studies=("small",))
    plan = analysis_plan(study, dictionary, endpoints, with_conventions, settings)
    assert plan.conventions == ("cart_sie", "consensus")
    assert (plan.endpoints["late_icaht_ge3"].window, plan.endpoints["late_icaht_ge3"].at_least) == (
        "late", 3,
    )  # fmt: skip
    assert plan.endpoints["overall_survival"].window == ""


def test_windows_and_conventions_have_words(study_with, dictionary, endpoints, with_conventions):
    words = study_words(study_with(SENSITIVITY), dictionary, endpoints, with_conventions)
    assert words.conventions == {"cart_sie": "CART-SIE", "consensus": "EHA/EBMT consensus"}
    assert words.windows["ht.own_window"] == "days −10 to 0 from lymphodepletion"
    assert words.windows["ht.window_30_days"] == "days −30 to 0 from lymphodepletion"
    assert words.windows["ht.day_14"] == "days 10 to 18 from infusion"


# where a study may name the status of another endpoint
@pytest.mark.parametrize(
    "analysis",
    [
        "{method: cox, endpoint: overall_survival, exposure: crs.status}",
        "{method: cox, endpoint: overall_survival, exposure: sex, covariates: [crs.status]}",
        "{method: cox, endpoint: overall_survival, exposure: sex, strata: crs.status}",
        "{method: cox, endpoint: overall_survival, exposure: sex, cluster: crs.status}",
        "{method: cox, endpoint: overall_survival, exposure: sex, by: crs.status}",
        '{method: cox, endpoint: overall_survival, exposure: sex, within: {crs.status: "yes"}}',
        "{method: describe, variables: [age, crs.status]}",
        "{method: describe, variables: [age], groups: crs.status}",
        "{method: roc, endpoint: icans, marker: crs.status}",
        "{method: roc, endpoint: icans, marker: age, compare: crs.status}",
        "{method: fine_gray, endpoint: overall_survival, exposure: sex,"
        " censoring_groups: crs.status}",
        "{method: log_rank, endpoint: overall_survival, exposure: sex, strata: crs.status}",
    ],
)
def test_every_endpoint_that_an_analysis_uses_is_built(analysis, study_with):
    assert "crs" in endpoints_of(study_with(analysis))


def test_an_endpoint_in_a_linear_predictor_is_built(centre_study):
    text = f"{centre_study}linear_predictors:\n  late: {{covariates: [age, crs.status]}}\n"
    assert "crs" in endpoints_of(parse(text, source="s.yaml", model=Study))


def test_a_late_predictor_behind_an_adjustment_is_refused(centre_study, troubles):
    text = centre_study.replace("population: ht}", "population: ht, adjust: late}")
    text += "linear_predictors:\n  late: {covariates: [age, late_icaht_ge3.status]}\n"
    found = troubles(parse(text, source="s.yaml", model=Study))
    assert any(
        one.startswith("analyses.one.adjust: late_icaht_ge3.status is known") for one in found
    )


def test_nothing_else_is_built(study_with):
    analysis = "{method: describe, variables: [age, ht.points, ht.group]}"
    assert endpoints_of(study_with(analysis)) == ("overall_survival",)
