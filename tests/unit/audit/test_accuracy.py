"""Sensitivity, specificity and what follows from them, as printed together."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hematotox.audit import audit

TEST = {"endpoint": "late", "term": "ht.group", "method": "diagnostic_accuracy"}
ALONE = "sensitivity and specificity"


def measures(printed, **values) -> list:
    """Rows from printed texts by estimand."""
    found = []
    for name, text in values.items():
        value = float(text.strip("%"))
        percent = name in ("sensitivity", "specificity") or (name == "auc" and value > 1)
        value = math.log(value) if name.startswith("log") else value / (100 if percent else 1)
        method = "roc" if name == "auc" else TEST["method"]
        found.append(printed.row(name, text, **{**TEST, "method": method, "estimate": value}))
    return found


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"auc": "62.5"}, 0),
        ({"auc": "0.625"}, 0),
        ({"auc": "0.89"}, 1),  # that of the points, printed beside the groups
        ({"log_likelihood_ratio_positive": "1.41"}, 0),
        ({"log_likelihood_ratio_positive": "1.51"}, 1),
        ({"log_likelihood_ratio_negative": "0.36"}, 0),
        ({"log_likelihood_ratio_negative": "0.46"}, 1),
        ({"log_diagnostic_odds_ratio": "3.99"}, 0),
        ({"log_diagnostic_odds_ratio": "2.99"}, 1),
    ],
)
def test_of_sensitivity_86_and_specificity_39(printed, checks, more, wrong) -> None:
    rows = measures(printed, sensitivity="86", specificity="39", **more)
    assert checks(*rows) == [ALONE] * wrong


def test_the_auc_of_another_marker_is_not_compared(printed, checks) -> None:
    rows = measures(printed, sensitivity="86", specificity="39")
    points = printed.row("auc", "0.89", **{**TEST, "term": "ht.points", "estimate": 0.89})
    assert checks(*rows, points) == []


@given(
    cells=st.tuples(*[st.integers(1, 60)] * 4),
    decimals=st.integers(0, 2),
)
def test_what_comes_from_one_table_is_never_a_finding(printed, cells, decimals) -> None:
    tp, fp, fn, tn = cells
    sensitivity, specificity = tp / (tp + fn), tn / (fp + tn)
    shown = {
        "sensitivity": f"{100 * sensitivity:.{decimals}f}",
        "specificity": f"{100 * specificity:.{decimals}f}",
        "auc": f"{(sensitivity + specificity) / 2:.2f}",
    }
    rows = measures(printed, **shown)
    odds = printed.ratio(
        f"{tp * tn / (fp * fn):.2f}", tp * tn / (fp * fn), 1e-9, 1e9, conf_method="",
        endpoint="late", term="ht.group",
    )  # fmt: skip
    odds["estimate"] = math.log(float(odds["printed"])) if float(odds["printed"]) else None
    assert audit(printed.table(*rows, odds)) == []


def share(printed, group: str, text: str):
    return printed.row("proportion", text, method="proportion", endpoint="late", group=group,
                       estimate=float(text.strip("%")) / 100)  # fmt: skip


@pytest.mark.parametrize(("odds", "wrong"), [("2.12", 0), ("1.72", 1)])
def test_an_odds_ratio_and_the_shares_of_its_groups(printed, checks, odds, wrong) -> None:
    groups = {"group": "high", "reference": "low", "endpoint": "late", "term": "ht.group"}
    row = printed.row("log_odds_ratio", odds, method="logistic",
                      estimate=math.log(float(odds)), **groups)  # fmt: skip
    rows = [row, share(printed, "low", "36%"), share(printed, "high", "54%")]
    assert checks(*rows) == ["odds ratio and shares of the groups"] * wrong


@pytest.mark.parametrize(
    ("estimand", "method"),
    [("log_odds_ratio", "logistic_firth"), ("log_hazard_ratio", "logistic")],
)
def test_only_an_unadjusted_odds_ratio_is_that_of_the_shares(
    printed, checks, estimand, method
) -> None:
    groups = {"group": "high", "reference": "low", "endpoint": "late", "term": "ht.group"}
    row = printed.row(estimand, "9.00", method=method, estimate=math.log(9), **groups)
    assert checks(row, share(printed, "low", "36%"), share(printed, "high", "54%")) == []


@pytest.mark.parametrize(("whole", "wrong"), [("55%", 0), ("63%", 1), ("29%", 1)])
def test_all_patients_lie_between_their_groups(printed, checks, whole, wrong) -> None:
    drawn = (("", whole), ("a", "60%"), ("b", "31%"))
    rows = [share(printed, group, text) for group, text in drawn]
    assert checks(*rows) == ["share of all and of the groups"] * wrong


@pytest.mark.parametrize(("area", "wrong"), [("0.73", 1), ("0.60", 0)])
def test_an_odds_ratio_with_events_and_group_sizes_has_one_auc(
    printed, checks, area, wrong
) -> None:
    groups = {"group": "high", "reference": "low", "endpoint": "late", "term": "ht.group"}
    rows = [
        printed.row("count", "245", term="ht.group", estimate=245.0),
        printed.row("count", "171 (70%)", term="ht.group", group="high", reference="all",
                    estimate=171.0),
        share(printed, "", "21%"),
        printed.ratio("2.94 (1.27-6.80) P=.012", 2.94, 1.27, 6.80, **groups),
        printed.row("auc", area, method="roc", endpoint="late", term="ht.group",
                    estimate=float(area)),
    ]  # fmt: skip
    assert checks(*rows) == ["AUC and odds ratio"] * wrong


def test_each_number_of_points_is_a_test_of_its_own(printed) -> None:
    def rule(group, sensitivity, ratio):
        shared = {"term": "ht.points", "method": "net_benefit", "group": group, "endpoint": "late"}
        return [
            printed.row("sensitivity", sensitivity, estimate=float(sensitivity) / 100, **shared),
            printed.row("specificity", "50", estimate=0.5, **shared),
            printed.row("log_likelihood_ratio_positive", ratio, estimate=math.log(float(ratio)),
                        **shared),
        ]  # fmt: skip

    area = printed.row("auc", "0.90", estimate=0.9, term="ht.points", method="roc", endpoint="late")
    right = [*rule("1", "90", "1.80"), *rule("3", "40", "0.80"), area]
    assert [one for one in audit(printed.table(*right)) if one.check == ALONE] == []
    wrong = [*rule("1", "90", "1.80"), *rule("3", "40", "1.80")]
    assert [one.check for one in audit(printed.table(*wrong))].count(ALONE) == 1
