"""The table of endpoints: every endpoint of the study for every patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from hematotox.cohort.binary_endpoints import graded, occurs, response_at
from hematotox.cohort.first_event import (
    UNDATED_ORIGIN,
    dateless_origin,
    finish,
    first_event,
)
from hematotox.cohort.follow_up import DIED_BEFORE_INFUSION, FollowUp
from hematotox.cohort.graded_time import graded_time
from hematotox.cohort.recovery import count_at, recovery
from hematotox.contracts import conform, empty
from hematotox.declarations.conventions import Convention
from hematotox.declarations.endpoints import (
    CountAt,
    Endpoints,
    FirstEvent,
    GradedTime,
    Occurs,
    Recovery,
    ResponseAt,
)


@dataclass(frozen=True, slots=True)
class Grading:
    """How the patients were graded: table `grades`, the conventions, and the primary one."""

    grades: pd.DataFrame
    conventions: Mapping[str, Convention]
    primary: str


def derive_endpoints(
    names: tuple[str, ...],
    follow_up: FollowUp,
    *,
    endpoints: Endpoints,
    labs: pd.DataFrame,
    grading: Grading,
) -> pd.DataFrame:
    """Derive endpoints for all patients.

    Parameters
    ----------
    names : endpoints that are wanted
    follow_up : course of the patients who are analysed
    endpoints : their declarations
    labs : table `labs`
    grading : how the patients were graded

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
        elif isinstance(endpoint, CountAt):
            table = count_at(endpoint, follow_up, labs=labs)
        elif isinstance(endpoint, GradedTime):
            convention = grading.conventions[endpoint.convention or grading.primary]
            window = convention.windows[endpoint.window]
            table = graded_time(endpoint, follow_up, labs=labs, window=window, endpoints=endpoints)
        else:
            chosen = endpoint.convention or grading.primary
            table = graded(endpoint, follow_up, grades=grading.grades, convention=chosen)
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
