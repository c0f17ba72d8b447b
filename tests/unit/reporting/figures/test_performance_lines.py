"""A forest of performance by centre: what each column says, and who is in the summaries."""

from __future__ import annotations

from typing import Any

import pytest

from hematotox.declarations.study.kinds.performance_forest import PerformanceForest
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.performance_forest_figure import performance_forest_figure
from hematotox.reporting.figures.performance_lines import performance_forest
from hematotox.reporting.figures.style import house_style
from hematotox.reporting.words.rows import as_rows

DISPLAY = PerformanceForest(kind="performance_forest", title="F", analyses=("a",))


@pytest.fixture
def centres(make: Any) -> Any:
    """Two centres, one with too few events, and the summaries of six."""
    of = {"analysis": "a", "endpoint": "late_icaht", "population": "ht", "score": "ht"}
    one = {**of, "method": "centre_performance"}
    c = {**one, "estimand": "auc", "term": "ht.points"}
    ratio = {**one, "estimand": "log_observed_expected", "term": "ht.group"}
    all_ = {**of, "method": "performance_summary", "n": 6}
    limits = {"conf_level": 0.95, "conf_method": "hartung-knapp"}
    new = {**all_, "estimand": "prediction", "term": "auc", "conf_level": 0.95, "estimate": 0.7}
    return make.estimates(
        make.row(**c, centre="a", n=30, n_event=9, estimate=0.7, conf_low=0.5, conf_high=0.9,
                 conf_level=0.95, conf_method="delong"),
        make.row(**c, centre="b", n=12, n_event=0, condition="too few events"),
        make.row(**ratio, centre="a", n=30, n_event=9, estimate=0.0, conf_low=-0.5,
                 conf_high=0.6, conf_level=0.95, conf_method="clopper-pearson"),
        make.row(**ratio, centre="b", n=12, n_event=0, conf_high=1.5, conf_level=0.95,
                 conf_method="clopper-pearson", condition="no events"),
        make.row(**{**all_, "estimand": "auc", "estimate": 0.71, "conf_low": 0.6,
                    "conf_high": 0.8, **limits}),
        make.row(**{**new, "conf_low": 0.55, "conf_high": 0.83, "reference": "t(5)", "df": 5}),
        make.row(**{**new, "conf_low": 0.54, "conf_high": 0.84, "reference": "t(4)", "df": 4}),
        make.row(**{**all_, "estimand": "count", "term": "auc", "estimate": 6, "n": 8}),
        make.row(**{**all_, "estimand": "i2", "term": "auc", "estimate": 0.25}),
    )  # fmt: skip


def test_a_column_a_measure(centres: Any, words: Words) -> None:
    shown = performance_forest(as_rows(centres), (), words)
    assert shown.measures == ("auc", "log_observed_expected")
    texts = [(ln.label, ln.counts, *(ln.texts.get(m, "") for m in shown.measures))
             for ln in shown.lines]  # fmt: skip
    assert texts == [
        ("a", "30 (9)", "0.70 (0.50–0.90)", "1.00 (0.61–1.82)"),
        ("b", "12 (0)", "too few events", "0 (0–4.48)"),
        ("Summary", "", "0.71 (0.60–0.80)", ""),
        ("New centre, t(k−1)", "", "(0.55–0.83)", ""),
        ("New centre, t(k−2)", "", "(0.54–0.84)", ""),
    ]
    assert list(shown.notes) == ["C of 6 of 8 centres, I² 25.0%."]


def test_only_the_measures_that_are_asked_for(centres: Any, words: Words) -> None:
    shown = performance_forest(as_rows(centres), ("log_observed_expected",), words)
    assert [line.label for line in shown.lines] == ["a", "b"]
    assert shown.notes == {}


def test_the_figure_draws_limits_and_the_one_without_an_estimate(
    centres: Any, words: Words
) -> None:
    with house_style():
        figure = performance_forest_figure(centres, DISPLAY, words, notes=[])
    area, ratio = figure.axes
    assert len(area.patches) == 1
    assert sum(line.get_linestyle() == "--" for line in area.lines) == 3, "0.5 and the new centre"
    assert sum(line.get_marker() == "<" for line in ratio.lines) == 1, "no lower limit"
    assert any("fewer than 5 patients" in text.get_text() for text in figure.texts)


def test_a_variable_has_the_tests_of_its_interactions(make: Any, words: Words) -> None:
    of = {"analysis": "a", "endpoint": "late_icaht", "score": "ht"}
    of |= {"method": "subgroup_performance", "n": 60, "n_event": 20}
    c = {**of, "estimand": "auc", "estimate": 0.7, "conf_low": 0.5, "conf_high": 0.9}
    rows = make.estimates(
        make.row(**c, population="ht"),
        make.row(**c, population="ht; sex=female"),
        make.row(**{**of, "estimand": "hypothesis_test", "p_value": 0.034}, population="ht",
                 term="auc", group="sex", test="cochran q"),
    )  # fmt: skip
    shown = performance_forest(as_rows(rows), (), words)
    assert [(line.label.strip(), line.kind, line.texts["auc"]) for line in shown.lines] == [
        ("All patients", "effect", "0.70 (0.50–0.90)"),
        ("Sex", "variable", "P = 0.034"),
        ("Female", "effect", "0.70 (0.50–0.90)"),
    ]
