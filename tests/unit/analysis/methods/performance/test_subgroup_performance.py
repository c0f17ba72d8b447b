"""Performance in subgroups, on cohorts small enough to draw."""

import numpy as np
import pandas as pd
import pytest

SCORE = {
    "method": "subgroup_performance",
    "endpoint": "response",
    "marker": "ht.points",
    "exposure": "ht.group",
    "positive": "high",
}


def _by_risk(**tables: tuple[int, int, int, int]) -> str:
    """Draw subgroups from (high with, high without, low with, low without the event)."""
    lines = [
        f"{level} {line}"
        for level, (a, b, c, d) in tables.items()
        for line in ["2 1"] * a + ["2 0"] * b + ["0 1"] * c + ["0 0"] * d
    ]
    return "\n".join(["risk points response", *lines])


TWO = _by_risk(low=(12, 6, 4, 14), high=(9, 9, 8, 12))


def _row(rows: pd.DataFrame, level: str, estimand: str, test: str = "") -> pd.Series:
    population = f"all; risk={level}" if level else "all"
    found = rows[(rows["population"] == population) & (rows["estimand"] == estimand)]
    return found[found["test"] == test].iloc[0]


def test_the_measures_of_a_subgroup(estimates) -> None:
    rows = estimates(TWO, **SCORE, subgroups=["risk"])
    share = _row(rows, "low", "sensitivity")
    assert (share["estimate"], share["n"], share["n_event"]) == (12 / 16, 16, 12)
    # (12*14 + (12*6 + 4*14)/2) / (16*20)
    assert _row(rows, "low", "auc")["estimate"] == pytest.approx((168 + (72 + 56) / 2) / 320)
    # of all high 21 of 36 had the event, of all low 12 of 38
    expected = 18 * 21 / 36 + 18 * 12 / 38
    ratio = _row(rows, "low", "log_observed_expected")
    assert np.exp(ratio["estimate"]) == pytest.approx(16 / expected)
    assert _row(rows, "", "log_observed_expected")["estimate"] == pytest.approx(0, abs=1e-12)


def test_only_the_interactions_are_tested(estimates) -> None:
    rows = estimates(TWO, **SCORE, subgroups=["risk"])
    tested = rows[rows["p_value"].notna()]
    assert set(tested["estimand"]) == {"hypothesis_test"}
    assert set(tested["group"]) == {"risk"}
    p = tested.set_index("test")["p_value"]
    compared = tested.set_index("test")["comparator"]
    assert compared["likelihood ratio"] == "subgroups beside the risk group", "a main effect"
    assert compared["fisher"] == compared["cochran q"] == "interaction"
    # R: fisher.test(matrix(c(12, 4, 9, 8), 2)); anova(glm(y ~ hi), glm(y ~ hi + risk), test="LRT")
    assert p["fisher"] == pytest.approx(0.281752672051, rel=1e-8)
    assert p["likelihood ratio"] == pytest.approx(0.928663593, rel=1e-8)
    areas = [_row(rows, level, "auc") for level in ("low", "high")]
    logits = [np.log(a["estimate"] / (1 - a["estimate"])) for a in areas]
    errors = [a["std_error"] / (a["estimate"] * (1 - a["estimate"])) for a in areas]
    q = (logits[0] - logits[1]) ** 2 / (errors[0] ** 2 + errors[1] ** 2)
    assert tested.set_index("test")["statistic"]["cochran q"] == pytest.approx(q)


def test_a_subgroup_needs_ten_with_and_ten_without_the_event(estimates) -> None:
    rows = estimates(_by_risk(low=(12, 6, 4, 14), high=(5, 9, 4, 12)), **SCORE, subgroups=["risk"])
    few = rows[rows["population"] == "all; risk=high"]
    assert few["condition"].tolist() == ["too few events"] * 3
    assert few["estimate"].isna().all()
    assert set(few["n_event"]) == {9}
    tests = rows[rows["estimand"] == "hypothesis_test"]
    assert tests["p_value"].isna().all(), "one subgroup is left: nothing to compare"
    assert set(tests["condition"]) == {"too few events"}


def test_a_variable_of_one_level_is_left_out_and_the_unknown_are_counted(estimates, draw) -> None:
    text = TWO.replace("low 2 1", ". 2 1", 1)
    rows = estimates(text, **SCORE, subgroups=["risk", "centre"])
    assert set(rows["centre"]) == {""}
    assert _row(rows, "low", "sensitivity")["n"] == 15
    assert _row(rows, "", "auc")["n"] == 74
