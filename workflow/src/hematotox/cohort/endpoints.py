"""The table of endpoints: every endpoint of the study for every patient."""

from __future__ import annotations

import pandas as pd

from hematotox.cohort.binary_endpoints import graded, occurs, response_at
from hematotox.cohort.first_event import (
    UNDATED_ORIGIN,
    dateless_origin,
    finish,
    first_event,
)
from hematotox.cohort.follow_up import DIED_BEFORE_INFUSION, FollowUp
from hematotox.cohort.recovery import recovery
from hematotox.contracts import conform, empty
from hematotox.declarations.conventions import Convention
from hematotox.declarations.endpoints import (
    Endpoints,
    FirstEvent,
    Graded,
    Occurs,
    Recovery,
    ResponseAt,
    conventions_named,
)
from hematotox.declarations.study.planning import endpoints_of
from hematotox.declarations.study.study import Study
from hematotox.errors import UserErrors


def endpoint_names(study: Study, endpoints: Endpoints) -> tuple[str, ...]:
    """Return the endpoints that a study names or its analyses use, in alphabetical order.

    Raises
    ------
    UserErrors
        The study names an endpoint that is not declared.
    """
    names = endpoints_of(study)
    known = endpoints.endpoints
    strange = [name for name in names if name not in known]
    if strange:
        listed = ", ".join(sorted(known))
        raise UserErrors(
            [f"{study.id}: endpoint {name} is not declared; known are {listed}" for name in strange]
        )
    return names


def derive_endpoints(
    names: tuple[str, ...],
    follow_up: FollowUp,
    *,
    endpoints: Endpoints,
    labs: pd.DataFrame,
    grades: pd.DataFrame,
    convention: str,
) -> pd.DataFrame:
    """Derive endpoints for all patients.

    Parameters
    ----------
    names : endpoints that are wanted
    follow_up : course of the patients who are analysed
    endpoints : their declarations
    labs : table `labs`
    grades : table `grades`
    convention : the study's primary convention

    Returns
    -------
    Table `endpoints`: one row a patient and endpoint, evaluable or not, with the reason;
    `decided_by` says what decided.
    """
    frames = []
    for name in names:
        endpoint = endpoints.endpoints[name]
        if isinstance(endpoint, FirstEvent):
            table = first_event(endpoint, follow_up, endpoints=endpoints)
        elif isinstance(endpoint, Occurs):
            table = occurs(endpoint, follow_up, endpoints=endpoints)
        elif isinstance(endpoint, ResponseAt):
            table = response_at(endpoint, follow_up, endpoints=endpoints)
        elif isinstance(endpoint, Recovery):
            table = recovery(endpoint, follow_up, labs=labs)
        else:
            chosen = endpoint.convention or convention
            table = graded(endpoint, follow_up, grades=grades, convention=chosen)
        if endpoint.origin in UNDATED_ORIGIN:
            dateless = dateless_origin(endpoint.origin, follow_up, endpoints=endpoints)
            table["reason"] = table["reason"].mask(dateless, UNDATED_ORIGIN[endpoint.origin])
        died_before = (follow_up.days["death"] < 0).reindex(table.index)
        table["reason"] = table["reason"].mask(died_before, DIED_BEFORE_INFUSION)
        table = finish(table)
        frames.append(table.rename_axis("patient_id").reset_index().assign(endpoint=name))
    if not frames:
        return empty("endpoints")
    return conform("endpoints", pd.concat(frames, ignore_index=True))


def conventions_of(
    names: tuple[str, ...], endpoints: Endpoints, *, study: Study
) -> tuple[str, ...]:
    """Return the conventions that the study and its endpoints need, in alphabetical order.

    Raises
    ------
    UserErrors
        An endpoint is graded by the study's convention and the study names none.
    """
    needed = set(conventions_named(endpoints, names))
    if study.conventions is not None:
        return tuple(sorted({*needed, study.conventions.primary, *study.conventions.sensitivity}))
    used = [endpoints.endpoints[name] for name in names]
    if any(isinstance(endpoint, Graded) and endpoint.convention is None for endpoint in used):
        raise UserErrors([f"{study.id}: conventions.primary is missing; its endpoints are graded"])
    return tuple(sorted(needed))


def check_windows(
    names: tuple[str, ...],
    endpoints: Endpoints,
    *,
    study: Study,
    conventions: dict[str, Convention],
) -> None:
    """Check that every graded endpoint finds its window in its convention.

    Raises
    ------
    UserErrors
        A convention does not grade the window.
    """
    primary = study.conventions.primary if study.conventions else ""
    troubles = []
    for name in names:
        endpoint = endpoints.endpoints[name]
        if not isinstance(endpoint, Graded):
            continue
        chosen = endpoint.convention or primary
        windows = conventions[chosen].windows
        if endpoint.window not in windows:
            troubles.append(
                f"{study.id}: endpoint {name}: convention {chosen} has no window "
                f"{endpoint.window}; it has {', '.join(windows)}"
            )
    if troubles:
        raise UserErrors(troubles)
