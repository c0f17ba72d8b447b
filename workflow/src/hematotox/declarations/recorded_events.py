"""Of which events a centre's export would hold a record, had they happened.

The absence of a record means that an event did not happen only where the export has a place for
it, or where the centre says that it looked and found none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from hematotox.declarations.centre import Centre
from hematotox.declarations.dictionary import Dictionary

KnownBy = Literal["export", "statement", ""]

OTHER_COLUMNS = {"boost_date": "stem_cell_boost", "last_contact_date": "last_contact"}
"""Dates in the patient's row that tell an event as well."""

PLURALS = {
    "crs": "CRS",
    "icans": "ICANS",
    "infection": "infections",
    "response": "response assessments",
    "progression": "progression",
    "new_therapy": "new therapies",
    "allogeneic_transplant": "allogeneic transplants",
    "stem_cell_boost": "stem-cell boosts",
    "transfusion": "transfusions",
    "second_malignancy": "second malignancies",
    "death": "deaths",
    "last_contact": "last contacts",
}
DETAILS = {
    "crs": "the grade of CRS",
    "icans": "the grade of ICANS",
    "infection": "the grade of infections",
    "response": "the result of response assessments",
    "death": "the cause of death",
}
"""Words for what of an event its detail tells; of other events it is the type."""


def contradicted(centre: Centre, event: str) -> str:
    """Return why a centre cannot say that an event occurred to nobody, or nothing."""
    if event == "last_contact":
        return "every patient has a last contact; leave it out"
    columns = [c for c, told in OTHER_COLUMNS.items() if told == event and c in centre.subjects]
    return f"{columns[0]} stands under subjects: the export tells it" if columns else ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the absence of an event's record says at one centre.

    `known_by` is the export, or the centre's statement that none occurred, or empty: unknown.
    `with_detail` says whether a record has its grade, cause, result or type.
    """

    known_by: KnownBy
    with_detail: bool


def recorded_events(centre: Centre, dictionary: Dictionary) -> dict[str, Recorded]:
    """Return every event of the dictionary and what a centre's export tells of it."""
    found = {name: Recorded("", False) for name in dictionary.of_kind("event")}
    for column, event in OTHER_COLUMNS.items():
        if column in centre.subjects:
            found[event] = Recorded("export", False)
    for event, sources in centre.events.items():
        detailed = any(one.column is not None or one.checkboxes is not None for one in sources)
        found[event] = Recorded("export", detailed)
    for event in centre.none_occurred:
        found[event] = Recorded("statement", True)
    return found


def event_words(event: str, *, detail: bool = False) -> str:
    """Return an event in the plural, or what of it is meant.

    Examples
    --------
    >>> event_words("second_malignancy"), event_words("death", detail=True)
    ('second malignancies', 'the cause of death')
    """
    words = PLURALS.get(event, event.replace("_", " "))
    return DETAILS.get(event, f"the type of {words}") if detail else words


def death_troubles(
    centre: Centre, needed_by: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield that a centre file has no deaths although studies need them.

    Parameters
    ----------
    centre : the centre file
    needed_by : studies of this centre, and what of each needs to know who died
    """
    if not needed_by or "death" in centre.events or "death" in centre.none_occurred:
        return
    studies = "; ".join(f"{study} ({_some(names)})" for study, names in needed_by.items())
    yield (
        ("events",),
        "death is missing: every patient would count as alive. It is needed by "
        f'{studies}. Add "death: {{date: <heading of the date of death>}}", or, where a column '
        'says who is alive, "death: {when: {column: <heading>, in: [<code of dead>]}, date: '
        '<heading>}"; if nobody died, say "none_occurred: [death]"',
    )


def _some(names: tuple[str, ...], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
