"""Logistic regression that allows for centres: within them, or as clusters."""

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

MODEL = {"method": "logistic", "endpoint": "response", "exposure": "risk"}


def _centres(**tables: tuple[int, int, int, int]) -> str:
    """Draw centres from (high with, high without, low with, low without the event)."""
    lines = [
        f"{centre} {line}"
        for centre, (a, b, c, d) in tables.items()
        for line in ["high 1"] * a + ["high 0"] * b + ["low 1"] * c + ["low 0"] * d
    ]
    return "\n".join(["centre risk response", *lines])


TEXT = _centres(a=(4, 2, 1, 3), b=(4, 1, 2, 5), c=(3, 3, 3, 3), d=(5, 1, 2, 4), e=(0, 3, 0, 2))


def _ratio(rows: pd.DataFrame) -> pd.Series:
    return rows[rows["estimand"] == "log_odds_ratio"].iloc[0]


def test_within_centres(estimates) -> None:
    rows = estimates(TEXT, **MODEL, strata="centre")
    found = _ratio(rows)
    # R: clogit(response ~ risk + strata(centre), method = "exact")
    assert found["estimate"] == pytest.approx(1.35382439641, rel=1e-8)
    assert (found["method"], found["adjustment"]) == ("logistic_conditional", "stratified: centre")
    assert (found["n"], found["n_event"]) == (46, 24), "centre e has no event and says nothing"
    assert found["condition"] == "centres without information"
    assert "log_odds" not in set(rows["estimand"]), "no intercept"


def test_centres_as_clusters_move_no_ratio_but_its_limits(estimates) -> None:
    plain, found = (_ratio(estimates(TEXT, **MODEL, **of)) for of in ({}, {"cluster": "centre"}))
    assert found["estimate"] == plain["estimate"]
    assert (found["conf_method"], found["adjustment"]) == ("cr2", "clustered: centre")
    # R: clubSandwich's formula, between 1 and the number of clusters less 1
    assert 1 < found["df"] < 4
    z, t = plain["conf_high"] - plain["estimate"], found["conf_high"] - found["estimate"]
    assert t / found["std_error"] > z / plain["std_error"]
    rows = estimates(TEXT, **MODEL, cluster="centre")
    assert "likelihood ratio" not in set(rows["test"]), "a likelihood does not allow for clusters"


def test_separated_data_say_that_clusters_are_ignored(estimates) -> None:
    rows = estimates(_centres(a=(4, 0, 2, 3), b=(3, 0, 2, 4)), **MODEL, cluster="centre")
    assert "clusters ignored" in _ratio(rows)["condition"]
    assert np.isfinite(_ratio(rows)["estimate"])


def test_one_way_at_a_time(plan_of) -> None:
    with pytest.raises(ValidationError, match="at most one of penalty, strata, cluster"):
        plan_of({"a": {**MODEL, "strata": "centre", "cluster": "centre"}})


def test_the_test_of_a_penalised_interaction_is_that_of_its_ratio(estimates) -> None:
    """One parameter has one P: nobody at low risk has the event in stage i."""
    table = "risk stage response\n" + "\n".join(
        f"{risk} {stage} {outcome}"
        for risk, stage, yes, no in [
            ("low", "i", 0, 9), ("high", "i", 4, 5), ("low", "ii", 3, 7), ("high", "ii", 5, 5),
        ]
        for outcome in [1] * yes + [0] * no
    )  # fmt: skip
    rows = estimates(table, **MODEL, interaction="stage")
    ratio = rows[rows["estimand"] == "log_ratio_of_ratios"].iloc[0]
    joint = rows[rows["estimand"] == "hypothesis_test"].iloc[-1]
    assert ratio["test"] == joint["test"] == "penalised likelihood ratio"
    assert joint["p_value"] == pytest.approx(ratio["p_value"], rel=1e-12)
