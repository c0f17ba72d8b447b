"""What a study cannot do because no centre's export holds what it needs, all at once."""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.study.checks.availability import availability
from hematotox.declarations.study.study import Study

CENTRE = """\
id: {name}
tables:
  patients: {{file: p.csv, patient: id}}
subjects:
  infusion_date: {{column: i}}
  disease: {{column: d, values: {{L: lbcl}}}}
{subjects}
labs:
{labs}
events:
  death: {{when: {{column: e, in: d}}{cause}}}
{events}
"""
LABS = ("platelets", "anc", "hemoglobin", "crp", "ferritin")
STUDY = """\
id: small
title: A small study
centres: [a, b]
population:
  - include: {variable: disease, in: [lbcl], label: "Large B-cell lymphoma"}
scores: [ht]
conventions: {primary: cart_sie}
covariates:
  ipi_high: {variable: ipi, at_least: 3}
linear_predictors:
  disease: {covariates: [ipi_high, bulky, refractory]}
analyses:
  all: {method: describe, variables: [age, bulky]}
  by_score: {method: describe, variables: [age], groups: ht.group}
  calculable: {method: describe, variables: [age], groups: ht.known}
  survival: {method: kaplan_meier, endpoint: overall_survival}
  adjusted: {method: cox, endpoint: overall_survival, exposure: sex, adjust: disease}
  crs: {method: proportion, endpoint: severe_crs}
  infectious: {method: cumulative_incidence, endpoint: infectious_death}
  late: {method: proportion, endpoint: late_icaht}
displays:
  table1: {kind: baseline_table, title: T, analyses: [all]}
  table2: {kind: baseline_table, title: T, analyses: [by_score]}
  table3: {kind: outcome_table, title: T, analyses: [crs, late]}
  flow: {kind: flow, title: F}
"""
EVERYTHING = {
    "subjects": ("sex", "ipi", "bulky", "refractory"),
    "labs": LABS,
    "events": ("crs", "progression", "new_therapy", "response"),
    "cause": True,
}


def centre(name: str, **lacking) -> Centre:
    holds = {
        key: value if key == "cause" else tuple(x for x in value if x not in lacking.get(key, ()))
        for key, value in EVERYTHING.items()
    }
    levels = {"sex": "{m: male}", "bulky": "{y: 'yes'}", "refractory": "{y: 'yes'}"}
    subjects = [
        f"  {one}: {{column: {one}{f', values: {levels[one]}' if one in levels else ''}}}"
        for one in holds["subjects"]
    ]
    labs = [f"  {one}: {{column: {one}, unit: '10*9/L'}}" for one in holds["labs"]]
    text = CENTRE.format(
        name=name,
        subjects="\n".join(subjects),
        labs="\n".join(labs),
        events="\n".join(f"  {one}: {{column: {one}}}" for one in holds["events"]),
        cause="" if lacking.get("cause") else ", column: cause, values: {i: infection}",
    )
    return parse(text, source=name, model=Centre)


@pytest.fixture
def cannot(dictionary, endpoints, named):
    def of(**centres):
        study = parse(STUDY, source="s", model=Study)
        return availability(study, centres, dictionary=dictionary, endpoints=endpoints, named=named)

    return of


def test_what_need_not_be_known_together_and_what_a_data_cut_tells(
    dictionary, endpoints, named
) -> None:
    """Patients without one of the subgroups' variables are in the others' all the same."""
    more = """\
  parts: {method: subgroup_performance, endpoint: severe_crs, marker: ht.points, exposure: ht.group,
          positive: high, subgroups: [sex, bulky]}
  observed: {method: cox, endpoint: overall_survival, exposure: potential_follow_up}
displays:
"""
    lacks = centre("a", subjects=("bulky",))
    for cut, lost in (("", {"adjusted", "observed"}), ("data_cut: 2024-01-01\n", {"adjusted"})):
        study = parse(cut + STUDY.replace("displays:\n", more), source="s", model=Study)
        found = availability(
            study, {"a": lacks, "b": lacks}, dictionary=dictionary, endpoints=endpoints, named=named
        )
        assert set(found.analyses) == lost


def test_nothing_is_lacking(cannot) -> None:
    found = cannot(a=centre("a"), b=centre("b"))
    assert (found.analyses, found.displays, found.lines()) == ({}, {}, [])


def test_all_that_is_missing_is_told_at_once(cannot) -> None:
    gone = {"subjects": ("ipi", "bulky", "refractory")}
    found = cannot(a=centre("a", **gone), b=centre("b", **gone))
    assert found.analyses == {
        "adjusted": "no export holds International Prognostic Index, Bulky disease (> 5 cm), "
        "Refractory disease"
    }
    assert found.displays == {}, "Table 1 describes bulky disease as unknown and is not empty"


def test_one_centre_that_holds_everything_is_enough(cannot) -> None:
    lacks = centre("a", subjects=("ipi",), labs=("crp",), events=("crs",), cause=True)
    assert cannot(a=lacks, b=centre("b")).analyses == {}


def test_two_halves_make_no_patient(cannot) -> None:
    found = cannot(a=centre("a", subjects=("ipi",)), b=centre("b", subjects=("bulky",)))
    assert found.analyses == {
        "adjusted": "no export holds all of it: a lacks International Prognostic Index; b lacks "
        "Bulky disease (> 5 cm)"
    }


def test_an_item_of_a_score_an_event_and_its_detail(cannot) -> None:
    gone = {"labs": ("ferritin",), "events": ("crs",), "cause": True}
    found = cannot(a=centre("a", **gone), b=centre("b", **gone))
    assert found.analyses == {
        "by_score": "no export holds Ferritin",
        "crs": "no export holds CRS",
        "infectious": "no export holds the cause of death",
    }
    assert found.displays == {"table2": "no export holds Ferritin"}, "late ICAHT stays in Table 3"
    assert found.lines() == [
        "without patients, because no export holds Ferritin: by_score",
        "without patients, because no export holds CRS: crs",
        "without patients, because no export holds the cause of death: infectious",
        "empty, because no export holds Ferritin: table2",
    ]


def test_a_grade_needs_its_blood_count(cannot) -> None:
    gone = {"labs": ("anc",)}
    found = cannot(a=centre("a", **gone), b=centre("b", **gone))
    assert found.analyses["late"] == "no export holds Absolute neutrophil count"


def test_a_criterion_that_nobody_can_meet_empties_the_study(cannot) -> None:
    text = CENTRE.replace("  disease: {{column: d, values: {{L: lbcl}}}}\n", "")
    bare = text.format(name="a", subjects="", labs="", events="", cause="")
    found = cannot(**dict.fromkeys("ab", parse(bare.replace("labs:\n\n", "").replace(
        "\n\nevents", "\nevents"), source="a", model=Centre)))  # fmt: skip
    assert set(found.analyses.values()) == {"no export holds Disease"}
    assert len(found.analyses) == 8
