"""Recovery of a blood count: its first lasting rise, and whether it is recovered on a day."""

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
from hematotox.declarations.endpoints import CountAt, Recovery

NEVER_BELOW = "no value below the level: not at risk of recovery"
NOT_CONFIRMED = "recovery neither confirmed nor ruled out"
Days = np.ndarray


def recovery(endpoint: Recovery, follow_up: FollowUp, *, labs: pd.DataFrame) -> pd.DataFrame:
    """Find the first day of a lasting recovery after a fall below the level; death competes.

    A recovery starts on a measured day and holds if no lower value is measured before it has
    lasted the declared number of days, and a value on or after the last of them confirms it. A
    later fall does not undo it. It is ruled out up to the last value that is below or starts none;
    who dies or is lost more than `carry_days` later is censored on that day.

    Returns
    -------
    As `first_event`. Under `at_risk: after_first_below` time counts from the first value below
    the level, and a patient without one is not evaluable; under `day_0` it counts from the origin,
    and who had no value below since the infusion has recovered at once. A patient without any
    value after the origin is not evaluable, nor one whose only values since then may have started
    a recovery, nor one whose death, or platelet transfusion where it matters, has no date.
    """
    origin = origin_day(endpoint.origin, follow_up)
    daily = _daily(series_of(labs, follow_up.patients, variable=endpoint.variable))
    observed = follow_up.days["end"].to_numpy()[daily["patient"]]
    daily = daily[(daily["day"] >= 0) & (daily["day"] <= observed)]
    daily["since"] = daily["day"] - origin.to_numpy()[daily["patient"]]
    found = _courses(daily, endpoint, transfusions=_transfusions(endpoint, follow_up))
    found = found.reindex(np.arange(len(origin)))
    start = np.zeros(len(origin))
    if endpoint.at_risk == "after_first_below":
        start = found["fell"].to_numpy()
    first, free = (found[name].to_numpy() - start for name in ("recovered", "free"))
    table = _times(endpoint, follow_up, origin=origin.to_numpy() + start, first=first, free=free)
    reason = np.where(np.isnan(first) & ~(free >= 0), NOT_CONFIRMED, "")
    reason = np.where(np.isnan(start), NEVER_BELOW, reason)
    measured = np.isin(np.arange(len(table)), daily["patient"][daily["since"] >= 0])
    reason = np.where(measured, reason, "no value after the time origin")
    for name, dateless in _without_date(endpoint, follow_up).items():
        reason = np.where(follow_up.patients.isin(dateless), f"date of {name} unknown", reason)
    ended = (follow_up.days["end"] < origin).to_numpy()
    reason = np.where(ended, ENDED_BEFORE_ORIGIN[endpoint.origin], reason)
    table["reason"] = np.where(origin.isna(), NO_ORIGIN[endpoint.origin], reason)
    return finish(table)


def count_at(endpoint: CountAt, follow_up: FollowUp, *, labs: pd.DataFrame) -> pd.DataFrame:
    """Say who is alive with a blood count at or above a value on a day.

    The measured day nearest to it counts, of two equally near the earlier, its lowest value. Death
    on or before the day is a no.

    Returns
    -------
    Indexed by patient: `time` (empty), `status` (0 no, 1 yes), `evaluable`, `reason`,
    `decided_by`. Alive and without a value in the window a patient is not evaluable.
    """
    daily = _daily(series_of(labs, follow_up.patients, variable=endpoint.variable))
    observed = follow_up.days["end"].to_numpy()[daily["patient"]]
    daily = daily[daily["day"].between(*endpoint.days) & (daily["day"] <= observed)]
    daily = daily.assign(distance=(daily["day"] - endpoint.day).abs())
    nearest = daily.sort_values(["patient", "distance", "day"]).drop_duplicates("patient")
    value = nearest.set_index("patient")["value"].reindex(np.arange(len(follow_up.patients)))
    died = (follow_up.days["death"] <= endpoint.day).to_numpy()
    table = pd.DataFrame(index=follow_up.patients)
    table["time"] = np.nan
    table["status"] = ((value >= endpoint.at_least).to_numpy() & ~died).astype(float)
    table["decided_by"] = np.where(died, "death", "value")
    first, last = endpoint.days
    reason = np.where(value.isna() & ~died, f"no value on days {first}-{last}", "")
    dateless = follow_up.patients.isin(_without_date(endpoint, follow_up)["death"])
    later = follow_up.days["last_record"].to_numpy() >= endpoint.day
    table["reason"] = np.where(dateless & ~died & ~later, "date of death unknown", reason)
    return finish(table)


def _times(
    endpoint: Recovery, follow_up: FollowUp, *, origin: Days, first: Days, free: Days
) -> pd.DataFrame:
    """Return time, status and what decided: recovery, or else death or the end of observation."""
    end = follow_up.days["end"].to_numpy() - origin
    known = end - free <= endpoint.carry_days
    end = np.where(known, end, free)
    died = follow_up.days["death"].notna().to_numpy() & known
    competes = 2.0 if len(endpoint.causes) > 1 else 0.0
    table = pd.DataFrame(index=follow_up.patients)
    table["time"] = np.where(np.isnan(first), end, first)
    table["status"] = np.where(np.isnan(first), np.where(died, competes, 0.0), 1.0)
    words = np.where(died, "death", np.where(known, "last contact", "last value"))
    table["decided_by"] = np.where(np.isnan(first), words, "recovery")
    if endpoint.horizon is not None:
        late = table["time"] > endpoint.horizon
        table.loc[late, ["time", "status"]] = [float(endpoint.horizon), 0.0]
        table.loc[late, "decided_by"] = "horizon"
    return table


def _without_date(endpoint: Recovery | CountAt, follow_up: FollowUp) -> dict[str, set[str]]:
    """Return who died, or had a transfusion that matters, on an unknown day."""
    events = follow_up.events
    platelets = (events["event"] == "transfusion") & (events["detail"] == "platelets")
    rows = {"death": events["event"] == "death"}
    if isinstance(endpoint, Recovery) and endpoint.without_transfusion_days is not None:
        rows["transfusion"] = platelets & events["day"].isna()
    return {name: undated(events.loc[chosen], first=-np.inf) for name, chosen in rows.items()}


def _daily(series: Series) -> pd.DataFrame:
    """Return the lowest value of each patient and day, in their order."""
    low, high = comparable_ends(series.low, series.high)
    value = np.where(np.isfinite(high), high, low)
    rows = pd.DataFrame({"patient": series.patient, "day": series.day, "value": value})
    return rows.groupby(["patient", "day"], as_index=False)["value"].min()


def _courses(
    daily: pd.DataFrame, endpoint: Recovery, *, transfusions: dict[int, Days]
) -> pd.DataFrame:
    """Return for each patient the days of the fall and of the recovery, from the origin.

    `free` is the last measured day up to which a recovery is ruled out.
    """
    rows = {}
    for patient, course in daily.groupby("patient"):
        day = course["since"].to_numpy()
        enough = course["value"].to_numpy() >= endpoint.at_least
        below = day[~enough]
        if endpoint.at_risk == "after_first_below":
            below = below[below >= 0]
        fell = below[0] if below.size else np.nan
        later = day >= max(0.0, 0.0 if np.isnan(fell) else fell)
        transfused = transfusions.get(int(str(patient)), np.empty(0))
        recovered, free = _recovery_day(
            day[later], enough[later], endpoint=endpoint, transfused=transfused
        )
        at_once = np.isnan(fell) and later.any() and recovered == day[later][0]
        rows[patient] = (fell, 0.0 if at_once else recovered, free)
    columns = ["fell", "recovered", "free"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=float)


def _recovery_day(
    day: Days, enough: Days, *, endpoint: Recovery, transfused: Days
) -> tuple[float, float]:
    """Return the first day of the recovery of one patient, whose days are in order, NaN without.

    The other number is the last day before the first one that may have started a recovery.
    """
    free = day.size
    for position in np.flatnonzero(enough):
        start = day[position]
        lasts = start + endpoint.successive_days - 1
        below = day[position:][~enough[position:]]
        confirmed = day[position:][enough[position:] & (day[position:] >= lasts)]
        holds = confirmed.size > 0 and (below.size == 0 or below[0] > confirmed[0])
        days = endpoint.without_transfusion_days
        dry = days is None or not np.any((transfused >= start - days) & (transfused <= lasts))
        if holds and dry:
            return float(start), float("nan")
        if dry and not confirmed.size and not below.size:
            free = min(free, int(position))
    return float("nan"), float(day[free - 1]) if free else float("nan")


def _transfusions(endpoint: Recovery, follow_up: FollowUp) -> dict[int, Days]:
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
