"""What a centre file says about events: exported, looked for and none, or unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.centre import Centre
from hematotox.declarations.recorded_events import death_troubles, event_words, recorded_events
from hematotox.dialects import disagreements
from hematotox.errors import UserError

CENTRE = """
id: north
tables:
  subjects: {file: patients.csv, patient: id}
subjects:
  infusion_date: {column: infused}
events:
  death: {date: died}
  infection: {date: infected, column: grade}
"""


def centre(more: str = "", *, text: str = CENTRE) -> Centre:
    return parse(text + more, source="config/centres/north.yaml", model=Centre)


@pytest.mark.parametrize(
    ("more", "event", "known_by", "with_detail"),
    [
        ("", "death", "export", False),
        ("", "infection", "export", True),
        ("", "second_malignancy", "", False),
        ("none_occurred: [second_malignancy]", "second_malignancy", "statement", True),
        ("none_occurred: second_malignancy", "second_malignancy", "statement", True),
        ("", "stem_cell_boost", "", False),
        ("", "last_contact", "", False),
    ],
)
def test_what_the_absence_of_a_record_says(dictionary, more, event, known_by, with_detail) -> None:
    told = recorded_events(centre(more), dictionary)[event]
    assert (told.known_by, told.with_detail) == (known_by, with_detail)


def test_dates_in_the_row_of_the_patient_tell_events_too(dictionary) -> None:
    text = CENTRE.replace(
        "events:", "  boost_date: {column: boost}\n  last_contact_date: {column: seen}\nevents:"
    )
    told = recorded_events(centre(text=text), dictionary)
    assert told["stem_cell_boost"].known_by == told["last_contact"].known_by == "export"


def test_every_event_of_the_dictionary_is_told(dictionary) -> None:
    assert set(recorded_events(centre(), dictionary)) == set(dictionary.of_kind("event"))


def test_an_exported_event_cannot_be_said_to_have_never_occurred() -> None:
    with pytest.raises(UserError, match="none_occurred: death stands under events"):
        centre("none_occurred: [death]")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("[stem_cell_boost]", "boost_date stands under subjects: the export tells it"),
        ("[last_contact]", "every patient has a last contact; leave it out"),
    ],
)
def test_a_statement_that_the_patients_rows_contradict_is_told(dictionary, statement, says) -> None:
    text = CENTRE.replace("events:", "  boost_date: {column: boost}\nevents:")
    found = disagreements(centre(f"none_occurred: {statement}", text=text), dictionary)
    assert found == [(("none_occurred", 0), says)]
    assert not disagreements(centre("none_occurred: [stem_cell_boost]"), dictionary)


def test_a_mistyped_event_is_told(dictionary) -> None:
    ((path, words),) = disagreements(centre("none_occurred: [new_terapy]"), dictionary)
    assert path == ("none_occurred", 0)
    assert words == 'is not among the events of the dictionary; is "new_therapy" meant?'


def test_a_centre_without_deaths_is_refused_where_a_study_needs_them() -> None:
    text = CENTRE.replace("  death: {date: died}\n", "")
    needed = {"one": ("overall_survival", "late_icaht", "severe_infection", "grades of cart_sie")}
    ((path, words),) = death_troubles(centre(text=text), needed)
    assert path == ("events",)
    assert words.startswith(
        "death is missing: every patient would count as alive. It is needed by one "
        "(overall_survival, late_icaht, severe_infection and 1 more)"
    )
    assert "death: {when: {column: <heading>, in: [<code of dead>]}" in words
    assert 'if nobody died, say "none_occurred: [death]"' in words
    assert not list(death_troubles(centre("none_occurred: [death]", text=text), needed))
    assert not list(death_troubles(centre(text=text), {}))
    assert not list(death_troubles(centre(), needed))


def test_every_event_of_the_dictionary_has_its_words(dictionary) -> None:
    for event in dictionary.of_kind("event"):
        assert "_" not in event_words(event)
        assert "_" not in event_words(event, detail=True)


def test_the_shipped_centres_hold_deaths_and_last_contacts(dictionary) -> None:
    for path in sorted((Path(__file__).parents[3] / "config" / "centres").glob("*.yaml")):
        told = recorded_events(
            parse(path.read_text(encoding="utf-8"), source=path.name, model=Centre), dictionary
        )
        assert told["death"].known_by == "export", path.name
        assert told["death"].with_detail, path.name
        assert told["last_contact"].known_by == "export", path.name
