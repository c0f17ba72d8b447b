"""A wrong number among the estimates is noticed; what cannot be compared is left out and counted.

A fault is planted in the estimates, never in the second opinion.
"""

import functools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hematotox.analysis.checking.second_opinion as second_opinion_module
from hematotox.analysis import collect, disagreements, estimate, second_opinion
from hematotox.analysis.checking.second_opinion import relative_difference
from hematotox.contracts import TABLES
from hematotox.declarations.study.plan import Plan

FOLDER = Path(second_opinion_module.__file__).parent
ON_RELAPSE = {"endpoint": "relapse", "exposure": "risk"}
ON_RESPONSE = {"endpoint": "response", "exposure": "risk"}
ANALYSES = {
    "characteristics": {"method": "describe", "variables": ["age", "stage"], "groups": "risk"},
    "survival": {"method": "kaplan_meier", **ON_RELAPSE, "times": [10, 20]},
    "follow_up": {"method": "follow_up", "endpoint": "relapse"},
    "comparison": {"method": "log_rank", **ON_RELAPSE},
    "comparison_by_centre": {"method": "log_rank", **ON_RELAPSE, "strata": "centre"},
    "comparison_of_late_events": {"method": "log_rank", **ON_RELAPSE, "weights": [0, 1]},
    "hazard": {"method": "cox", **ON_RELAPSE},
    "hazard_two_steps": {"method": "cox", **ON_RELAPSE, "adjust": "disease"},
    "hazard_by_centre": {"method": "cox", **ON_RELAPSE, "strata": "centre"},
    "hazard_clustered": {"method": "cox", **ON_RELAPSE, "cluster": "centre"},
    "hazard_landmark": {"method": "cox", **ON_RELAPSE, "landmark": 5},
    "subdistribution": {"method": "fine_gray", **ON_RELAPSE},
    "subdistribution_by_centre": {
        "method": "fine_gray",
        **ON_RELAPSE,
        "censoring_groups": "centre",
        "cluster": "centre",
    },
    "odds": {"method": "logistic", **ON_RESPONSE},
    "odds_two_steps": {"method": "logistic", **ON_RESPONSE, "adjust": "disease"},
    "odds_in_each_centre": {"method": "logistic", **ON_RESPONSE, "by": "centre"},
    "odds_of_centres": {"method": "random_effects", **ON_RESPONSE},
    "area": {"method": "roc", "endpoint": "response", "marker": "crp", "compare": "risk"},
    "accuracy": {"method": "diagnostic_accuracy", **ON_RESPONSE, "positive": "high"},
    "shares": {"method": "proportion", **ON_RESPONSE},
    "correlation": {"method": "correlation", "exposure": "age", "compare": "crp"},
}


def drawn_patients(n: int = 160) -> str:
    """Draw patients with ties, competing events, censoring, and both outcomes in every cell."""
    rng = np.random.default_rng(7)
    high = rng.random(n) < 0.5
    time = np.ceil(rng.exponential(np.where(high, 14, 22)))
    rows = zip(
        rng.choice(list("abc"), n),
        np.where(high, "high", "low"),
        rng.choice(["i", "ii", "iii"], n),
        rng.integers(30, 80, n),
        rng.integers(0, 30, n) + 4 * high,
        time.astype(int),
        rng.choice(["0", "1", "1", "2"], n),
        (rng.random(n) < np.where(high, 0.6, 0.35)).astype(int),
        strict=True,
    )
    header = "centre risk stage age crp time status response\n"
    return header + "\n".join(" ".join(map(str, row)) for row in rows)


@pytest.fixture(scope="module")
def study(draw, plan_of):
    """Cohort, plan and estimates of the drawn patients."""
    cohort, plan = draw(drawn_patients()), plan_of(ANALYSES)
    return cohort, plan, collect([*estimate(cohort, plan).values()])


@pytest.fixture(scope="module")
def opinions(study) -> pd.DataFrame:
    cohort, plan, estimates = study
    return second_opinion(cohort, plan, estimates)


@pytest.fixture(scope="module")
def noticed(study):
    """Return what is noticed when one number of one analysis is changed."""
    cohort, plan, estimates = study

    @functools.cache
    def only(analysis: str) -> Plan:
        return plan.model_copy(update={"analyses": {analysis: plan.analyses[analysis]}})

    def of(analysis: str, estimand: str, column: str, change) -> pd.DataFrame:
        wrong = estimates.copy()
        rows = wrong[(wrong["analysis"] == analysis) & (wrong["estimand"] == estimand)]
        rows = rows[rows[column].notna()]
        assert len(rows), (analysis, estimand, column)
        wrong.loc[rows.index[0], column] = change(rows[column].iloc[0])
        return disagreements(second_opinion(cohort, only(analysis), wrong))

    return of


def test_every_method_is_compared_and_nothing_differs(opinions) -> None:
    compared = opinions[opinions["left_out"] == ""]
    assert set(compared["analysis"]) == set(ANALYSES) - {"comparison_of_late_events"}
    twins = {path.stem.removesuffix("_by_library") for path in FOLDER.glob("*_by_library.py")}
    assert {one["method"] for one in ANALYSES.values()} == twins - {
        "calibration",
        "cause_specific_cox",
        "sensitivity",
    }
    assert set(compared["library"]) == {"lifelines", "scikit-learn", "scipy", "statsmodels"}
    assert disagreements(opinions).empty
    assert compared["relative_difference"].max() < 1e-7
    assert list(opinions) == list(TABLES["second_opinion"].columns)


FAULTS = [
    ("hazard", "log_hazard_ratio", "estimate", lambda b: b + np.log(1.001)),
    ("hazard", "log_hazard_ratio", "std_error", lambda s: s * 1.001),
    ("hazard", "log_hazard_ratio", "p_value", lambda p: p * 1.001),
    ("hazard", "concordance", "estimate", lambda c: c + 0.001),
    ("hazard", "log_likelihood", "estimate", lambda v: v + 0.01),
    ("hazard_two_steps", "log_hazard_ratio", "estimate", lambda b: b + np.log(1.001)),
    ("hazard_by_centre", "log_hazard_ratio", "estimate", lambda b: b + np.log(1.001)),
    ("hazard_clustered", "log_hazard_ratio", "estimate", lambda b: b + np.log(1.001)),
    ("hazard_landmark", "log_hazard_ratio", "estimate", lambda b: b + np.log(1.001)),
    ("subdistribution", "log_hazard_ratio", "estimate", lambda b: b + np.log(1.001)),
    ("odds", "log_odds_ratio", "estimate", lambda b: b + np.log(1.001)),
    ("odds", "log_odds", "std_error", lambda s: s * 1.001),
    ("odds", "hypothesis_test", "statistic", lambda s: s + 0.001),
    ("odds_two_steps", "log_odds_ratio", "estimate", lambda b: b + np.log(1.001)),
    ("odds_in_each_centre", "log_odds_ratio", "estimate", lambda b: b + np.log(1.001)),
    ("odds_of_centres", "log_odds_ratio", "estimate", lambda b: b + np.log(1.001)),
    ("area", "auc", "estimate", lambda a: a + 0.001),
    ("area", "auc_difference", "estimate", lambda a: -a),
    ("accuracy", "sensitivity", "estimate", lambda s: 1 - s),
    ("shares", "proportion", "conf_high", lambda h: h + 0.001),
    ("survival", "survival", "estimate", lambda s: s + 0.001),
    ("survival", "survival", "conf_low", lambda low: low - 0.001),
    ("survival", "survival", "time", lambda t: t - 3),
    ("survival", "survival_time_quantile", "estimate", lambda t: t + 1),
    ("survival", "survival_time_quantile", "estimate", lambda _: np.nan),
    ("follow_up", "survival_time_quantile", "estimate", lambda t: t + 1),
    ("comparison", "hypothesis_test", "p_value", lambda p: p * 1.001),
    ("comparison_by_centre", "hypothesis_test", "statistic", lambda s: s * 1.001 + 0.001),
    ("characteristics", "hypothesis_test", "p_value", lambda p: p * 1.001),
    ("correlation", "correlation", "estimate", lambda r: -r),
]


@pytest.mark.parametrize(("analysis", "estimand", "column", "change"), FAULTS)
def test_a_planted_fault_is_noticed(noticed, analysis, estimand, column, change) -> None:
    found = noticed(analysis, estimand, column, change)
    assert set(found["analysis"]) == {analysis}
    assert estimand in set(found["estimand"])
    if column != "time":
        assert list(found["quantity"]) == [column]


def test_a_lost_estimate_and_one_of_nobody_are_noticed(study) -> None:
    cohort, plan, estimates = study
    hazard = estimates[(estimates["analysis"] == "hazard") & (estimates["estimand"] != "count")]
    row = hazard[hazard["estimand"] == "log_hazard_ratio"]
    without = estimates.drop(index=row.index)
    assert set(disagreements(second_opinion(cohort, plan, without))["term"]) == {"risk"}
    stranger = pd.concat([estimates, row.assign(group="middle")], ignore_index=True)
    found = disagreements(second_opinion(cohort, plan, stranger))
    assert list(found["group"]) == ["middle"] * len(found)
    assert len(found)


def test_what_is_noticed_holds_no_value(noticed) -> None:
    """It goes into a log, and few patients may stand behind a median."""
    found = noticed("survival", "survival_time_quantile", "estimate", lambda t: t + 1)
    assert {"ours", "theirs"}.isdisjoint(found.columns)


SEPARATED = "risk time status response\n" + "\n".join(
    f"{risk} {10 + i} {risk == 'high':d} {risk == 'high':d}"
    for i, risk in enumerate(["low", "high"] * 8)
)


def test_separated_models_are_left_out_and_counted(draw, plan_of) -> None:
    cohort = draw(SEPARATED)
    plan = plan_of({name: ANALYSES[name] for name in ("odds", "hazard")})
    found = second_opinion(cohort, plan, collect([*estimate(cohort, plan).values()]))
    odds, hazard = (found[found["analysis"] == name] for name in ("odds", "hazard"))
    assert set(odds["method"]) == {"logistic_firth"}
    assert set(odds["left_out"]) == {"separation"}
    assert "monotone likelihood" in set(hazard["left_out"])
    assert disagreements(found).empty


def test_only_the_exact_test_of_two_by_two_tables_has_a_second_opinion(opinions) -> None:
    fisher = opinions[opinions["test"] == "fisher"]
    assert dict(zip(fisher["term"], fisher["left_out"], strict=True)) == {
        "stage": "no comparable answer of the library"
    }


def test_robust_standard_errors_are_not_compared(opinions) -> None:
    clustered = opinions[opinions["adjustment"] == "clustered: centre"]
    effects = clustered[clustered["estimand"] == "log_hazard_ratio"]
    assert set(effects["quantity"]) == {"estimate"}


def test_the_table_is_the_same_each_time(study, opinions) -> None:
    cohort, plan, estimates = study
    again = second_opinion(cohort, plan, estimates)
    assert again.to_csv(index=False) == opinions.to_csv(index=False)


def test_a_study_without_comparable_methods_has_an_empty_table(draw, plan_of) -> None:
    cohort = draw(drawn_patients())
    plan = plan_of({"gray": {"method": "gray_test", **ON_RELAPSE}})
    found = second_opinion(cohort, plan, collect([*estimate(cohort, plan).values()]))
    assert found.empty
    assert list(found) == list(TABLES["second_opinion"].columns)


@pytest.mark.parametrize(
    ("ours", "theirs", "least", "far"),
    [
        (1.0, 1.0, 0, 0),
        (0.0, 0.0, 0, 0),
        (1.0, 1.1, 0, 0.1 / 1.1),
        (1e-9, 2e-9, 0.5, 2e-9),
        (1e-200, 1.001e-200, 0, 0.001 / 1.001),
        (np.nan, np.inf, 0, 0),
        (np.nan, 12.0, 0, np.inf),
        (12.0, np.inf, 0, np.inf),
    ],
)
def test_the_relative_difference(ours, theirs, least, far) -> None:
    assert relative_difference(ours, theirs, least=least) == pytest.approx(far, rel=1e-9)
