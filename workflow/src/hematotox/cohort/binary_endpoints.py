"""Endpoints that only happened or not: toxicity in a window, response at a day, grades."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.first_event import finish
from hematotox.cohort.follow_up import FollowUp
from hematotox.cohort.records import (
    PREMATURE,
    first_day,
    inside,
    premature,
    records_of,
    undated,
    ungraded,
    until_death,
)
from hematotox.declarations.endpoints import Endpoints, Graded, Occurs, ResponseAt

DIED = "died before day"
"""How the reason starts of a window that death ended without the grade."""
WORST_RESPONSE_FIRST = ("pd", "sd", "pr", "cr")


def occurs(endpoint: Occurs, follow_up: FollowUp, *, endpoints: Endpoints) -> pd.DataFrame:
    """Say whether an occurrence falls in its window; death without it is a no.

    What is dated after the death does not count in a window: it is the date of death that counts.

    Returns
    -------
    Indexed by patient: `time` (empty), `status` (0 no, 1 yes), `evaluable`, `reason`,
    `decided_by`.
    """
    occurrence = endpoints.occurrences[endpoint.occurrence]
    records = records_of(follow_up.events, occurrence)
    without_grade = ungraded(follow_up.events, occurrence)
    first, last = (0, None) if endpoint.days is None else endpoint.days
    if endpoint.days is not None:
        death = follow_up.days["death"]
        records, without_grade = (until_death(r, death) for r in (records, without_grade))
    early = premature(records, occurrence) | premature(without_grade, occurrence)
    doubtful = without_grade["day"].isna() | inside(without_grade, first=first, last=last)
    if endpoint.days is None:
        before = (records["day"] < 0).fillna(False)
        happened = set(records.loc[~before, "patient_id"])
        dateless: set[str] = set()
    else:
        happened = set(records.loc[inside(records, first=first, last=last), "patient_id"])
        dateless = undated(records, first=first, last=last)
    table = _blank(follow_up)
    yes = table.index.isin(happened)
    table["status"] = np.where(yes, 1.0, 0.0)
    table["decided_by"] = np.where(yes, endpoint.occurrence, "")
    words = endpoint.occurrence.replace("_", " ")
    reason = pd.Series("", index=table.index)
    if endpoint.days is not None:
        lost = _lost(endpoint, follow_up, last_day=endpoint.days[1])
        reason = reason.mask(lost, f"lost before day {endpoint.days[1]}")
    reason = reason.mask(_unassessed(endpoint, follow_up), "not assessed")
    reason = reason.mask(table.index.isin(early), PREMATURE.format(words))
    nobody_graded = table.index.isin(without_grade.loc[doubtful, "patient_id"])
    reason = reason.mask(nobody_graded, "grade unknown")
    reason = reason.mask(table.index.isin(dateless), f"date of {words} unknown")
    table["reason"] = reason.mask(yes, "")
    return finish(table)


def _lost(endpoint: Occurs, follow_up: FollowUp, *, last_day: int) -> pd.Series:
    """Return who was alive and lost before the last day of the window, where that matters."""
    days = follow_up.days
    alive = days["death"].isna() & (days["end"] < last_day)
    return alive & (endpoint.lost_before_end == "not_evaluable")


def _unassessed(endpoint: Occurs, follow_up: FollowUp) -> pd.Series:
    patients = follow_up.patients
    if endpoint.assessed_by is None:
        return pd.Series(False, index=patients)
    events = follow_up.events
    seen = set(events.loc[events["event"] == endpoint.assessed_by, "patient_id"])
    return pd.Series(~patients.isin(seen), index=patients)


def response_at(endpoint: ResponseAt, follow_up: FollowUp, *, endpoints: Endpoints) -> pd.DataFrame:
    """Say whether the assessment nearest to a day is a response.

    Of two assessments equally near the earlier counts, of two on one day the worse. Progression,
    death or new therapy on or before it (or, without one, by the last day of the window) is
    non-response. A response is not evaluable if a failure without a date may have come before.

    Returns
    -------
    As `occurs`.
    """
    nearest = _nearest_assessment(endpoint, follow_up)
    table = _blank(follow_up)
    failed = _first_failure(endpoint, follow_up, endpoints=endpoints)
    limit = nearest["day"].reindex(table.index).fillna(float(endpoint.days[1]))
    detail = nearest["detail"].reindex(table.index)
    failure = (failed <= limit).to_numpy()
    responded = detail.isin(endpoint.responses).to_numpy() & ~failure
    table["status"] = responded.astype(float)
    table["decided_by"] = np.where(failure, "failure", np.where(detail.isna(), "", "assessment"))
    first, last = endpoint.days
    none = detail.isna() & ~failure
    reason = pd.Series("", index=table.index).mask(none, f"no assessment on days {first}-{last}")
    undecided = (none | responded, none)
    for name in endpoint.failures:
        occurrence = endpoints.occurrences[name]
        dateless = undated(records_of(follow_up.events, occurrence), last=last)
        # who was assessed was alive then: an undated death came later
        open_ = undecided[occurrence.kind == "death"] & table.index.isin(dateless)
        reason = reason.mask(open_, f"date of {name.replace('_', ' ')} unknown")
    table["reason"] = reason
    return finish(table)


def _nearest_assessment(endpoint: ResponseAt, follow_up: FollowUp) -> pd.DataFrame:
    events = follow_up.events
    rows = events[(events["event"] == "response") & events["detail"].isin(WORST_RESPONSE_FIRST)]
    rows = rows[rows["day"].between(*endpoint.days).fillna(False)]
    rows = rows.assign(
        day=rows["day"].astype(float),
        distance=(rows["day"].astype(float) - endpoint.day).abs(),
        severity=rows["detail"].map(WORST_RESPONSE_FIRST.index),
    )
    ordered = rows.sort_values(["patient_id", "distance", "day", "severity"], kind="stable")
    return ordered.drop_duplicates("patient_id").set_index("patient_id")[["day", "detail"]]


def _first_failure(endpoint: ResponseAt, follow_up: FollowUp, *, endpoints: Endpoints) -> pd.Series:
    days = [
        first_day(records_of(follow_up.events, endpoints.occurrences[name]))
        for name in endpoint.failures
    ]
    columns = [column.reindex(follow_up.patients) for column in days]
    first: pd.Series = pd.concat(columns, axis=1).min(axis=1)
    return first


def graded(
    endpoint: Graded, follow_up: FollowUp, *, grades: pd.DataFrame, convention: str
) -> pd.DataFrame:
    """Say whether a grade is reached in a window of a convention.

    Returns
    -------
    As `occurs`. Yes where the lowest grade that is possible reaches the declared one, no where the
    highest does not, also where the grade itself is not assessable; else not evaluable, for the
    reason of the grade.
    """
    chosen = grades[(grades["convention"] == convention) & (grades["window"] == endpoint.window)]
    chosen = chosen.set_index("patient_id").reindex(follow_up.patients)
    low, high = (chosen[name].astype("Float64") for name in ("known_low", "known_high"))
    reached = (low >= endpoint.at_least).fillna(False)
    missed = (high < endpoint.at_least).fillna(False)
    if endpoint.death == "no" and len(chosen):
        inside_window = chosen["last_day"].notna() & chosen["reason"].fillna("").str.startswith(
            DIED
        )
        missed |= inside_window.to_numpy(dtype=bool)
    table = _blank(follow_up)
    table["status"] = reached.astype(float).to_numpy()
    table["decided_by"] = np.where(chosen["grade"].notna(), "grade", "bounds of the grade")
    table["reason"] = chosen["reason"].mask(reached | missed, "").to_numpy()
    return finish(table)


def _blank(follow_up: FollowUp) -> pd.DataFrame:
    table = pd.DataFrame(index=follow_up.patients)
    table["time"] = np.nan
    return table
