"""Scores, endpoints and conventions in sentences: every threshold, every day."""

from __future__ import annotations

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.reporting.words.convention_words import convention_definitions, grade_words
from hematotox.reporting.words.endpoint_words import endpoint_words
from hematotox.run.files import CLONE


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
         "days 31 to 100, Absolute neutrophil count at most 0.5 ×10⁹/L on two consecutive "
         "measured days"),
        ("cart_sie", "late_thrombocytopenia", 1,
         "days 31 to 100, Platelet count below 50 ×10⁹/L on two consecutive measured days"),
        ("cart_sie", "early", 3,
         "days 0 to 30, Absolute neutrophil count: 14 days or more at most 0.5 ×10⁹/L, or 7 days "
         "or more at most 0.1 ×10⁹/L, or at most 0.5 ×10⁹/L without recovery from day 3 or before "
         "to the end"),
        ("liang_2024", "late", 2,
         "days 31 to 100, lowest Absolute neutrophil count at most 1 ×10⁹/L, the second lowest at "
         "most 1.5 ×10⁹/L"),
        ("severe_neutropenia", "day_0_60", 1,
         "days 0 to 60, Absolute neutrophil count: 14 days or more below 0.5 ×10⁹/L"),
        ("t_icaht_table", "early", 3,
         "days 0 to 30, Platelet count: 1 day or more below 20 ×10⁹/L"),
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


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("severe_crs", ["Cytokine release syndrome (ASTCT grade) of grade 3 or higher",
                        "on the day of infusion or later", "grade is unknown"]),
        ("icans", ["ICANS", "of any grade"]),
        ("severe_infection_by_day_90", ["of grade 3 or higher", "on days 0 to 90",
                                        "lost before day 90 without it are not evaluable"]),
        ("complete_response_day_90", ["Complete response at the assessment nearest day 90",
                                      "within days 61 to 120", "or by day 120 if there is none",
                                      "new therapy against the disease", "not evaluable"]),
        ("overall_survival", ["From infusion to death from any cause", "last contact"]),
        ("progression_free_survival", ["a new therapy is neither event nor censoring"]),
        ("non_relapse_mortality", ["of two on one day counts the first of: progression or relapse, "
                                   "death without progression or relapse"]),
        ("second_primary_malignancy", ["progression neither competes nor censors",
                                       "an event on the day of infusion does not count",
                                       "Not counted: Non-melanoma skin cancer"]),
        ("duration_of_response", ["first documented complete or partial response"]),
        ("severe_infection", ["events count up to day 90"]),
        ("neutrophil_recovery", ["3 successive days", "at least 0.5 ×10⁹/L",
                                 "From the first value below it after infusion",
                                 "among patients with a value below it"]),
        ("neutrophil_recovery_from_infusion", ["From infusion to the first of 3",
                                               "without a value below it since the infusion have "
                                               "recovered at once"]),
        ("alive_with_platelets_day_60", ["Alive on day 60 with Platelet",
                                         "within days 53 to 67", "not evaluable"]),
        ("platelet_recovery", ["no platelet transfusion in the 7 days before"]),
    ],
)  # fmt: skip
def test_an_endpoint_says_grade_window_and_what_competes(dictionary, endpoint, said) -> None:
    found = _read("endpoints", Endpoints)
    text = endpoint_words(found.endpoints[endpoint], found, dictionary)
    assert [words for words in said if words not in text] == []
    assert "_" not in text


def test_a_therapy_is_not_mentioned_where_only_death_counts(dictionary) -> None:
    found = _read("endpoints", Endpoints)
    text = endpoint_words(found.endpoints["overall_survival"], found, dictionary)
    assert text == (
        "From infusion to death from any cause; all others are censored at their last contact."
    )
