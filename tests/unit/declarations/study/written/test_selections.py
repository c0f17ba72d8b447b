"""Which analyses a display shows."""

import re

import pytest

from hematotox.errors import UserError

PLAN = """\
id: s
scores: [ht, simple_ht]
sets: {toxicities: [crs, icans], shown: [toxicity, alone]}
analyses:
  alone: {method: proportion, endpoint: crs}
  toxicity:
    each: {endpoint: toxicities, score: scores}
    do:
      rate: {method: proportion, population: "{score}"}
      odds: {method: logistic, exposure: "{score}.group"}
displays:
  table: {kind: outcome_table, title: T, analyses: SHOWN}
"""


def shown(written, text):
    plan = written(PLAN.replace("SHOWN", text).replace(", shown: [toxicity, alone]", ""))
    assert plan.troubles == []
    return plan.displays["table"]["analyses"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[alone]", ["alone"]),
        ("[toxicity.icans.ht.odds]", ["toxicity.icans.ht.odds"]),
        (
            "[{family: toxicity, do: odds, score: ht}, alone]",
            ["toxicity.crs.ht.odds", "toxicity.icans.ht.odds", "alone"],
        ),
        (
            "[{family: toxicity, endpoint: icans, do: [odds, rate]}]",
            [
                "toxicity.icans.ht.rate",
                "toxicity.icans.ht.odds",
                "toxicity.icans.simple_ht.rate",
                "toxicity.icans.simple_ht.odds",
            ],
        ),
        (
            "[{family: toxicity, do: rate, except: {score: simple_ht, endpoint: crs}}]",
            ["toxicity.crs.ht.rate", "toxicity.icans.ht.rate", "toxicity.icans.simple_ht.rate"],
        ),
        (
            "[{family: toxicity, do: rate, endpoint: toxicities, score: [simple_ht]}]",
            ["toxicity.crs.simple_ht.rate", "toxicity.icans.simple_ht.rate"],
        ),
    ],
)
def test_a_part_of_a_family_keeps_its_order(written, text, expected) -> None:
    assert shown(written, text) == expected


def test_a_whole_family_and_a_set_of_families(written) -> None:
    whole = shown(written, "[toxicity]")
    assert len(whole) == 8
    plan = written(PLAN.replace("SHOWN", "shown"))
    assert plan.troubles == []
    assert plan.displays["table"]["analyses"] == [*whole, "alone"]


def test_a_panel_for_each_member(written) -> None:
    plan = written(
        """\
id: s
scores: [ht, simple_ht]
analyses:
  survival: {each: {endpoint: [os], score: scores}, method: kaplan_meier, exposure: "{score}.group"}
displays:
  figure:
    kind: kaplan_meier
    title: F
    panels:
      - {title: First, analyses: [survival.os.ht]}
      - each: {score: scores, endpoint: [os]}
        title: "{endpoint}, {score}"
        analyses: ["survival.{endpoint}.{score}"]
"""
    )
    assert plan.troubles == []
    assert [(one["title"], one["analyses"]) for one in plan.displays["figure"]["panels"]] == [
        ("First", ["survival.os.ht"]),
        ("Overall survival, HT", ["survival.os.ht"]),
        ("Overall survival, SimpleHT", ["survival.os.simple_ht"]),
    ]


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (
            "[{family: toxicty}]",
            'analyses.0.family: there is no family "toxicty". Is "toxicity" meant? Known are: '
            "toxicity",
        ),
        (
            "[{family: toxicity, do: rates}]",
            'analyses.0.do: there is no step of the family "rates". Is "rate" meant? Known are: ',
        ),
        (
            "[{family: toxicity, endpoints: crs}]",
            'analyses.0.endpoints: there is no key of each "endpoints". Is "endpoint" meant? Kno',
        ),
        (
            "[{family: toxicity, score: easix}]",
            'analyses.0.score: there is no score here "easix". Known are: ht, simple_ht',
        ),
        (
            "[{family: toxicity, endpoint: crs, except: {endpoint: crs}}]",
            "analyses.0: no analysis of the family is meant by this",
        ),
        (
            "[{famly: toxicity}]",
            "analyses.0: names an analysis or a family, or says {family: …} and which members",
        ),
    ],
)
def test_a_selection_that_means_nothing(written, text, trouble) -> None:
    plan = written(PLAN.replace("SHOWN", text).replace(", shown: [toxicity, alone]", ""))
    assert any(one.startswith(f"s.yaml:12: displays.table.{trouble}") for one in plan.troubles)


@pytest.mark.parametrize(
    ("display", "key"),
    [
        ("{kind: outcome_table, title: T, after: [a]}", "after"),
        (
            "{kind: outcome_table, title: T, analyses: [{family: f, except: a}]}",
            "analyses.0.except",
        ),
        ("{kind: kaplan_meier, title: T, panels: [{each: a}]}", "panels.0.each"),
        ("{kind: kaplan_meier, title: T, panels: [{words: [a]}]}", "panels.0.words"),
    ],
)
def test_a_notation_of_another_shape_is_told_with_its_key(written, display, key) -> None:
    with pytest.raises(UserError, match=rf"s\.yaml:2: displays\.x\.{re.escape(key)}: must be "):
        written(f"id: s\ndisplays: {{x: {display}}}\n")


def test_what_nothing_fills_and_a_panel_without_members(written) -> None:
    text = PLAN.replace("title: T, analyses: SHOWN", 'title: "T {score}", analyses: [alone]')
    panels = '[{each: {score: []}, title: "{score}"}, {title: "{endpoint}"}]'
    curves = f"\n  curves: {{kind: kaplan_meier, title: T, panels: {panels}}}"
    text = text.replace("displays:", "displays:" + curves)
    words = [one.partition(": ")[2] for one in written(text).troubles]
    assert words[:3] == [
        "displays.curves.panels.0: this panel has no member",
        'displays.curves.panels.1: there is no member of each "endpoint". Known are: none',
        "displays.table: nothing is repeated here that fills {score}",
    ]
