"""The patients of each column of a described table are rows of their own."""

from __future__ import annotations

from typing import Any

from hematotox.analysis.estimation import estimate_analysis, prepare

COHORT = """
risk  age
low   50
low   .
high  70
.     60
"""


def _sizes(draw: Any, plan_of: Any, **settings: Any) -> dict[str, float]:
    plan = plan_of({"a": {"method": "describe", "variables": ["age"], **settings}})
    rows = estimate_analysis(prepare(draw(COHORT), plan), "a")
    sizes = rows[(rows["estimand"] == "count") & (rows["reference"] == "all")]
    assert set(sizes["term"]) <= {"risk"}
    return dict(zip(sizes["group"], sizes["estimate"], strict=True))


def test_sizes_count_patients_whatever_is_known_of_them(draw: Any, plan_of: Any) -> None:
    assert _sizes(draw, plan_of, groups="risk") == {"": 4, "low": 2, "high": 1}


def test_without_groups_there_is_no_size(draw: Any, plan_of: Any) -> None:
    assert _sizes(draw, plan_of) == {}
