"""Scores and endpoints of a study in sentences, from their declarations."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hematotox.declarations.cohort_plan import CohortPlan
from hematotox.declarations.cohort_table import ColumnEndpoint
from hematotox.declarations.endpoints import (
    FirstEvent,
    Graded,
    Occurs,
    Recovery,
    ResponseAt,
)
from hematotox.declarations.interval import read_interval
from hematotox.declarations.score import Item, Score
from hematotox.reporting.convention_words import convention_definitions, grade_words
from hematotox.reporting.wording import capitalised, inside, unit

ORIGINS = {
    "infusion": "infusion",
    "lymphodepletion": "the start of lymphodepletion",
    "lymphodepletion_start": "the start of lymphodepletion",
    "boost": "the stem-cell boost",
    "first_response": "the first documented response",
}
MISSING = {
    "no_score": "a missing item gives no score",
    "lowest": "a missing item counts with its fewest points",
    "highest": "a missing item counts with its most points",
}
NEW_THERAPY = {
    "ignore": "a new therapy is neither event nor censoring",
    "censor": "a new therapy censors",
    "event": "a new therapy counts as event",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it means."""

    term: str
    text: str


def definitions(plan: CohortPlan) -> list[Definition]:
    """Return the definitions of the study's scores, then of its endpoints and conventions."""
    names = plan.dictionary.variables
    labels = {name: variable.label for name, variable in names.items()}
    scores = [Definition(s.name, _score(s, labels)) for s in plan.scores.values()]
    endpoints = [
        Definition(
            endpoint.label,
            _graded(endpoint, plan)
            if isinstance(endpoint, Graded)
            else _endpoint(endpoint, labels) + _left_out(endpoint, plan),
        )
        for endpoint in plan.endpoints.endpoints.values()
    ]
    conventions = [
        Definition(term, text)
        for convention in plan.conventions.values()
        for term, text in convention_definitions(convention, plan.dictionary)
    ]
    table = plan.study.table
    columns = table.endpoints.items() if table else ()
    return [
        *scores,
        *endpoints,
        *conventions,
        *(Definition(c.label or name.replace("_", " "), _column(c)) for name, c in columns),
    ]


def _score(score: Score, labels: dict[str, str]) -> str:
    items = "; ".join(_item(name, item, labels) for name, item in score.items.items())
    if score.formula is not None:
        above = " × ".join(labels.get(name, name) for name in score.formula.multiply) or "1"
        below = " × ".join(labels.get(name, name) for name in score.formula.divide)
        items = f"{above} / {below}" if below else above
    groups = ", ".join(f"{name} {_range(text)}" for name, text in score.groups.items())
    first, last = score.timing.window_days
    parts = [
        items,
        f"groups by points: {groups}" if groups else "",
        f"{score.timing.take} values from day {_day(first)} to day {_day(last)} around "
        f"{ORIGINS.get(score.timing.origin, score.timing.origin)}",
        MISSING.get(score.missing, str(score.missing).replace("_", " ")),
        "provisional: unverified are " + ", ".join(score.unverified) if score.unverified else "",
    ]
    return f"{_sentence(parts)} {score.citation}"


def _item(name: str, item: Item, labels: dict[str, str]) -> str:
    bands = ", ".join(
        f"{_range(band)}: {points:g} {'point' if points == 1 else 'points'}"
        for band, points in item.bands.items()
    )
    return f"{inside(labels.get(name, name))} ({unit(item.unit)}) {bands}"


def _range(text: str) -> str:
    """Return an interval as a clinician writes it: "< 75", "75–175", "> 175"."""
    interval = read_interval(text)
    low, high = f"{interval.low:g}", f"{interval.high:g}"
    at_least, at_most = ("≥" if interval.owns_low else ">"), ("≤" if interval.owns_high else "<")
    if math.isinf(interval.low):
        return f"{at_most} {high}"
    if math.isinf(interval.high):
        return f"{at_least} {low}"
    if interval.owns_low and interval.owns_high:
        return low if low == high else f"{low}–{high}"
    return f"{at_least} {low} to {at_most} {high}"


def _day(day: float) -> str:
    return f"{day:g}".replace("-", "−")


def _endpoint(endpoint: object, labels: dict[str, str]) -> str:
    if isinstance(endpoint, FirstEvent):
        return _first_event(endpoint)
    if isinstance(endpoint, Recovery):
        name = labels.get(endpoint.variable, endpoint.variable)
        return (
            f"From {ORIGINS[endpoint.origin]} to the first of {endpoint.successive_days} "
            f"successive days with {name} of at least {endpoint.at_least:g}."
        )
    if isinstance(endpoint, ResponseAt):
        first, last = endpoint.days
        responses = ", ".join(response.upper() for response in endpoint.responses)
        failures = ", ".join(name.replace("_", " ") for name in endpoint.failures)
        return (
            f"{responses} at the assessment nearest day {endpoint.day} within days {first} to "
            f"{last}; {failures} before it is non-response."
        )
    assert isinstance(endpoint, Occurs)
    days = f"days {endpoint.days[0]} to {endpoint.days[1]}" if endpoint.days else "any day"
    lost = "not evaluable" if endpoint.lost_before_end == "not_evaluable" else "without the event"
    ending = f"; patients lost before the last day count as {lost}" if endpoint.days else ""
    return f"Recorded at least once on {days}{ending}."


def _graded(endpoint: Graded, plan: CohortPlan) -> str:
    """Return what the grade needs: days, threshold, and the convention that says so."""
    primary = plan.study.conventions.primary if plan.study.conventions else ""
    convention = plan.conventions[endpoint.convention or primary]
    window = convention.windows[endpoint.window]
    needed = grade_words(window, endpoint.at_least, plan.dictionary)
    return f"{capitalised(needed)} (convention {convention.name})."


def _first_event(endpoint: FirstEvent) -> str:
    event, *competing = endpoint.causes.values()
    parts = [
        f"from {ORIGINS[endpoint.origin]} to {event}",
        f"competing: {', '.join(competing)}" if competing else "",
        NEW_THERAPY[endpoint.new_therapy],
        "progression censors" if endpoint.censor_at_progression else "",
        f"events count up to day {endpoint.horizon}" if endpoint.horizon else "",
    ]
    return _sentence(parts)


def _left_out(endpoint: object, plan: CohortPlan) -> str:
    """Return which records of an endpoint's events do not count."""
    if not isinstance(endpoint, FirstEvent):
        return ""
    records = [
        record
        for source in endpoint.sources
        for record in plan.endpoints.occurrences[source.occurrence].records
        if record.not_detail
    ]
    words = [
        (plan.dictionary.variables[record.event].levels or {}).get(code, code.replace("_", " "))
        for record in records
        for code in record.not_detail or ()
    ]
    return f" Not counted: {', '.join(inside(word) for word in words)}." if words else ""


def _column(column: ColumnEndpoint) -> str:
    """Return how an endpoint of an analysis-ready table is coded there."""
    codes = ", ".join(
        f"{code} {meaning.replace('_', ' ')}" for code, meaning in column.values.items()
    )
    time = f"time in column {column.time} ({unit(column.unit or '')}), " if column.time else ""
    return capitalised(f"{time}status in column {column.status}: {codes}.")


def _sentence(parts: list[str]) -> str:
    return capitalised("; ".join(part for part in parts if part)) + "."
