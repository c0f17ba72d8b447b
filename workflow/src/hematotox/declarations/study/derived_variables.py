"""Numbers of a patient that an analysis may name: times to events, days of a grade, score items.

`<endpoint>.time` is the time to the event among those who had it, `<endpoint>.days` the days that
a graded endpoint counts, `<score>.<item>` the laboratory value that a score uses at baseline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hematotox.declarations.conventions import Convention, Durations
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints, Graded, TimeToEvent
from hematotox.declarations.score import Score
from hematotox.declarations.study.plan import CountedDays, PlannedVariable
from hematotox.declarations.study.words import VariableWords

OF_ENDPOINT = (".status", ".time", ".days")
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
                    type="number", known_on_day=endpoint.known_from_day, days=counted
                )
    return variables


def _counted(
    endpoint: Graded, conventions: Mapping[str, Convention], *, primary: str
) -> CountedDays | None:
    """Return which days of the table of grades an endpoint counts: at its first level."""
    convention = endpoint.convention or primary
    found = conventions.get(convention)
    window = found.windows.get(endpoint.window) if found is not None else None
    if not isinstance(window, Durations):
        return None
    return CountedDays(
        convention=convention, window=endpoint.window, column=f"days_{next(iter(window.levels))}"
    )


def items_of_scores(scores: Mapping[str, Score]) -> dict[str, PlannedVariable]:
    """Return the baseline values of the items of some scores as variables."""
    return {
        f"{name}.{item}": PlannedVariable(type="number")
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
        if isinstance(endpoint, TimeToEvent):
            yield f"{name}.time", VariableWords(label=f"{endpoint.label}, time to it", unit="d")
        elif isinstance(endpoint, Graded) and endpoint.days_label is not None:
            yield f"{name}.days", VariableWords(label=endpoint.days_label, unit="d")
    labs = dictionary.of_kind("lab")
    for name, score in scores.items():
        for item in score.items:
            if item in labs:
                yield f"{name}.{item}", VariableWords(label=labs[item].label, unit=labs[item].unit)
