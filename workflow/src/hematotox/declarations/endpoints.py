"""Endpoints: time origin, events in order, competing events, censoring, horizon.

An endpoint is an ordered list of sources. On one day the source that stands first wins; the
order of the list is therefore the same-day order, and the model refuses a list that breaks it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import Field, FiniteFloat, field_validator, model_validator

from hematotox.declarations.base import Declaration, Flag, Name
from hematotox.declarations.in_print import Printed

Origin = Literal["infusion", "lymphodepletion", "boost", "first_response"]
Days = tuple[int, int]
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


class Source(Declaration):
    """One way in which an endpoint is reached."""

    occurrence: Name
    """Name of an occurrence of this file."""
    cause: Name
    """Cause of the endpoint that it stands for."""


class EndpointBase(Declaration):
    """What every endpoint says."""

    label: Printed
    """As it stands in a manuscript."""
    known_from_day: int | None = None
    """Day after the time origin on which it is known, where it is used as a predictor."""


class TimeToEvent(EndpointBase):
    """What endpoints with a time share."""

    type: ClassVar[Literal["time_to_event"]] = "time_to_event"
    origin: Origin = "infusion"
    """Day 0 of the endpoint."""
    causes: dict[Name, Printed] = Field(min_length=1)
    """Name and label of status 1, 2, ...; the first is the event, the others compete."""
    horizon: Annotated[int, Field(ge=1)] | None = None
    """Last day, counted from the origin, on which an event counts."""


class BinaryEndpoint(EndpointBase):
    """What endpoints share that only happened or not."""

    type: ClassVar[Literal["binary"]] = "binary"
    origin: ClassVar[Origin] = "infusion"
    horizon: ClassVar[None] = None

    @property
    def causes(self) -> dict[str, str]:
        """Name and label of status 1."""
        return {"event": self.label}


class FirstEvent(TimeToEvent):
    """Time to the first of several events; death and last contact end the observation."""

    kind: Literal["first_event"]
    sources: tuple[Source, ...] = Field(min_length=1)
    """Events in their same-day order; each gives its cause."""
    new_therapy: Literal["ignore", "censor", "event"] = "ignore"
    """What a new therapy or a transplant without one of the events does."""
    censor_at_progression: Flag = False
    """Whether progression ends the observation."""
    after_origin: Flag = False
    """Whether an event on the day of the origin is left out."""

    @model_validator(mode="after")
    def _causes_exist(self) -> FirstEvent:
        for source in self.sources:
            if source.cause not in self.causes:
                known = ", ".join(self.causes)
                raise ValueError(f"sources: cause {source.cause}: must be one of {known}")
        return self


class Recovery(TimeToEvent):
    """Time to a lasting rise of a blood count; death competes if there are two causes."""

    kind: Literal["recovery"]
    variable: Name
    """Laboratory variable."""
    at_least: FiniteFloat
    """Value that counts as recovered, in the canonical unit."""
    successive_days: Annotated[int, Field(ge=1)] = 3
    """All values over at least so many days must reach it; the first day counts."""
    after_nadir: Flag = True
    """Whether it counts only after the first value below."""
    without_transfusion_days: int | None = None
    """Days before the recovery in which no platelet transfusion may lie."""


class Occurs(BinaryEndpoint):
    """Whether something happens within a window of days."""

    kind: Literal["occurs"]
    occurrence: Name
    """Name of an occurrence of this file."""
    days: Days | None = None
    """Window, counted from the infusion, both ends included; without it any day, also unknown."""
    assessed_by: Name | None = None
    """Event whose record (of any grade) shows that the patient was assessed; without such a
    record the endpoint is not evaluable."""
    lost_before_end: Literal["not_evaluable", "no"] = "not_evaluable"
    """A patient alive and lost before the end of the window, without the event."""


class ResponseAt(BinaryEndpoint):
    """Whether the assessment nearest to a day is a response."""

    kind: Literal["response_at"]
    day: int
    """Day after infusion."""
    days: Days
    """Assessments within these days count."""
    responses: tuple[str, ...]
    """Details of the event `response` that count as response."""
    failures: tuple[Name, ...]
    """Occurrences that make it non-response, on or before the assessment, or by the last day of
    the window if there is none."""


class Graded(BinaryEndpoint):
    """Whether a grade is reached in a window of a convention."""

    kind: Literal["graded"]
    window: Name
    """Window of the convention."""
    at_least: Annotated[int, Field(ge=1, le=4)]
    """Lowest grade that counts."""
    convention: Name | None = None
    """Convention; by default the study's primary one."""
    death: Literal["not_evaluable", "no"] = "not_evaluable"
    """Patients who died inside the window without the grade, where the convention does not grade
    them for that reason (severe neutropenia): not evaluable, or no."""
    days_label: Printed | None = None
    """Words for the days that the window counts at its first level; with them `<endpoint>.days`
    is a variable of the analyses."""


Endpoint = Annotated[
    FirstEvent | Recovery | Occurs | ResponseAt | Graded, Field(discriminator="kind")
]


class Endpoints(Declaration):
    """`config/endpoints.yaml`: all endpoints, and the occurrences they are made of."""

    occurrences: dict[Name, Occurrence]
    """Things that happen to a patient, by name; `progression`, `new_therapy`, `response` and
    `death` have a part in other rules too."""
    endpoints: dict[Name, Endpoint]
    """Endpoints by name."""

    @field_validator("occurrences")
    @classmethod
    def _needed_occurrences(cls, occurrences: dict[str, Occurrence]) -> dict[str, Occurrence]:
        needed = {"progression", "new_therapy", "response", "death"}
        missing = sorted(needed - set(occurrences))
        if missing:
            raise ValueError(f"{', '.join(missing)}: is missing")
        return occurrences

    @model_validator(mode="after")
    def _endpoints_use_occurrences(self) -> Endpoints:
        for name, endpoint in self.endpoints.items():
            for used in _occurrences_of(endpoint):
                if used not in self.occurrences:
                    known = ", ".join(sorted(self.occurrences))
                    words = f"there is no occurrence {used}; known are {known}"
                    raise ValueError(f"endpoints.{name}: {words}")
            if isinstance(endpoint, FirstEvent):
                self._check_same_day_order(name, endpoint)
        return self

    def _check_same_day_order(self, name: str, endpoint: FirstEvent) -> None:
        kinds = [self.occurrences[source.occurrence].kind for source in endpoint.sources]
        places = [SAME_DAY_ORDER.index(kind) for kind in kinds]
        if places != sorted(places):
            order = ", ".join(SAME_DAY_ORDER)
            raise ValueError(f"endpoints.{name}: sources: must keep the same-day order {order}")


def conventions_named(endpoints: Endpoints, names: Iterable[str]) -> tuple[str, ...]:
    """Return the conventions that some endpoints name, in alphabetical order."""
    used = [endpoints.endpoints[name] for name in names if name in endpoints.endpoints]
    return tuple(sorted({e.convention for e in used if isinstance(e, Graded) and e.convention}))


def _occurrences_of(endpoint: EndpointBase) -> tuple[str, ...]:
    if isinstance(endpoint, FirstEvent):
        return tuple(source.occurrence for source in endpoint.sources)
    if isinstance(endpoint, Occurs):
        return (endpoint.occurrence,)
    return endpoint.failures if isinstance(endpoint, ResponseAt) else ()
