"""What a study file may say."""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.criteria import Condition
from hematotox.declarations.study.study import Study
from hematotox.errors import UserError


def message_of(text: str) -> str:
    with pytest.raises(UserError) as caught:
        parse(text, source="small.yaml", model=Study)
    return str(caught.value)


def test_both_ways_in_are_read(table_study, centre_study) -> None:
    table = parse(table_study, source="", model=Study)
    assert table.cohort.endpoints["survival"].status_of("event") == 1
    centres = parse(centre_study, source="", model=Study)
    assert centres.population[0].condition.in_ == ("lbcl",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: A small study\n", "", "small.yaml:1: title: is missing"),
        ("A small study", "A\ncentres: [a]", "needs exactly one of: centres, cohort, counts"),
        ("column: age, unit: a}", "column: age}", "age: needs unit or values: unit: a (or another"),
        ('{"0": low, "1": high}', '{"0": low, "1": low}', "values: two codes have the same name"),
        ("{time: days, unit: d,", "{unit: d,", "time and unit go together"),
        ('"1": event}}\n    resp', '"1": evnt}}\n    resp', 'values: "evnt" must be one of cens'),
        ("unit: d,", "unit: days,", "survival.unit: must be one of 'd', 'wk', 'mo' or 'a'"),
        ("  one: {", "  patients: {", "small.yaml:17: analyses.patients: this name is the progr"),
        ("    age: {", "    centre: {", "small.yaml:10: cohort.covariates.centre: this name is "),
        ("    age: {", "    included: {", "cohort.covariates.included: this name is the program"),
        ("method: cox", "method: cocks", "small.yaml:17: analyses.one: must be one of"),
        ("kind: forest", "kind: florest", "small.yaml:19: displays.figure: must be one of"),
    ],
)
def test_a_mistake_in_a_table_study_is_told(table_study, old, new, message) -> None:
    assert old in table_study
    assert message in message_of(table_study.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- include: {", "- inclde: {", 'population.0.inclde: unknown key; is "include" meant?'),
        ("in: [lbcl], ", "", "needs one of: in; at_least and/or at_most; known"),
        ("in: [lbcl], ", "in: [lbcl], at_least: 3, ", "needs one of: in; at_least and/or at_m"),
        (', label: "Large B-cell lymphoma"', "", "small.yaml:5: population.0.include.label: is m"),
        ("ipi, at_least: 3}", "ipi, at_least: 3, yes: [a]}", "at most one of at_least, levels"),
        ("ipi, at_least: 3}", 'ipi, bands: {a: "[0, 2)", b: "[2, 5)"}}', "must reach from 0 to in"),
        ("ipi, at_least: 3}", 'ipi, bands: {a: "[0, 2]", b: "[2, inf)"}}', "2 is in two bands"),
        ("  ipi_high: {", "  source: {", "covariates.source: this name is the program's own"),
    ],
)
def test_a_mistake_in_a_study_of_centres_is_told(centre_study, old, new, message) -> None:
    assert old in centre_study
    assert message in message_of(centre_study.replace(old, new, 1))


def endpoint(table_study, values: str, causes: str = ""):
    text = table_study.replace(
        'status: dead, values: {"0": censored, "1": event}', f"status: dead, {values}{causes}"
    )
    return parse(text, source="small.yaml", model=Study).cohort.endpoints["survival"]


def test_the_first_cause_is_the_event_and_the_others_compete(table_study) -> None:
    found = endpoint(
        table_study,
        'values: {"0": censored, "1": relapse, "2": death, "9": relapse}',
        ", causes: [relapse, death]",
    )
    statuses = [found.status_of(v) for v in ("censored", "relapse", "death")]
    assert statuses == [0, 1, 2]


def test_without_names_the_event_is_1_and_what_competes_2(table_study) -> None:
    found = endpoint(table_study, 'values: {"0": censored, "1": event, "2": competing}')
    assert [found.status_of(v) for v in ("censored", "event", "competing")] == [0, 1, 2]


def test_a_status_without_a_name_among_named_causes_is_refused(table_study) -> None:
    """It would belong to no curve, and its patients to no number."""
    with pytest.raises(UserError, match=r'"competing" must be one of censored, relapse'):
        endpoint(table_study, 'values: {"1": relapse, "2": competing}', ", causes: [relapse]")


def test_a_condition_has_one_rule() -> None:
    for rules in ({"in": ("a",)}, {"at_least": 1}, {"at_least": 1, "at_most": 2}, {"known": True}):
        assert Condition(variable="age", **rules)
    for rules in ({}, {"in": ("a",), "at_most": 2}, {"known": True, "at_least": 1}):
        with pytest.raises(ValueError, match="needs one of"):
            Condition(variable="age", **rules)
