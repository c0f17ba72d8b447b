"""The study among published ones, as a table and as a figure."""

from typing import Any

import pandas as pd
import pytest

from hematotox.declarations.study.kinds.registry_forest import RegistryFigure
from hematotox.declarations.study.kinds.registry_table import RegistryTable
from hematotox.declarations.study.words import Words
from hematotox.reporting import figure, table
from hematotox.reporting.figures.registry_forest_figure import (
    MARKS,
    registry_forest,
    registry_forest_figure,
)
from hematotox.reporting.figures.style import house_style
from hematotox.reporting.tables.registry_table import registry_table
from hematotox.reporting.words.rows import as_rows

TABLE = RegistryTable(kind="registry_table", title="T", analyses=("among",))
HIGH_VS_LOW = "CAR-HEMATOTOX: High vs Low"
FIGURE = RegistryFigure(kind="registry_forest", title="F", analyses=("among",))


def rows(make: Any, count: int = 3, nothing: bool = False) -> Any:
    """Published, own and summary odds ratios, with heterogeneity."""
    odds = {"analysis": "among", "estimand": "log_odds_ratio", "endpoint": "late_icaht", "n": None,
            "n_event": None, "test": None}  # fmt: skip
    of = {"analysis": "among", "population": "summary", "endpoint": "late_icaht", "n": count,
          "term": "log_odds_ratio"}  # fmt: skip
    few = "fewer than five studies" if count < 5 else ""
    found = [
        make.ratio(2.42, 1.31, 4.47, **{**odds, "method": "registry", "n": 245, "p_value": 0.005,
                   "population": "de Boer 2025, Netherlands", "policy": "BOER25, A"}),
        make.ratio(42.0, 5.0, 354.0, **{**odds, "method": "registry", "n": 55, "n_event": 22,
                   "population": "Rejeski 2021, training", "policy": "REJ21, T",
                   "condition": "training set not pooled"}),
        make.ratio(3.9, 1.2, 13.0, **{**odds, "method": "logistic", "n": 330, "n_event": 22}),
        make.ratio(*((None,) * 3 if nothing else (2.9, 1.1, 7.5)),
                   **{**odds, "method": "random_effects", "n": count, "population": "summary",
                      "conf_method": "hartung-knapp", "condition": few}),
        make.row("random_effects", "tau2", estimate=0.31, **of),
        make.row("random_effects", "i2", estimate=0.66, **of),
        make.row("random_effects", "hypothesis_test", test="cochran q", p_value=0.02, **of),
    ]  # fmt: skip
    if count >= 5:
        limits = {"estimate": 1.06, "conf_low": -0.9, "conf_high": 3.0, "conf_method": "prediction"}
        found.append(make.row("random_effects", "prediction", **limits, **of))
    return make.estimates(*found)


def printed(make: Any, words: Words, **settings: Any) -> list[list[str]]:
    found = registry_table(rows(make, **settings), TABLE, words)
    return [[line.label.text, *(cell.text for cell in line.cells)] for line in found.lines]


def test_published_own_and_summary_stand_in_their_order(make: Any, words: Words) -> None:
    assert printed(make, words) == [
        ["Among (OR)"],
        ["de Boer 2025, Netherlands", "245", "2.42 (1.31–4.47)", "0.0050", "BOER25, A"],
        ["Rejeski 2021, training", "55 (22)", "42.0 (5.00–354)", "", "REJ21, T"],
        ["This study", "330 (22)", "3.90 (1.20–13.0)", "", ""],
        ["Summary of 3 cohorts", "", "2.90 (1.10–7.50)", "", ""],
    ]


def test_a_prediction_interval_stands_under_five_cohorts(make: Any, words: Words) -> None:
    *_, last = printed(make, words, count=5)
    assert last == ["Prediction interval of a new cohort", "", "(0.41–20.1)", "", ""]


def test_heterogeneity_is_told_in_words_with_its_numbers(make: Any, words: Words) -> None:
    few = registry_table(rows(make), TABLE, words).notes
    measured = "(I² 66%, τ² 0.31, P = 0.020)"
    assert f"3 cohorts are too few to judge their heterogeneity {measured}." in few
    many = registry_table(rows(make, count=5), TABLE, words).notes
    assert f"Substantial heterogeneity between 5 cohorts {measured}." in many


def test_certainty_and_what_is_not_pooled_are_explained(make: Any, words: Words) -> None:
    found = registry_table(rows(make), TABLE, words)
    assert any("A, exact, from a published abstract; T, exact, from the" in n for n in found.notes)
    assert [note for _, note in found.marked_notes] == [
        "Training set not pooled: the score was made from these patients.",
        "Fewer than five studies: below 5 centres or studies: heterogeneity is barely estimable.",
    ]


def test_without_a_summary_the_cohorts_still_stand_there(make: Any, words: Words) -> None:
    *_, last = printed(make, words, count=1, nothing=True)
    assert last == ["Summary of 1 cohort", "", "", "", ""]


def test_the_figure_has_a_diamond_and_a_prediction(make: Any, words: Words) -> None:
    found = registry_forest(as_rows(rows(make, count=5)), words)
    assert [line.kind for line in found.lines] == [
        "heading", "effect", "effect", "effect", "summary", "prediction",
    ]  # fmt: skip
    assert found.lines[2].texts == ("55 (22)", "42.0 (5.00–354)ᵃ", "")
    assert found.notes[0].startswith("ᵃ Training set not pooled")
    [panel] = found.panels
    assert (panel.measure, panel.axis, panel.head) == ("OR", "Odds ratio", HIGH_VS_LOW)
    assert panel.sides == ("← Lower odds", "Higher odds with High →")


def test_odds_and_hazards_have_panels_of_their_own(make: Any, words: Words) -> None:
    other = {"analysis": "hazards", "endpoint": "overall_survival", "test": None}
    frame = pd.concat(
        [
            rows(make),
            make.estimates(
                make.ratio(3.0, 1.0, 9.0, **{**other, "method": "registry", "population": "A"}),
                make.ratio(2.0, 1.0, 4.0, **other),
            ),
        ]
    )
    found = registry_forest(as_rows(frame), words)
    told = [(panel.measure, panel.head, len(panel.lines)) for panel in found.panels]
    assert told == [("OR", HIGH_VS_LOW, 5), ("HR", HIGH_VS_LOW, 3)]
    with house_style():
        drawn = registry_forest_figure(frame, FIGURE, words, notes=[])
    assert [axes.get_xlabel().partition(" (")[0] for axes in drawn.axes] == [
        "Odds ratio", "Hazard ratio",
    ]  # fmt: skip
    said = [text.get_text() for text in drawn.texts]
    assert f"B  Hazard ratio, {HIGH_VS_LOW}" in said
    assert {"OR (95% CI)", "HR (95% CI)"} < set(said)


@pytest.mark.parametrize(
    ("other", "said", "side"),
    [
        ({"group": "low", "reference": "high"}, "CAR-HEMATOTOX: Low vs High", "Higher hazard →"),
        ({"term": "age", "group": "", "reference": ""}, "Age, per year", "Higher hazard →"),
        (
            {"term": "product", "group": "high", "reference": "low"},
            "Product: high vs low",
            "Higher hazard →",
        ),
    ],
)
def test_where_cohorts_compare_something_else_each_heading_says_what(
    make: Any, words: Words, other: dict[str, str], said: str, side: str
) -> None:
    frame = make.estimates(
        make.ratio(3.0, 1.0, 9.0, analysis="one"),
        make.ratio(2.0, 1.0, 4.0, analysis="two", **other),
    )
    [panel] = registry_forest(as_rows(frame), words).panels
    assert (panel.head, panel.sides[1]) == ("", side)
    assert [line.lines[0] for line in panel.lines if line.kind == "heading"] == [
        f"One, {HIGH_VS_LOW}", f"Two, {said}",
    ]  # fmt: skip


def test_both_are_files_and_the_same_every_time(make: Any, words: Words) -> None:
    estimates = rows(make, count=5)
    first = {**table(estimates, TABLE, words), **figure(estimates, FIGURE, words)}
    again = {**table(estimates, TABLE, words), **figure(estimates, FIGURE, words)}
    assert set(first) == {
        "csv", "docx", "xlsx", "html", "cells.csv", "pdf", "svg", "png", "curves.json"
    }  # fmt: skip
    assert first == again


def test_adjusted_print_is_named_and_marks_stand_in_their_order(make: Any, words: Words) -> None:
    odds = {"analysis": "among", "estimand": "log_odds_ratio", "endpoint": "late_icaht",
            "method": "registry", "policy": "X, T", "test": None}  # fmt: skip
    frame = make.estimates(
        make.ratio(2.0, 1.0, 4.0, **{**odds, "population": "A", "condition": "zero cell"}),
        make.ratio(3.0, 1.0, 9.0, **{**odds, "population": "B", "adjustment": "published: age",
                   "condition": "training set not pooled; zero cell"}),
    )  # fmt: skip
    found = registry_forest(as_rows(frame), words)
    assert found.lines[2].texts[1].endswith("ᵃᵇ")
    assert "Adjusted in print: B, for age." in found.notes
    assert "Adjusted in print: B, for age." in registry_table(frame, TABLE, words).notes


def test_every_note_has_its_mark_and_every_mark_its_note(make: Any, words: Words) -> None:
    found = registry_forest(as_rows(rows(make, count=5)), words)
    printed = "".join(text for line in found.lines for text in line.texts)
    noted = [note[0] for note in found.notes if note[1:2] == " " and note[0] in MARKS]
    assert noted
    assert set(noted) == {letter for letter in printed if letter in MARKS}
