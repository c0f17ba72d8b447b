"""Two estimates tables: every number that moved is named, and nothing else."""

import pandas as pd
import pytest

from hematotox.comparison import compare_estimates
from hematotox.contracts import TABLES, conform, estimate_ids

COMMON = {
    "study": "s",
    "source": "real",
    "analysis": "death_by_ht",
    "population": "all",
    "method": "cox",
    "estimand": "log_hazard_ratio",
    "term": "ht.group",
    "group": "high",
    "estimate": 0.5,
    "p_value": 0.04,
    "n": 100,
}


def table(*rows: dict[str, object]) -> pd.DataFrame:
    columns = list(TABLES["estimates"].columns)
    return conform("estimates", pd.DataFrame([{**COMMON, **r} for r in rows], columns=columns))


def compare(before: pd.DataFrame, after: pd.DataFrame, tolerance: float = 1e-8) -> list[str]:
    return compare_estimates(before, after, tolerance=tolerance)


def name(group: str = "high") -> str:
    words = f"s | real | death_by_ht | all | cox | {group} | ht.group | log_hazard_ratio"
    return f"{estimate_ids(table({'group': group}))[0]} | {words}"


NAME = name()


def test_equal_tables_do_not_differ() -> None:
    assert compare(table({}), table({})) == ["No estimate differs."]
    assert compare(table(), table()) == ["No estimate differs."]


def test_a_number_that_moved_is_told_with_both_values() -> None:
    found = compare(table({}), table({"estimate": 0.51, "n": 99}))
    assert found == [f"moved: {NAME} estimate: 0.5 -> 0.51", f"moved: {NAME} n: 100 -> 99"]


@pytest.mark.parametrize(("value", "moved"), [(0.5 + 1e-9, False), (0.5 + 1e-7, True)])
def test_the_tolerance_is_relative(value: float, moved: bool) -> None:
    assert (compare(table({}), table({"estimate": value})) != ["No estimate differs."]) is moved


def test_a_number_that_disappeared_or_came_is_a_difference() -> None:
    assert compare(table({}), table({"p_value": None})) == [f"moved: {NAME} p_value: 0.04 -> nan"]
    assert compare(table({"p_value": None}), table({})) == [f"moved: {NAME} p_value: nan -> 0.04"]
    assert compare(table({"p_value": None}), table({"p_value": None})) == ["No estimate differs."]


def test_zero_that_moves_is_a_difference() -> None:
    found = compare(table({"estimate": 0.0}), table({"estimate": 1e-12}))
    assert found == [f"moved: {NAME} estimate: 0 -> 1e-12"]


def test_new_and_gone_rows_are_told() -> None:
    other = {"group": "low"}
    assert compare(table({}), table({}, other)) == [f"new:   {name('low')}"]
    assert compare(table({}, other), table({})) == [f"gone:  {name('low')}"]


def test_the_order_of_rows_does_not_matter() -> None:
    one, two = {}, {"group": "low"}
    assert compare(table(one, two), table(two, one)) == ["No estimate differs."]


def test_rows_of_different_tests_are_different_estimates() -> None:
    wald, score = {"test": "wald", "time": 0.25}, {"test": "score", "time": 0.25, "p_value": 0.05}
    found = compare(table(wald, score), table(wald, {**score, "p_value": 0.06}))
    assert [line.partition(" p_value: ")[2] for line in found] == ["0.05 -> 0.06"]
    assert "| 0.25 | log_hazard_ratio | score " in found[0]
