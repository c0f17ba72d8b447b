"""Journals' numbers and spelling; `plain` is the house style and changes nothing."""

import dataclasses
from typing import Any

import pytest

from hematotox.reporting import figure, table
from hematotox.reporting.words.number_style import STYLES, printed_for, restyled, style
from hematotox.reporting.words.numbers import estimate_with_interval, p_phrase, p_value

ROW = {"estimand": "survival", "estimate": 0.783, "conf_low": 0.704, "conf_high": 0.843,
       "condition": ""}  # fmt: skip
BELOW_ZERO = {**ROW, "estimand": "sensitivity_difference", "estimate": 0.02, "conf_low": -0.031}


@pytest.mark.parametrize(
    ("journal", "ps"),
    [
        ("plain", ["<0.001", "0.0042", "0.046", "0.050", "0.67", ">0.99"]),
        # AMA 11th ed., 18.7: two digits; three below .01 and where .049 would round to .05
        ("jama", ["<.001", ".004", ".046", ".05", ".67", ">.99"]),
        ("blood", ["<.001", ".004", ".046", ".05", ".67", ">.99"]),
        ("nejm", ["<0.001", "0.004", "0.046", "0.05", "0.67", ">0.99"]),
        # The Lancet: two significant digits down to 0·0001, a raised point
        ("lancet", ["0·00012", "0·0042", "0·046", "0·050", "0·67", ">0·99"]),
    ],
)
def test_p_values(journal: Any, ps: list[str]) -> None:
    with printed_for(journal):
        found = [p_value(p) for p in (0.00012, 0.0042, 0.0461, 0.05, 0.67, 0.996)]
    assert found == ps


def test_a_p_value_below_005_is_never_printed_as_005() -> None:
    with printed_for("jama"):
        assert [p_value(p) for p in (0.0449, 0.0451, 0.0499, 0.0501)] == [
            ".04", ".045", ".050", ".05"
        ]  # fmt: skip
        assert p_phrase(0.0004) == "P < .001"


@pytest.mark.parametrize(
    ("journal", "text", "with_minus"),
    [
        ("plain", "78.3 (70.4–84.3)", "(−3.1 to 84.3)"),
        ("blood", "78.3 (70.4-84.3)", "(−3.1 to 84.3)"),
        ("nejm", "78.3 (70.4 to 84.3)", "(−3.1 to 84.3)"),
        ("lancet", "78·3 (70·4–84·3)", "(−3·1 to 84·3)"),
    ],
)
def test_intervals(journal: Any, text: str, with_minus: str) -> None:
    with printed_for(journal):
        assert estimate_with_interval(ROW) == text
        assert with_minus in estimate_with_interval(BELOW_ZERO)


def test_the_style_ends_with_its_block_and_cannot_be_changed() -> None:
    with pytest.raises(ZeroDivisionError), printed_for("lancet"):
        raise ZeroDivisionError
    assert style() == STYLES["plain"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        style().point = ","  # type: ignore[misc]


AMERICAN = {
    "Haemoglobin, anaemia, Leukaemia, haematotoxicity": (
        "Hemoglobin, anemia, Leukemia, hematotoxicity"
    ),
    "Centre; centres; centred; centrally": "Center; centers; centered; centrally",
    "analysed, analyses, analysing": "analyzed, analyses, analyzing",
    "Characteristics of the characterised": "Characteristics of the characterized",
    "penalised, summarised, generalised, Randomisation": (
        "penalized, summarized, generalized, Randomization"
    ),
    "favours high; tumour; colour": "favors high; tumor; color",
    "Gray's test, promised, raised, likelihood, P = .03": (
        "Gray's test, promised, raised, likelihood, P = .03"
    ),
}


@pytest.mark.parametrize("british", AMERICAN)
def test_american_spelling(british: str) -> None:
    assert restyled(british) == british
    with printed_for("jama"):
        assert restyled(british) == AMERICAN[british]


def test_the_lancet_s_small_p() -> None:
    with printed_for("lancet"):
        words = restyled("P: Wald test. P-values are two-sided; PFS, P2")
    assert words == "p: Wald test. p-values are two-sided; PFS, P2"


def test_a_table_and_a_figure_are_drawn_in_the_style_of_the_study(make: Any, words: Any) -> None:
    from hematotox.declarations.study.kinds.forest import ForestFigure
    from hematotox.declarations.study.kinds.regression_table import RegressionTable

    rows = make.estimates(make.ratio(1.89, 1.22, 2.93, analysis="a", p_value=0.0461))
    lancet = words.model_copy(update={"style": "lancet"})
    shown = RegressionTable(kind="regression_table", title="Table 1. Anaemia", analyses=("a",))
    assert "1·89 (1·22–2·93)" in table(rows, shown, lancet)["csv"].decode()
    assert "1.89 (1.22–2.93)" in table(rows, shown, words)["csv"].decode()
    nejm = table(rows, shown, words.model_copy(update={"style": "nejm"}))["csv"].decode()
    assert "1.89 (1.22 to 2.93)" in nejm
    assert "Table 1. Anemia" in nejm
    forest = ForestFigure(kind="forest", title="Figure 1. Anaemia", analyses=("a",))
    assert figure(rows, forest, lancet)["svg"] != figure(rows, forest, words)["svg"]
