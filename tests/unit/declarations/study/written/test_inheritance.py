"""What a study takes over from the one that it is like."""

import pytest

PARENT = """\
id: parent
title: The paper
citation: Somebody 2025
centres: [a, b]
published: parent.csv
agreement: {count: 3}
data_cut: 2024-06-30
scores: [ht]
conventions: {primary: cart_sie}
covariates:
  advanced: {variable: stage, at_least: 3}
linear_predictors:
  disease: {covariates: [advanced]}
sets: {toxicities: [crs, icans]}
analyses:
  first: {method: proportion, endpoint: crs}
  toxicity: {each: {endpoint: toxicities}, method: logistic, exposure: ht.group, adjust: disease}
  registry: {method: registry, of: toxicity.crs, definition: crs, reproduces: [PAPER]}
displays:
  table1: {kind: outcome_table, title: One, analyses: [first, toxicity]}
  table2: {kind: regression_table, title: Two, analyses: [toxicity]}
  table3: {kind: registry_table, title: Three, analyses: [registry]}
  agreement: {kind: agreement_table, title: Print and ours}
"""
PLANNED = """\
primary: first
secondary: {method: holm, order: [registry]}
registered: 2024-01-31
inference: as_printed
"""
CHILD = "id: child\nlike: parent\ntitle: Ours\ncentres: [c]\n"


def test_what_is_not_said_is_taken_over(written) -> None:
    plan = written(PARENT, CHILD)
    assert plan.troubles == []
    content = plan.document.content
    assert (content["id"], content["title"], content["centres"]) == ("child", "Ours", ["c"])
    assert content["scores"] == ["ht"]
    assert list(plan.analyses) == ["first", "toxicity.crs", "toxicity.icans", "registry"]
    assert list(plan.displays) == ["table1", "table2", "table3"]


def test_what_belongs_to_the_paper_is_not(written) -> None:
    plan = written(PARENT + PLANNED, CHILD)
    paper = {"citation", "published", "agreement", "data_cut", "like"}
    paper |= {"primary", "secondary", "registered", "inference"}
    assert not paper & set(plan.document.content)
    profile = written(PARENT + PLANNED.replace("as_printed", "profile"), CHILD).document.content
    assert profile["inference"] == "profile"
    assert "reproduces" not in plan.analyses["registry"]
    assert "agreement" not in plan.displays
    family = "f: {with: {reproduces: [PAPER]}, do: {a: {method: registry, of: x, definition: crs}}}"
    again = written(PARENT.replace("displays:", f"  {family}\ndisplays:"), CHILD)
    assert "reproduces" not in again.analyses["f.a"]


def test_an_acceptance_of_one_analysis_belongs_to_the_paper_too(written) -> None:
    accepted = "immortal_time: {accept: true, reason: as printed}"
    text = PARENT.replace("endpoint: crs}\n  tox", f"endpoint: crs, {accepted}}}\n  tox")
    assert "immortal_time" in written(text).analyses["first"]
    assert "immortal_time" not in written(text, CHILD).analyses["first"]


def test_an_entry_of_the_same_name_replaces_the_other_whole_and_keeps_its_place(written) -> None:
    plan = written(PARENT, CHILD + "displays:\n  table1: {kind: flow, title: Flow}\n")
    assert list(plan.displays) == ["table1", "table2", "table3"]
    assert plan.displays["table1"] == {"kind": "flow", "title": "Flow"}


def test_a_new_entry_follows_at_the_end_or_where_it_says(written) -> None:
    new = "displays:\n  mine: {kind: flow, title: Flow}\n"
    assert list(written(PARENT, CHILD + new).displays)[-1] == "mine"
    placed = new.replace("title", "after: table1, title")
    plan = written(PARENT, CHILD + placed)
    assert list(plan.displays) == ["table1", "mine", "table2", "table3"]
    assert "after" not in plan.displays["mine"]
    moved = "displays:\n  table1: {kind: flow, title: Flow, after: table3}\n"
    assert list(written(PARENT, CHILD + moved).displays) == ["table2", "table3", "table1"]


def test_a_set_changes_every_family_that_names_it(written) -> None:
    plan = written(PARENT, CHILD + "sets: {toxicities: [icans]}\nscores: [simple_ht]\n")
    assert [name for name in plan.analyses if name.startswith("tox")] == ["toxicity.icans"]


def test_another_way_in_takes_the_place_of_the_first(written) -> None:
    counts = (
        "counts: {file: c.csv, exposure: g, label: G, levels: {l: l, h: h}, cohorts: {x: X}, "
        "endpoints: {e: E}}\n"
    )
    table = PARENT.replace("centres: [a, b]\n", counts)
    assert "counts" in written(table, CHILD.replace("centres: [c]\n", "")).document.content
    assert "counts" not in written(table, CHILD).document.content


def test_a_study_may_be_like_one_that_is_like_another(written) -> None:
    middle = "id: middle\nlike: parent\ntitle: M\ncentres: [m]\nsets: {toxicities: [icans]}\n"
    plan = written(PARENT, middle, CHILD.replace("parent", "middle"))
    assert plan.troubles == []
    assert list(plan.analyses) == ["first", "toxicity.icans", "registry"]
    origin = plan.document.origin(("analyses", "first"))
    assert str(origin.place) == "parent.yaml:16"
    assert [str(place) for place in origin.via] == ["middle.yaml:2", "child.yaml:2"]


@pytest.mark.parametrize(
    ("more", "trouble"),
    [
        (
            "leave_out: {displays: [tabel1]}\n",
            'child.yaml:5: leave_out.displays.0: there is no entry in displays of parent "tabel1". '
            'Is "table1" meant? Known are: table1, table2, table3',
        ),
        (
            "leave_out: {analyses: [first]}\n",
            'child.yaml:5: leave_out.analyses.0: "first" is still needed by '
            "displays.table1.analyses.0 (parent.yaml:20); leave these out too",
        ),
        (
            "leave_out: {linear_predictors: [disease]}\n",
            'child.yaml:5: leave_out.linear_predictors.0: "disease" is still needed by '
            "analyses.toxicity.adjust (parent.yaml:17); leave these out too",
        ),
        (
            "leave_out: {covariates: [advanced]}\n",
            'child.yaml:5: leave_out.covariates.0: "advanced" is still needed by '
            "linear_predictors.disease.covariates.0 (parent.yaml:13); leave these out too",
        ),
        (
            "displays:\n  mine: {kind: flow, title: F, after: tabel1}\n",
            'child.yaml:6: displays.mine.after: there is no entry in displays above "tabel1". Is ',
        ),
    ],
)
def test_what_is_wrong_with_what_is_left_out(written, more, trouble) -> None:
    assert any(one.startswith(trouble) for one in written(PARENT, CHILD + more).troubles)


def test_what_is_left_out_with_all_that_needs_it_is_gone(written) -> None:
    more = "leave_out: {analyses: [registry], displays: [table3]}\n"
    plan = written(PARENT, CHILD + more)
    assert plan.troubles == []
    assert "registry" not in plan.analyses
    assert "table3" not in plan.displays


def test_what_is_left_out_and_said_anew_is_needed_by_nothing_that_lacks_it(written) -> None:
    more = "leave_out: {analyses: [first]}\nanalyses:\n  first: {method: proportion, endpoint: x}\n"
    assert written(PARENT, CHILD + more).troubles == []


def test_a_trouble_of_what_is_taken_over_names_both_files(written) -> None:
    document = written(PARENT, CHILD).document
    assert document.message(("analyses", "toxicity.crs", "adjust"), "words", source="") == (
        "parent.yaml:17: analyses.toxicity.adjust: words (taken over by child.yaml:2: like: parent)"
    )
    assert document.message(("title",), "words", source="") == "child.yaml:3: title: words"
    named = document.message(("analyses", "toxicity.icans", "endpoint"), "words", source="")
    assert named.startswith("parent.yaml:14: sets.toxicities.1: words (taken over by child.yaml:2")


def test_a_set_that_is_taken_over_and_not_used_any_more_is_no_trouble(written) -> None:
    more = "analyses:\n  toxicity: {method: logistic, endpoint: crs, exposure: ht.group}\n"
    more += "leave_out: {analyses: [registry], displays: [table3]}\n"
    assert written(PARENT, CHILD + more).troubles == []


TEMPLATE = "id: template\nasks_for: [scores, adjusted_for]\nsets: {endpoints_of: [crs]}\n" + (
    "analyses:\n  rate: {each: {endpoint: endpoints_of, score: scores}, method: proportion, "
    "population: '{score}'}\n  model: {method: cox, endpoint: os, exposure: age, "
    "covariates: adjusted_for}\n"
)


def test_a_template_says_what_a_study_like_it_must_say(written) -> None:
    child = CHILD.replace("parent", "template")
    asked = [one for one in written(TEMPLATE, child).troubles if "asks for" in one]
    assert asked == [
        "child.yaml:2: like: template asks for scores (template.yaml:2); say scores: here",
        "child.yaml:2: like: template asks for adjusted_for (template.yaml:2); say adjusted_for: "
        "here",
    ]
    answered = written(TEMPLATE, child + "scores: [ht]\nsets: {adjusted_for: [age]}\n")
    assert answered.troubles == []
    assert answered.analyses["model"]["covariates"] == ["age"]


def test_a_method_called_like_an_analysis_that_is_left_out_does_not_need_it(written) -> None:
    parent = PARENT.replace(
        "analyses:\n",
        "analyses:\n  sensitivity: {method: describe, variables: [age]}\n"
        "  other: {method: sensitivity, endpoint: icans, score: ht}\n",
        1,
    )
    plan = written(parent, CHILD + "leave_out: {analyses: [sensitivity]}\n")
    assert plan.troubles == []
    assert "other" in plan.analyses
    assert "sensitivity" not in plan.analyses


def test_only_what_the_template_asks_for_is_told_where_it_is_not_said(written) -> None:
    template = PARENT.replace("scores: [ht]\n", "asks_for: [scores]\n").replace(
        "{endpoint: toxicities}", "{endpoint: toxicities, score: scores}"
    )
    plan = written(template, CHILD)
    assert len(plan.troubles) == 1
    assert "asks for scores" in plan.troubles[0]


def test_leaving_out_of_nothing(written) -> None:
    (trouble,) = written("id: s\nleave_out: {displays: [x]}\n").troubles
    assert trouble == "s.yaml:2: leave_out: leaves out of what? This study is like no other"
