"""Scores, endpoints and conventions in sentences: every threshold, every day."""

from __future__ import annotations

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.files import CLONE
from hematotox.reporting.convention_words import convention_definitions, grade_words


@pytest.fixture(scope="module")
def dictionary() -> Dictionary:
    return _read("dictionary", Dictionary)


def _read(name: str, model):
    path = CLONE / "config" / f"{name}.yaml"
    return parse(path.read_text(encoding="utf-8"), source=path.name, model=model)


@pytest.mark.parametrize(
    ("convention", "window", "grade", "words"),
    [
        ("cart_sie", "late", 3,
         "days 31 to 100, absolute neutrophil count at most 0.5 ×10⁹/L on two consecutive "
         "measured days"),
        ("cart_sie", "late_thrombocytopenia", 1,
         "days 31 to 100, platelet count below 50 ×10⁹/L on two consecutive measured days"),
        ("cart_sie", "early", 3,
         "days 0 to 30, absolute neutrophil count: 14 days or more at most 0.5 ×10⁹/L, or 7 days "
         "or more at most 0.1 ×10⁹/L, or at most 0.5 ×10⁹/L without recovery from day 3 or before "
         "to the end"),
        ("liang_2024", "late", 2,
         "days 31 to 100, lowest absolute neutrophil count at most 1 ×10⁹/L, the second lowest at "
         "most 1.5 ×10⁹/L"),
        ("severe_neutropenia", "day_0_60", 1,
         "days 0 to 60, absolute neutrophil count: 14 days or more below 0.5 ×10⁹/L"),
        ("t_icaht_table", "early", 3,
         "days 0 to 30, platelet count: 1 day or more below 20 ×10⁹/L"),
    ],
)  # fmt: skip
def test_a_grade_in_words(dictionary, convention, window, grade, words) -> None:
    found = _read(f"conventions/{convention}", Convention).windows[window]
    assert grade_words(found, grade, dictionary) == words


@pytest.mark.parametrize(
    ("convention", "said", "unsaid"),
    [
        ("consensus", ["longest run", "up to 2 days are part of a run", "ends at death"],
         ["also at the end", "progression"]),
        ("heatwaver_compatible", ["also at the end of the window", "multiples of 0.01",
                                  "ends at progression, new therapy, death or last contact"], []),
        ("cumulative_days", ["all runs count together", "no recovery is joined"], ["longest"]),
        ("phenotype", ["Provisional, unverified are"], []),
    ],
)  # fmt: skip
def test_conventions_differ_in_words_where_they_differ(
    dictionary, convention, said, unsaid
) -> None:
    found = convention_definitions(_read(f"conventions/{convention}", Convention), dictionary)
    text = " ".join(sentence for _, sentence in found)
    assert [words for words in said if words not in text] == []
    assert [words for words in unsaid if words in text] == []


def test_every_convention_has_words_for_every_window(dictionary) -> None:
    for path in sorted((CLONE / "config" / "conventions").glob("*.yaml")):
        convention = _read(f"conventions/{path.stem}", Convention)
        found = convention_definitions(convention, dictionary)
        assert len(found) == len(convention.windows)
        assert convention.citation.rstrip(".") in found[0][1]
