"""Endpoints in sentences: origin, event, what competes, what censors, which days and grades."""

from __future__ import annotations

from collections.abc import Sequence

from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import (
    CountAt,
    EndpointBase,
    Endpoints,
    FirstEvent,
    Occurs,
    Recovery,
    ResponseAt,
)
from hematotox.declarations.occurrences import Record
from hematotox.reporting.words.wording import capitalised, unit

ORIGINS = {
    "infusion": "infusion",
    "lymphodepletion": "the start of lymphodepletion",
    "lymphodepletion_start": "the start of lymphodepletion",
    "boost": "the stem-cell boost",
    "first_response": "the first documented complete or partial response before any progression",
}
NEW_THERAPY = {
    "ignore": "a new therapy is neither event nor censoring",
    "censor": "a new therapy censors",
    "event": "a new therapy counts as event",
}
RESPONSES = {"cr": "complete response", "pr": "partial response", "sd": "stable disease"}
FAILURES = {"antitumour_therapy": "new therapy against the disease"}
"""Occurrences of the endpoints file whose names do not say what they are."""


def endpoint_words(endpoint: EndpointBase, endpoints: Endpoints, dictionary: Dictionary) -> str:
    """Return what an endpoint is, in sentences that repeat every setting of its declaration.

    Parameters
    ----------
    endpoint : an endpoint that is no grade; grades are those of their convention
    endpoints : the occurrences that endpoints are made of
    dictionary : labels and units of variables and events
    """
    if isinstance(endpoint, FirstEvent):
        return _first_event(endpoint, endpoints, dictionary)
    if isinstance(endpoint, Recovery):
        return _recovery(endpoint, dictionary)
    if isinstance(endpoint, ResponseAt):
        return _response(endpoint)
    if isinstance(endpoint, CountAt):
        return _count_at(endpoint, dictionary)
    assert isinstance(endpoint, Occurs)
    return _occurs(endpoint, endpoints, dictionary)


def sentence(parts: Sequence[str]) -> str:
    """Return the parts that say something as one sentence."""
    return capitalised("; ".join(part for part in parts if part)) + "."


def _first_event(endpoint: FirstEvent, endpoints: Endpoints, dictionary: Dictionary) -> str:
    event, *competing = endpoint.causes.values()
    kinds = {endpoints.occurrences[source.occurrence].kind for source in endpoint.sources}
    told = kinds != {"death"} or endpoint.new_therapy != "ignore"
    ignored = "progression" not in kinds and kinds != {"death"}
    parts = [
        f"from {ORIGINS[endpoint.origin]} to {event}",
        f"competing: {', '.join(competing)}" if competing else "",
        _same_day(endpoint),
        NEW_THERAPY[endpoint.new_therapy] if told else "",
        "progression censors" if endpoint.censor_at_progression else "",
        "progression neither competes nor censors"
        if ignored and not endpoint.censor_at_progression
        else "",
        f"an event on the day of {ORIGINS[endpoint.origin]} does not count"
        if endpoint.after_origin
        else "",
        f"events count up to day {endpoint.horizon}" if endpoint.horizon else "",
        "all others are censored at their last contact",
    ]
    return sentence(parts) + _left_out(endpoint, endpoints, dictionary)


def _same_day(endpoint: FirstEvent) -> str:
    """Return which cause counts of two on one day, where there is a choice."""
    causes = list(dict.fromkeys(source.cause for source in endpoint.sources))
    if len(causes) < 2:
        return ""
    return f"of two on one day counts the first of: {', '.join(endpoint.causes[c] for c in causes)}"


def _left_out(endpoint: FirstEvent, endpoints: Endpoints, dictionary: Dictionary) -> str:
    """Return which records of an endpoint's events do not count."""
    records = [
        record
        for source in endpoint.sources
        for record in endpoints.occurrences[source.occurrence].records
        if record.not_detail
    ]
    words = [
        (dictionary.variables[record.event].levels or {}).get(code, code.replace("_", " "))
        for record in records
        for code in record.not_detail or ()
    ]
    return f" Not counted: {', '.join(words)}." if words else ""


def _recovery(endpoint: Recovery, dictionary: Dictionary) -> str:
    name, level = _count(endpoint, dictionary)
    transfusion = endpoint.without_transfusion_days
    _, *competing = endpoint.causes.values()
    origin = ORIGINS[endpoint.origin]
    fallen = endpoint.at_risk == "after_first_below"
    start = f"the first value below it after {origin}" if fallen else origin
    parts = [
        f"from {start} to the first of {endpoint.successive_days} successive "
        f"days with {name} of at least {level}",
        "among patients with a value below it"
        if fallen
        else "patients without a value below it since the infusion have recovered at once",
        "a later fall does not undo it",
        f"no platelet transfusion in the {transfusion} days before" if transfusion else "",
        f"competing: {', '.join(competing)}" if competing else "",
        f"events count up to day {endpoint.horizon}" if endpoint.horizon else "",
        "all others are censored at the last value that rules a recovery out, or at the end of "
        f"observation up to {endpoint.carry_days} days later",
    ]
    return sentence(parts)


def _count(endpoint: Recovery | CountAt, dictionary: Dictionary) -> tuple[str, str]:
    """Return the blood count and its level with the unit."""
    found = dictionary.variables.get(endpoint.variable)
    name = found.label if found else endpoint.variable.replace("_", " ")
    level = f"{endpoint.at_least:g}"
    return name, f"{level} {unit(found.unit)}" if found else level


def _count_at(endpoint: CountAt, dictionary: Dictionary) -> str:
    name, level = _count(endpoint, dictionary)
    first, last = endpoint.days
    parts = [
        f"alive on day {endpoint.day} with {name} of at least {level} on the measured day nearest "
        f"to it within days {first} to {last}",
        "alive without a value on these days a patient is not evaluable",
    ]
    return sentence(parts)


def _response(endpoint: ResponseAt) -> str:
    first, last = endpoint.days
    responses = " or ".join(RESPONSES.get(code, code.upper()) for code in endpoint.responses)
    failures = [FAILURES.get(name, name.replace("_", " ")) for name in endpoint.failures]
    failed = " or ".join([", ".join(failures[:-1]), failures[-1]] if failures[1:] else failures)
    found = (
        f"{capitalised(responses)} at the assessment nearest day {endpoint.day} within days "
        f"{first} to {last}."
    )
    if not failures:
        return found
    return (
        f"{found} {capitalised(failed)} on or before that assessment, or by day {last} if there "
        "is none, is non-response; without any of these and without an assessment a patient is "
        "not evaluable."
    )


def _occurs(endpoint: Occurs, endpoints: Endpoints, dictionary: Dictionary) -> str:
    records = endpoints.occurrences[endpoint.occurrence].records
    what = " or ".join(_record(record, dictionary) for record in records)
    days = (
        f"on days {endpoint.days[0]} to {endpoint.days[1]} after infusion"
        if endpoint.days
        else "on the day of infusion or later, also without a date"
    )
    lost = "not evaluable" if endpoint.lost_before_end == "not_evaluable" else "without the event"
    assessed = endpoint.assessed_by
    parts = [
        f"{what}, recorded at least once {days}",
        f"death before without it is no event, patients lost before day {endpoint.days[1]} without "
        f"it are {lost}"
        if endpoint.days
        else "",
        f"without any record of {_event(assessed, dictionary)} a patient is not evaluable"
        if assessed
        else "no such record, in an export that holds them, means no event",
        "with a record whose grade is unknown, and none that counts, a patient is not evaluable"
        if any(record.grade_at_least is not None for record in records)
        else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def _record(record: Record, dictionary: Dictionary) -> str:
    """Return "cytokine release syndrome (ASTCT grade) of grade 3 or higher"."""
    name = _event(record.event, dictionary)
    if record.grade_at_least is not None:
        return f"{name} of grade {record.grade_at_least} or higher"
    levels = dictionary.variables[record.event].levels or {}
    details = [levels.get(c, c.replace("_", " ")) for c in record.detail or ()]
    if details:
        return f"{name} ({' or '.join(details)})"
    graded = dictionary.variables[record.event].type == "integer"
    return f"{name} of any grade" if graded else name


def _event(name: str | None, dictionary: Dictionary) -> str:
    found = dictionary.variables.get(name or "")
    return found.label if found else str(name).replace("_", " ")
