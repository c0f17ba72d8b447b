"""The file of endpoints: what it may say, and the message where it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints, Graded
from hematotox.declarations.study.planning import conventions_named
from hematotox.errors import UserError

CONFIG = Path(__file__).parents[3] / "config"
TEXT = (CONFIG / "endpoints.yaml").read_text(encoding="utf-8")


def read(text: str) -> Endpoints:
    return parse(text, source="config/endpoints.yaml", model=Endpoints)


@pytest.fixture(scope="module")
def declared() -> Endpoints:
    return read(TEXT)


def test_every_endpoint_says_what_an_analysis_needs(declared):
    for name, endpoint in declared.endpoints.items():
        assert endpoint.type in ("time_to_event", "binary"), name
        assert endpoint.label
        assert endpoint.causes
        assert endpoint.origin in ("infusion", "lymphodepletion", "boost", "first_response")
        if endpoint.type == "binary":
            assert endpoint.horizon is None
            assert isinstance(endpoint, Graded) or endpoint.known.day is not None, name


def test_endpoints_of_the_definitions(declared):
    assert {
        "overall_survival",
        "progression_free_survival",
        "duration_of_response",
        "non_relapse_mortality",
        "infectious_death",
        "second_primary_malignancy",
        "overall_response_day_90",
        "complete_response_day_90",
        "early_icaht",
        "early_icaht_ge3",
        "late_icaht",
        "late_icaht_ge3",
        "late_thrombocytopenia",
        "late_anemia",
        "severe_neutropenia_14_days",
        "severe_infection",
        "severe_infection_by_day_90",
        "crs",
        "severe_crs",
        "icans",
        "severe_icans",
        "neutrophil_response_after_boost",
    } <= set(declared.endpoints)


def test_events_and_details_are_the_dictionarys(declared):
    path = CONFIG / "dictionary.yaml"
    dictionary = parse(path.read_text(encoding="utf-8"), source=path.name, model=Dictionary)
    events = dictionary.of_kind("event")
    for name, occurrence in declared.occurrences.items():
        for record in occurrence.records:
            assert record.event in events, name
            known = set(events[record.event].levels or {})
            assert {*(record.detail or ()), *(record.not_detail or ())} <= known, name


def test_conventions_and_windows_exist(declared):
    for name, endpoint in declared.endpoints.items():
        if isinstance(endpoint, Graded) and endpoint.convention:
            path = CONFIG / "conventions" / f"{endpoint.convention}.yaml"
            assert f"\n  {endpoint.window}:\n" in path.read_text(encoding="utf-8"), name
    named = conventions_named(declared, ["late_anemia", "overall_survival", "early_icaht"])
    assert named == ("cart_sie",)


def test_the_file_survives_json(declared):
    assert Endpoints.model_validate_json(declared.model_dump_json(by_alias=True)) == declared


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "sources: [{occurrence: death,",
            "sources: [{occurrence: deth,",
            "endpoints.overall_survival: there is no occurrence deth",
        ),
        ("{occurrence: death, cause: death}", "{occurrence: death, cause: dead}", "cause dead"),
        ("origin: first_response", "origin: response", "must be one of"),
        ("horizon: 90", "horizon: 0", "greater than or equal to 1"),
        (
            "new_therapy: ignore",
            "new_therapy: drop",
            "must be one of 'ignore', 'censor' or 'event'",
        ),
        ("kind: first_event", "kind: first", "must be one of"),
        ("    at_risk: after_first_below\n", "", "at_risk"),
        ("    days: [0, 90]\n", "    days: [0, 90]\n    known_from_day: 90\n", "leave it out"),
        ("window: early, at_least: 3}", "window: early, at_least: 5}", "less than or equal to 4"),
        (
            "      - {occurrence: progression, cause: progression_or_death}\n"
            "      - {occurrence: death, cause: progression_or_death}\n",
            "      - {occurrence: death, cause: progression_or_death}\n"
            "      - {occurrence: progression, cause: progression_or_death}\n",
            "must keep the same-day order progression, second_malignancy",
        ),
        (
            "  response:\n    kind: response\n",
            "  answer:\n    kind: response\n",
            "response: is missing",
        ),
        ("[{event: death}]", "[{event: death, detail: [x], grade_at_least: 3}]", "at most one of"),
    ],
)
def test_what_the_file_may_not_say(old, new, words):
    assert old in TEXT
    with pytest.raises(UserError) as caught:
        read(TEXT.replace(old, new, 1))
    assert words in str(caught.value)
    assert str(caught.value).startswith("config/endpoints.yaml:")
