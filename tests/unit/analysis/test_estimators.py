"""Each method on a cohort small enough for pencil and paper."""

import math

import pytest

RELAPSE = """
risk  time  status
low   2     1
low   3     0
low   5     2
low   8     1
high  1     1
high  4     1
high  6     0
"""
RESPONSE = "risk response\n" + "\n".join(
    ["high 1"] * 6 + ["high 0"] * 2 + ["low 1"] * 3 + ["low 0"] * 9
)


def values(rows, estimand: str, column: str = "estimate", **where: object) -> list:
    chosen = rows[rows["estimand"] == estimand]
    for name, value in where.items():
        chosen = chosen[chosen[name] == value]
    return chosen[column].tolist()


def test_kaplan_meier(estimates) -> None:
    """Low risk: events on days 2 and 8, 4 and 1 at risk; day 5 competes and is censored."""
    rows = estimates(
        RELAPSE, method="kaplan_meier", endpoint="relapse", exposure="risk", times=[2, 7]
    )
    low = rows[rows["group"] == "low"]
    assert values(low, "survival_curve", "time") == [0, 2, 3, 5, 8]
    assert values(low, "survival_curve") == [1, 0.75, 0.75, 0.75, 0]
    assert values(low, "survival_curve", "n_at_risk") == [4, 4, 3, 2, 1]
    assert values(low, "survival_curve", "n_event") == [0, 1, 0, 0, 1]
    assert values(low, "survival") == [0.75, 0.75]
    assert values(low, "survival", "n_at_risk") == [4, 1], "on day 2 all four are still at risk"
    assert set(low["n"]) == {4}
    assert values(low, "survival_time_quantile", term="0.5") == [8]
    greenwood = 0.75 * math.sqrt(1 / (4 * 3))
    assert values(low, "survival", "std_error")[0] == pytest.approx(greenwood)


def test_follow_up_is_the_reverse(estimates) -> None:
    """Censored on days 3, 5 and 6 of 7 patients: 4/5, then 4/5*2/3... crosses half on day 6."""
    rows = estimates(RELAPSE, method="follow_up", endpoint="relapse")
    assert values(rows, "survival_time_quantile") == [6]
    assert rows["n_event"].tolist() == [4], "events of interest, not censorings"


def test_cumulative_incidence(estimates) -> None:
    """Low risk: relapse on day 2 (1/4); death on day 5 (3/4 * 1/2); relapse on day 8."""
    rows = estimates(
        RELAPSE, method="cumulative_incidence", endpoint="relapse", exposure="risk", times=[7, 8]
    )
    low = rows[rows["group"] == "low"]
    assert values(low, "cumulative_incidence", term="relapse") == pytest.approx([0.25, 0.625])
    assert values(low, "cumulative_incidence", term="death") == pytest.approx([0.375, 0.375])
    assert values(low, "cumulative_incidence_time_quantile", term="relapse") == [8]
    steps = low[low["estimand"] == "cumulative_incidence_curve"]
    assert steps[steps["term"] == "death"]["n_event"].tolist() == [0, 0, 0, 1, 0]


def test_restricted_mean(estimates) -> None:
    """Area under the curve up to day 6: low 2 + 4*0.75; high 1 + 3*2/3 + 2*1/3."""
    rows = estimates(RELAPSE, method="rmst", endpoint="relapse", exposure="risk", horizon=6)
    assert values(rows, "restricted_mean_survival_time") == pytest.approx([5, 1 + 2 + 2 / 3])
    difference = rows[rows["estimand"] == "restricted_mean_survival_time_difference"].iloc[0]
    assert (difference["group"], difference["comparator"]) == ("high", "low")
    assert difference["estimate"] == pytest.approx(3 + 2 / 3 - 5)


def test_log_rank(estimates) -> None:
    """Days 1, 2, 4, 8: of 7, 6, 4, 1 at risk are 3, 2, 2, 0 of high risk; observed 2."""
    rows = estimates(RELAPSE, method="log_rank", endpoint="relapse", exposure="risk")
    expected = 3 / 7 + 2 / 6 + 2 / 4
    variance = 3 * 4 / 49 + 2 * 4 / 36 + 2 * 2 / 16
    assert rows["statistic"].tolist() == pytest.approx([(2 - expected) ** 2 / variance])
    assert rows["df"].tolist() == [1]
    assert rows["n_event"].tolist() == [4]


def test_gray_test_has_a_row_a_cause(estimates) -> None:
    rows = estimates(RELAPSE, method="gray_test", endpoint="relapse", exposure="risk")
    assert rows["term"].tolist() == ["relapse", "death"]
    assert rows["n_event"].tolist() == [4, 1]


def test_cox_solves_its_partial_likelihood(estimates) -> None:
    """One event a day: the score, sum of (x - weighted mean of those at risk), is zero."""
    rows = estimates(RELAPSE, method="cox", endpoint="relapse", exposure="risk")
    hazard_ratio = math.exp(values(rows, "log_hazard_ratio")[0])
    at_risk = [(1, 3, 4), (0, 2, 4), (1, 2, 2), (0, 0, 1)]  # event of high risk; high, low at risk
    score = sum(x - h * hazard_ratio / (h * hazard_ratio + low) for x, h, low in at_risk)
    assert score == pytest.approx(0, abs=1e-9)
    row = rows[rows["estimand"] == "log_hazard_ratio"].iloc[0]
    assert (row["term"], row["group"], row["reference"]) == ("risk", "high", "low")
    assert row["conf_high"] - row["estimate"] == pytest.approx(1.959963984540054 * row["std_error"])


def test_cause_specific_cox_equals_cox_of_the_event(estimates) -> None:
    cox = estimates(RELAPSE, method="cox", endpoint="relapse", exposure="risk")
    same = estimates(RELAPSE, method="cause_specific_cox", endpoint="relapse", exposure="risk")
    assert values(cox, "log_hazard_ratio") == values(same, "log_hazard_ratio")
    assert set(same["method"]) == {"cause_specific_cox"}


def test_fine_gray_without_competing_events_is_cox(estimates) -> None:
    text = RELAPSE.replace("5     2", "5     0")
    cox = estimates(text, method="cox", endpoint="relapse", exposure="risk")
    fine_gray = estimates(text, method="fine_gray", endpoint="relapse", exposure="risk")
    both = (
        values(cox, "log_hazard_ratio"),
        values(fine_gray, "log_subdistribution_hazard_ratio"),
    )
    assert both[1] == pytest.approx(both[0], rel=1e-8)


def test_durations_of_those_who_had_the_event(estimates) -> None:
    rows = estimates(RELAPSE, method="durations", endpoint="relapse")
    assert values(rows, "median") == [3], "of 1, 2, 4 and 8"
    assert set(rows["n"]) == {4}


def test_logistic_regression_is_the_odds_ratio_of_the_table(estimates) -> None:
    rows = estimates(RESPONSE, method="logistic", endpoint="response", exposure="risk")
    assert values(rows, "log_odds_ratio") == pytest.approx([math.log(6 * 9 / (2 * 3))])
    error = math.sqrt(1 / 6 + 1 / 2 + 1 / 3 + 1 / 9)
    assert values(rows, "log_odds_ratio", "std_error") == pytest.approx([error])
    assert values(rows, "log_odds") == pytest.approx([math.log(3 / 9)])
    assert set(rows["n"]) == {20}
    assert set(rows["n_event"]) == {9}


def test_diagnostic_accuracy(estimates) -> None:
    rows = estimates(
        RESPONSE,
        method="diagnostic_accuracy",
        endpoint="response",
        exposure="risk",
        positive="high",
    )
    counts = rows[rows["estimand"] == "count"]
    assert dict(zip(counts["term"], counts["estimate"], strict=True)) == {
        "true positive": 6,
        "false positive": 2,
        "false negative": 3,
        "true negative": 9,
    }
    found = {
        name: values(rows, name)[0]
        for name in ("sensitivity", "specificity", "positive_predictive_value")
    }
    assert list(found.values()) == pytest.approx([6 / 9, 9 / 11, 6 / 8])
    assert values(rows, "log_likelihood_ratio_positive") == pytest.approx(
        [math.log((6 / 9) / (2 / 11))]
    )
    assert values(rows, "log_diagnostic_odds_ratio") == pytest.approx([math.log(9)])


def test_proportion_in_all_and_in_each_group(estimates) -> None:
    rows = estimates(RESPONSE, method="proportion", endpoint="response", exposure="risk")
    rows = rows[rows["estimand"] == "proportion"]
    assert dict(zip(rows["group"], rows["estimate"], strict=True)) == {
        "": 9 / 20,
        "low": 3 / 12,
        "high": 6 / 8,
    }
    assert set(rows["conf_method"]) == {"clopper-pearson"}


def test_roc(estimates) -> None:
    """Points 0 1 2 3 with 1, 2, 2 and 1 patients; of 9 pairs 6 right, 2 tied."""
    text = "points response\n" + "\n".join(["0 0", "1 0", "1 1", "2 0", "2 1", "3 1"])
    rows = estimates(text, method="roc", endpoint="response", marker="ht.points")
    assert values(rows, "auc") == pytest.approx([(6 + 0.5 * 2) / 9])
    curve = rows[rows["estimand"] == "roc_curve"].sort_values(["time", "estimate"])
    assert curve["time"].tolist() == pytest.approx([0, 0, 1 / 3, 2 / 3, 1])
    assert curve["estimate"].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1, 1])
    other_way = estimates(
        text, method="roc", endpoint="response", marker="ht.points", higher_is_worse="false"
    )
    assert values(other_way, "auc") == pytest.approx([2 / 9]), "the direction is not chosen by us"
    assert set(rows["score"]) == {"ht"}


def test_comparing_a_marker_with_itself_finds_no_difference(estimates) -> None:
    text = "age points response\n" + "\n".join(
        f"{40 + (i * 7) % 20} {(i * 3) % 5} {i % 2}" for i in range(20)
    )
    rows = estimates(text, method="roc", endpoint="response", marker="age", compare="ht.points")
    areas = values(rows, "auc")
    difference = rows[rows["estimand"] == "auc_difference"].iloc[0]
    assert difference["estimate"] == pytest.approx(areas[0] - areas[1])
    assert (difference["term"], difference["comparator"]) == ("age", "ht.points")


def test_reclassification_counts_pairs_of_groups(estimates) -> None:
    text = "risk stage response\n" + "\n".join(
        ["low i 1", "low iii 1", "low iii 0", "high ii 0", "high iii 1"]
    )
    rows = estimates(
        text, method="reclassification", endpoint="response", exposure="risk", compare="stage"
    )
    with_event = rows[rows["term"] == "with the event"]
    counts = dict(
        zip(zip(with_event["group"], with_event["comparator"], strict=True),
            with_event["estimate"], strict=True)
    )  # fmt: skip
    assert counts == {
        ("low", "i"): 1,
        ("low", "ii"): 0,
        ("low", "iii"): 1,
        ("high", "i"): 0,
        ("high", "ii"): 0,
        ("high", "iii"): 1,
    }
    assert rows["estimate"].sum() == 5, "nobody twice, nobody lost"


def test_correlation(estimates) -> None:
    text = "age crp\n" + "\n".join(["40 1", "50 3", "60 2", "70 5", "80 4"])
    spearman = estimates(text, method="correlation", exposure="age", compare="crp")
    assert values(spearman, "correlation") == pytest.approx([1 - 6 * (0 + 1 + 1 + 1 + 1) / 120])
    pearson = estimates(text, method="correlation", exposure="age", compare="crp", kind="pearson")
    assert values(pearson, "correlation") == pytest.approx([0.8])


TABLE_1 = """
risk  age  stage
low   40   i
low   50   ii
low   .    ii
high  60   .
high  80   iii
.     90   i
"""


def test_describe(estimates) -> None:
    rows = estimates(TABLE_1, method="describe", variables=["age", "stage"], groups="risk")
    age = rows[rows["term"] == "age"]
    low = age[age["group"] == "low"]
    assert values(low, "count", reference="known") == [2]
    assert values(low, "count", reference="missing") == [1]
    assert values(low, "median") == [45]
    assert values(low, "quantile") == [42.5, 47.5], "R type 7"
    assert (values(low, "minimum"), values(low, "maximum")) == ([40], [50])
    assert values(low, "standard_deviation") == pytest.approx([math.sqrt(50)])
    everybody = age[age["group"] == ""]
    assert values(everybody, "count", reference="known") == [5], "also those without a group"
    stage = rows[(rows["term"] == "stage") & (rows["group"] == "")]
    assert values(stage, "count") == [2, 2, 1, 1]
    assert stage[stage["estimand"] == "count"]["reference"].tolist() == [
        "i",
        "ii",
        "iii",
        "missing",
    ]
    assert values(stage, "percentage_of_known") == pytest.approx([0.4, 0.4, 0.2])


def test_the_tests_of_table_1_leave_missing_values_out(estimates) -> None:
    rows = estimates(TABLE_1, method="describe", variables=["age", "stage"], groups="risk")
    tests = rows[rows["estimand"] == "hypothesis_test"].set_index("test")
    assert tests.loc["kruskal-wallis", "n"] == 4
    assert tests.loc["fisher", "n"] == 4
    assert tests.loc["fisher", "p_value"] == pytest.approx(0.5)


def test_random_effects_start_from_the_odds_ratio_of_each_centre(estimates) -> None:
    tables = {"a": (6, 2, 3, 9), "b": (8, 4, 5, 7), "c": (5, 5, 2, 9)}
    lines = [
        f"{centre} {line}"
        for centre, (a, b, c, d) in tables.items()
        for line in ["high 1"] * a + ["high 0"] * b + ["low 1"] * c + ["low 0"] * d
    ]
    rows = estimates(
        "centre risk response\n" + "\n".join(lines),
        method="random_effects",
        endpoint="response",
        exposure="risk",
    )
    centres = rows[(rows["centre"] != "") & (rows["estimand"] == "log_odds_ratio")]
    expected = {name: math.log(a * d / (b * c)) for name, (a, b, c, d) in tables.items()}
    assert dict(zip(centres["centre"], centres["estimate"], strict=True)) == pytest.approx(expected)
    summary = rows[(rows["centre"] == "") & (rows["estimand"] == "log_odds_ratio")]
    assert min(expected.values()) < summary["estimate"].iloc[0] < max(expected.values())
