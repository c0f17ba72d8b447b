"""Variables that endpoints and scores bring: times, days of a grade, causes, items of a score.

`<endpoint>.time` is the time to the event among those who had it, `<endpoint>.days` the days that
a graded endpoint counts, `<endpoint>.detail` what the record of the event tells beside it (cause of
death, kind of malignancy), `<score>.<item>` the value that a score uses at baseline.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from hematotox.declarations.conventions import AnyWindow, Convention, Durations
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import (
    Endpoint,
    Endpoints,
    FirstEvent,
    Graded,
    OfGrade,
    TimeToEvent,
)
from hematotox.declarations.known_from import IN_TIME, KnownFrom
from hematotox.declarations.score import Item, Score
from hematotox.declarations.study.plan import CountedDays, PlannedVariable
from hematotox.declarations.study.words import VariableWords

OF_ENDPOINT = (".status", ".time", ".days", ".detail")
"""Endings of variables that an endpoint gives."""


def endpoints_in(variables: Iterable[str]) -> set[str]:
    """Return the endpoints whose status, time or days are among some variables."""
    return {name.rpartition(".")[0] for name in variables if name.endswith(OF_ENDPOINT)}


def numbers_of_endpoints(
    names: Iterable[str],
    endpoints: Endpoints,
    *,
    conventions: Mapping[str, Convention],
    primary: str,
) -> dict[str, PlannedVariable]:
    """Return times and days of endpoints as variables.

    Parameters
    ----------
    names : endpoints of the study; those that are not declared are told elsewhere
    endpoints : all declared endpoints
    conventions : those that the study or its endpoints use, by name
    primary : the study's primary convention, empty without one
    """
    variables = {}
    for name in names:
        endpoint = endpoints.endpoints.get(name)
        if isinstance(endpoint, TimeToEvent):
            variables[f"{name}.time"] = PlannedVariable(type="number")
        elif isinstance(endpoint, Graded) and endpoint.days_label is not None:
            counted = _counted(endpoint, conventions, primary=primary)
            if counted is not None:
                variables[f"{name}.days"] = PlannedVariable(
                    type="number",
                    known=known_from(endpoint, conventions, primary=primary),
                    days=counted,
                )
    return variables


def details_of(endpoint: Endpoint, endpoints: Endpoints, dictionary: Dictionary) -> dict[str, str]:
    """Return what the records of an endpoint's event may tell beside it: level and words.

    Empty for endpoints of another kind than the first of several events, and where the records
    hold no category.
    """
    if not isinstance(endpoint, FirstEvent):
        return {}
    event = next(iter(endpoint.causes))
    named = [source.occurrence for source in endpoint.sources if source.cause == event]
    records = (record for name in named for record in endpoints.occurrences[name].records)
    return {
        level: words
        for record in records
        for level, words in (dictionary.variables[record.event].levels or {}).items()
        if level in (record.detail or (level,)) and level not in (record.not_detail or ())
    }


def known_from(
    endpoint: Endpoint, conventions: Mapping[str, Convention], *, primary: str
) -> KnownFrom:
    """Return when the status of an endpoint is known of every patient.

    Parameters
    ----------
    endpoint : a grade is known at the end of its window
    conventions, primary : as in `numbers_of_endpoints`
    """
    if not isinstance(endpoint, OfGrade):
        return endpoint.known
    window = graded_window(endpoint, conventions, primary=primary)
    return KnownFrom(day=window.days[1] if window is not None else None)


def graded_window(
    endpoint: OfGrade, conventions: Mapping[str, Convention], *, primary: str
) -> AnyWindow | None:
    """Return the window whose grade decides an endpoint, if it is declared."""
    found = conventions.get(endpoint.convention or primary)
    return found.windows.get(endpoint.window) if found is not None else None


def _counted(
    endpoint: Graded, conventions: Mapping[str, Convention], *, primary: str
) -> CountedDays | None:
    """Return which days of the table of grades an endpoint counts: at its first level."""
    window = graded_window(endpoint, conventions, primary=primary)
    if not isinstance(window, Durations):
        return None
    return CountedDays(
        convention=endpoint.convention or primary,
        window=endpoint.window,
        column=f"days_{next(iter(window.levels))}",
    )


def known_score(score: Score, dictionary: Dictionary) -> KnownFrom:
    """Return when a score is known: at the end of its window, or when its latest item is."""
    items = [dictionary.variables[name].known_from for name in score.items]
    return max(
        [score.timing.known, *filter(None, items)],
        key=lambda known: (IN_TIME[known.origin], math.inf if known.day is None else known.day),
    )


def items_of_scores(
    scores: Mapping[str, Score], dictionary: Dictionary
) -> dict[str, PlannedVariable]:
    """Return the baseline values of the items of some scores as variables."""
    return {
        f"{name}.{item}": PlannedVariable(type="number", known=known_score(score, dictionary))
        for name, score in scores.items()
        for item in score.items
    }


def derived_words(
    names: Iterable[str],
    endpoints: Endpoints,
    *,
    scores: Mapping[str, Score],
    dictionary: Dictionary,
) -> dict[str, VariableWords]:
    """Return the words of every derived number of a study.

    Parameters
    ----------
    names : endpoints of the study
    endpoints : all declared endpoints
    scores : scores of the study
    dictionary : has the words of the laboratory variables
    """
    return dict(_words(names, endpoints, scores, dictionary))


def _words(
    names: Iterable[str], endpoints: Endpoints, scores: Mapping[str, Score], dictionary: Dictionary
) -> Iterator[tuple[str, VariableWords]]:
    for name in names:
        endpoint = endpoints.endpoints.get(name)
        levels = details_of(endpoint, endpoints, dictionary) if endpoint is not None else {}
        if endpoint is not None and levels:
            label = f"{endpoint.label}: cause or kind"
            yield f"{name}.detail", VariableWords(label=label, levels=levels)
        if isinstance(endpoint, TimeToEvent):
            yield f"{name}.time", VariableWords(label=f"{endpoint.label}, time to it", unit="d")
        elif isinstance(endpoint, Graded) and endpoint.days_label is not None:
            yield f"{name}.days", VariableWords(label=endpoint.days_label, unit="d")
    for name, score in scores.items():
        for item, declared in score.items.items():
            if item in dictionary.variables:
                label = item_label(item, declared, dictionary)
                unit = "" if declared.unit == "1" else declared.unit
                yield f"{name}.{item}", VariableWords(label=label, unit=unit)


def item_label(name: str, item: Item, dictionary: Dictionary) -> str:
    """Return the words for an item of a score, what it is a multiple of included."""
    label = dictionary.variables[name].label
    if item.relative_to is None:
        return label
    return f"{label}, multiple of {dictionary.variables[item.relative_to].label}"
