"""A study's estimate among published ones: who is shown, who is pooled, by which model."""

import math

import numpy as np
import pandas as pd
import pytest

from hematotox.analysis import estimate
from hematotox.contracts import Cohort
from hematotox.declarations.study.registry import PublishedValidation
from hematotox.stats.binary.firth import firth
from hematotox.stats.synthesis.partly_counted import partly_counted
from hematotox.stats.synthesis.random_effects import random_effects

COUNTS = ("n_event_high", "n_high", "n_event_low", "n_low")
# 24 patients: high 8 of 12 with the endpoint, low 3 of 12
GROUPS = [("high", "1", 8), ("high", "0", 4), ("low", "1", 3), ("low", "0", 9)]
OWN = math.log(8 * 9 / (4 * 3))
OWN_VARIANCE = 1 / 8 + 1 / 4 + 1 / 3 + 1 / 9


@pytest.fixture
def cohort(draw) -> Cohort:
    lines = [f"{g} {o} {2 if g == 'high' else 0}" for g, o, n in GROUPS for _ in range(n)]
    return draw("risk response points\n" + "\n".join(lines))


def real(cohort: Cohort) -> Cohort:
    return Cohort(
        population=cohort.population.assign(source="real"), attrition=cohort.attrition,
        baseline=cohort.baseline, grades=cohort.grades, endpoints=cohort.endpoints,
        scores=cohort.scores,
    )  # fmt: skip


def published(cohort: str, *ratio: float, counts: tuple = (), **settings) -> PublishedValidation:
    numbers = dict(zip(("estimate", "conf_low", "conf_high"), map(math.log, ratio), strict=False))
    shared = {"citation_key": cohort.upper(), "cohort": cohort, "endpoint_definition": "late",
              "score": "ht", "term": "ht.group", "estimand": "log_odds_ratio",
              "certainty": "T"}  # fmt: skip
    return PublishedValidation(**{**shared, **numbers, **dict(zip(COUNTS, counts, strict=False)),
                                  **settings})  # fmt: skip


@pytest.fixture
def among(plan_of):
    """Rows of the registry analysis of a cohort among published estimates."""

    def of(cohort: Cohort, *registry: PublishedValidation, analysis: dict | None = None, **more):
        analyses = {
            "odds": analysis or {"method": "logistic", "endpoint": "response", "exposure": "risk"},
            "among": {"method": "registry", "of": "odds", "definition": "late", **more},
        }
        plan = plan_of(analyses).model_copy(update={"registry": registry})
        return estimate(cohort, plan)["among"]

    return of


def summary(rows: pd.DataFrame, estimand: str = "log_odds_ratio") -> pd.Series:
    (row,) = [r for _, r in rows.iterrows()
              if r["population"] == "summary" and r["estimand"] == estimand]  # fmt: skip
    return row


def interval(log: float, variance: float) -> tuple[float, ...]:
    reach = 1.959963984540054 * math.sqrt(variance)
    return tuple(math.exp(log + k * reach) for k in (0, -1, 1))


def test_the_summary_is_that_of_the_published_and_of_our_own(cohort, among) -> None:
    rows = among(real(cohort), published("a", *interval(1.0, 0.2)), published("b", 2.0, 1.0, 4.0))
    expected = random_effects(
        estimate=[1.0, math.log(2), OWN],
        variance=[0.2, (math.log(4) / (2 * 1.959963984540054)) ** 2, OWN_VARIANCE],
    )
    found = summary(rows)
    assert rows["population"].tolist()[:3] == ["a", "b", "all"]
    assert found["method"] == "random_effects"
    assert found["estimate"] == pytest.approx(expected.estimate, rel=1e-12)
    assert found["conf_low"] == pytest.approx(expected.conf_low, rel=1e-12)
    assert (found["n"], found["conf_method"]) == (3, "hartung-knapp")
    assert summary(rows, "tau2")["estimate"] == pytest.approx(expected.tau2, abs=1e-12)
    assert "fewer than five studies" in found["condition"]
    assert "prediction" not in set(rows["estimand"])


def test_a_synthetic_estimate_is_shown_and_not_pooled(cohort, among) -> None:
    others = [published("a", *interval(1.0, 0.2)), published("b", *interval(0.4, 0.1))]
    rows = among(cohort, *others)
    own = rows[rows["population"] == "all"].iloc[0]
    assert own["estimate"] == pytest.approx(OWN)
    assert own["condition"] == "synthetic estimate not pooled"
    expected = random_effects(estimate=[1.0, 0.4], variance=[0.2, 0.1])
    assert summary(rows)["estimate"] == pytest.approx(expected.estimate, rel=1e-9)
    assert summary(rows)["n"] == 2


@pytest.mark.parametrize(
    ("settings", "condition"),
    [
        ({"aside": "training"}, "training set not pooled"),
        ({"aside": "whole"}, "whole not pooled"),
        ({"inconsistent": "the estimate equals its limit"}, "inconsistent in print"),
        ({"conf_low": None, "conf_high": None}, "no interval in print"),
    ],
)
def test_what_is_shown_and_not_pooled_says_why(cohort, among, settings, condition) -> None:
    aside = published("x", 9.0, 3.0, 27.0).model_copy(update=settings)
    kept = published("a", *interval(1.0, 0.2))
    rows = among(real(cohort), aside, kept)
    assert rows[rows["population"] == "x"].iloc[0]["condition"] == condition
    assert summary(rows)["estimate"] == summary(among(real(cohort), kept))["estimate"]


def test_nothing_of_another_definition_score_measure_or_marker_enters(cohort, among) -> None:
    others = [
        published("a", 9.0, 3.0, 27.0, endpoint_definition="early"),
        published("b", 9.0, 3.0, 27.0, score="simple_ht"),
        published("c", 9.0, 3.0, 27.0, estimand="log_hazard_ratio"),
        published("d", 9.0, 3.0, 27.0, term="ht.points"),
        published("e", 9.0, 3.0, 27.0),
    ]
    rows = among(real(cohort), *others, reproduces=["E"])
    assert set(rows["population"]) == {"all", "summary"}
    assert summary(rows)["condition"] == "one study"
    assert pd.isna(summary(rows)["estimate"])


def test_a_zero_cell_takes_the_exact_likelihood_and_nothing_is_added(cohort, among) -> None:
    zero = published("us", counts=(12, 41, 0, 59))
    told = published("nl", *interval(1.08, 0.18))
    rows = among(real(cohort), zero, told)
    expected = partly_counted(
        tables=[[12, 41, 0, 59], [8, 12, 3, 12]], estimate=[1.08], variance=[0.18]
    )
    found = summary(rows)
    assert (found["method"], found["n"]) == ("binomial_normal", 3)
    assert found["estimate"] == pytest.approx(expected.estimate, rel=1e-7)
    assert found["conf_high"] == pytest.approx(expected.conf_high, rel=1e-7)
    shown = rows[rows["population"] == "us"].iloc[0]
    outcome, high = np.repeat([1, 0, 0], [12, 29, 59]), np.repeat([1, 1, 0], [12, 29, 59])
    same = firth(outcome=outcome, covariates=high)  # as a model of these patients would say
    for column in ("estimate", "conf_low", "conf_high"):
        assert shown[column] == pytest.approx(getattr(same, column)[1], rel=1e-6)
    assert (shown["conf_method"], shown["condition"]) == ("profile penalised", "zero cell")


def test_five_cohorts_have_a_prediction_interval(cohort, among) -> None:
    others = [published(name, *interval(log, 0.1)) for name, log in
              (("a", 0.2), ("b", 1.4), ("c", 0.9), ("d", 1.9))]  # fmt: skip
    rows = among(real(cohort), *others)
    found = summary(rows, "prediction")
    assert found["term"] == "log_odds_ratio"
    assert found["conf_low"] < summary(rows)["conf_low"]
    assert "fewer than five studies" not in summary(rows)["condition"]
    assert 0 < summary(rows, "i2")["estimate"] < 1


def test_adjusted_and_unadjusted_together_are_said(cohort, among) -> None:
    adjusted = published("a", *interval(1.0, 0.2), adjustment="age")
    assert "adjustments differ" in summary(among(real(cohort), adjusted))["condition"]


def test_sensitivity_and_specificity_have_one_bivariate_summary(cohort, among) -> None:
    accuracy = {"method": "diagnostic_accuracy", "endpoint": "response", "exposure": "risk",
                "positive": "high"}  # fmt: skip
    tables = {"a": (20, 50, 3, 63), "b": (14, 47, 3, 56)}
    registry = [
        published(name, counts=counts, estimand=estimand)
        for estimand in ("sensitivity", "specificity")
        for name, counts in tables.items()
    ]
    rows = among(real(cohort), *registry, analysis=accuracy)
    assert summary(rows, "sensitivity")["method"] == "bivariate"
    assert summary(rows, "specificity")["n"] == 3
    shown = rows[(rows["population"] == "a") & (rows["estimand"] == "sensitivity")].iloc[0]
    assert shown["estimate"] == pytest.approx(20 / 23)
    without = among(cohort, *registry, analysis=accuracy)
    assert pd.isna(summary(without, "sensitivity")["estimate"])  # two tables are too few


def test_an_area_is_pooled_as_log_odds_and_stays_below_one(cohort, among) -> None:
    roc = {"method": "roc", "endpoint": "response", "marker": "risk"}
    registry = [
        published("a", counts=(20, 50, 3, 63), estimand="auc"),
        published("b", counts=(14, 47, 3, 56), estimand="auc"),
        published("c", estimand="auc", estimate=0.9),
    ]
    rows = among(real(cohort), *registry, analysis=roc)
    assert rows[rows["population"] == "c"].iloc[0]["condition"] == "no interval in print"
    found = summary(rows, "auc")
    assert found["n"] == 3
    assert 0.5 < found["conf_low"] < found["estimate"] < found["conf_high"] < 1


def test_of_an_analysis_by_centre_only_the_named_centres_take_part(draw, among) -> None:
    lines = [f"{c} {g} {o}" for c in ("x", "y", "z") for g, o, n in GROUPS for _ in range(n)]
    cohort = real(draw("centre risk response\n" + "\n".join(lines)))
    by_centre = {"method": "logistic", "endpoint": "response", "exposure": "risk", "by": "centre"}
    rows = among(cohort, published("a", 2.0, 1.0, 4.0), analysis=by_centre, centres=["x", "y"])
    assert rows[rows["population"] == "all"]["centre"].tolist() == ["x", "y"]
    assert summary(rows)["n"] == 3
