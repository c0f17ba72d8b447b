"""What happens to a patient, and the records of an export that document it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from hematotox.declarations.base import Declaration, Flag, Name

SAME_DAY_ORDER = (
    "progression",
    "second_malignancy",
    "infection",
    "toxicity",
    "response",
    "recovery",
    "new_therapy",
    "death",
)


class Record(Declaration):
    """Which rows of the events table are meant: an event, perhaps with certain details."""

    event: Name
    """Event of the dictionary."""
    detail: tuple[str, ...] | None = None
    """Only rows with one of these details."""
    not_detail: tuple[str, ...] | None = None
    """Only rows with another detail, or none."""
    grade_at_least: int | None = None
    """Only rows whose detail is a grade of at least this."""
    needed: Flag = True
    """Whether an export must hold this event for the occurrence to be known; false for a record
    that only repeats or completes what another tells."""

    @property
    def needs_detail(self) -> bool:
        """Whether the event alone, without its detail, does not tell the occurrence."""
        return self.detail is not None or self.grade_at_least is not None

    @model_validator(mode="after")
    def _one_rule(self) -> Record:
        rules = (self.detail, self.not_detail, self.grade_at_least)
        if sum(rule is not None for rule in rules) > 1:
            raise ValueError("needs at most one of detail, not_detail, grade_at_least")
        return self


class Occurrence(Declaration):
    """Something that happens to a patient, wherever the export records it."""

    kind: Literal[
        "progression",
        "second_malignancy",
        "infection",
        "toxicity",
        "response",
        "recovery",
        "new_therapy",
        "death",
    ]
    """Its place in the order of things that happen on one day."""
    records: tuple[Record, ...] = Field(min_length=1)
    """Any of these records documents it; the earliest counts."""
