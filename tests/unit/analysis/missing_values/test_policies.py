"""The same analysis under each policy: who is in it, and how its rows are named."""

from __future__ import annotations

import pandas as pd
import pytest

from hematotox.analysis import estimate_policies
from hematotox.contracts import conform, empty, without_policies
from hematotox.declarations.study.imputation_plan import PolicyPlan
from hematotox.declarations.study.missing_values import Imputation, MissingValues

COHORT = """
centre risk age response points
a      low  50  0        0
a      low  61  1        3
a      high 55  1        2
a      high 70  0        .
b      low  52  0        1
b      low  66  0        .
b      high 58  1        4
b      high 49  1        1
b      low  63  0        2
"""
ALL = ("complete_case", "imputation", "weights", "determinable", "lowest", "highest")
RATE = {"method": "proportion", "endpoint": "response", "exposure": "ht.group"}
ANALYSES = {
    "rate": RATE | {"population": "ht"},
    "roc": {"method": "roc", "endpoint": "response", "marker": "ht.points", "population": "ht"},
    "odds": {"method": "logistic", "endpoint": "response", "exposure": "ht.group"},
    "by_stage": RATE | {"by": "risk"},
    "gray": {"method": "gray_test", "endpoint": "relapse", "exposure": "ht.group"},
}


@pytest.fixture(scope="module")
def cohort(draw):
    found = draw(COHORT)
    scores = found.scores
    unknown = scores["group"] == ""
    scores = scores.assign(
        points_low=scores["points"].mask(unknown, 1.0).astype(float),
        points_high=scores["points"].mask(unknown, 3.0).astype(float),
        items_missing=unknown.astype(int),
        group_low=scores["group"].mask(unknown, "low"),
        group_high=scores["group"].mask(unknown, "high"),
        group_determinable=scores["group"],
    )
    return type(found)(
        found.population, found.attrition, found.baseline, found.grades, found.endpoints,
        conform("scores", scores),
    )  # fmt: skip


def drawn(cohort, points):
    """Points of the two patients without a score, in two imputations."""
    unknown = cohort.scores[cohort.scores["group"] == ""]["patient_id"].tolist()
    rows = [
        {"patient_id": p, "imputation": i + 1, "score": "ht", "shift": shift, "points": value + up,
         "group": "high" if value + up >= 2 else "low"}
        for shift, up in (("", 0), ("ferritin +0.5", 1))
        for i, pair in enumerate(points) for p, value in zip(unknown, pair, strict=True)
    ]  # fmt: skip
    return empty("imputed"), conform("imputed_scores", pd.DataFrame(rows))


@pytest.fixture(scope="module")
def found(cohort, plan_of):
    missing = MissingValues(
        pool=("rate", "roc", "odds", "gray"), compare=ALL, imputation=Imputation(m=2)
    )
    plan = PolicyPlan(plan=plan_of(ANALYSES), missing=missing)
    return estimate_policies(cohort, plan, drawn(cohort, [(1, 2), (3, 1)]))


def sizes(rows, group):
    own = rows[(rows["estimand"] == "proportion") & (rows["group"] == group)]
    return own.set_index("policy")["n"].to_dict()


def test_each_policy_has_the_patients_that_it_says(found):
    rows = found["rate.policies"]
    assert sizes(rows, "") == {
        "imputed": 9,
        "weights": 7,
        "determinable": 7,
        "lowest": 9,
        "highest": 9,
    }
    assert sizes(rows, "high") == {
        "imputed": 5,  # four known, one of two imputed in each imputation
        "weights": 4,
        "determinable": 4,
        "lowest": 4,
        "highest": 6,
    }


def test_the_imputations_stand_beside_and_average_to_the_pooled_count(found):
    each = found["rate.imputations"]
    counts = each[(each["estimand"] == "count") & (each["group"] == "high")]
    pooled = found["rate.policies"]
    pooled = pooled[(pooled["estimand"] == "count") & (pooled["group"] == "high")]
    assert counts["imputation"].tolist() == [1, 2]
    mean = pooled[pooled["policy"] == "imputed"]["estimate"].item()
    assert mean == pytest.approx(counts["estimate"].mean())


def test_a_method_that_is_not_offered_says_so(found):
    rows = found["gray.policies"].set_index("policy")
    said = "not offered under this policy"
    assert rows.loc["imputed", "condition"] == said
    assert rows.loc["weights", "condition"] == said
    assert "lowest" not in rows.index  # a bound has estimates, no test


def test_a_ratio_is_repeated_where_missing_values_are_shifted(found):
    policies = set(found["odds.policies"]["policy"])
    assert policies == {"imputed", "imputed, ferritin +0.5", "weights", *ALL[3:]}
    assert "imputed, ferritin +0.5" not in set(found["rate.policies"]["policy"])


def test_subgroups_that_the_imputation_does_not_know_are_marked(found):
    rows = found["by_stage.policies"]
    said = rows.groupby("policy")["condition"].agg(lambda c: c.str.contains("uncongenial").any())
    assert said[said].index.tolist() == ["imputed"]
    assert not found["rate.policies"]["condition"].str.contains("uncongenial").any()


def test_weighted_rows_have_no_counts(found):
    rows = found["rate.policies"]
    weighted = rows[rows["policy"] == "weights"]
    assert set(weighted["estimand"]) == {"proportion", "weighting"}
    # 7 of 9 known, without covariates: a centre's share alone weighs
    told = weighted[weighted["estimand"] == "weighting"].set_index("term")["estimate"]
    assert 6 < told["effective patients"] <= 7
    assert told["largest weight"] >= 1
    areas = found["roc.policies"]
    own = areas[(areas["policy"] == "weights") & (areas["estimand"] == "auc")]
    assert own["conf_method"].tolist() == ["logit"]


def test_what_displays_of_the_study_itself_see_has_none_of_it(found):
    assert without_policies(found["rate.policies"]).empty
    own = found["rate.policies"].assign(policy="lowest; own_window")
    assert len(without_policies(own)) == len(own)
