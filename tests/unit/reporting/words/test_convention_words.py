"""A convention in sentences: every setting that changes a grade is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.reporting.words.convention_words import grade_words, window_words

CONFIG = Path(__file__).parents[4] / "config"


def declared(name, model):
    path = CONFIG / f"{name}.yaml"
    return parse(path.read_text(encoding="utf-8"), source=path.name, model=model)


DICTIONARY = declared("dictionary", Dictionary)

SAID = [
    ("consensus", "early", "a single measured day is that day alone"),
    ("consensus", "early", "lasts to the end of the window or to death is grade 4"),
    ("consensus", "early", "beside one of at most 1 ×10⁹/L, or more than 14 of them in a row"),
    ("consensus", "early", "the Leukocyte count is the highest that it can be"),
    ("consensus", "early", "ends at death or the latest dated record"),
    ("cart_sie", "early", "days without any value count as recovered"),
    ("cart_sie_must_not_matter", "early", "every day without any value may have been low"),
    ("cart_sie_without_early_deaths", "early", "not assessable where the patient died before rec"),
    ("cart_sie_pair_within_14_days", "late", "consecutive measured days at most 14 days apart"),
    ("cart_sie_single_late_value", "late", "a single value grades alone"),
    ("heatwaver_compatible", "early", "not assessable otherwise (the program stops)"),
    ("heatwaver_compatible", "early", "of the window or of the observation is grade 4"),
    ("heatwaver_compatible", "early", "ends at death or last contact as it was stated"),
    ("heatwaver_compatible", "late", "that is no multiple of 0.001 ×10⁹/L is grade 0"),
    ("liang_manual", "early", "unmeasured days have the higher of the measured ones around them"),
    ("liang_manual", "early", "nothing ends it"),
    ("t_icaht_code", "early", "days with several values left out of the calendar"),
    ("t_icaht_code", "early", "so does a single measured day"),
    ("t_icaht_code", "late", "grade 3: 2 measured days or more at most 20 ×10⁹/L"),
    ("t_icaht_code", "late", "fewer than 2 measured days, those after its end included"),
    ("severe_neutropenia", "day_0_60", "a lower grade is not assessable after death"),
    ("phenotype", "course", "may have been low: not assessable where that could change the grade"),
]


@pytest.mark.parametrize(("name", "label", "words"), SAID)
def test_a_setting_is_said(name, label, words):
    window = declared(f"conventions/{name}", Convention).windows[label]
    assert words in window_words(window, DICTIONARY)


def test_what_a_grade_needs_by_measured_days():
    window = declared("conventions/t_icaht_table", Convention).windows["late"]
    assert grade_words(window, 3, DICTIONARY) == (
        "days 31 to 100, Platelet count: 14 days or more below 20 ×10⁹/L, or 2 measured days or "
        "more below 20 ×10⁹/L"
    )
