"""Scores and endpoints of a study in sentences, from their declarations."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hematotox.declarations.conventions import AnyWindow
from hematotox.declarations.endpoints import GradedTime, OfGrade
from hematotox.declarations.interval import read_interval
from hematotox.declarations.score import Item, Score
from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.cohort_table import ColumnEndpoint
from hematotox.reporting.words.convention_words import convention_definitions, grade_words
from hematotox.reporting.words.endpoint_words import ORIGINS, endpoint_words, sentence
from hematotox.reporting.words.wording import capitalised, inside, unit

MISSING = {
    "no_score": "a missing item gives no score",
    "lowest": "a missing item counts with its fewest points",
    "highest": "a missing item counts with its most points",
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
            if isinstance(endpoint, OfGrade)
            else endpoint_words(endpoint, plan.endpoints, plan.dictionary),
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
    return f"{sentence(parts)} {score.citation}"


def _item(name: str, item: Item, labels: dict[str, str]) -> str:
    bands = ", ".join(
        f"{_range(band)}: {points:g} {'point' if points == 1 else 'points'}"
        for band, points in item.bands.items()
    )
    label = labels.get(name, name)
    if item.relative_to is not None:
        limit = labels.get(item.relative_to, item.relative_to.replace("_", " "))
        label = f"{label} as a multiple of {limit}"
    elif item.unit != "1":
        label = f"{label} ({unit(item.unit)})"
    return f"{label} {bands}"


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


def _graded(endpoint: OfGrade, plan: CohortPlan) -> str:
    """Return what the grade needs: days, threshold, and the convention that says so."""
    primary = plan.study.conventions.primary if plan.study.conventions else ""
    convention = plan.conventions[endpoint.convention or primary]
    window = convention.windows[endpoint.window]
    needed = grade_words(window, endpoint.at_least, plan.dictionary)
    days = f"days {window.days[0]} to {window.days[1]}, "
    whole = f"{capitalised(days)}{needed.removeprefix(days)}"
    name = f"{convention.name}, window {endpoint.window.replace('_', ' ')}"
    if isinstance(endpoint, GradedTime):
        return f"{_graded_time(endpoint, window, whole)}; what ends the window: see {name}."
    parts = [whole, "also known where all grades that remain possible lie on one side"]
    if endpoint.death == "no":
        parts.append("a death inside the window without it is a no")
    return f"{'; '.join(parts)}; who is assessable and what ends the window: see {name}."


def _graded_time(endpoint: GradedTime, window: AnyWindow, needed: str) -> str:
    event, *competing = endpoint.causes.values()
    parts = [
        f"From day {window.days[0]} to {event}, on the day on which the values establish it",
        inside(needed),
        f"at risk are the patients alive and observed on day {window.days[0]} and free of what "
        "competes",
        f"competing: {', '.join(competing)}",
        "all others are censored on the last day on which they are known to be free of it, at the "
        f"latest on day {window.days[1]}",
    ]
    return "; ".join(parts)


def _column(column: ColumnEndpoint) -> str:
    """Return how an endpoint of an analysis-ready table is coded there."""
    codes = ", ".join(
        f"{code} {meaning.replace('_', ' ')}" for code, meaning in column.values.items()
    )
    time = f"time in column {column.time} ({unit(column.unit or '')}), " if column.time else ""
    return capitalised(f"{time}status in column {column.status}: {codes}.")
