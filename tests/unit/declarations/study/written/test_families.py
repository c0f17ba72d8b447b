"""A family and the analyses that it stands for, drawn by hand."""

import pytest

HEAD = "id: s\nscores: [ht, simple_ht]\n"


def drawn(plan) -> list[str]:
    """Return one line an analysis: name, then its keys in alphabetical order."""
    assert plan.troubles == []
    return [
        f"{name}: " + ", ".join(f"{key} {value}" for key, value in sorted(content.items()))
        for name, content in plan.analyses.items()
    ]


def test_each_endpoint_and_score_gets_each_step(written) -> None:
    plan = written(
        HEAD
        + """
sets: {toxicities: [crs, icans]}
analyses:
  toxicity:
    each: {endpoint: toxicities, score: scores}
    do:
      rate: {method: proportion, exposure: "{score}.group", population: "{score}"}
      adjusted:
        {method: logistic, exposure: "{score}.group", population: "{score}", adjust: disease}
"""
    )
    assert drawn(plan) == [
        "toxicity.crs.ht.rate: endpoint crs, exposure ht.group, method proportion, population ht",
        "toxicity.crs.ht.adjusted: adjust disease, endpoint crs, exposure ht.group, "
        "method logistic, population ht",
        "toxicity.crs.simple_ht.rate: endpoint crs, exposure simple_ht.group, method proportion, "
        "population simple_ht",
        "toxicity.crs.simple_ht.adjusted: adjust disease, endpoint crs, exposure simple_ht.group, "
        "method logistic, population simple_ht",
        "toxicity.icans.ht.rate: endpoint icans, exposure ht.group, method proportion, "
        "population ht",
        "toxicity.icans.ht.adjusted: adjust disease, endpoint icans, exposure ht.group, "
        "method logistic, population ht",
        "toxicity.icans.simple_ht.rate: endpoint icans, exposure simple_ht.group, "
        "method proportion, population simple_ht",
        "toxicity.icans.simple_ht.adjusted: adjust disease, endpoint icans, "
        "exposure simple_ht.group, method logistic, population simple_ht",
    ]


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        pytest.param(
            "{each: {endpoint: [os, pfs]}, method: cox, exposure: age}",
            [
                "f.os: endpoint os, exposure age, method cox",
                "f.pfs: endpoint pfs, exposure age, method cox",
            ],
            id="one step in its own place",
        ),
        pytest.param(
            "{each: {endpoint: {spm: second_primary_malignancy}}, method: follow_up}",
            ["f.spm: endpoint second_primary_malignancy, method follow_up"],
            id="a member with a name",
        ),
        pytest.param(
            "{each: {exposure: [age, ht.group]}, method: cox, endpoint: os}",
            [
                "f.age: endpoint os, exposure age, method cox",
                "f.ht_group: endpoint os, exposure ht.group, method cox",
            ],
            id="a dot becomes a line: names have none",
        ),
        pytest.param(
            "{each: {day: ['30', '60']}, method: cox, endpoint: os, exposure: age, "
            "landmark: '{day}'}",
            [
                "f.30: endpoint os, exposure age, landmark 30, method cox",
                "f.60: endpoint os, exposure age, landmark 60, method cox",
            ],
            id="a number",
        ),
        pytest.param(
            "{with: {endpoint: os, times: ['365']}, do: {a: {method: kaplan_meier}, "
            "b: {method: follow_up}, c: {method: kaplan_meier, times: ['90']}}}",
            [
                "f.a: endpoint os, method kaplan_meier, times ['365']",
                "f.b: endpoint os, method follow_up",
                "f.c: endpoint os, method kaplan_meier, times ['90']",
            ],
            id="with goes to the methods that have the key; a step's own comes first",
        ),
        pytest.param(
            "{each: {endpoint: [os, pfs], score: scores}, do: {a: {method: follow_up, "
            "population: '{score}'}, b: {method: log_rank, exposure: '{score}.group', "
            "except: {endpoint: pfs, score: ht}}}}",
            [
                "f.os.ht.a: endpoint os, method follow_up, population ht",
                "f.os.ht.b: endpoint os, exposure ht.group, method log_rank",
                "f.os.simple_ht.a: endpoint os, method follow_up, population simple_ht",
                "f.os.simple_ht.b: endpoint os, exposure simple_ht.group, method log_rank",
                "f.pfs.ht.a: endpoint pfs, method follow_up, population ht",
                "f.pfs.simple_ht.a: endpoint pfs, method follow_up, population simple_ht",
                "f.pfs.simple_ht.b: endpoint pfs, exposure simple_ht.group, method log_rank",
            ],
            id="except leaves out the members that have all that it names",
        ),
        pytest.param(
            "{each: {score: scores}, method: registry, label: '{score}', of: 'm.{score}', "
            "definition: os}",
            [
                "f.ht: definition os, label HT, method registry, of m.ht, score ht",
                "f.simple_ht: definition os, label SimpleHT, method registry, of m.simple_ht, "
                "score simple_ht",
            ],
            id="in words the label",
        ),
        pytest.param(
            "{each: {score: [ht]}, words: {ht: the score}, method: roc, endpoint: os, "
            "marker: '{score}.points', label: 'By {score}'}",
            ["f.ht: endpoint os, label By the score, marker ht.points, method roc"],
            id="words of one's own",
        ),
        pytest.param(
            "{each: {endpoint: [os]}, method: kaplan_meier, within: {'{endpoint}.status': 'yes'}}",
            ["f.os: endpoint os, method kaplan_meier, within {'os.status': 'yes'}"],
            id="in a key",
        ),
    ],
)
def test_what_a_family_stands_for(written, family, expected) -> None:
    assert drawn(written(f"{HEAD}analyses:\n  f: {family}\n")) == expected


def test_a_set_may_hold_sets_and_stands_for_a_list(written) -> None:
    plan = written(
        HEAD
        + """
sets: {early: [a, b], all_of_them: [early, c]}
analyses:
  rate: {each: {endpoint: [all_of_them, d]}, method: proportion}
  table: {method: describe, variables: all_of_them}
"""
    )
    assert plan.troubles == []
    assert list(plan.analyses) == ["rate.a", "rate.b", "rate.c", "rate.d", "table"]
    assert plan.analyses["table"]["variables"] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        (
            "analyses:\n  f: {each: {endpoint: [os]}, method: cox, exposure: '{scor}.group'}",
            's.yaml:4: analyses.f: there is no member of each "scor". Known are: endpoint',
        ),
        (
            "analyses:\n  f: {each: {endpoint: []}, method: follow_up}",
            "s.yaml:4: analyses.f: this family has no member",
        ),
        (
            "analyses:\n  f: {each: {endpoint: [os]}, do: {a: {method: follow_up, "
            "except: {endpoint: os}}}}",
            "s.yaml:4: analyses.f: this family has no member",
        ),
        (
            "analyses:\n  f:\n    each: {endpoint: [os], score: scores}\n    method: follow_up",
            "s.yaml:5: analyses.f.each.score: no step of the family has a key of this name or "
            "{score}",
        ),
        (
            "analyses:\n  f:\n    each: {endpoint: [os]}\n    with: {exposur: age}\n"
            "    do: {a: {method: follow_up}}",
            "s.yaml:6: analyses.f.with.exposur: no step of the family has a key of this name or "
            "{exposur}",
        ),
        (
            "analyses:\n  f: {each: {endpoint: [os]}, do: {a: {method: follow_up, "
            "except: {endpoint: [pfs]}}}}",
            's.yaml:4: analyses.f.do.a.except.endpoint.0: there is no endpoint here "pfs". Known '
            "are: os",
        ),
        (
            "analyses:\n  f: {each: {endpoint: [os]}, do: {a: {method: follow_up, "
            "except: {score: ht}}}}",
            's.yaml:4: analyses.f.do.a.except.score: there is no key of each "score". Known are: '
            "endpoint",
        ),
        (
            "sets: {idle: [os]}",
            "s.yaml:3: sets.idle: nothing in the plan names this set",
        ),
    ],
)
def test_what_is_wrong_with_a_family(written, text, trouble) -> None:
    assert written(HEAD + text).troubles[0] == trouble


def test_a_name_twice_in_each_is_told(written) -> None:
    plan = written(
        "id: a\ntitle: A\ncentres: [c]\nsets: {one: [crs], two: [icans, crs]}\n"
        "analyses:\n  f: {each: {endpoint: [one, two]}, method: proportion}\ndisplays: {}\n"
    )
    assert plan.troubles == ['a.yaml:4: sets.two.1: "crs" is named twice in each: endpoint']


def test_what_follows_from_an_empty_family_is_not_told(written) -> None:
    plan = written(
        "id: a\ntitle: A\ncentres: [c]\n"
        "analyses:\n  f: {each: {endpoint: []}, do: {rate: {method: proportion}}}\n"
        "displays:\n  t: {kind: outcome_table, title: T, analyses: [{family: f, do: rate}]}\n"
    )
    assert plan.troubles == ["a.yaml:5: analyses.f: this family has no member"]


def test_a_selection_with_an_unknown_step_is_told_once(written) -> None:
    plan = written(
        "id: a\ntitle: A\ncentres: [c]\n"
        "analyses:\n  f: {each: {endpoint: [crs]}, do: {rate: {method: proportion}}}\n"
        "displays:\n  t: {kind: outcome_table, title: T, analyses: [{family: f, do: odds}]}\n"
    )
    assert len(plan.troubles) == 1
    assert 'there is no step of the family "odds"' in plan.troubles[0]


def test_a_member_is_not_called_like_the_value_of_another(written) -> None:
    """A selection by that name would mean both."""
    each = (
        "id: s\nanalyses: {f: {each: {endpoint: {crs: OTHER, icans: icans}}, method: proportion}}\n"
    )
    assert written(each.replace("OTHER", "crs")).troubles == []
    (trouble,) = written(each.replace("OTHER", "icans")).troubles[:1]
    assert trouble.endswith('"icans" is also the value of another member of each: endpoint')
