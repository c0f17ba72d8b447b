"""Performance over time, on a cohort small enough to draw."""

import numpy as np
import pandas as pd
import pytest

from hematotox.stats import auc, observed_risk, time_dependent_brier, uno_concordance

LINES = [
    f"{centre} {day} {status} {points} {age}"
    for centre, shift in (("a", 0), ("b", 3))
    for day, status, points, age in (
        (5 + shift, 1, 3, 60), (9, 0, 0, 50), (12 + shift, 1, 2, 70), (20, 0, 1, 40),
        (22, 1, 0, 65), (30, 0, 2, 55), (31, 0, 0, 45), (33 - shift, 1, 4, 62),
    )
]  # fmt: skip
TEXT = "\n".join(["centre time status points age", *LINES])
COMPETING = TEXT.replace(" 12 1 2", " 12 2 2")
SCORE = {"method": "time_performance", "endpoint": "relapse"}
SCORE |= {"marker": "ht.points", "exposure": "ht.group", "times": [15, 25]}


def _data() -> pd.DataFrame:
    rows = [line.split() for line in LINES]
    columns = ["centre", "time", "status", "points", "age"]
    numbers = pd.DataFrame(rows, columns=columns)
    return numbers.assign(**{c: pd.to_numeric(numbers[c]) for c in columns[1:]})


def _row(rows: pd.DataFrame, estimand: str, day: float) -> pd.Series:
    return rows[(rows["estimand"] == estimand) & (rows["time"] == day)].iloc[0]


def test_at_a_day_up_to_which_everybody_is_followed_it_is_the_area(estimates) -> None:
    rows = estimates(TEXT.replace(" 9 0 ", " 29 0 "), **SCORE)
    found, data = _row(rows, "time_dependent_auc", 15), _data()
    early = (data["time"] <= 15) & (data["status"] == 1)
    assert found["estimate"] == pytest.approx(auc(outcome=early, marker=data["points"]).estimate)
    assert (found["n"], found["n_event"]) == (16, early.sum())


def test_the_risk_behind_the_brier_score_is_that_of_the_other_centre(estimates) -> None:
    rows, data = estimates(TEXT, **SCORE), _data()
    high = data["points"] >= 2
    risk = np.empty(len(data))
    for own, other in (("a", "b"), ("b", "a")):
        for group in (high, ~high):
            there = data[(data["centre"] == other) & group]
            risk[(data["centre"] == own) & group] = observed_risk(
                status=there["status"], time=there["time"], horizon=25
            ).estimate
    of = {"time": data["time"], "status": data["status"], "horizons": [25]}
    expected = time_dependent_brier(**of, risk=risk).estimate[0]
    assert _row(rows, "brier", 25)["estimate"] == pytest.approx(expected)
    # the model without groups learns from the other centre too
    for own, other in (("a", "b"), ("b", "a")):
        there = data[data["centre"] == other]
        risk[data["centre"] == own] = observed_risk(
            status=there["status"], time=there["time"], horizon=25
        ).estimate
    scaled = 1 - expected / time_dependent_brier(**of, risk=risk).estimate[0]
    assert _row(rows, "scaled_brier", 25)["estimate"] == pytest.approx(scaled)


def test_unos_c_is_given_where_nothing_competes(estimates, plan_of) -> None:
    # the drawn endpoint declares death as competing
    assert "uno_concordance" not in set(estimates(COMPETING, **SCORE)["estimand"])


def test_two_scores_in_the_same_patients(estimates) -> None:
    rows = estimates(TEXT, **SCORE, compare="age")
    first, second = (
        rows[(rows["estimand"] == "time_dependent_auc") & (rows["term"] == name)]
        for name in ("ht.points", "age")
    )
    difference = rows[rows["estimand"] == "time_dependent_auc_difference"]
    np.testing.assert_allclose(
        difference["estimate"], first["estimate"].to_numpy() - second["estimate"].to_numpy()
    )
    assert difference["p_value"].between(0, 1).all()


def test_one_centre_has_no_risk_from_elsewhere(estimates) -> None:
    rows = estimates(TEXT.replace("\nb ", "\na "), **SCORE)
    brier = rows[rows["estimand"] == "brier"]
    assert set(brier["condition"]) == {"not estimable"}
    assert brier["estimate"].isna().all()
    assert rows.loc[rows["estimand"] == "time_dependent_auc", "estimate"].notna().all()


def test_unos_c_without_competing_events(draw, plan_of) -> None:
    from hematotox.analysis.estimation import estimate_analysis, prepare

    plan = plan_of({"a": SCORE})
    alone = plan.endpoints["relapse"].model_copy(update={"causes": ("relapse",)})
    plan = plan.model_copy(update={"endpoints": {**plan.endpoints, "relapse": alone}})
    rows = estimate_analysis(prepare(draw(TEXT), plan), "a")
    found, data = _row(rows, "uno_concordance", 25), _data()
    expected = uno_concordance(
        time=data["time"], event=data["status"], risk=data["points"], horizon=25
    )
    assert found["estimate"] == pytest.approx(expected.estimate)
    assert found["n_event"] == expected.n_event
