"""Each rule gets what it depends on, and nothing else: words do not refit, fits do not rebuild."""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.in_print import without_print
from hematotox.declarations.run import RunSettings
from hematotox.declarations.study.planning import (
    analysis_plan,
    cohort_plan,
    endpoints_of,
    scores_of,
)
from hematotox.declarations.study.study import Study
from hematotox.declarations.study.study_words import study_words

SETTINGS = RunSettings(studies=("small",))


@pytest.fixture
def sections(dictionary, endpoints, named):
    """Return the three sections of a study file as the rules get them."""

    def of(text: str, settings: RunSettings = SETTINGS) -> dict[str, str]:
        study = parse(text, source="", model=Study)
        plan = analysis_plan(study, dictionary, endpoints, named, settings)
        words = study_words(study, dictionary, endpoints, named)
        return {
            "cohort": without_print(
                cohort_plan(study, dictionary, endpoints, named)
            ).model_dump_json(),
            "analyses": without_print(plan).model_dump_json(),
            "displays": words.model_dump_json() + str(study.displays),
        }

    return of


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("title: Figure,", "title: Forest,", {"displays"}),
        ("title: A small study", "title: A smaller study", {"displays"}),
        ("population: ht}", "population: ht, label: Death}", {"displays"}),
        ("population: ht}", "population: ht, strata: centre}", {"analyses"}),
        ("population: ht}", "}", {"analyses"}),
        ("population: ht}", 'population: ht, immortal_time: {accept: true, reason: "x"}}', set()),
        ("in: [lbcl]", "in: [lbcl, fl]", {"cohort"}),
        ('label: "Large B-cell lymphoma"', 'label: "Lymphoma"', {"cohort", "displays"}),
        ("ipi, at_least: 3", "ipi, at_least: 2", {"cohort"}),
        ("  ipi_high: {", "  ipi_high: {label: IPI, ", {"displays"}),
        ("scores: [ht]", "scores: [ht, simple_ht]", {"cohort", "analyses", "displays"}),
        ("scores: [ht]", "scores: [ht]\nmissing: {scores: {ht: determinable}}", {"cohort"}),
        ("endpoint: overall_survival", "endpoint: progression_free_survival",
         {"cohort", "analyses", "displays"}),
    ],
)  # fmt: skip
def test_an_edit_changes_only_the_sections_that_depend_on_it(
    sections, centre_study, old, new, changed
) -> None:
    assert old in centre_study
    before, after = sections(centre_study), sections(centre_study.replace(old, new, 1))
    assert {name for name in before if before[name] != after[name]} == changed


@pytest.mark.parametrize(
    ("more", "changed"),
    [
        ("", set()),
        ("  two: {method: describe, variables: [age], groups: ht.group}\n", {"analyses"}),
    ],
    ids=["Cox draws nothing", "Fisher's test of a large table draws random numbers"],
)
def test_the_seed_refits_what_draws_from_it_and_does_not_rebuild(
    sections, centre_study, more, changed
) -> None:
    text = centre_study.replace("\ndisplays:\n", f"\n{more}displays:\n")
    before = sections(text)
    after = sections(text, RunSettings(studies=("small",), seed=2))
    assert {name for name in before if before[name] != after[name]} == changed


@pytest.fixture
def plan_of(dictionary, endpoints, named):
    def of(text: str):
        study = parse(text, source="", model=Study)
        return analysis_plan(study, dictionary, endpoints, named, SETTINGS)

    return of


def test_variables_of_a_table_study(plan_of, table_study) -> None:
    variables = plan_of(table_study).variables
    assert variables["risk"].levels == ("low", "high"), "the first is the reference"
    assert variables["age"].type == "number"
    assert variables["centre"].levels == (), "the data bring the centres"
    assert variables["response.status"].levels == ("no", "yes")


def test_variables_of_a_study_of_centres(plan_of, centre_study) -> None:
    text = centre_study.replace(
        "  ipi_high:",
        '  lines: {variable: prior_lines, bands: {one: "[0, 2)", more: "[2, inf)"}}\n'
        "  histology: {variable: histology, levels: [hgbl, dlbcl]}\n  ipi_high:",
    )
    variables = plan_of(text).variables
    assert variables["ipi_high"].levels == ("no", "yes")
    assert variables["lines"].levels == ("one", "more")
    assert variables["histology"].levels == ("hgbl", "dlbcl"), "the study's own order"
    assert variables["sex"].levels == ("female", "male"), "as in the dictionary"
    assert variables["ht.group"].levels == ("low", "high")
    assert variables["ht.group"].score == variables["ht.points"].score == "ht"
    assert variables["ht.known"].score == ""


def test_endpoints_of_a_study_are_those_it_names_or_uses(centre_study, plan_of) -> None:
    text = centre_study.replace(
        "\ndisplays:",
        "\n  two: {method: describe, variables: [age], groups: severe_crs.status}\ndisplays:",
    )
    study = parse(text + "endpoints: [icans]\n", source="", model=Study)
    assert endpoints_of(study) == ("icans", "overall_survival", "severe_crs")
    planned = plan_of(text).endpoints
    assert planned["overall_survival"].type == "time_to_event"
    assert planned["severe_crs"].type == "binary"


def test_the_policy_of_a_study_for_missing_items_replaces_that_of_the_score(
    centre_study, named
) -> None:
    text = centre_study + "missing: {scores: {ht: determinable}}\n"
    chosen = scores_of(parse(text, source="", model=Study), named.scores)
    assert (chosen["ht"].missing, named.scores["ht"].missing) == ("determinable", "no_score")


def test_the_timing_of_a_study_replaces_that_of_the_score(centre_study, named) -> None:
    text = centre_study + "timing: {ht: {origin: infusion, window_days: [-3, 0]}}\n"
    chosen = scores_of(parse(text, source="", model=Study), named.scores)
    assert chosen["ht"].timing.window_days == (-3, 0)
    assert named.scores["ht"].timing.window_days == (-10, 0), "the declaration itself stays"
    assert chosen["ht"].items == named.scores["ht"].items


def test_words_are_those_of_the_manuscript(table_study, dictionary, endpoints, named) -> None:
    text = table_study.replace("risk: {column: risk,", "risk: {column: risk, label: Risk group,")
    study = parse(text, source="", model=Study)
    words = study_words(study, dictionary, endpoints, named)
    assert words.variable("risk").label == "Risk group"
    assert words.level("risk", "high") == "high"
    assert words.variable("age").unit == "a"
    assert words.endpoints["survival"].causes == {"event": "event"}
    assert words.exposures == {"one": "risk"}
    assert words.variable("not_declared").label == "not declared"
