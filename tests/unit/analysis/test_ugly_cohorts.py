"""Ugly data: every analysis runs to its end, and `condition` says what was wrong.

Each cohort is drawn from a line a patient; every method is tried on every cohort.
"""

import functools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.analysis.estimation import estimate_analysis, prepare
from hematotox.declarations.study.analyses import METHODS, MODELS

HEADER = "centre risk stage age crp points time status response\n"
THRESHOLDS = {"low": 0.2, "high": 0.6, "reason": "as an example"}
ANALYSES = {
    "describe": {"method": "describe", "variables": ["age", "stage", "centre"], "groups": "risk"},
    "kaplan_meier": {"method": "kaplan_meier", "exposure": "risk", "times": [5, 100]},
    "kaplan_meier_differences": {
        "method": "kaplan_meier",
        "exposure": "risk",
        "times": [5, 100],
        "differences": True,
    },
    "incidence_differences": {
        "method": "cumulative_incidence",
        "exposure": "stage",
        "times": [5, 100],
        "differences": True,
    },
    "standardised": {
        "method": "describe",
        "variables": ["age", "stage", "centre"],
        "groups": "risk",
        "standardised": True,
    },
    "follow_up": {"method": "follow_up", "reasons": True},
    "log_rank": {"method": "log_rank", "exposure": "risk"},
    "log_rank_late": {"method": "log_rank", "exposure": "risk", "weights": [0, 1]},
    "fine_gray_proportional": {"method": "fine_gray", "exposure": "risk", "proportional": True},
    "log_rank_stratified": {"method": "log_rank", "exposure": "risk", "strata": "centre"},
    "cox": {"method": "cox", "exposure": "risk"},
    "cox_adjusted": {"method": "cox", "exposure": "risk", "covariates": ["age", "stage"]},
    "cox_clustered": {"method": "cox", "exposure": "risk", "cluster": "centre"},
    "cox_stratified": {"method": "cox", "exposure": "risk", "strata": "centre"},
    "cox_two_steps": {"method": "cox", "exposure": "risk", "adjust": "disease"},
    "cause_specific_cox": {"method": "cause_specific_cox", "exposure": "risk"},
    "fine_gray": {"method": "fine_gray", "exposure": "risk", "predict_times": [5, 100]},
    "fine_gray_clustered": {"method": "fine_gray", "exposure": "risk", "cluster": "centre"},
    "fine_gray_two_steps": {"method": "fine_gray", "exposure": "risk", "adjust": "disease"},
    "fine_gray_by_centre": {
        "method": "fine_gray",
        "exposure": "risk",
        "censoring_groups": "centre",
    },
    "rmst": {"method": "rmst", "exposure": "risk", "horizon": 12},
    "cumulative_incidence": {
        "method": "cumulative_incidence",
        "exposure": "risk",
        "times": [5, 100],
    },
    "jackknife": {
        "method": "cumulative_incidence",
        "exposure": "risk",
        "times": [5, 100],
        "variance": "infinitesimal jackknife",
    },
    "gray_test": {"method": "gray_test", "exposure": "risk"},
    "gray_test_stratified": {"method": "gray_test", "exposure": "risk", "strata": "centre"},
    "durations": {"method": "durations", "exposure": "risk"},
    "logistic": {"method": "logistic", "exposure": "risk"},
    "logistic_adjusted": {"method": "logistic", "exposure": "risk", "covariates": ["age"]},
    "logistic_two_steps": {"method": "logistic", "exposure": "risk", "adjust": "disease"},
    "logistic_firth": {"method": "logistic", "exposure": "risk", "penalty": "firth"},
    "logistic_by_stage": {
        "method": "logistic",
        "exposure": "risk",
        "interaction": "stage",
        "covariates": ["age"],
    },
    "cox_firth": {"method": "cox", "exposure": "risk", "covariates": ["age"], "penalty": "firth"},
    "cox_by_stage": {"method": "cox", "exposure": "age", "interaction": "stage"},
    "fine_gray_by_stage": {"method": "fine_gray", "exposure": "risk", "interaction": "stage"},
    "logistic_along_age": {"method": "logistic", "exposure": "age", "spline": "auto"},
    "cox_along_age": {"method": "cox", "exposure": "age", "spline": 3},
    "stage_as_a_whole": {"method": "fine_gray", "exposure": "stage", "global_p": True},
    "roc": {"method": "roc", "marker": "risk", "compare": "crp"},
    "diagnostic_accuracy": {
        "method": "diagnostic_accuracy",
        "exposure": "risk",
        "positive": "high",
    },
    "proportion": {"method": "proportion", "exposure": "risk"},
    "reclassification": {"method": "reclassification", "exposure": "risk", "compare": "stage"},
    "proportional_odds": {
        "method": "proportional_odds",
        "exposure": "risk",
        "covariates": ["age"],
    },
    "paired_tests": {
        "method": "paired_tests",
        "exposure": "risk",
        "positive": "high",
        "compare": "stage",
        "compare_positive": "iii",
    },
    "correlation": {"method": "correlation", "exposure": "age", "compare": "crp"},
    "random_effects": {"method": "random_effects", "exposure": "risk"},
    "calibration": {"method": "calibration", "marker": "ht.points", "against": "any"},
    "calibration_at_a_time": {
        "method": "calibration",
        "marker": "ht.points",
        "against": "any",
        "time": 20,
        "endpoint": "relapse",
    },
    "net_benefit": {"method": "net_benefit", "marker": "ht.points", "thresholds": THRESHOLDS},
    "net_benefit_at_a_time": {
        "method": "net_benefit",
        "marker": "ht.points",
        "thresholds": THRESHOLDS,
        "time": 20,
        "endpoint": "relapse",
    },
    "centre_performance": {"method": "centre_performance", "marker": "crp", "exposure": "risk"},
    "internal_external": {"method": "internal_external", "covariates": ["crp"]},
    "internal_external_at_a_time": {
        "method": "internal_external",
        "covariates": ["crp"],
        "horizon": 20,
        "endpoint": "relapse",
    },
    "subgroup_performance": {
        "method": "subgroup_performance",
        "marker": "crp",
        "exposure": "risk",
        "positive": "high",
        "subgroups": ["stage"],
    },
    "time_performance": {
        "method": "time_performance",
        "marker": "crp",
        "exposure": "risk",
        "times": [20],
        "endpoint": "relapse",
    },
    "added_value": {"method": "added_value", "exposure": "crp", "covariates": ["risk"]},
    "missingness": {"method": "missingness", "score": "ht", "endpoints": ["response"]},
    "updating": {"method": "updating", "exposure": "crp", "covariates": ["age"]},
}
OF_KIND = {"time": "relapse", "yes or no": "response", "any": "response"}
for one in ANALYSES.values():
    kind = MODELS[one["method"]].facts.endpoint
    if kind in OF_KIND:
        one.setdefault("endpoint", OF_KIND[kind])


def cohort(n: int = 12, **columns: str) -> str:
    """Draw `n` patients; each column cycles through its values."""
    usual = {
        "centre": "a b c",
        "risk": "low high",
        "stage": "i ii iii",
        "age": "40 43 46 49 52 55 58",
        "crp": "0 7 3 10 6 2",
        "points": "0 3 1 2 4",
        "time": "10 15 20 25 30 12 17 22",
        "status": "0 1 2",
        "response": "0 0 1 1",
    }
    cycles = [({**usual, **columns})[name].split() for name in HEADER.split()]
    return HEADER + "\n".join(" ".join(c[i % len(c)] for c in cycles) for i in range(n))


COHORTS = {
    "as usual": cohort(),
    "no events": cohort(status="0", response="0"),
    "only competing events": cohort(status="2"),
    "only events": cohort(status="1", response="1"),
    "empty group": cohort(risk="low"),
    "empty reference": cohort(risk="high"),
    "one patient": cohort(1, status="1", response="1"),
    "one patient without the event": cohort(1, status="0", risk="high"),
    "two patients": cohort(2, status="1 0", response="1 0"),
    "separation": cohort(status="0 1", response="0 1"),
    "covariate missing in some": cohort(age="40 . 46 49", stage="i . ii iii ."),
    "covariate missing in all": cohort(age=".", stage=".", crp="."),
    "everything missing": cohort(
        risk=".", stage=".", age=".", crp=".", points=".", time=".", status=".", response="."
    ),
    "all alike": cohort(centre="a", risk="low", stage="i", age="50", crp="1", points="1"),
    "all on day 0": cohort(time="0"),
    "all on one day": cohort(time="7"),
    "one patient a centre": cohort(3),
}
QUANTILES = ("survival_time_quantile", "cumulative_incidence_time_quantile")


def silent(rows):
    """Rows without their number and without a word about it; a quantile may lie beyond the end."""
    without = rows["estimate"].isna() & ~rows["estimand"].isin(("hypothesis_test", *QUANTILES))
    without |= (rows["estimand"] == "hypothesis_test") & rows["p_value"].isna()
    return rows[without & (rows["condition"] == "")]


@pytest.fixture(scope="module")
def found(draw, plan_of):
    """Return the rows of every analysis of every cohort."""

    @functools.cache
    def of(drawn: str) -> dict[str, pd.DataFrame]:
        work = prepare(draw(COHORTS[drawn]), plan_of(ANALYSES))
        rows = {name: estimate_analysis(work, name) for name in ANALYSES}
        return {name: frame[frame["method"] != "evaluability"] for name, frame in rows.items()}

    return of


@pytest.mark.parametrize("drawn", COHORTS)
def test_every_method_runs_and_nothing_is_missing_without_a_word(found, drawn: str) -> None:
    for name, rows in found(drawn).items():
        assert len(rows), name
        assert silent(rows).empty, (name, silent(rows)[["estimand", "term", "group"]])


def test_every_method_of_patients_is_tried() -> None:
    elsewhere = {"registry", "sensitivity", "determinability"}
    assert {one["method"] for one in ANALYSES.values()} == MODELS.keys() - elsewhere


@pytest.mark.parametrize("drawn", COHORTS)
def test_a_method_estimates_what_it_declares(found, drawn: str) -> None:
    rows = pd.concat(found(drawn).values())
    for method, estimands in rows[rows["term"] != "analysed"].groupby("method")["estimand"]:
        assert set(estimands) <= {one.name for one in METHODS[method].estimands}, method


def said(rows: pd.DataFrame) -> set[str]:
    return {part for text in rows["condition"] for part in text.split("; ") if part}


@pytest.mark.parametrize(
    ("drawn", "words", "analyses"),
    [
        ("no events", "no events", "kaplan_meier log_rank cox cox_two_steps cause_specific_cox "
         "fine_gray rmst cumulative_incidence gray_test durations logistic logistic_two_steps roc "
         "diagnostic_accuracy random_effects paired_tests"),
        ("only events", "only events", "logistic logistic_adjusted roc diagnostic_accuracy"),
        ("empty group", "empty group", "kaplan_meier log_rank cox cox_adjusted fine_gray rmst "
         "cumulative_incidence logistic diagnostic_accuracy proportion"),
        ("empty group", "one group", "describe gray_test random_effects"),
        ("empty reference", "empty group", "kaplan_meier cox fine_gray logistic proportion"),
        ("one patient", "one patient", "describe kaplan_meier follow_up log_rank cox fine_gray "
         "rmst cumulative_incidence gray_test logistic roc diagnostic_accuracy proportion"),
        ("separation", "separation", "logistic logistic_adjusted"),
        ("separation", "monotone likelihood", "cox cause_specific_cox fine_gray cox_stratified"),
        ("separation", "zero cell", "diagnostic_accuracy paired_tests"),
        ("separation", "perfect discrimination", "roc"),
        ("covariate missing in all", "no patients", "cox_adjusted fine_gray_two_steps "
         "logistic_two_steps correlation"),
        ("everything missing", "no patients", "kaplan_meier log_rank cox fine_gray rmst roc "
         "logistic proportion diagnostic_accuracy reclassification"),
        ("all alike", "aliased covariate", "cox_adjusted cox_two_steps logistic_adjusted"),
        ("all alike", "constant variable", "roc correlation"),
        ("as usual", "fewer than 20 clusters", "cox_clustered fine_gray_clustered"),
        ("as usual", "horizon beyond follow-up", "kaplan_meier cumulative_incidence fine_gray"),
        ("as usual", "too few events per parameter", "cox_adjusted cox_two_steps"),
        ("no events", "median not reached", "kaplan_meier cumulative_incidence"),
        ("only events", "median not reached", "follow_up"),
    ],
)  # fmt: skip
def test_what_was_wrong_is_said(found, drawn: str, words: str, analyses: str) -> None:
    rows = found(drawn)
    assert [name for name in analyses.split() if words not in said(rows[name])] == []


def test_a_usual_cohort_gives_estimates(found) -> None:
    """The tests above are not passed by methods that never estimate anything."""
    without = {n for n, rows in found("as usual").items() if rows["estimate"].isna().all()}
    ranks = {"log_rank", "log_rank_late", "log_rank_stratified"}
    tests = {*ranks, "gray_test", "gray_test_stratified"}
    assert without == {*tests, "subgroup_performance"}, "subgroups of 4 patients are too small"


cells = {
    "centre": "abc",
    "risk": ["low", "high", "."],
    "stage": ["i", "ii", "iii", "."],
    "age": ["40", "50", "."],
    "crp": ["1", "2", "9"],
    "points": ["0", "2", "4", "."],
    "time": ["0", "1", "2", "5", "400"],
    "status": ["0", "1", "2", "."],
    "response": ["0", "1", "."],
}
lines = st.lists(st.tuples(*map(st.sampled_from, cells.values())).map(" ".join), max_size=9)


@given(lines=lines.filter(bool), analysis=st.sampled_from(sorted(ANALYSES)))
@settings(max_examples=50)
def test_no_cohort_stops_a_run(estimates, lines, analysis) -> None:
    assert silent(estimates(HEADER + "\n".join(lines), **ANALYSES[analysis])).empty
