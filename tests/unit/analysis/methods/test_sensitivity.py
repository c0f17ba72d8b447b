"""How far a result depends on convention, missing values and window: drawn patients, by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from hematotox.analysis import disagreements, second_opinion
from hematotox.analysis.estimation import estimate_analysis, prepare
from hematotox.contracts import Cohort, conform, empty
from hematotox.declarations.study.methods.determinability import Determinability
from hematotox.declarations.study.methods.sensitivity import Sensitivity
from hematotox.declarations.study.plan import Plan, PlannedEndpoint, PlannedVariable

# points of the score (fewest-most; one number: known), in 30 days, late grade under "strict" and
# under "lenient" (low-high: what the measurements allow; - not assessable). High is 2 or more.
PATIENTS = """
points  wide  strict  strict_range  lenient  lenient_range
0       0     0       0-0           0        0-0
1       1     0       0-2           0        0-2
1       1     3       3-3           1        0-3
0-1     0     0       0-4           0        0-4
1-3     1     0       0-0           0        0-0
1-3     3     3       2-4           3        2-4
2-4     4     3       3-4           3        3-4
3       3     3       3-3           3        3-3
4       4     4       4-4           4        4-4
5       5     0       0-3           -        0-3
2       2     -       .             3        .
3       3     1       1-1           1        1-1
"""


def ends(text: str) -> tuple[float, float]:
    if text in ("-", "."):
        return math.nan, math.nan
    low, _, high = text.partition("-")
    return float(low), float(high or low)


def group(points: float) -> str:
    return "high" if points >= 2 else "low"


def scored(points: pd.Series) -> pd.DataFrame:
    bounds = [ends(text) for text in points]
    low = [one for one, _ in bounds]
    high = [one for _, one in bounds]
    known = [one == other for one, other in bounds]
    lowest, highest = [group(one) for one in low], [group(one) for one in high]
    certain = [a if a == b else "" for a, b in zip(lowest, highest, strict=True)]
    return pd.DataFrame(
        {
            "patient_id": points.index,
            "score": "ht",
            "points": [one if sure else math.nan for one, sure in zip(low, known, strict=True)],
            "points_low": low,
            "points_high": high,
            "group": [g if sure else "" for g, sure in zip(certain, known, strict=True)],
            "group_low": lowest,
            "group_high": highest,
            "group_determinable": certain,
            "items_missing": [int(not sure) for sure in known],
            "group_other_boundary": [
                group(one + 1) if sure else "" for one, sure in zip(low, known, strict=True)
            ],
        }
    )


def graded(table: pd.DataFrame, convention: str) -> pd.DataFrame:
    low, high = zip(*(ends(text) for text in table[f"{convention}_range"]), strict=True)
    grade = [ends(text)[0] for text in table[convention]]
    known = [
        (a, b) if math.isnan(one) else (one, one)
        for one, a, b in zip(grade, low, high, strict=True)
    ]
    rows = pd.DataFrame(
        {
            "patient_id": table.index,
            "convention": convention,
            "window": "late",
            "grade": grade,
            "grade_low": low,
            "grade_high": high,
            "open_low": None,
            "open_high": None,
            "known_low": [one for one, _ in known],
            "known_high": [one for _, one in known],
            "died_before_recovery": False,
            "by_leukocytes": False,
            "days_500": None,
            "days_100": None,
            "assessable": [not math.isnan(one) for one in grade],
            "reason": ["no value" if math.isnan(one) else "" for one in grade],
        }
    )
    return conform("grades", rows)


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    head, *lines = [line.split() for line in PATIENTS.strip().splitlines()]
    names = [f"a/{number:02d}" for number in range(1, len(lines) + 1)]
    table = pd.DataFrame(lines, columns=head, index=names)
    population = pd.DataFrame({"patient_id": names, "centre": "a", "sex": ["f", "m"] * 6})
    steps = [(0, "Patients assessed for eligibility", len(names), 0, len(names))]
    columns = ["position", "criterion", "n_before", "n_excluded", "n_after"]
    scores = scored(table["points"])
    variants = scored(table["wide"]).assign(variant="window_30_days")
    return Cohort(
        population=conform(
            "population", population.assign(source="synthetic", included=True, reason="")
        ),
        attrition=conform("attrition", pd.DataFrame(steps, columns=columns)),
        baseline=empty("baseline"),
        grades=pd.concat([graded(table, "strict"), graded(table, "lenient")], ignore_index=True),
        endpoints=empty("endpoints"),
        scores=conform("scores", scores),
        score_variants=conform("score_variants", variants),
    )


def plan_of(analysis: Sensitivity | Determinability) -> Plan:
    binary = PlannedEndpoint(type="binary", causes=("event",), window="late", at_least=3)
    return Plan(
        study="small",
        analyses={"a": analysis},
        variables={
            "sex": PlannedVariable(type="category", levels=("f", "m")),
            "ht.group": PlannedVariable(type="category", levels=("low", "high"), score="ht"),
            "ht.points": PlannedVariable(type="number", score="ht"),
        },
        endpoints={"severe": binary},
        conventions=("strict", "lenient"),
        seed=1,
        bootstrap_replicates=1,
    )


def rows_of(cohort: Cohort, analysis: Sensitivity | Determinability) -> pd.DataFrame:
    return estimate_analysis(prepare(cohort, plan_of(analysis)), "a")


@pytest.fixture(scope="module")
def sensitivity(cohort) -> pd.DataFrame:
    declared = Sensitivity(
        method="sensitivity", endpoint="severe", score="ht", windows=("window_30_days",)
    )
    return rows_of(cohort, declared)


def test_every_combination_is_there_once(sensitivity):
    ratios = sensitivity[sensitivity["estimand"] == "log_odds_ratio"]
    assert len(ratios) == 2 * 4 * 2
    assert not ratios.duplicated(["convention", "policy"]).any()
    areas = sensitivity[sensitivity["estimand"] == "auc"]
    assert len(areas) == 2 * 3 * 2
    assert not areas["policy"].str.startswith("determinable").any()


@pytest.mark.parametrize(
    ("convention", "counts"),
    [
        ("strict", {"0": 5, "1": 1, "2": 0, "3": 4, "4": 1, "not assessable": 1}),
        ("lenient", {"0": 4, "1": 2, "2": 0, "3": 4, "4": 1, "not assessable": 1}),
    ],
)
def test_patients_by_grade(convention, counts, sensitivity):
    rows = sensitivity[(sensitivity["term"] == "grade") & (sensitivity["convention"] == convention)]
    assert dict(zip(rows["reference"], rows["estimate"], strict=True)) == counts
    assert set(rows["n"]) == {12}


@pytest.mark.parametrize(
    ("policy", "counts"),
    [
        ("complete_case; own_window", (3, 5, 4)),
        ("lowest; own_window", (6, 6, 0)),
        ("highest; own_window", (4, 8, 0)),
        ("determinable; own_window", (4, 6, 2)),
        ("complete_case; window_30_days", (5, 7, 0)),
    ],
)
def test_patients_by_group(policy, counts, sensitivity):
    rows = sensitivity[(sensitivity["term"] == "ht.group") & (sensitivity["policy"] == policy)]
    rows = rows[rows["estimand"] == "count"].set_index("reference")["estimate"]
    assert tuple(rows[["low", "high", "missing"]]) == counts


# Under strict, complete case: low 1 severe of 3; high 2 severe of 4 (one not assessable).
# Under lenient, determinable: low 0 of 4; high 4 of 5 (one not assessable): separated.
def test_the_odds_ratio_is_that_of_the_two_by_two_table(sensitivity):
    def row(convention: str, policy: str) -> pd.Series:
        chosen = (sensitivity["convention"] == convention) & (sensitivity["policy"] == policy)
        return sensitivity[chosen & (sensitivity["estimand"] == "log_odds_ratio")].iloc[0]

    found = row("strict", "complete_case; own_window")
    assert (found["n"], found["n_event"]) == (7, 3)
    assert np.exp(found["estimate"]) == pytest.approx((2 / 2) / (1 / 2))
    separated = row("lenient", "determinable; own_window")
    assert (separated["n"], separated["n_event"]) == (9, 4)
    assert separated["method"] == "logistic_firth"
    assert "separation" in separated["condition"].split("; ")


# strict, complete case: severe have 1, 3, 4 points, the others 0, 1, 5, 3: pairs won 1.5, 2.5, 3
def test_the_auc_is_the_share_of_pairs_in_order(sensitivity):
    chosen = (sensitivity["convention"] == "strict") & (sensitivity["estimand"] == "auc")
    rows = sensitivity[chosen].set_index("policy")
    assert rows.loc["complete_case; own_window", "estimate"] == pytest.approx(7 / 12)
    assert rows.loc["complete_case; own_window", "n"] == 7
    assert rows.loc["highest; own_window", "n"] == 11


def test_within_a_subset_only_its_patients_count(cohort):
    declared = Sensitivity(
        method="sensitivity", endpoint="severe", score="ht", within={"sex": "f"},
        conventions=("lenient",), policies=("lowest",),
    )  # fmt: skip
    rows = rows_of(cohort, declared)
    assert set(rows["convention"]) == {"", "lenient"}
    assert set(rows.loc[rows["estimand"] == "count", "n"]) == {6}
    assert set(rows["population"]) == {"all; sex=f"}


def test_a_score_that_nobody_has_gives_a_condition(cohort):
    import dataclasses

    nobody = dataclasses.replace(cohort, scores=empty("scores"))
    declared = Sensitivity(method="sensitivity", endpoint="severe", score="ht")
    rows = rows_of(nobody, declared)
    assert set(rows.loc[rows["estimand"] == "log_odds_ratio", "condition"]) == {"no patients"}
    assert not (rows["estimand"] == "auc").any()


def test_what_is_determined(cohort):
    declared = Determinability(method="determinability", scores=("ht",), windows=("late",))
    rows = rows_of(cohort, declared)
    score = rows[(rows["score"] == "ht") & (rows["convention"] == "")]
    score = score.set_index("term")["estimate"]
    assert score.to_dict() == {
        "points known": 8,
        "group known, points unknown": 2,
        "group unknown": 2,
        "group changes at the other boundary": 2,
    }
    late = rows[(rows["convention"] == "strict") & (rows["score"] == "")]
    late = late.set_index("term")["estimate"]
    assert late.to_dict() == {
        "grade determined": 6,
        "grade not determined": 5,
        "window not reached": 1,
        "severity determined": 8,
        "assessable": 11,
        "not assessable": 1,
        "assessable and grade determined": 6,
        "something known": 11,
        "severe, open days at no level": 5,
        "severe, open days at a level": 5,
        "grade 4": 1,
        "grade 4 and died before recovery": 0,
        "rests on leukocytes": 0,
    }
    overall = rows[rows["group"] == ""]
    severe = overall["term"].str.startswith("severe, ")
    assert set(overall.loc[~severe, "n"]) == {12}
    assert set(overall.loc[severe & (overall["convention"] == "strict"), "n"]) == {11}
    assert set(rows.loc[rows["convention"] != "", "reference"]) == {"late"}


def test_what_is_determined_in_each_group(cohort):
    """The patient with 5 points has no lenient grade, but it lies between 0 and 3."""
    declared = Determinability(method="determinability", scores=("ht",), windows=("late",))
    rows = rows_of(cohort, declared)
    found = {
        (convention, group): (own["estimate"].astype(int).tolist(), own["n"].astype(int).tolist())
        for (convention, group), own in rows[rows["group"] != ""].groupby(["convention", "group"])
    }
    # assessable, something known, severe if no open day was at a level, if every one was
    assert found == {
        ("strict", "low"): ([3, 3, 1, 1], [3, 3, 3, 3]),
        ("strict", "high"): ([4, 4, 2, 2], [5, 5, 4, 4]),
        ("lenient", "low"): ([3, 3, 0, 0], [3, 3, 3, 3]),
        ("lenient", "high"): ([4, 5, 3, 4], [5, 5, 5, 5]),
    }


def test_every_combination_has_a_second_opinion(cohort, sensitivity) -> None:
    declared = Sensitivity(
        method="sensitivity", endpoint="severe", score="ht", windows=("window_30_days",)
    )
    told = second_opinion(cohort, plan_of(declared), sensitivity)
    estimated = sensitivity["estimand"].isin(("log_odds_ratio", "auc"))
    for column in ("convention", "policy", "term"):
        assert set(told[column]) == set(sensitivity.loc[estimated, column])
    assert disagreements(told).empty
    area = sensitivity.index[sensitivity["estimand"] == "auc"][-1]
    wrong = sensitivity.assign(
        estimate=sensitivity["estimate"].mask(sensitivity.index == area, 0.9)
    )
    found = disagreements(second_opinion(cohort, plan_of(declared), wrong))
    assert len(found) == 1
    assert found.loc[0, "policy"] == sensitivity.loc[area, "policy"]


def test_the_second_opinion_tests_by_the_likelihood_where_the_study_does(cohort) -> None:
    declared = Sensitivity(method="sensitivity", endpoint="severe", score="ht")
    plan = plan_of(declared).model_copy(update={"inference": "profile"})
    rows = estimate_analysis(prepare(cohort, plan), "a")
    told = second_opinion(cohort, plan, rows)
    assert (told["quantity"] == "p_value").any()
    assert disagreements(told).empty
