"""What stands under a display: which interval is whose, and where interval and p disagree."""

from __future__ import annotations

from typing import Any

import pytest

from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.kinds.regression_table import RegressionTable
from hematotox.declarations.study.words import Words
from hematotox.reporting import table
from hematotox.reporting.figures.forest_lines import forest
from hematotox.reporting.words.notes import disagreement_note, interval_note
from hematotox.reporting.words.rows import as_rows
from hematotox.reporting.words.wording import centre_code, dashed, inside

LOGISTIC = {"method": "logistic", "estimand": "log_odds_ratio", "conf_method": "profile"}


@pytest.mark.parametrize(
    ("low", "high", "p", "marked"),
    [
        (1.001, 13.6, 0.078, "excludes 1 and P (Wald test) is 0.05 or more"),
        (0.97, 4.58, 0.047, "includes 1 and P (Wald test) is below 0.05"),
        (0.2, 0.999, 0.051, "excludes 1"),
        (1.1, 3.0, 0.02, ""),
        (0.9, 3.0, 0.2, ""),
        (None, 0.9, 0.03, ""),
        (1.1, 3.0, None, ""),
    ],
)
def test_interval_and_p_that_disagree_are_marked(
    make: Any, low: float | None, high: float, p: float | None, marked: str
) -> None:
    row = as_rows(make.estimates(make.ratio(1.8, low, high, p_value=p, **LOGISTIC)))[0]
    found = " ".join(disagreement_note(row))
    assert bool(found) == bool(marked)
    assert marked in found
    assert not found or "profile likelihood" in found


def test_a_difference_has_no_1_that_its_interval_could_include(make: Any) -> None:
    shared = {"estimate": 0.2, "conf_low": 0.01, "conf_high": 0.4, "p_value": 0.06, "test": "wald"}
    difference = make.row("roc", "auc_difference", conf_method="wald", **shared)
    assert disagreement_note(as_rows(make.estimates(difference))[0]) == ()
    ratio = make.row("logistic", "log_odds_ratio", conf_method="wald", **shared)
    assert disagreement_note(as_rows(make.estimates(ratio))[0]) != ()


def test_table_and_forest_mark_the_row(make: Any, words: Words) -> None:
    rows = make.estimates(make.ratio(2.2, 0.97, 4.6, analysis="a", p_value=0.047, **LOGISTIC))
    display = RegressionTable(kind="regression_table", title="T", analyses=("a",))
    assert "0.047 [a]" in table(rows, display, words)["csv"].decode()
    drawn = forest(as_rows(rows), ForestFigure(kind="forest", title="F", analyses=("a",)), words)
    assert drawn.lines[0].texts[1].endswith("ᵃ")
    assert any(note.startswith("ᵃ The interval (profile likelihood)") for note in drawn.notes)
    assert "Intervals: profile likelihood. P: Wald test." in drawn.notes


def test_two_kinds_of_interval_say_which_is_whose(make: Any) -> None:
    crude = make.ratio(2.0, 1.0, 4.0, **{**LOGISTIC, "conf_method": "wald"})
    adjusted = make.ratio(1.8, 0.9, 3.9, adjustment="linear predictor: disease", **LOGISTIC)
    assert interval_note(as_rows(make.estimates(crude, adjusted))) == [
        "Intervals: unadjusted: Wald, on the log scale; adjusted: profile likelihood."
    ]
    hazard = make.ratio(2.0, 1.0, 4.0)
    assert interval_note(as_rows(make.estimates(adjusted, hazard))) == [
        "Intervals: odds ratio: profile likelihood; hazard ratio: Wald, on the log scale."
    ]


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("low (0-1)", "low (0–1)"),
        ("stage III-IV", "stage III–IV"),
        ("no value on days 31-100", "no value on days 31–100"),
        ("COVID-19", "COVID-19"),
        ("CAR-HEMATOTOX", "CAR-HEMATOTOX"),
    ],
)
def test_a_hyphen_that_means_to_is_a_dash(text: str, printed: str) -> None:
    assert dashed(text) == printed


def test_words_inside_a_sentence() -> None:
    assert inside("C-reactive protein") == "C-reactive protein"
    assert inside("Bulky disease") == "bulky disease"
    assert [centre_code(code) for code in ("sie_01", "köln")] == ["SIE 01", "köln"]
