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
from hematotox.declarations.endpoints import (
    Endpoints,
    FirstEvent,
    Occurs,
    Recovery,
    ResponseAt,
)


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
