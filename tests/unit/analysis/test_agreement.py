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


SAME, FAR = ("agrees", ""), ("differs", "")
NEAR = ("differs", "within the simulator's tolerance")


def verdicts(ours: pd.DataFrame, paper: pd.DataFrame, tolerances: Tolerances | None = None):
    """Verdict and reason of every quantity; claims apart."""
    found = compare_published(ours, paper, tolerances or Tolerances())
    found = found[found["quantity"] != "claim"]
    return found.set_index("quantity")[["verdict", "reason"]].apply(tuple, axis=1).to_dict()


def test_an_estimate_that_is_repeated_among_published_ones_counts_where_it_is_made() -> None:
    """Whatever the analyses are called: "a_registry" stands before "b_toxicity"."""
    made = estimates(0.73).assign(analysis="b_toxicity")
    repeated = made.assign(analysis="a_registry", condition="synthetic estimate not pooled")
    pooled = repeated.assign(method="registry")
    ours = conform("estimates", pd.concat([repeated, pooled, made]))
    found = compare_published(ours, published(0.73, "0.73", 2), Tolerances())
    assert found[["analysis", "condition", "verdict"]].to_numpy().tolist() == [
        ["b_toxicity", "", "agrees"]
    ]


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
    assert verdicts(estimates(0.749), published(0.73, "0.73", 2), two)["estimate"] == NEAR
    assert verdicts(estimates(0.7501), published(0.73, "0.73", 2), two)["estimate"] == FAR


def test_what_contradicts_other_print_is_judged_and_a_misprint_is_not_even_where_ours_is_equal():
    wrong = published(0.73, "0.73", 2, inconsistent="a misprint")
    for ours, verdict in ((0.6, "differs"), (0.73, "agrees")):
        found = compare_published(estimates(ours), wrong, Tolerances())
        assert found[["verdict", "inconsistent"]].to_numpy().tolist() == [[verdict, "a misprint"]]
        exempt = wrong.assign(exempt="estimate", p_value=0.04, printed="0.73 P=.04")
        assert verdicts(estimates(ours).assign(p_value=0.04), exempt) == {
            "estimate": ("exempt", "inconsistent in print: a misprint"),
            "p_value": ("agrees", ""),
        }
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
        (1.0, IN_INTERVAL, NEAR),
        (0.2, IN_INTERVAL, NEAR),
        (1.5, IN_INTERVAL, NEAR),
        (2.0, IN_INTERVAL, FAR),
        (0.1, IN_INTERVAL, FAR),
        (1.0, Tolerances(count=1), FAR),
    ],
)
def test_a_ratio_within_the_printed_interval_is_near_where_that_is_declared(
    ours, tolerance, verdict
) -> None:
    paper = published(math.log(2), "2.00 (1.22-4.48)", 2, **RATIO).assign(
        conf_low=0.2, conf_high=1.5
    )
    assert verdicts(estimates(ours).assign(**RATIO), paper, tolerance)["estimate"] == verdict
    alone = paper.assign(conf_high=None)
    found = verdicts(estimates(1.0).assign(**RATIO), alone, tolerance)
    assert found["estimate"] == FAR, "no whole interval"


@pytest.mark.parametrize(
    ("estimand", "printed", "ours", "verdict"),
    [
        ("median", 50.0, 50.4, SAME),
        ("median", 50.0, 52.5, NEAR),
        ("median", 50.0, 52.6, FAR),
        ("median", 50.0, 60.0, FAR),
        ("survival_time_quantile", 304.375, 319.5, SAME),
        ("survival_time_quantile", 304.375, 319.7, FAR),
    ],
)
def test_medians_may_differ_by_per_cent_of_what_is_printed(
    estimand, printed, ours, verdict
) -> None:
    what = {"estimand": estimand, "term": "age", "method": "describe"}
    paper = published(printed, f"{printed:.0f}" if estimand == "median" else "10 mo", 0, **what)
    five = Tolerances(median_percent=5)
    assert verdicts(estimates(ours).assign(**what), paper, five)["estimate"] == verdict


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
    assert verdicts(mine, paper) == {"estimate": SAME, "p_value": (verdict, "")}


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
        ({"estimand": "count"}, ("97", 0, 97.0), 92.0, {"count": 5}, NEAR),
        ({"estimand": "count"}, ("97", 0, 97.0), 91.0, {"count": 5}, FAR),
        ({"estimand": "count"}, ("97", 0, 97.0), 98.0, {}, FAR),
        (MEDIAN, ("10.0", 1, 304.375), 305.5, {}, SAME),
        (MEDIAN, ("10.0", 1, 304.375), 306.5, {}, FAR),
        ({"estimand": "log_likelihood_ratio_positive"}, ("2.0", 1, math.log(2)), math.log(2.5),
         {"likelihood_ratio": 0.5}, NEAR),
        ({"estimand": "log_likelihood_ratio_positive"}, ("2.0", 1, math.log(2)), math.log(2.6),
         {"likelihood_ratio": 0.5}, FAR),
        ({"estimand": "auc_difference"}, ("0.05", 2, 0.05), 0.0549, {}, SAME),
        ({"estimand": "auc_difference"}, ("0.05", 2, 0.05), 0.0551, {}, FAR),
        ({"estimand": "auc_difference"}, ("0.05", 2, 0.05), 0.069, {"percentage_points": 2}, NEAR),
        ({"estimand": "auc_difference"}, ("0.05", 2, 0.05), 0.071, {"percentage_points": 2}, FAR),
    ],
)  # fmt: skip
def test_decimals_and_tolerances_of_each_kind_of_number(
    what, printed, ours, tolerances, verdict
) -> None:
    text, decimals, value = printed
    paper = published(value, text, decimals, **what)
    mine = estimates(ours).assign(**what)
    assert verdicts(mine, paper, Tolerances(**tolerances))["estimate"] == verdict


def test_limits_and_p_values_are_judged_each_at_its_own_decimals_whatever_is_tolerated() -> None:
    paper = published(0.73, "0.73 (0.6-0.80) P<.001", 2).assign(
        conf_low=0.6, conf_high=0.8, p_value=0.001
    )
    mine = estimates(0.73).assign(conf_low=0.64, conf_high=0.806, p_value=0.047)
    wide = Tolerances(percentage_points=50)
    assert verdicts(mine, paper, wide) == {
        "estimate": SAME, "conf_low": SAME, "conf_high": FAR, "p_value": FAR,
    }  # fmt: skip
    assert verdicts(mine.assign(p_value=0.0009), paper)["p_value"] == SAME
    missing = ("not comparable", "the study's estimate has no such number")
    assert verdicts(mine.assign(p_value=None), paper)["p_value"] == missing
    endless = mine.assign(conf_low=None, condition="limits not finite")
    assert verdicts(endless, paper)["conf_low"] == ("differs", "not estimable, or not reached")


def test_printed_ours_and_difference_are_in_one_unit_at_the_printed_decimals() -> None:
    """0.15 prints as 0.2 or, to even, as 0.2: no difference of -0.1 beside "0.2 and 0.2"."""
    value = {"estimand": "median", "term": "anc", "method": "describe"}
    for ours, text, expected in (
        (0.15, "0.2", [0.2, 0.2, 0.0]),
        (0.26, "0.2", [0.2, 0.26, 0.1]),
        (51.7, "1.6 mo", [48.7 / 30.4375, 51.7 / 30.4375, 0.1]),
    ):
        number = 48.7 if "mo" in text else 0.2
        paper = published(number, text, 1, **value)
        found = compare_published(estimates(ours).assign(**value), paper, Tolerances()).iloc[0]
        assert found[["published", "ours", "difference"]].tolist() == pytest.approx(expected)
    ratio = published(math.log(2), "2.00", 2, **RATIO)
    found = compare_published(estimates(math.log(3)).assign(**RATIO), ratio, Tolerances()).iloc[0]
    assert found[["published", "ours", "difference"]].tolist() == pytest.approx([2, 3, 1])


def test_a_number_derived_from_print_is_told_apart_and_what_is_exempt_has_no_difference() -> None:
    derived = published(73.0, "47%", 0, estimand="count")
    found = compare_published(estimates(73.0).assign(estimand="count"), derived, Tolerances())
    assert found["token"].isna().all()
    assert found["verdict"].tolist() == ["agrees"]
    exempt = derived.assign(exempt="estimate", inconsistent="why")
    found = compare_published(estimates(80.0).assign(estimand="count"), exempt, Tolerances())
    assert found["difference"].isna().all()


@pytest.mark.parametrize(
    ("printed", "ours", "verdict"),
    [
        # printed: ratio, limits, P; ours: ratio, limits, P
        ((1.91, 1.29, 2.81, 0.0005), (1.52, 1.02, 2.27, 0.041), "confirmed"),
        ((1.91, 1.29, 2.81, 0.0005), (0.52, 0.32, 0.87, 0.041), "contradicted"),
        ((3.39, 1.3, 9.0, 0.01), (1.2, 0.6, 2.4, 0.6), "contradicted"),
        ((1.91, 1.29, 2.81, 0.0005), (1.52, 0.9, 2.5, 0.12), "compatible, not confirmed"),
        ((1.91, 1.29, 2.81, None), (1.52, 1.02, 2.27, 0.041), "confirmed"),
        ((1.91, 0.9, 4.0, None), (1.52, 1.02, 2.27, 0.041), "contradicted"),
        ((1.2, 0.8, 1.9, 0.4), (1.52, 0.9, 2.5, 0.12), "compatible"),
        ((1.2, 0.8, 1.9, 0.05), (1.52, 1.02, 2.27, 0.041), "contradicted"),
    ],
)
def test_a_printed_claim_is_confirmed_contradicted_or_compatible(printed, ours, verdict) -> None:
    columns = ("estimate", "conf_low", "conf_high", "p_value")

    def values(numbers):
        logs = [math.log(value) for value in numbers[:3]]
        return dict(zip(columns, [*logs, numbers[3]], strict=True))

    text = "{:g} ({:g}-{:g}) P={}".format(*printed)
    paper = published(0.0, text, 2, **RATIO).assign(**values(printed))
    mine = estimates(0.0).assign(**RATIO, **values(ours))
    found = compare_published(mine, paper, Tolerances())
    claims = found[found["quantity"] == "claim"]["verdict"].tolist()
    assert claims == [verdict]


@pytest.mark.parametrize(
    ("high", "p", "verdict"),
    [
        (0.5, 0.01, "confirmed"),
        (0.9, 0.01, "contradicted"),
        (0.5, 0.2, "compatible, not confirmed"),
    ],
)
def test_a_test_has_the_side_of_the_groups_printed_before_it(high, p, verdict) -> None:
    groups = {"estimand": "survival", "method": "kaplan_meier", "term": "", "time": 365.0}
    test = {"estimand": "hypothesis_test", "method": "log_rank"}
    paper = pd.concat(
        [
            published(0.78, "78", 0, group="low", **groups),
            published(0.62, "62", 0, group="high", **groups),
            published(float("nan"), "P=.003", 3, **test).assign(p_value=0.003),
        ]
    )
    ours = [
        estimates(0.8).assign(group="low", **groups),
        estimates(high).assign(group="high", **groups),
        estimates(float("nan")).assign(**test, p_value=p),
    ]
    found = compare_published(conform("estimates", pd.concat(ours)), paper, Tolerances())
    assert found[found["quantity"] == "claim"]["verdict"].tolist() == [verdict]
    alone = compare_published(conform("estimates", ours[2]), paper.iloc[2:], Tolerances())
    told = alone[alone["quantity"] == "claim"]["verdict"].tolist()
    assert told == ["compatible, not confirmed"], "no side, so nothing is confirmed"


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
    assert synthetic["reason"] == NEAR[1]
    assert bool(synthetic["simulated"])
    assert not found["simulated"]
