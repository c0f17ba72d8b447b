"""Endpoints: time origin, events in order, competing events, censoring, horizon.

An endpoint is an ordered list of sources. On one day the source that stands first wins; the
order of the list is therefore the same-day order, and the model refuses a list that breaks it.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, FiniteFloat, field_validator, model_validator

from hematotox.declarations.base import Declaration, Flag, Name
from hematotox.declarations.in_print import Printed
from hematotox.declarations.known_from import KnownFrom, Origin
from hematotox.declarations.occurrences import SAME_DAY_ORDER, Occurrence

Days = tuple[int, int]


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


class TimeToEvent(EndpointBase):
    """What endpoints with a time share."""

    type: ClassVar[Literal["time_to_event"]] = "time_to_event"
    origin: Origin = "infusion"
    """Day 0 of the endpoint."""
    causes: dict[Name, Printed] = Field(min_length=1)
    """Name and label of status 1, 2, ...; the first is the event, the others compete."""
    horizon: Annotated[int, Field(ge=1)] | None = None
    """Last day, counted from the origin, on which an event counts."""

    @property
    def known(self) -> KnownFrom:
        """When its status is known of every patient."""
        return KnownFrom(origin=self.origin, day=self.horizon)


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
    """Time to a lasting rise of a blood count; death competes if there are two causes.

    Among those who fell below, time tells how fast a fallen count returns: a group that falls less
    often is not compared fairly. From the infusion, groups are compared with `day_0`, or by the
    share alive with the count at or above the value (`count_at`).
    """

    kind: Literal["recovery"]
    variable: Name
    """Laboratory variable."""
    at_least: FiniteFloat
    """Value that counts as recovered, in the canonical unit."""
    successive_days: Annotated[int, Field(ge=1)] = 3
    """All values over at least so many days must reach it; the first day counts."""
    at_risk: Literal["day_0", "after_first_below"]
    """after_first_below: only patients with a value below, time from the first of them. day_0: all
    patients, time from the origin; who had no value below since the infusion has recovered at
    once."""
    without_transfusion_days: int | None = None
    """Days before the recovery in which no platelet transfusion may lie."""
    carry_days: Annotated[int, Field(ge=0)] = 7
    """A patient counts as not recovered up to the last value that rules a recovery out, and on to
    her death or the end of observation if that is at most so many days later."""

    @property
    def known(self) -> KnownFrom:
        """When its status is known: on no fixed day where each patient has her own origin."""
        own = self.at_risk == "after_first_below"
        return KnownFrom(origin=self.origin, day=None if own else self.horizon)


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
    known_from_day: int | None = None
    """Without a window: day on which it is known, where it is used as a predictor."""

    @property
    def known(self) -> KnownFrom:
        """When its status is known of every patient."""
        return KnownFrom(day=self.known_from_day if self.days is None else self.days[1])

    @model_validator(mode="after")
    def _a_window_says_when_it_is_known(self) -> Occurs:
        if self.days is not None and self.known_from_day is not None:
            raise ValueError("known_from_day: the last of its days says it; leave it out")
        return self


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

    @property
    def known(self) -> KnownFrom:
        """When its status is known of every patient."""
        return KnownFrom(day=self.days[1])


class CountAt(BinaryEndpoint):
    """Whether a patient is alive with a blood count at or above a value on a day."""

    kind: Literal["count_at"]
    variable: Name
    """Laboratory variable."""
    at_least: FiniteFloat
    """Value that must be reached, in the canonical unit."""
    day: int
    """Day after infusion; death on or before it is a no."""
    days: Days
    """The measured day nearest to it within these days counts, its lowest value."""

    @property
    def known(self) -> KnownFrom:
        """When its status is known of every patient."""
        return KnownFrom(day=self.days[1])


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


class GradedTime(TimeToEvent):
    """Time to a grade of a convention's window, from its first day to its last.

    At risk are the patients alive and observed on the first day; the grade is reached on the day
    on which the measured values establish it (a late one on the second of two). They are followed
    as long as they are known to be free of it, no longer.
    """

    kind: Literal["graded_time"]
    window: Name
    """Window of the convention; time counts from its first day."""
    at_least: Annotated[int, Field(ge=1, le=4)]
    """Lowest grade that counts."""
    convention: Name | None = None
    """Convention; by default the study's primary one."""
    sources: tuple[Source, ...] = Field(min_length=1)
    """What competes, in the same-day order, each with its cause; death must be among them."""
    open_after_days: Annotated[int, Field(ge=0)] = 14
    """In windows of single values: more days than this between the last value and the end of
    observation leave open whether the grade was reached, as does a last value at its level. In
    windows that count days the convention says which days are open."""

    @property
    def competing(self) -> tuple[str, ...]:
        """Names of the competing causes."""
        return tuple(self.causes)[1:]

    @model_validator(mode="after")
    def _whole(self) -> GradedTime:
        if self.origin != "infusion" or self.horizon is not None:
            raise ValueError("origin, horizon: the window says them; leave them out")
        for source in self.sources:
            if source.cause not in self.competing:
                listed = ", ".join(self.competing)
                raise ValueError(f"sources: cause {source.cause}: must be one of {listed}")
        return self


Endpoint = Annotated[
    FirstEvent | Recovery | Occurs | ResponseAt | CountAt | Graded | GradedTime,
    Field(discriminator="kind"),
]


class Endpoints(Declaration):
    """`config/endpoints.yaml`: all endpoints, and the occurrences they are made of."""

    replaces: Literal["all"] | None = None
    """In a run folder, whose file adds to the clone's by name: `all`, and it counts whole."""
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
            if isinstance(endpoint, FirstEvent | GradedTime):
                self._check_same_day_order(name, endpoint)
        return self

    def _check_same_day_order(self, name: str, endpoint: FirstEvent | GradedTime) -> None:
        kinds = [self.occurrences[source.occurrence].kind for source in endpoint.sources]
        places = [SAME_DAY_ORDER.index(kind) for kind in kinds]
        if places != sorted(places):
            order = ", ".join(SAME_DAY_ORDER)
            raise ValueError(f"endpoints.{name}: sources: must keep the same-day order {order}")


OfGrade = Graded | GradedTime
"""Endpoints that a convention decides."""


def _occurrences_of(endpoint: EndpointBase) -> tuple[str, ...]:
    if isinstance(endpoint, FirstEvent | GradedTime):
        return tuple(source.occurrence for source in endpoint.sources)
    if isinstance(endpoint, Occurs):
        return (endpoint.occurrence,)
    return endpoint.failures if isinstance(endpoint, ResponseAt) else ()
