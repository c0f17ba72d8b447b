"""Statistical trouble is told in the words of the closed list."""

import pytest

from hematotox.analysis.conditions import conditions


def test_each_word_comes_once_in_the_order_it_was_met() -> None:
    found = conditions(["median not reached", "no events", "no events", "median not reached"])
    assert found == ("median not reached", "no events")


def test_no_events_of_another_cause_is_said_by_the_rows_of_that_cause() -> None:
    assert conditions(["no events of cause 2", "separation"]) == ("separation",)


def test_a_word_that_nobody_knows_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError, match="reports a condition without a word: odd"):
        conditions(["odd"])


def test_a_joint_test_without_a_result_leaves_the_other_rows_alone(estimates) -> None:
    """Three coefficients, two clusters: their joint Wald test alone cannot be computed."""
    cohort = "risk stage centre time status\n" + "\n".join(
        f"{'low' if i % 2 else 'high'} {('i', 'ii', 'iii')[i % 3]} {'ab'[i % 5 > 2]} "
        f"{20 + (i * 13) % 37} {int(i % 7 < 3)}"
        for i in range(90)
    )
    asked = {"exposure": "risk", "covariates": ["stage"], "cluster": "centre"}
    rows = estimates(cohort, method="cox", endpoint="relapse", **asked)
    rows = rows[rows["method"] == "cox"]
    hit = rows[rows["condition"].str.contains("not estimable")]
    assert hit[["estimand", "test"]].to_numpy().tolist() == [["hypothesis_test", "wald"]]
    concordance = rows[rows["estimand"] == "concordance"].iloc[0]
    assert concordance["conf_method"] == "robust"
