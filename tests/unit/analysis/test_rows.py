"""A row of the estimates table: what its analysis shares, its numbers, its conditions."""

import math

import pytest

from hematotox.analysis.rows import Context

CONTEXT = Context(study="s", source="real", analysis="a", population="all", endpoint="relapse")


def test_a_row_carries_what_its_analysis_shares() -> None:
    row = CONTEXT.row("cox", "log_hazard_ratio", term="age", estimate=0.5)
    shared = {"study": "s", "source": "real", "analysis": "a", "endpoint": "relapse", "term": "age"}
    assert {name: row[name] for name in shared} == shared
    assert (row["method"], row["estimand"], row["estimate"]) == ("cox", "log_hazard_ratio", 0.5)
    assert row["condition"] == row["adjustment"] == ""


def test_an_adjusted_context_differs_in_that_only() -> None:
    row = CONTEXT.adjusted("multivariable: age").row("cox", "log_hazard_ratio")
    assert row["adjustment"] == "multivariable: age"
    assert CONTEXT.adjustment == ""


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, None])
def test_what_is_unbounded_or_does_not_exist_is_an_empty_cell(value: float | None) -> None:
    assert CONTEXT.row("cox", "log_hazard_ratio", conf_high=value)["conf_high"] is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("separation", "separation"),
        ("", ""),
        ((), ""),
        (("separation", "no events"), "separation; no events"),
        (("separation", "separation"), "separation"),
    ],
)
def test_conditions_are_joined_each_once(given: object, words: str) -> None:
    assert CONTEXT.row("cox", "log_hazard_ratio", condition=given)["condition"] == words


def test_conditions_of_the_analysis_stand_in_every_row_first() -> None:
    context = Context(
        study="s", source="real", analysis="a", population="all", conditions=("provisional score",)
    )
    row = context.row("cox", "log_hazard_ratio", condition="separation")
    assert row["condition"] == "provisional score; separation"
    assert context.row("cox", "log_hazard_ratio")["condition"] == "provisional score"
