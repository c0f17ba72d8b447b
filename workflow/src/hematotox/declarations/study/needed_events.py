"""Which events must be recorded, so that an endpoint or a grade can be told.

An event of interest that is not recorded looks as if it had not happened; a competing or
censoring one, or the death that ends a window, as if the patient had stayed at risk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hematotox.declarations.conventions import AnyWindow, Convention, Durations
from hematotox.declarations.endpoints import (
    CountAt,
    Endpoint,
    Endpoints,
    FirstEvent,
    GradedTime,
    Occurs,
    OfGrade,
    Recovery,
    ResponseAt,
    TimeToEvent,
)
from hematotox.declarations.study.derived_variables import graded_window
from hematotox.declarations.study.planning import conventions_of, endpoints_of
from hematotox.declarations.study.study import Study

Needs = dict[str, bool]
"""Event, and whether its detail (grade, cause, result, type) is needed too."""


def needed_events(
    endpoint: Endpoint,
    endpoints: Endpoints,
    *,
    conventions: Mapping[str, Convention],
    primary: str,
) -> Needs:
    """Return the events that must be recorded for an endpoint to be evaluable.

    Parameters
    ----------
    endpoint : one of `endpoints`
    endpoints : with the occurrences that it is made of
    conventions : declared conventions, by name
    primary : the study's primary convention, empty without one
    """
    if isinstance(endpoint, OfGrade):
        window = graded_window(endpoint, conventions, primary=primary)
        graded = events_of_window(window, endpoints) if window is not None else {}
        competing = endpoint.sources if isinstance(endpoint, GradedTime) else ()
        own = _of_occurrences([source.occurrence for source in competing], endpoints)
        return joined([own, graded])
    needs: Needs = {}
    if isinstance(endpoint, TimeToEvent) or _is_dated(endpoint):
        needs["death"] = False
    if isinstance(endpoint, TimeToEvent):
        needs = joined([needs, _of_origin(endpoint, endpoints)])
    return joined([needs, _of_kind(endpoint, endpoints)])


def events_of_window(window: AnyWindow, endpoints: Endpoints) -> Needs:
    """Return the events that must be recorded for a window to be graded: those that end it."""
    if window.ends_at == ("nothing",):
        return {}
    names = {"death", *window.ends_at} - {"last_contact_stated"}
    if isinstance(window, Durations) and window.early_end_needs_value_within_days is not None:
        names.add("progression")
    return _of_occurrences(sorted(names), endpoints)


def needs_of_grades(
    conventions: Mapping[str, Convention], endpoints: Endpoints
) -> dict[str, Needs]:
    """Return for each window of some conventions, in words, the events that it needs."""
    return {
        f"{label} of {name}": events_of_window(window, endpoints)
        for name, convention in conventions.items()
        for label, window in convention.windows.items()
    }


def needing_death(
    study: Study, endpoints: Endpoints, conventions: Mapping[str, Convention]
) -> tuple[str, ...]:
    """Return what of a study cannot be told without knowing who died: endpoints and grades."""
    if study.table is not None:
        return ()
    primary = study.conventions.primary if study.conventions else ""
    found = []
    for name in endpoints_of(study):
        endpoint = endpoints.endpoints[name]
        if "death" in needed_events(endpoint, endpoints, conventions=conventions, primary=primary):
            found.append(name)
    return (*found, *(f"grades of {name}" for name in conventions_of(study)))


def joined(parts: Iterable[Needs]) -> Needs:
    """Return all events of several needs; a detail is needed if one of them needs it."""
    together: Needs = {}
    for needs in parts:
        for event, detail in needs.items():
            together[event] = detail or together.get(event, False)
    return dict(sorted(together.items()))


def _is_dated(endpoint: Endpoint) -> bool:
    """Return whether a binary endpoint depends on how long a patient was observed."""
    return isinstance(endpoint, ResponseAt | CountAt) or (
        isinstance(endpoint, Occurs) and endpoint.days is not None
    )


def _of_origin(endpoint: TimeToEvent, endpoints: Endpoints) -> Needs:
    if endpoint.origin == "boost":
        return {"stem_cell_boost": False}
    if endpoint.origin == "first_response":  # a response after progression does not count
        return _of_occurrences(["response", "progression"], endpoints)
    return {}


def _of_kind(endpoint: Endpoint, endpoints: Endpoints) -> Needs:
    """Return what an endpoint's own rule looks at."""
    if isinstance(endpoint, FirstEvent):
        names = [source.occurrence for source in endpoint.sources]
        names += ["new_therapy"] if endpoint.new_therapy != "ignore" else []
        names += ["progression"] if endpoint.censor_at_progression else []
        return _of_occurrences(names, endpoints)
    if isinstance(endpoint, Recovery):
        return {"transfusion": True} if endpoint.without_transfusion_days is not None else {}
    if isinstance(endpoint, Occurs):
        assessed = {endpoint.assessed_by: False} if endpoint.assessed_by is not None else {}
        return joined([assessed, _of_occurrences([endpoint.occurrence], endpoints)])
    if isinstance(endpoint, ResponseAt):
        return joined([{"response": True}, _of_occurrences(endpoint.failures, endpoints)])
    return {}


def _of_occurrences(names: Iterable[str], endpoints: Endpoints) -> Needs:
    return joined(
        {record.event: record.needs_detail}
        for name in names
        for record in endpoints.occurrences[name].records
        if record.needed
    )
