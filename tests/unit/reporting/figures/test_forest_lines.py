"""A forest of centres: the summary, the prediction of a new centre, and who does not enter."""

from __future__ import annotations

from typing import Any

import pytest

from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.forest_figure import SMALLEST, forest_figure, square_sides
from hematotox.reporting.figures.forest_lines import forest
from hematotox.reporting.figures.style import house_style
from hematotox.reporting.words.rows import as_rows

DISPLAY = ForestFigure(kind="forest", title="F", analyses=("a",))


@pytest.fixture
def centres(make: Any) -> Any:
    """Three centres, one with a zero cell, and their random-effects summary."""
    shared = {
        "analysis": "a", "endpoint": "late_icaht", "population": "ht", "score": "ht",
        "estimand": "log_odds_ratio",
    }  # fmt: skip
    summary = {**shared, "method": "random_effects", "term": "ht.group", "group": "high",
               "reference": "low", "n": 2}  # fmt: skip
    one = {**shared, "method": "logistic", "n": 30, "n_event": 9}
    return make.estimates(
        make.ratio(2.0, 0.5, 8.0, centre="a", p_value=0.3, **one),
        make.ratio(3.0, 0.6, 15.0, centre="b", p_value=0.2, **one),
        make.ratio(9.0, 0.4, 900.0, centre="c", condition="separation",
                   **{**one, "method": "logistic_firth"}),
        make.ratio(2.4, 1.1, 5.2, p_value=0.04, **{**summary, "n_event": None}),
        make.row(**{**summary, "estimand": "tau2", "estimate": 0.12}),
        make.row(**{**summary, "estimand": "i2", "estimate": 0.25}),
        make.row(**{**summary, "estimand": "hypothesis_test", "test": "cochran q",
                    "p_value": 0.41}),
        make.row(**{**summary, "estimand": "prediction", "estimate": 0.875, "conf_low": -0.7,
                    "conf_high": 2.4, "conf_method": "prediction", "conf_level": 0.95}),
    )  # fmt: skip


def test_centres_then_summary_then_prediction(centres: Any, words: Words) -> None:
    shown = forest(as_rows(centres), DISPLAY, words)
    assert [(line.lines[0], *line.texts) for line in shown.lines] == [
        ("Late ICAHT grade ≥ 3, CAR-HEMATOTOX: High vs Low",),
        ("a", "30 (9)", "2.00 (0.50–8.00)", "0.30"),
        ("b", "30 (9)", "3.00 (0.60–15.0)", "0.20"),
        ("c", "30 (9)", "9.00 (0.40–900)ᵃ", "–"),
        ("Random-effects summary", "2 centres", "2.40 (1.10–5.20)", "0.040"),
        ("Prediction interval of a new centre", "", "(0.50–11.0)", ""),
    ]
    assert [line.kind for line in shown.lines[-2:]] == ["summary", "prediction"]


def test_the_notes_say_what_the_summary_is(centres: Any, words: Words) -> None:
    notes = forest(as_rows(centres), DISPLAY, words).notes
    assert notes[0] == (
        "Summary: REML with Hartung–Knapp limits; centres with a mark do not enter it."
    )
    assert notes[1] == "Heterogeneity: I² 25.0%; τ² 0.12; Cochran's Q P = 0.41."
    assert notes[2].startswith("ᵃ Separation: ")


def test_a_summary_of_tables_with_an_empty_cell_has_every_centre(
    centres: Any, words: Words
) -> None:
    exact = centres.replace({"method": {"random_effects": "binomial_normal"}})
    exact = exact[exact["estimand"] != "i2"].replace({"test": {"cochran q": "likelihood ratio"}})
    shown = forest(as_rows(exact), DISPLAY, words)
    assert [line.kind for line in shown.lines[-2:]] == ["summary", "prediction"]
    assert shown.notes[:2] == (
        "Summary: binomial–normal model of the 2×2 tables, nothing added to empty cells.",
        "Heterogeneity: τ² 0.12; likelihood-ratio test P = 0.41.",
    )


def test_a_summary_is_a_diamond_and_a_prediction_a_dashed_line(centres: Any, words: Words) -> None:
    with house_style():
        axes = forest_figure(centres, DISPLAY, words, notes=[]).axes[0]
    assert len(axes.patches) == 1
    corners = axes.patches[0].get_xy()[:, 0]
    assert (corners.min(), corners.max()) == pytest.approx((1.1, 5.2))
    assert sum(line.get_linestyle() == "--" for line in axes.lines) == 2


def test_of_one_effect_the_unadjusted_and_the_adjusted_ratio_are_told_apart(
    make: Any, words: Words
) -> None:
    rows = make.estimates(
        make.ratio(2.4, 1.6, 3.6, analysis="a"),
        make.ratio(1.9, 1.2, 2.9, analysis="a", adjustment="multivariable: age"),
    )
    shown = forest(as_rows(rows), DISPLAY, words)
    lines = [(" ".join(line.lines), line.texts[1]) for line in shown.lines if line.effect]
    assert [text for _, text in lines] == ["2.40 (1.60–3.60)", "1.90 (1.20–2.90)"]
    assert [label for label, _ in lines] == [
        "CAR-HEMATOTOX: High vs Low (unadjusted)",
        "CAR-HEMATOTOX: High vs Low (adjusted)",
    ]


def test_of_two_adjusted_models_the_first_is_drawn(make: Any, words: Words) -> None:
    rows = make.estimates(
        make.ratio(1.9, 1.2, 2.9, analysis="a", adjustment="linear predictor: disease"),
        make.ratio(2.1, 1.3, 3.2, analysis="a", adjustment="multivariable: age"),
    )
    shown = forest(as_rows(rows), DISPLAY, words)
    assert [line.texts[1] for line in shown.lines] == ["1.90 (1.20–2.90)"]


def test_a_factor_is_named_once_with_its_reference_and_its_levels(make: Any, words: Words) -> None:
    of = {"analysis": "a", "term": "disease_group", "reference": "a"}
    rows = make.estimates(
        make.ratio(0.56, 0.32, 0.99, group="b", **of),
        make.ratio(1.47, 0.87, 2.48, group="c", **of),
    )
    shown = forest(as_rows(rows), DISPLAY, words)
    assert [(line.kind, line.lines[0], *line.texts[:2]) for line in shown.lines] == [
        ("factor", "Disease group", "389 (150)", ""),
        ("reference", "ALL", "", "1 (reference)"),
        ("effect", "AML, günstig", "", "0.56 (0.32–0.99)"),
        ("effect", "AML, ungünstig", "", "1.47 (0.87–2.48)"),
    ]
    indents = [line.indent for line in shown.lines]
    assert indents[0] < indents[1] == indents[2] == indents[3]


def test_ratios_of_two_kinds_have_an_axis_each_and_say_what_they_compare(
    make: Any, words: Words
) -> None:
    odds = {"estimand": "log_odds_ratio", "method": "logistic"}
    rows = make.estimates(
        make.ratio(2.0, 1.0, 4.0, analysis="a", endpoint="late_icaht", **odds),
        make.ratio(1.5, 1.2, 1.9, analysis="b"),
        make.ratio(30.0, 2.0, 450.0, analysis="c", endpoint="severe_infection", **odds),
    )
    shown = forest(as_rows(rows), DISPLAY, words)
    assert [(panel.measure, panel.head) for panel in shown.panels] == [
        ("OR", "CAR-HEMATOTOX: High vs Low"), ("HR", ""),
    ]  # fmt: skip
    with house_style():
        drawn = forest_figure(rows, DISPLAY, words, notes=[])
    below = [[text.get_text() for text in axes.texts] for axes in drawn.axes]
    assert below == [
        ["← Lower odds", "Higher odds with High →"],
        ["← Lower hazard", "Higher hazard with High →"],
    ]
    assert [axes.get_xlim() for axes in drawn.axes] == [(0.5, 50.0), (0.5, 2.0)]


def test_the_area_of_a_square_is_the_inverse_variance() -> None:
    limits = [(-1.0, 1.0), (-0.5, 0.5), (None, 3.0), (-60.0, 60.0)]
    rows = [{"conf_low": low, "conf_high": high} for low, high in limits]
    wide, narrow, open_ended, widest = square_sides(rows, 8.0)
    assert narrow**2 == pytest.approx(4 * wide**2)
    assert (narrow, open_ended, widest) == (8.0, SMALLEST, SMALLEST)


def test_each_of_two_effects_that_are_repeated_in_subsets_has_a_heading(
    make: Any, words: Words
) -> None:
    rows = make.estimates(
        *(
            make.ratio(2.0, 1.0, 4.0, analysis=term, term=term, group=group, reference=other,
                       population=f"all; bulky={level}")
            for term, group, other in (("ht.group", "high", "low"),
                                       ("product", "axi_cel", "tisa_cel"))
            for level in ("no", "yes")
        )
    )  # fmt: skip
    shown = forest(as_rows(rows), DISPLAY, words)
    assert [(line.kind, line.lines[0]) for line in shown.lines] == [
        ("heading", "Overall survival, CAR-HEMATOTOX: High vs Low"),
        ("effect", "Bulky disease: no"),
        ("effect", "Bulky disease: yes"),
        ("heading", "Overall survival, Product: axi-cel vs tisa-cel"),
        ("effect", "Bulky disease: no"),
        ("effect", "Bulky disease: yes"),
    ]
