"""What a study names must exist; a trouble names the key, and what would be right."""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.checks.cross_check import study_troubles
from hematotox.declarations.study.study import Study
from hematotox.declarations.trouble import unknown


@pytest.fixture
def troubles(dictionary, endpoints, named):
    def of(text: str) -> list[str]:
        study = parse(text, source="small.yaml", model=Study)
        found = study_troubles(study, dictionary, endpoints, named)
        return [f"{'.'.join(map(str, path))}: {words}" for path, words in found]

    return of


def test_a_right_study_has_no_trouble(troubles, table_study, centre_study) -> None:
    assert troubles(table_study) == []
    assert troubles(centre_study) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "endpoint: overall_survival",
            "endpoint: overall_survial",
            'analyses.one.endpoint: there is no endpoint "overall_survial". Is "overall_survival" '
            "meant? Known are: ",
        ),
        (
            "exposure: ht.group",
            "exposure: ht.grp",
            'analyses.one.exposure: there is no variable "ht.grp". Is "ht.group" meant? Known are',
        ),
        (
            "exposure: ht.group",
            "exposure: simple_ht.group",
            'analyses.one.exposure: there is no variable "simple_ht.group"',
        ),
        (
            "population: ht",
            "population: hd",
            'analyses.one.population: there is no population "hd"',
        ),
        (
            "population: ht",
            "covariates: [age, sexx]",
            'analyses.one.covariates.1: there is no variable "sexx". Is "sex" meant?',
        ),
        (
            "population: ht",
            "covariates: [age, sex, age]",
            "analyses.one.covariates.2: age is named here already",
        ),
        ("population: ht", "strata: center", 'analyses.one.strata: there is no variable "center"'),
        (
            "population: ht",
            "within: {sx: male}",
            'analyses.one.within.sx: there is no variable "sx',
        ),
        ("population: ht", "by: produt", 'analyses.one.by: there is no variable "produt". Is "pro'),
        (
            "population: ht",
            "adjust: disease",
            'analyses.one.adjust: there is no linear predictor "disease". Known are: none',
        ),
        (
            "variable: disease,",
            "variable: diseas,",
            'population.0.include.variable: there is no variable "diseas". Is "disease" meant?',
        ),
        (
            "variable: ipi,",
            "variable: ippi,",
            'covariates.ipi_high.variable: there is no variable of the dictionary "ippi"',
        ),
        (
            "analyses: [one]",
            "analyses: [on]",
            'displays.figure.analyses.0: there is no analysis "on". Is "one" meant? Known are: one',
        ),
        (
            "scores: [ht]",
            "scores: [ht]\nendpoints: [spm]",
            'endpoints.0: there is no endpoint "spm". Known are: ',
        ),
        (
            "scores: [ht]",
            "scores: [ht]\ntiming: {simple_ht: {origin: infusion, window_days: [-5, 0]}}",
            'timing.simple_ht: there is no score of this study "simple_ht". Known are: ht',
        ),
        (
            "scores: [ht]",
            "scores: [ht]\nmissing: {scores: {simple_ht: determinable}}",
            'missing.scores.simple_ht: there is no score of this study "simple_ht". Known are: ht',
        ),
        (
            "scores: [ht]",
            "scores: [ht]\nlinear_predictors: {disease: {covariates: [age, stag]}}",
            'linear_predictors.disease.covariates.1: there is no variable "stag". Is "stage" meant',
        ),
    ],
)
def test_a_name_that_does_not_exist_is_told(troubles, centre_study, old, new, message) -> None:
    assert old in centre_study
    found = troubles(centre_study.replace(old, new, 1))
    assert [line for line in found if line.startswith(message)], found


def test_a_provisional_score_must_be_accepted(troubles, centre_study, named) -> None:
    assert named.scores["all_ht"].status == "provisional"
    text = centre_study.replace("scores: [ht]", "scores: [ht, all_ht]")
    (found,) = troubles(text)
    assert found.startswith('scores: "all_ht" is provisional (')
    assert found.endswith("a study that uses it says so with accept_provisional: [all_ht]")
    assert troubles(text.replace("covariates:", "accept_provisional: [all_ht]\ncovariates:")) == []


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("{kind: kaplan_meier, title: F, analyses: [km, test]}", []),
        (
            "{kind: kaplan_meier, title: F, analyses: [test]}",
            ["displays.figure: draws nothing: it names no analysis of kaplan_meier"],
        ),
        (
            "{kind: kaplan_meier, title: F, panels: [{analyses: [km]}, {analyses: [test]}]}",
            ["displays.figure.panels.1: draws nothing: it names no analysis of kaplan_meier"],
        ),
        (
            "{kind: roc, title: F}",
            ["displays.figure: draws nothing: it names no analysis of roc"],
        ),
        (
            "{kind: registry_forest, title: F}",
            ["displays.figure: draws nothing: it names no analysis of registry"],
        ),
        ("{kind: flow, title: F}", []),
        (
            "{kind: outcome_table, title: F, analyses: []}",
            ["displays.figure: shows nothing: it names no analysis of logistic or proportion"],
        ),
        (
            "{kind: forest, title: F, analyses: [one, one]}",
            ["displays.figure.analyses.1: one is shown here already"],
        ),
    ],
)
def test_a_figure_that_names_no_curve(troubles, centre_study, figure, expected) -> None:
    curves = """
  km: {method: kaplan_meier, endpoint: overall_survival}
  test: {method: log_rank, endpoint: overall_survival, exposure: ht.group}
displays:
"""
    old = "figure: {kind: forest, title: Figure, analyses: [one]}"
    assert old in centre_study
    text = centre_study.replace("\ndisplays:\n", curves).replace(old, f"figure: {figure}")
    assert troubles(text) == expected


def test_a_covariate_beside_a_column_of_the_table(troubles, table_study) -> None:
    column = parse(table_study, source="s", model=Study).cohort.covariates.popitem()[0]
    text = f"{table_study}\ncovariates: {{{column}: {{variable: {column}, at_least: 3}}}}\n"
    (found,) = troubles(text)
    assert found.startswith(f"covariates.{column}: is a column of the table, whose covariates")


def test_all_troubles_come_together(troubles, centre_study) -> None:
    text = centre_study.replace("ht.group", "x").replace("overall_survival", "y")
    assert len(troubles(text.replace("analyses: [one]", "analyses: [z]"))) == 3


def test_words_for_a_name_that_does_not_exist() -> None:
    assert unknown("ht", [], "score") == 'there is no score "ht". Known are: none'
    words = 'there is no score "simple". Is "simple_ht" meant? Known are: ht, simple_ht'
    assert unknown("simple", ["simple_ht", "ht"], "score") == words
