"""What hospitals call our variables: read only to draft a centre file, never to stage one."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hematotox.declarations.base import Declaration, Name, Text
from hematotox.declarations.dictionary import Dictionary

Words = tuple[Text, ...]
YES_NO = "yes_no"
"""Levels of every variable that is answered by yes or no."""
VITAL_STATUS = "vital_status"
"""Levels of a column that says who is alive."""


class ColumnSynonyms(Declaration):
    """Headings of the columns that hold no variable of the dictionary, but say whose or when."""

    patient: Words
    """The patient's number."""
    date: Words
    """The date of a row of measurements or of an event."""
    day: Words
    """The day after infusion of a row."""
    name: Words
    """The name of the measurement in a long table."""
    value: Words
    """The value in a long table."""
    unit: Words
    """The unit in a long table."""
    event: Words
    """What happened, in a table of events."""
    birth_date: Words
    """The date of birth."""
    vital_status: Words
    """Whether the patient is alive."""
    cause_of_death: Words
    """The cause of death in the patient's row."""


class Qualifiers(Declaration):
    """Words beside the name of a variable that say what of it a column holds."""

    date: Words
    """The date of an event."""
    day: Words
    """The day of an event, or the day after infusion of a measurement."""
    detail: Words
    """Its grade, cause or type."""
    baseline: Words
    """A measurement before lymphodepletion."""
    another: Words
    """Another thing than that of the same name: a second infusion, the age at diagnosis."""


class Synonyms(Declaration):
    """`config/synonyms.yaml`: headings and codes of hospitals, in seven languages."""

    replaces: Literal["all"] | None = None
    """In a run folder, whose file adds to the clone's by name: `all`, and it counts whole."""
    headings: dict[Name, Words]
    """Variable of the dictionary and its headings; for a laboratory variable also its names in a
    long table, for an event its codes."""
    columns: ColumnSynonyms
    """Headings of the columns that say whose, when and what."""
    qualifiers: Qualifiers
    """Words beside the name of a variable."""
    set_aside: Words
    """Words that do not count in a heading."""
    levels: dict[Name, dict[str, tuple[str, ...]]]
    """Variable, level and its codes; `yes_no` for all that are answered so, `vital_status`."""
    missing: Annotated[tuple[str, ...], Field(min_length=1)]
    """Texts that say that a value is not known."""
    missing_numbers: tuple[str, ...]
    """Numbers that stand for an unknown value, where they cannot be one."""


def strangers(synonyms: Synonyms, dictionary: Dictionary) -> list[str]:
    """Return the variables and levels that the synonyms name and the dictionary does not have."""
    found = [name for name in synonyms.headings if name not in dictionary.variables]
    for name, levels in synonyms.levels.items():
        if name in (YES_NO, VITAL_STATUS):
            continue
        described = dictionary.variables.get(name)
        if described is None:
            found.append(name)
        elif described.levels is not None:
            found += [f"{name}.{level}" for level in levels if level not in described.levels]
    return found
