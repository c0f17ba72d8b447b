"""Published numbers beside ours: as printed, within the tolerance, or not comparable."""

import math

import pandas as pd
import pytest

from hematotox.analysis import compare_published
from hematotox.contracts import TABLES, conform
from hematotox.declarations.study.published import PRINTED_COLUMNS, Tolerances

COLUMNS = list(TABLES["estimates"].columns)
SHARED = {"study": "s", "population": "ht", "endpoint": "late", "method": "roc", "estimand": "auc",
          "term": "ht.points"}  # fmt: skip


def estimates(value: float) -> pd.DataFrame:
    row = {**SHARED, "source": "synthetic", "analysis": "a", "estimate": value, "n": 100}
    return conform("estimates", pd.DataFrame([row], columns=COLUMNS))


def published(value: float, printed: str, decimals: int, **more: str) -> pd.DataFrame:
    row = {**SHARED, "source": "published", "estimate": value, "printed": printed,
           "decimals": str(decimals), "place": "abstract", "certainty": "A", "inconsistent": "",
           **more}  # fmt: skip
    frame = pd.DataFrame([row], columns=[*COLUMNS, *PRINTED_COLUMNS])
    text = [name for name, rule in TABLES["estimates"].columns.items() if rule.type == "text"]
    return frame.assign(**{name: frame[name].fillna("") for name in text})


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [(0.7349, "agrees"), (0.7351, "differs"), (0.7249, "differs"), (0.55, "differs")],
)
def test_an_area_printed_as_a_fraction_is_judged_at_its_two_decimals(ours, verdict) -> None:
    found = compare_published(estimates(ours), published(0.73, "0.73", 2), Tolerances())
    assert found["verdict"].tolist() == [verdict]


def test_an_area_printed_as_a_percentage_is_judged_at_its_decimals() -> None:
    found = compare_published(estimates(0.6246), published(0.625, "62.5", 1), Tolerances())
    assert found["verdict"].tolist() == ["agrees"]
    found = compare_published(estimates(0.6241), published(0.625, "62.5", 1), Tolerances())
    assert found["verdict"].tolist() == ["differs"]


def test_the_tolerance_is_in_percentage_points() -> None:
    two = Tolerances(percentage_points=2)
    assert compare_published(estimates(0.749), published(0.73, "0.73", 2), two)[
        "reason"
    ].tolist() == ["within the tolerance"]
    outside = compare_published(estimates(0.7501), published(0.73, "0.73", 2), two)
    assert outside["verdict"].tolist() == ["differs"]


def test_what_is_inconsistent_or_unverified_is_exempt_and_says_why() -> None:
    wrong = published(0.73, "0.73", 2, inconsistent="it is that of the points")
    found = compare_published(estimates(0.6), wrong, Tolerances())
    assert found[["verdict", "reason"]].to_numpy().tolist() == [
        ["exempt", "inconsistent in print: it is that of the points"]
    ]
    unverified = compare_published(
        estimates(0.6), published(0.73, "0.73", 2, certainty="M"), Tolerances()
    )
    assert unverified["verdict"].tolist() == ["exempt"]


def test_a_number_without_an_estimate_is_not_comparable() -> None:
    other = published(0.73, "0.73", 2, term="ht.group")
    found = compare_published(estimates(0.73), other, Tolerances())
    assert found["verdict"].tolist() == ["not comparable"]


def test_a_paper_without_numbers_yet_gives_an_empty_table() -> None:
    nothing = published(0.73, "0.73", 2).iloc[:0]
    found = compare_published(estimates(0.7), nothing, Tolerances())
    assert found.empty
    assert list(found.columns) == list(TABLES["agreement"].columns)


RATIO = {"estimand": "log_odds_ratio", "term": "ht.group", "method": "logistic"}
IN_INTERVAL = Tolerances(ratio_within_interval=True)


@pytest.mark.parametrize(
    ("ours", "tolerance", "verdict"),
    [
        (1.0, IN_INTERVAL, "agrees"),
        (0.2, IN_INTERVAL, "agrees"),
        (1.5, IN_INTERVAL, "agrees"),
        (2.0, IN_INTERVAL, "differs"),
        (0.1, IN_INTERVAL, "differs"),
        (1.0, Tolerances(count=1), "differs"),
    ],
)
def test_a_ratio_within_the_printed_interval_agrees_where_that_is_declared(
    ours, tolerance, verdict
) -> None:
    paper = published(math.log(2), "2.00 (1.22-4.48)", 2, **RATIO).assign(
        conf_low=0.2, conf_high=1.5
    )
    found = compare_published(estimates(ours).assign(**RATIO), paper, tolerance)
    by = found.set_index("quantity")["verdict"]
    assert by["estimate"] == verdict
    alone = paper.assign(conf_high=None)
    found = compare_published(estimates(1.0).assign(**RATIO), alone, tolerance)
    assert found.set_index("quantity")["verdict"]["estimate"] == "differs", "no whole interval"


@pytest.mark.parametrize(
    ("estimand", "printed", "ours", "verdict"),
    [
        ("median", 50.0, 52.5, "agrees"),
        ("median", 50.0, 52.6, "differs"),
        ("median", 50.0, 60.0, "differs"),
        ("survival_time_quantile", 304.375, 319.5, "agrees"),
        ("survival_time_quantile", 304.375, 319.7, "differs"),
    ],
)
def test_medians_may_differ_by_per_cent_of_what_is_printed(
    estimand, printed, ours, verdict
) -> None:
    what = {"estimand": estimand, "term": "age", "method": "describe"}
    paper = published(printed, f"{printed:g}", 0, **what)
    found = compare_published(estimates(ours).assign(**what), paper, Tolerances(median_percent=5))
    assert found["verdict"].tolist() == [verdict]


@pytest.mark.parametrize(
    ("printed", "p", "ours", "verdict"),
    [
        ("OR 2.0, P=.02", 0.02, 0.024, "agrees"),
        ("OR 2.0, P=.02", 0.02, 0.026, "differs"),
        ("OR 2.0, P=.02", 0.02, 0.034, "differs"),
        ("OR 2.0, P=.020", 0.02, 0.0204, "agrees"),
        ("OR 2.0, P=.020", 0.02, 0.0206, "differs"),
        ("OR 2.0, P<.001", 0.001, 0.0009, "agrees"),
        ("OR 2.0, P<.001", 0.001, 0.001, "differs"),
    ],
)
def test_a_p_value_is_judged_at_its_own_decimals(printed, p, ours, verdict) -> None:
    paper = published(math.log(2), printed, 1, **RATIO).assign(p_value=p)
    mine = estimates(math.log(2)).assign(**RATIO, p_value=ours)
    by = compare_published(mine, paper, Tolerances()).set_index("quantity")["verdict"]
    assert by.to_dict() == {"estimate": "agrees", "p_value": verdict}


def verdicts(ours: pd.DataFrame, paper: pd.DataFrame, tolerances: Tolerances | None = None):
    found = compare_published(ours, paper, tolerances or Tolerances())
    return found.set_index("quantity")[["verdict", "reason"]].apply(tuple, axis=1).to_dict()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("population", "all"), ("subgroup", "sex=male"), ("centre", "a"), ("endpoint", "early"),
        ("method", "logistic"), ("landmark", 100.0), ("adjustment", "multivariable: age"),
        ("group", "high"), ("comparator", "simple_ht"), ("term", "ht.group"), ("time", 365.0),
        ("estimand", "auc_difference"),
    ],
)  # fmt: skip
def test_a_number_is_compared_with_the_same_estimate_only(column, value) -> None:
    paper = published(0.73, "0.73", 2)
    assert verdicts(estimates(0.73), paper)["estimate"] == ("agrees", "")
    other = estimates(0.73).assign(**{column: value})
    nothing = ("not comparable", "the study has no such estimate")
    assert verdicts(other, paper)["estimate"] == nothing
    assert verdicts(other, paper.assign(**{column: value}))["estimate"] == ("agrees", "")


@pytest.mark.parametrize("column", ["reference", "test", "score"])
def test_reference_test_and_score_must_fit_where_the_paper_tells_them(column) -> None:
    paper = published(0.73, "0.73", 2, **{column: "wald"})
    for own, verdict in (("wald", "agrees"), ("", "agrees"), ("other", "not comparable")):
        ours = estimates(0.73).assign(**{column: own})
        assert verdicts(ours, paper)["estimate"][0] == verdict, own
    assert verdicts(estimates(0.73).assign(**{column: "other"}), published(0.73, "0.73", 2))[
        "estimate"
    ] == ("agrees", "")


@pytest.mark.parametrize(("second", "verdict"), [(0.73, "agrees"), (0.74, "not comparable")])
def test_an_estimate_of_two_analyses_counts_if_both_are_equal(second, verdict) -> None:
    both = pd.concat([estimates(0.73), estimates(second).assign(analysis="b")], ignore_index=True)
    assert verdicts(both, published(0.73, "0.73", 2))["estimate"][0] == verdict


MEDIAN = {"estimand": "survival_time_quantile", "method": "kaplan_meier", "term": "0.5"}


@pytest.mark.parametrize(
    ("ours", "condition", "expected"),
    [
        (float("nan"), "median not reached", ("agrees", "")),
        (304.0, "", ("differs", "")),
        (float("nan"), "no patients", ("not comparable", "no patients")),
    ],
)
def test_a_median_printed_as_not_reached(ours, condition, expected) -> None:
    paper = published(float("nan"), "NR", 1, **MEDIAN)
    mine = estimates(ours).assign(**MEDIAN, condition=condition)
    assert verdicts(mine, paper) == {"estimate": expected}


@pytest.mark.parametrize(
    "condition", ["did not converge", "no patients", "not estimable", "monotone likelihood"]
)
def test_an_estimate_that_is_none_is_not_compared(condition) -> None:
    mine = estimates(0.73).assign(condition=condition)
    assert verdicts(mine, published(0.73, "0.73", 2))["estimate"] == ("not comparable", condition)
    nothing = estimates(float("nan")).assign(condition="separation")
    assert verdicts(nothing, published(0.73, "0.73", 2))["estimate"] == (
        "differs",
        "not estimable, or not reached",
    )


@pytest.mark.parametrize(
    ("what", "printed", "ours", "tolerances", "verdict"),
    [
        ({"estimand": "count"}, ("97", 0, 97.0), 92.0, {"count": 5}, "agrees"),
        ({"estimand": "count"}, ("97", 0, 97.0), 91.0, {"count": 5}, "differs"),
        ({"estimand": "count"}, ("97", 0, 97.0), 98.0, {}, "differs"),
        (MEDIAN, ("10.0", 1, 304.375), 305.5, {}, "agrees"),
        (MEDIAN, ("10.0", 1, 304.375), 306.5, {}, "differs"),
        ({"estimand": "log_likelihood_ratio_positive"}, ("2.0", 1, math.log(2)), math.log(2.5),
         {"likelihood_ratio": 0.5}, "agrees"),
        ({"estimand": "log_likelihood_ratio_positive"}, ("2.0", 1, math.log(2)), math.log(2.6),
         {"likelihood_ratio": 0.5}, "differs"),
        ({"estimand": "auc_difference"}, ("0.05", 2, 0.05), 0.0549, {}, "agrees"),
        ({"estimand": "auc_difference"}, ("0.05", 2, 0.05), 0.0551, {}, "differs"),
        ({"estimand": "auc_difference"}, ("0.05", 2, 0.05), 0.069, {"percentage_points": 2},
         "agrees"),
        ({"estimand": "auc_difference"}, ("0.05", 2, 0.05), 0.071, {"percentage_points": 2},
         "differs"),
    ],
)  # fmt: skip
def test_decimals_and_tolerances_of_each_kind_of_number(
    what, printed, ours, tolerances, verdict
) -> None:
    text, decimals, value = printed
    paper = published(value, text, decimals, **what)
    mine = estimates(ours).assign(**what)
    assert verdicts(mine, paper, Tolerances(**tolerances))["estimate"][0] == verdict


def test_limits_and_p_values_are_shown_where_tolerances_are_declared() -> None:
    paper = published(0.73, "0.73 (0.60-0.80)", 2).assign(conf_low=0.6, conf_high=0.8, p_value=0.02)
    mine = estimates(0.73).assign(conf_low=0.5, conf_high=0.8, p_value=0.5)
    told = ("exempt", "limits and p-values are compared, not required")
    assert verdicts(mine, paper, Tolerances(count=1)) == {
        "estimate": ("agrees", ""), "conf_low": told, "conf_high": ("agrees", ""), "p_value": told,
    }  # fmt: skip
    assert verdicts(mine, paper)["conf_low"] == ("differs", "")


def test_a_comparison_says_both_numbers_and_their_difference() -> None:
    found = compare_published(estimates(0.75), published(0.73, "0.73", 2), Tolerances()).iloc[0]
    assert found[["analysis", "place", "printed"]].tolist() == ["a", "abstract", "0.73"]
    assert found[["published", "ours", "difference"]].tolist() == pytest.approx([0.73, 0.75, 0.02])
    assert found["estimate_id"]


REAL_CASES = [("auc", "not within", 0.749, "differs"), ("count", "counts", 96.0, "not comparable")]


@pytest.mark.parametrize(("estimand", "what", "ours", "verdict"), REAL_CASES)
def test_real_patients_are_another_cohort(estimand, what, ours, verdict) -> None:
    """No tolerance that was made for synthetic patients, and no verdict on how many they are."""
    theirs = {"estimand": estimand, "source": "real"}
    mine = estimates(ours).assign(**theirs)
    printed = {"auc": (0.73, "0.73", 2), "count": (97.0, "97", 0)}[estimand]
    wide = Tolerances(percentage_points=2, count=5)
    paper = published(*printed, estimand=estimand)
    found = compare_published(mine, paper, wide).iloc[0]
    assert found["verdict"] == verdict, what
    assert found["reason"] == ("another cohort" if estimand == "count" else "")
    synthetic = compare_published(mine.assign(source="synthetic"), paper, wide).iloc[0]
    assert synthetic["reason"] == "within the tolerance"
