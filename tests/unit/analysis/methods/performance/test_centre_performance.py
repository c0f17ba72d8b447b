"""Performance by centre, on centres small enough to draw."""

import numpy as np
import pandas as pd
import pytest

from hematotox.analysis.estimation import estimate_analysis, prepare
from hematotox.declarations.study.expected_risk import ExpectedRisk


def _centres(**tables: tuple[int, int, int, int]) -> str:
    """Draw centres from (high with, high without, low with, low without the event)."""
    lines = [
        f"{centre} {line}"
        for centre, (a, b, c, d) in tables.items()
        for line in ["2 1"] * a + ["2 0"] * b + ["0 1"] * c + ["0 0"] * d
    ]
    return "\n".join(["centre points response", *lines])


SCORE = {
    "method": "centre_performance",
    "endpoint": "response",
    "marker": "ht.points",
    "exposure": "ht.group",
}
SIX = {"a": (4, 2, 1, 3), "b": (4, 1, 2, 5), "c": (3, 3, 3, 3), "d": (5, 1, 2, 4)}
SIX |= {"e": (3, 3, 2, 6), "f": (0, 4, 0, 3)}


def _of(rows: pd.DataFrame, centre: str, estimand: str) -> pd.Series:
    found = rows[(rows["centre"] == centre) & (rows["estimand"] == estimand)]
    return found[found["method"] != "random_effects"].iloc[0]


def test_a_centre_needs_five_with_and_five_without_the_event(estimates) -> None:
    rows = estimates(_centres(**SIX, g=(4, 2, 0, 4)), **SCORE)
    area = _of(rows, "a", "auc")
    # 5 with and 5 without: 4 of 5 high against 2 of 5 high, (4*3 + (4*2 + 1*3)/2) / 25
    assert area["estimate"] == pytest.approx((12 + 5.5) / 25)
    few = _of(rows, "g", "auc")
    assert (few["condition"], few["n"], few["n_event"]) == ("too few events", 10, 4)
    assert pd.isna(few["estimate"])
    counted = rows[(rows["estimand"] == "count") & (rows["term"] == "auc")].iloc[0]
    assert (counted["estimate"], counted["n"]) == (5, 7)


def test_expected_is_what_the_other_centres_had_in_the_same_group(estimates) -> None:
    rows = estimates(_centres(**SIX), **SCORE)
    # of b to f high: 15 of 27 had the event, low: 9 of 30
    expected = 6 * 15 / 27 + 4 * 9 / 30
    assert np.exp(_of(rows, "a", "log_observed_expected")["estimate"]) == pytest.approx(
        5 / expected
    )
    empty = _of(rows, "f", "log_observed_expected")
    assert empty["condition"] == "no events"
    assert pd.isna(empty["estimate"])
    # binom.test(0, 7)$conf.int[2] over the expected share
    assert np.exp(empty["conf_high"]) == pytest.approx(
        0.40961640 * 7 / (4 * 19 / 29 + 3 * 10 / 31), rel=1e-6
    )


def test_the_empty_centre_is_in_the_summary_of_observed_over_expected(estimates) -> None:
    rows = estimates(_centres(**SIX), **SCORE)
    rows = rows[rows["method"] == "performance_summary"]
    ratio = rows[rows["estimand"] == "log_observed_expected"].iloc[0]
    assert (ratio["n"], ratio["conf_method"], ratio["condition"]) == (6, "wald", "")
    new = rows[(rows["estimand"] == "prediction") & (rows["term"] == "auc")]
    assert new["reference"].tolist() == ["t(4)", "t(3)"]
    assert (new["conf_high"] - new["conf_low"]).is_monotonic_increasing


def test_nothing_is_summarised_below_five_centres(estimates) -> None:
    rows = estimates(_centres(**{name: SIX[name] for name in "abcd"}), **SCORE)
    rows = rows[rows["method"] == "performance_summary"]
    assert set(rows["estimand"]) == {"auc", "log_observed_expected", "count"}
    assert rows.loc[rows["estimand"] != "count", "estimate"].isna().all()
    assert set(rows.loc[rows["estimand"] != "count", "condition"]) == {"fewer than five studies"}


def test_fewer_points_may_go_with_the_event(estimates) -> None:
    more = _of(estimates(_centres(**SIX), **SCORE), "b", "auc")
    fewer = _of(estimates(_centres(**SIX), **SCORE, higher_is_worse=False), "b", "auc")
    assert fewer["estimate"] == pytest.approx(1 - more["estimate"])


def test_a_model_is_tried_in_the_centre_that_did_not_make_it(estimates) -> None:
    model = {"method": "internal_external", "endpoint": "response", "covariates": ["ht.group"]}
    rows = estimates(_centres(**SIX), **model)
    expected = 6 * 15 / 27 + 4 * 9 / 30  # a logistic model of one group gives its shares
    ratio = _of(rows, "a", "log_observed_expected")
    assert np.exp(ratio["estimate"]) == pytest.approx(5 / expected, rel=1e-8)
    assert _of(rows, "f", "calibration_slope")["condition"] == "too few events"
    assert set(rows["term"]) >= {"ht.group", "auc", "calibration_slope"}


def test_no_observed_over_expected_where_events_compete(estimates) -> None:
    lines = [f"{c} {t} {s} {p}" for c in "ab" for t in range(1, 13) for s, p in ((t % 3, t % 4),)]
    text = "\n".join(["centre time status age", *lines])
    model = {"method": "internal_external", "endpoint": "relapse", "covariates": ["age"]}
    rows = estimates(text, **model, horizon=9)
    assert set(rows.loc[rows["centre"] != "", "estimand"]) == {"concordance", "calibration_slope"}
    assert "too few events" in set(rows["condition"])


def test_expected_may_be_a_published_risk(draw, plan_of) -> None:
    published = tuple(
        ExpectedRisk(source="REJ21", population="Cohort of 2021", score="ht", group=group,
                     endpoint="response", window="0-60", estimand="proportion", events=events, n=20,
                     certainty="T")
        for group, events in (("low", 2), ("high", 10))
    )  # fmt: skip
    plan = plan_of({"a": SCORE}).model_copy(update={"expected": {"a": published}})
    rows = estimate_analysis(prepare(draw(_centres(**SIX)), plan), "a")
    ratio = _of(rows, "a", "log_observed_expected")
    assert np.exp(ratio["estimate"]) == pytest.approx(5 / (6 * 0.5 + 4 * 0.1))
    assert ratio["reference"] == "Cohort of 2021"
