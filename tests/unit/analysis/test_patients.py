"""Who is analysed, and where the others went: nobody is lost without a row that says so."""

import dataclasses

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.analysis import collect, estimate
from hematotox.analysis.patients import wide_table
from hematotox.checks.flow import check_evaluability, check_flow
from hematotox.contracts import conform, empty
from hematotox.declarations.study.plan import PlannedVariable


def where(draw, plan_of, text, **analysis) -> dict[str, dict[str, int]]:
    """Return for each population of the analysis where its patients went."""
    cohort = draw(text) if isinstance(text, str) else text
    rows = estimate(cohort, plan_of({"a": analysis}))["a"]
    rows = rows[rows["method"] == "evaluability"]
    label = rows["population"] + rows["centre"].map(lambda c: f" {c}" if c else "")
    found: dict[str, dict[str, int]] = {}
    for name, term, count in zip(label, rows["term"], rows["estimate"], strict=True):
        found.setdefault(name, {})[term] = int(count)
    return found


COHORT = """
centre  risk  age  points  time  status
a       low   50   0       10    1
a       high  .    3       20    0
b       high  60   .       .     .
b       .     70   1       30    2
b       low   .    2       40    1
"""
COX = {"method": "cox", "endpoint": "relapse", "exposure": "risk"}


def test_what_is_unknown_in_everybody_is_named_though_nobody_is_left(draw, plan_of) -> None:
    text = "risk age stage crp time status\nlow . . 1 10 1\nhigh . . 2 20 0\nlow . . 3 30 1"
    found = where(draw, plan_of, text, **COX, covariates=["age", "crp", "stage"])
    assert found == {"all": {"analysed": 0, "age unknown": 3, "stage unknown": 0}}


def test_patients_leave_at_the_first_reason(draw, plan_of) -> None:
    found = where(draw, plan_of, COHORT, **COX, covariates=["age"])
    assert found == {
        "all": {
            "analysed": 1,
            "endpoint not evaluable: no follow-up": 1,
            "risk unknown": 1,
            "age unknown": 2,
        }
    }


def test_a_population_is_those_with_the_score(draw, plan_of) -> None:
    found = where(draw, plan_of, COHORT, **COX, population="ht")
    assert found == {"ht": {"analysed": 3, "risk unknown": 1}}


def test_a_score_that_is_unknown_names_its_missing_items(draw, plan_of) -> None:
    cohort = draw(COHORT)
    lacking = {"b/003": ["ferritin", "crp"], "a/001": ["ferritin"]}
    rows = [
        (patient, "ht", variant, item, *[None if item in lacking.get(patient, ()) else 1.0] * 2, 0)
        for patient in cohort.population["patient_id"]
        for variant in ("", "days -5 to 0")
        for item in ("anc", "crp", "ferritin")
    ]
    baseline = conform("baseline", pd.DataFrame(rows, columns=list(empty("baseline"))))
    cohort = dataclasses.replace(cohort, baseline=baseline)
    found = where(draw, plan_of, cohort, method="cox", endpoint="relapse", exposure="ht.group")
    assert found == {"all": {"analysed": 4, "endpoint not evaluable: no follow-up": 1}}
    found = where(
        draw, plan_of, cohort, method="logistic", endpoint="response", exposure="ht.group"
    )
    assert found == {"all": {"analysed": 4, "ht.group unknown: without crp, ferritin": 1}}


def test_within_takes_one_level_and_says_so(draw, plan_of) -> None:
    found = where(draw, plan_of, COHORT, **COX, within={"centre": "b"})
    assert list(found) == ["all; centre=b"]
    assert sum(found["all; centre=b"].values()) == 3


def test_a_level_that_the_plan_does_not_name_counts_after_the_others(draw, plan_of) -> None:
    """Stage iv, which the plan does not name; stage v, which no patient has; one unknown."""
    named = PlannedVariable(type="category", levels=("i", "ii"), further=("v", "iv"))
    plan = plan_of({"a": {"method": "describe", "variables": ["stage"]}})
    plan = plan.model_copy(update={"variables": {**plan.variables, "stage": named}})
    cohort = draw("stage\ni\niv\niv\n.\n")
    rows = estimate(cohort, plan)["a"]
    counts = rows[(rows["term"] == "stage") & (rows["estimand"] == "count")]
    assert dict(zip(counts["reference"], counts["estimate"], strict=True)) == {
        "i": 1,
        "ii": 0,
        "iv": 2,
        "missing": 1,
    }


def test_repetition_by_centre_stands_in_the_column_centre(draw, plan_of) -> None:
    found = where(draw, plan_of, COHORT, **COX, by="centre")
    assert {name: sum(parts.values()) for name, parts in found.items()} == {"all a": 2, "all b": 3}


def test_patients_without_the_repeated_variable_are_counted(draw, plan_of) -> None:
    found = where(
        draw, plan_of, COHORT, method="cox", endpoint="relapse", exposure="centre", by="risk"
    )
    assert list(found) == ["all; risk=high", "all; risk=low", "all; risk unknown"]
    assert found["all; risk unknown"] == {"analysed": 0, "risk unknown": 1}


def test_a_landmark_leaves_out_who_is_no_longer_at_risk(draw, plan_of, estimates) -> None:
    text = """
    risk  time  status
    low   30    1
    low   31    1
    high  30    0
    high  90    1
    low   20    2
    """
    found = where(draw, plan_of, text, **COX, landmark=30)
    assert found["all"] == {"analysed": 2, "event or censoring up to the landmark": 3}
    curve = estimates(text, method="kaplan_meier", endpoint="relapse", landmark=30)
    steps = curve[curve["estimand"] == "survival_curve"]
    assert steps["time"].tolist() == [0, 1, 60], "time counts from the landmark"
    assert set(curve["landmark"]) == {30}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("kaplan_meier", [0.75, 0.75, 0.375, 0.375]),
        ("cumulative_incidence", [0.25, 0.25, 0.5, 0.5]),
    ],
)
def test_an_event_on_day_0_is_in_the_one_row_of_day_0(estimates, method, expected) -> None:
    """By hand: 1 of 4 on day 0, a competing event (for survival censored), 1 of 2 on day 9."""
    text = """
    time  status
    0     1
    5     2
    9     1
    20    0
    """
    curve = estimates(text, method=method, endpoint="relapse")
    steps = curve[curve["estimand"].str.endswith("_curve") & curve["term"].isin(["", "relapse"])]
    assert steps["time"].tolist() == [0, 5, 9, 20]
    assert steps["n_event"].tolist() == [1, 0, 1, 0]
    assert steps["estimate"].tolist() == pytest.approx(expected, rel=1e-12)


def test_a_predictor_known_late_is_told_unless_a_landmark_comes_later(estimates) -> None:
    text = "risk time status response\n" + "\n".join(
        f"{'low' if i % 2 else 'high'} {95 + i} {i % 2} {(i // 2) % 2}" for i in range(12)
    )
    cox = {"method": "cox", "endpoint": "relapse", "exposure": "response.status"}
    assert estimates(text, **cox)["condition"].str.contains("post-infusion predictor").all()
    late = estimates(text, **cox, landmark=90)
    assert not late["condition"].str.contains("post-infusion predictor").any()


def test_variables_of_a_score_and_an_endpoint_are_made_once_for_all(draw, plan_of) -> None:
    table = wide_table(draw(COHORT), plan_of({}))
    assert table["ht.group"].tolist() == ["low", "high", "", "low", "high"]
    assert table["ht.known"].tolist() == ["yes", "yes", "no", "yes", "yes"]
    assert table["response.status"].tolist() == ["no"] * 5
    assert table["relapse.status"].tolist() == ["yes", "no", "", "no", "yes"], "2 competes"


def test_a_cohort_without_scored_or_evaluable_patients_still_runs(draw, estimates) -> None:
    nobody = dataclasses.replace(draw(COHORT), scores=empty("scores"), endpoints=empty("endpoints"))
    for analysis in (
        {**COX, "population": "ht"},
        {"method": "logistic", "endpoint": "response", "exposure": "ht.group"},
        {"method": "describe", "variables": ["age", "ht.points"], "groups": "response.status"},
    ):
        rows = estimates(nobody, **analysis)
        assert set(rows["condition"]) & {"no patients", "one group"}


def test_excluded_patients_are_in_no_analysis(draw, plan_of) -> None:
    cohort = draw(COHORT)
    first = cohort.population["patient_id"] == cohort.population["patient_id"].min()
    population = cohort.population.assign(included=~first, reason=first.map({True: "x", False: ""}))
    cohort = dataclasses.replace(cohort, population=population)
    found = where(draw, plan_of, cohort, **COX)
    assert sum(found["all"].values()) == 4


cell = st.sampled_from
patients = st.lists(
    st.tuples(
        cell("abc"),
        cell(["low", "high", "."]),
        cell(["50", "61", "72", "."]),
        cell(["0", "2", "3", "."]),
        cell(["1", "5", "9", "9"]),
        cell(["0", "1", "2", "."]),
    ),
    min_size=1,
    max_size=14,
)
ANALYSES = {
    "plain": COX,
    "adjusted": {**COX, "covariates": ["age"]},
    "scored": {**COX, "population": "ht", "landmark": 4},
    "by": {"method": "kaplan_meier", "endpoint": "relapse", "by": "risk"},
    "centres": {"method": "cumulative_incidence", "endpoint": "relapse", "by": "centre"},
    "described": {"method": "describe", "variables": ["age"], "groups": "risk"},
}


@given(rows=patients)
@settings(max_examples=15)
def test_nobody_is_lost_whatever_is_missing(rows, draw, plan_of) -> None:
    header = "centre risk age points time status"
    cohort = draw("\n".join([header, *map(" ".join, rows)]))
    found = collect(list(estimate(cohort, plan_of(ANALYSES)).values()))
    assert list(check_evaluability(found)) == []
    assert list(check_flow(cohort, found)) == []
    where = found[found["method"] == "evaluability"]
    analysed = where[where["analysis"].isin(ANALYSES) & (where["analysis"] != "scored")]
    counted = analysed.groupby("analysis")["estimate"].sum()
    assert counted.to_dict() == dict.fromkeys(set(ANALYSES) - {"scored"}, len(rows))


def test_rows_do_not_depend_on_the_order_of_patients(draw, plan_of) -> None:
    """The tables are sorted by their key, so only the labels of patients could matter."""
    cohort = draw(COHORT)
    reversed_tables = {
        name: conform(name, getattr(cohort, name).iloc[::-1])
        for name in ("population", "endpoints", "scores")
    }
    again = dataclasses.replace(cohort, **reversed_tables)
    plan = plan_of({"a": COX})
    pd.testing.assert_frame_equal(estimate(cohort, plan)["a"], estimate(again, plan)["a"])
