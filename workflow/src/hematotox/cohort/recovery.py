"""Recovery of a blood count: the first of successive days at or above a value."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.first_event import (
    ENDED_BEFORE_ORIGIN,
    NO_ORIGIN,
    finish,
    origin_day,
)
from hematotox.cohort.follow_up import FollowUp
from hematotox.cohort.grading.daily_values import Series, series_of
from hematotox.cohort.records import undated
from hematotox.cut_offs import comparable_ends
from hematotox.declarations.endpoints import Recovery


def recovery(endpoint: Recovery, follow_up: FollowUp, *, labs: pd.DataFrame) -> pd.DataFrame:
    """Find the first day of a lasting recovery after the origin; death competes.

    A recovery starts on a measured day and holds if no lower value is measured before it has
    lasted the declared number of days, and a value on or after the last of them confirms it.

    Returns
    -------
    As `first_event`. A patient without any value after the origin is not evaluable, nor one whose
    death, or platelet transfusion where it matters, has no date.
    """
    origin = origin_day(endpoint.origin, follow_up)
    daily = _daily(series_of(labs, follow_up.patients, variable=endpoint.variable))
    daily["since"] = daily["day"] - origin.to_numpy()[daily["patient"]]
    observed = follow_up.days["end"].to_numpy()[daily["patient"]]
    daily = daily[(daily["since"] >= 0) & (daily["day"] <= observed)]
    recovered = _first_recovery(daily, endpoint, transfusions=_transfusions(endpoint, follow_up))
    table = pd.DataFrame(index=follow_up.patients)
    first = recovered.reindex(np.arange(len(table))).to_numpy(dtype=float)
    end = (follow_up.days["end"] - origin).to_numpy()
    died = (follow_up.days["death"] - origin).to_numpy()
    table["time"] = np.where(np.isnan(first), end, first)
    competes = 2.0 if len(endpoint.causes) > 1 else 0.0
    ended = np.where(np.isnan(died), 0.0, competes)
    table["status"] = np.where(np.isnan(first), ended, 1.0)
    words = np.where(np.isnan(died), "last contact", "death")
    table["decided_by"] = np.where(np.isnan(first), words, "recovery")
    if endpoint.horizon is not None:
        late = table["time"] > endpoint.horizon
        table.loc[late, ["time", "status"]] = [float(endpoint.horizon), 0.0]
        table.loc[late, "decided_by"] = "horizon"
    measured = np.isin(np.arange(len(table)), daily["patient"])
    reason = np.where(measured, "", "no value after the time origin")
    for name, dateless in _without_date(endpoint, follow_up).items():
        reason = np.where(follow_up.patients.isin(dateless), f"date of {name} unknown", reason)
    reason = np.where(end < 0, ENDED_BEFORE_ORIGIN[endpoint.origin], reason)
    table["reason"] = np.where(origin.isna(), NO_ORIGIN[endpoint.origin], reason)
    return finish(table)


def _without_date(endpoint: Recovery, follow_up: FollowUp) -> dict[str, set[str]]:
    """Return who died, or had a transfusion that matters, on an unknown day."""
    events = follow_up.events
    platelets = (events["event"] == "transfusion") & (events["detail"] == "platelets")
    rows = {"death": events["event"] == "death"}
    if endpoint.without_transfusion_days is not None:
        rows["transfusion"] = platelets & events["day"].isna()
    return {name: undated(events.loc[chosen], first=-np.inf) for name, chosen in rows.items()}


def _daily(series: Series) -> pd.DataFrame:
    """Return the lowest value of each patient and day, in their order."""
    low, high = comparable_ends(series.low, series.high)
    value = np.where(np.isfinite(high), high, low)
    rows = pd.DataFrame({"patient": series.patient, "day": series.day, "value": value})
    return rows.groupby(["patient", "day"], as_index=False)["value"].min()


def _first_recovery(
    daily: pd.DataFrame, endpoint: Recovery, *, transfusions: dict[int, np.ndarray]
) -> pd.Series:
    days = {}
    for patient, rows in daily.groupby("patient"):
        first = _recovery_day(
            rows["since"].to_numpy(),
            rows["value"].to_numpy() >= endpoint.at_least,
            endpoint=endpoint,
            transfused=transfusions.get(int(str(patient)), np.empty(0)),
        )
        if first is not None:
            days[patient] = first
    return pd.Series(days, dtype=float)


def _recovery_day(
    day: np.ndarray, enough: np.ndarray, *, endpoint: Recovery, transfused: np.ndarray
) -> float | None:
    """Return the first day of the recovery of one patient, whose days are in order."""
    reached_nadir = not endpoint.after_nadir
    for position in range(day.size):
        if not enough[position]:
            reached_nadir = True
            continue
        if not reached_nadir:
            continue
        start = day[position]
        lasts = start + endpoint.successive_days - 1
        below = day[position:][~enough[position:]]
        confirmed = day[position:][enough[position:] & (day[position:] >= lasts)]
        holds = confirmed.size > 0 and (below.size == 0 or below[0] > confirmed[0])
        free = endpoint.without_transfusion_days
        dry = free is None or not np.any((transfused >= start - free) & (transfused <= lasts))
        if holds and dry:
            return float(start)
    return None


def _transfusions(endpoint: Recovery, follow_up: FollowUp) -> dict[int, np.ndarray]:
    """Return the days of platelet transfusion, counted from the origin, by place of the patient."""
    if endpoint.without_transfusion_days is None:
        return {}
    events = follow_up.events
    rows = events[(events["event"] == "transfusion") & (events["detail"] == "platelets")]
    rows = rows[rows["day"].notna()]
    place = follow_up.patients.get_indexer(rows["patient_id"])
    origin = origin_day(endpoint.origin, follow_up).to_numpy()
    since = pd.Series(rows["day"].astype(float).to_numpy() - origin[place])
    return {int(str(key)): group.to_numpy() for key, group in since.groupby(place)}
