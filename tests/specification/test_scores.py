"""Scores at, just below and just above every cut-off; worked examples; bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.score import Score
from hematotox.dialects.numbers import BOUNDS, intervals, parse_number
from hematotox.scoring import score, score_values, score_variants

HEALTHY = {"platelets": "300", "anc": "3", "hemoglobin": "12", "crp": "0.5", "ferritin": "100"}

# item, value, points of CAR-HEMATOTOX
HT = [
    ("platelets", "74.9", 2),
    ("platelets", "75", 1),
    ("platelets", "75.1", 1),
    ("platelets", "174.9", 1),
    ("platelets", "175", 1),
    ("platelets", "175.1", 0),
    ("anc", "1.19", 1),
    ("anc", "1.2", 1),
    ("anc", "1.21", 0),
    ("hemoglobin", "8.9", 1),
    ("hemoglobin", "9", 1),
    ("hemoglobin", "9.1", 0),
    ("crp", "2.9", 0),
    ("crp", "3", 1),
    ("crp", "3.1", 1),
    ("ferritin", "649", 0),
    ("ferritin", "650", 1),
    ("ferritin", "651", 1),
    ("ferritin", "1999", 1),
    ("ferritin", "2000", 1),
    ("ferritin", "2001", 2),
]


def measured(text: str) -> tuple[float, float]:
    bound, number = parse_number(text)
    low, high = intervals(np.array([number]), np.array([BOUNDS.index(bound)], dtype=np.int8))
    return float(low[0]), float(high[0])


def scored(declared, values: dict[str, str]) -> pd.Series:
    ends = {
        item: measured(values[item]) if item in values else (None, None) for item in declared.items
    }
    low = pd.DataFrame([{item: one for item, (one, _) in ends.items()}], dtype=float)
    high = pd.DataFrame([{item: one for item, (_, one) in ends.items()}], dtype=float)
    return score_values(declared, low, high=high).iloc[0]


@pytest.mark.parametrize(("item", "value", "points"), HT)
def test_points_of_car_hematotox(item, value, points, scores):
    result = scored(scores["ht"], HEALTHY | {item: value})
    assert result["points"] == points
    assert result["group"] == ("high" if points >= 2 else "low")


# cut-off values under the other reading of the boundaries
@pytest.mark.parametrize(
    ("item", "value", "group", "other"),
    [
        ("anc", "1.2", "high", "low"),
        ("hemoglobin", "9", "high", "low"),
        ("crp", "3", "high", "low"),
        ("ferritin", "650", "high", "low"),
        ("ferritin", "2000", "high", "high"),
        ("platelets", "75", "low", "high"),
        ("anc", "1.19", "high", "high"),
    ],
)
def test_group_if_cut_offs_belonged_to_the_neighbouring_band(item, value, group, other, scores):
    values = HEALTHY | {"platelets": "100"} | {item: value}
    result = scored(scores["ht"], values)
    assert (result["group"], result["group_other_boundary"]) == (group, other)


def test_the_other_reading_can_be_kept_to_some_items(scores):
    declared = scores["ht"].model_copy(update={"boundary_variant": ("anc", "hemoglobin")})
    values = HEALTHY | {"platelets": "100"}
    assert scored(declared, values | {"anc": "1.2"})["group_other_boundary"] == "low"
    assert scored(declared, values | {"crp": "3"})["group_other_boundary"] == "high"


# platelets, CRP, group of SimpleHT
@pytest.mark.parametrize(
    ("platelets", "crp", "group"),
    [
        ("175", "3", "high"),
        ("175.1", "3", "low"),
        ("175", "2.9", "low"),
        ("20", "30", "high"),
        ("300", "30", "low"),
    ],
)
def test_simple_ht_needs_both(platelets, crp, group, scores):
    assert scored(scores["simple_ht"], {"platelets": platelets, "crp": crp})["group"] == group


def examples():
    return [(name, number) for name, count in COUNTS.items() for number in range(count)]


COUNTS = {"ht": 8, "simple_ht": 5, "all_ht": 3, "easix": 2, "m_easix": 1}


@pytest.mark.parametrize(("name", "number"), examples())
def test_worked_examples_of_the_score_files(name, number, scores):
    example = scores[name].examples[number]
    result = scored(scores[name], example.values)
    for key in ("points", "points_low", "points_high", "group"):
        expected = getattr(example, key)
        if expected is not None:
            assert result[key] == expected, key


def test_every_example_is_run(scores):
    assert {name: len(one.examples) for name, one in scores.items()} == COUNTS


# a censored value is known where its whole interval lies in one band
@pytest.mark.parametrize(
    ("item", "value", "low", "high"),
    [
        ("crp", "<0.6", 0, 0),
        ("crp", "<3", 0, 0),
        ("crp", "<5", 0, 1),
        ("ferritin", ">2000", 2, 2),
        ("ferritin", ">1500", 1, 2),
        ("ferritin", ">1999", 1, 2),
        ("platelets", "<75", 2, 2),
        ("platelets", "<76", 1, 2),
        ("platelets", ">175", 0, 0),
        ("anc", "<1.2", 1, 1),
        ("anc", ">1.2", 0, 0),
        ("anc", "<=1.2", 1, 1),
        ("anc", ">=1.2", 0, 1),
        ("crp", "<=3", 0, 1),
        ("crp", ">=3", 1, 1),
        ("ferritin", ">=2000", 1, 2),
        ("ferritin", ">=650", 1, 2),
        ("platelets", "<=75", 1, 2),
        ("platelets", "<=175", 1, 2),
    ],
)
def test_censored_values(item, value, low, high, scores):
    result = scored(scores["ht"], HEALTHY | {item: value})
    assert (result["points_low"], result["points_high"]) == (low, high)
    assert pd.isna(result["points"]) == (low != high)


# missing item | bounds | group under complete case, lowest, highest, determinable
MISSING = [
    ({"ferritin"}, {"platelets": "80"}, (1, 3), ("", "low", "high", "")),
    ({"ferritin"}, {"platelets": "70"}, (2, 4), ("", "high", "high", "high")),
    ({"anc"}, {}, (0, 1), ("", "low", "low", "low")),
    (set(HEALTHY), {}, (0, 7), ("", "low", "high", "")),
    (set(), {}, (0, 0), ("low", "low", "low", "low")),
]
POLICIES = ("no_score", "lowest", "highest", "determinable")


@pytest.mark.parametrize(("missing", "changed", "bounds", "groups"), MISSING)
def test_missing_items_give_bounds(missing, changed, bounds, groups, scores):
    values = {k: v for k, v in (HEALTHY | changed).items() if k not in missing}
    result = scored(scores["ht"], values)
    assert (result["points_low"], result["points_high"]) == bounds
    assert result["items_missing"] == len(missing)
    known = bounds[0] if not missing else None
    for policy, group, points in zip(POLICIES, groups, (known, *bounds, known), strict=True):
        declared = scores["ht"].model_copy(update={"missing": policy})
        found = scored(declared, values)
        assert found["group"] == group, policy
        assert (None if pd.isna(found["points"]) else found["points"]) == points, policy


@pytest.mark.parametrize("names", [("high", "low"), ("low", "high")])
def test_the_order_in_which_groups_are_declared_changes_nothing(names, scores):
    text = {"high": "[2, inf)", "low": "[0, 2)"}
    declared = scores["ht"].model_copy(update={"groups": {name: text[name] for name in names}})
    at = [scored(declared, HEALTHY | {"platelets": n})["group"] for n in ("80", "75", "74")]
    assert at == ["low", "low", "high"], "1, 1 and 2 points"


def test_a_normal_item_determines_simple_ht_without_the_other(scores):
    result = scored(scores["simple_ht"], {"crp": "1"})
    assert (result["group"], result["group_determinable"]) == ("", "low")


def test_noise_of_a_unit_conversion_moves_nobody(scores):
    thirty = f"{0.1 * 30.0!r}"
    noisy = f"{0.1 * 3 * 10!r}"
    assert scored(scores["ht"], HEALTHY | {"crp": thirty})["points"] == 1
    assert scored(scores["ht"], HEALTHY | {"crp": noisy})["points"] == 1
    assert scored(scores["ht"], HEALTHY | {"anc": "1.2000000000000002"})["points"] == 1
    assert scored(scores["ht"], HEALTHY | {"anc": "1.20000001"})["points"] == 0


def test_formula_scores_keep_their_range(scores):
    known = scored(scores["easix"], {"ldh": "240", "creatinine": "0.8", "platelets": "96"})
    censored = scored(scores["easix"], {"ldh": "240", "creatinine": "<1", "platelets": "96"})
    missing = scored(scores["easix"], {"ldh": "240", "platelets": "96"})
    assert known["points"] == 2
    assert censored["points_low"] == 0
    assert censored["points_high"] == pytest.approx(2.5, rel=1e-7)
    assert pd.isna(censored["points"])
    assert pd.isna(missing["points"])
    assert pd.isna(missing["points_high"])


# Baseline: the latest value in days -10 to 0 before lymphodepletion (day -5 after infusion here).
@pytest.mark.parametrize(
    ("labs", "lymphodepletion", "value", "day"),
    [
        ("crp -15 1, crp -6 2", "2024-01-26", 2, -6),
        ("crp -16 1", "2024-01-26", None, None),
        ("crp -15 1", "2024-01-26", 1, -15),
        ("crp -5 4, crp -4 9", "2024-01-26", 4, -5),
        ("crp -5 4 , crp -5 6", "2024-01-26", 6, -5),
        ("crp -5 4, crp -6 6", "", 4, -5),
        ("crp -7 4, crp -5 6", "2024-01-24", 4, -7),
    ],
)
def test_baseline_crp(labs, lymphodepletion, value, day, build_one):
    cohort = build_one(
        labs=labs, lymphodepletion_date=lymphodepletion, names=("overall_survival",), scored=("ht",)
    )
    table = cohort.baseline.set_index(["score", "variant", "variable"])
    row = table.loc[("ht", "", "crp")]
    if value is None:
        assert pd.isna(row["value_low"])
    else:
        assert (row["value_low"], row["value_high"], row["day"]) == (value, value, day)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("anc", 1), ("hemoglobin", 1), ("platelets", 1), ("crp", 3), ("ferritin", 3)],
)
def test_of_several_values_of_a_day_the_worse_counts(variable, value, build_one):
    labs = f"{variable} -6 2, {variable} -6 1, {variable} -6 3"
    cohort = build_one(labs=labs, names=("overall_survival",), scored=("ht",))
    row = cohort.baseline.set_index(["score", "variant", "variable"]).loc[("ht", "", variable)]
    assert (row["value_low"], row["several"]) == (value, True)
    assert "several values" in set(cohort.findings["kind"])


@pytest.mark.parametrize("value", ["2", "<3"])
def test_equal_values_of_a_day_are_not_several(value, build_one):
    labs = f"crp -6 {value}, crp -6 {value}"
    cohort = build_one(labs=labs, names=("overall_survival",), scored=("ht",))
    assert cohort.baseline.loc[cohort.baseline["variable"] == "crp", "several"].tolist()
    assert not cohort.baseline["several"].any()
    assert "assumed date" not in set(cohort.findings["kind"])
    assert "several values" not in set(cohort.findings["kind"])


def test_windows_and_dates_beside_the_main_one(build_one, scores):
    labs = ", ".join(
        f"{item} {day} {value}"
        for item, value in (HEALTHY | {"crp": "9"}).items()
        for day in ("-20", "13")
    )
    cohort = build_one(labs=labs, names=("overall_survival",), scored=("ht",))
    main = score(cohort, {"ht": scores["ht"]})
    others = score_variants(cohort, {"ht": scores["ht"]}).set_index("variant")["points"]
    assert pd.isna(main.loc[0, "points"])
    assert others[["window_30_days", "day_14"]].tolist() == [1, 1]
    assert pd.isna(others["window_5_days"])


# day 14: the value nearest to it on days 10-18, of two equally near the earlier
@pytest.mark.parametrize(
    ("labs", "day"),
    [
        ("crp 10 1, crp 15 2", 15),
        ("crp 12 1, crp 16 2", 12),
        ("crp 13 1, crp 14 2", 14),
        ("crp 9 1, crp 19 2", None),
    ],
)
def test_the_score_at_day_14_takes_the_nearest_value(labs, day, build_one):
    cohort = build_one(labs=labs, names=("overall_survival",), scored=("ht",))
    table = cohort.baseline.set_index(["score", "variant", "variable"])
    found = table.loc[("ht", "day_14", "crp"), "day"]
    assert (None if pd.isna(found) else found) == day


def test_unverified_numbers_stand_only_in_provisional_scores(scores):
    assert scores["all_ht"].status == "provisional"
    assert [name for name, one in scores.items() if one.status == "provisional"] == ["all_ht"]


WITH_OTHER_ITEMS = """
id: other
name: A score of other items
citation: drawn by hand
timing: {origin: lymphodepletion_start, window_days: [-10, 0]}
items:
  age: {unit: a, bands: {"(-inf, 65)": 0, "[65, inf)": 1}}
  prior_lines: {unit: "1", bands: {"(-inf, 3)": 0, "[3, inf)": 1}}
  ldh:
    unit: "1"
    relative_to: ldh_upper_limit
    bands: {"(-inf, 1]": 0, "(1, 2]": 1, "(2, inf)": 2}
groups: {low: "[0, 1]", high: "[2, 4]"}
"""
# age | previous lines | upper limit of LDH | LDH | multiple | points
OTHER_ITEMS = """
64 | 2 | 250 | 250 | 1    | 0
65 | 2 | 250 | 250 | 1    | 1
65 | 3 | 250 | 251 | 1.004 | 3
70 | 1 | 220 | 440 | 2    | 2
70 | 1 | 220 | 441 | 2.00454545454545 | 3
70 | 1 |     | 441 | -    | -
70 |   | 220 | 441 | 2.00454545454545 | -
   | 1 | 220 | 441 | 2.00454545454545 | -
70 | 1 | 0.3 | 0.1 | 0.333333333333333 | 1
"""


@pytest.mark.parametrize(
    ("age", "lines", "limit", "ldh", "multiple", "points"),
    [tuple(map(str.strip, line.split("|"))) for line in OTHER_ITEMS.strip("\n").splitlines()],
)
def test_items_that_are_numbers_of_a_patient_or_multiples_of_one(
    age, lines, limit, ldh, multiple, points, build_one, scores, monkeypatch
):
    """An upper limit of normal differs between laboratories; without it the item is missing."""
    declared = parse(WITH_OTHER_ITEMS, source="other.yaml", model=Score)
    monkeypatch.setitem(scores, "other", declared)
    subject = {"age": age, "prior_lines": lines, "ldh_upper_limit": limit}
    known = {name: float(value) for name, value in subject.items() if value}
    cohort = build_one("", labs=f"ldh -6 {ldh}", scored=("other",), **known)
    row = cohort.baseline.set_index("variable").loc["ldh"]
    assert ("-" if pd.isna(row["value_low"]) else f"{row['value_low']:.15g}") == multiple
    result = score(cohort, {"other": declared}).iloc[0]
    assert ("-" if pd.isna(result["points"]) else f"{result['points']:g}") == points
