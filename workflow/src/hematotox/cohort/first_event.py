"""Time to the first of several events: ordered sources, competing events, censoring, horizon."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.follow_up import DIED_BEFORE_INFUSION, FollowUp
from hematotox.cohort.records import (
    PREMATURE,
    inside,
    premature,
    records_of,
    undated,
    ungraded,
)
from hematotox.declarations.endpoints import Endpoints, FirstEvent
from hematotox.declarations.occurrences import SAME_DAY_ORDER

NO_ORIGIN = {
    "boost": "no stem-cell boost",
    "first_response": "no response",
    "lymphodepletion": "start of lymphodepletion unknown",
    "infusion": "date of infusion unknown",
}
ENDED_BEFORE_ORIGIN = {
    "boost": "observation ended before the stem-cell boost: dates to be checked",
    "first_response": "observation ended before the first response: dates to be checked",
    "lymphodepletion": "died before lymphodepletion according to the export: date to be checked",
    "infusion": DIED_BEFORE_INFUSION,
}
UNDATED_ORIGIN = {
    "boost": "date of the stem-cell boost unknown",
    "first_response": "date of the response unknown",
}
CENSORED = len(SAME_DAY_ORDER)


def first_event(endpoint: FirstEvent, follow_up: FollowUp, *, endpoints: Endpoints) -> pd.DataFrame:
    """Find, for each patient, the first event on or after the origin, or the end of observation.

    On one day the source that stands first wins, and every event comes before censoring.

    Returns
    -------
    Indexed by patient: `time` (days from the origin), `status` (0 censored, 1, 2, ... as in the
    endpoint's causes), `evaluable`, `reason`, `decided_by`: the occurrence that decided, and
    `detail`: that of the event's record (cause of death, kind of malignancy).
    """
    origin = origin_day(endpoint.origin, follow_up)
    candidates = _candidates(endpoint, follow_up, endpoints=endpoints)
    unknown = _undated_events(endpoint, follow_up, endpoints=endpoints, origin=origin)
    start = candidates["patient_id"].map(origin)
    since = candidates["day"] - start
    kept = since >= 0
    if endpoint.after_origin:
        kept &= (since > 0) | (candidates["status"] != 1)
    candidates = candidates.assign(time=since)[kept]
    if endpoint.horizon is not None:
        candidates = _cut_at_horizon(candidates, endpoint.horizon)
    ordered = candidates.sort_values(["patient_id", "time", "rank", "position"], kind="stable")
    first = ordered.drop_duplicates("patient_id").set_index("patient_id")
    table = first[["time", "status", "decided_by", "detail"]].reindex(follow_up.patients)
    table["detail"] = table["detail"].where(table["status"] == 1, "").fillna("")
    reason = _reasons(origin, table["time"], unknown=unknown, origin_name=endpoint.origin)
    doubtful = _first_ungraded(endpoint, follow_up, endpoints=endpoints, origin=origin)
    earlier = (doubtful < table["time"]) | ((doubtful == table["time"]) & (table["status"] != 1))
    kinds = {endpoints.occurrences[source.occurrence].kind for source in endpoint.sources}
    words = "type unknown" if "second_malignancy" in kinds else "grade unknown"
    reason = reason.mask(earlier & (reason == ""), words)
    table["reason"] = reason.mask(
        follow_up.days["end"] < origin, ENDED_BEFORE_ORIGIN[endpoint.origin]
    )
    return finish(table)


def origin_day(name: str, follow_up: FollowUp) -> pd.Series:
    """Return the day of a time origin, in days after infusion, empty where there is none."""
    days: pd.Series = follow_up.days[name]
    return days


def dateless_origin(name: str, follow_up: FollowUp, *, endpoints: Endpoints) -> pd.Series:
    """Return for each patient whether the event that is the time origin has no date at all."""
    events = follow_up.events
    if name == "boost":
        records = events.loc[events["event"] == "stem_cell_boost", ["patient_id", "day"]]
    elif name == "first_response":
        records = records_of(events, endpoints.occurrences["response"])
    else:
        records = events.loc[:, ["patient_id", "day"]].iloc[:0]
    found = follow_up.patients.isin(undated(records))
    return pd.Series(found, index=follow_up.patients) & origin_day(name, follow_up).isna()


def finish(table: pd.DataFrame) -> pd.DataFrame:
    """Empty time and status of the patients who are not evaluable."""
    table["evaluable"] = table["reason"] == ""
    table.loc[~table["evaluable"], ["time", "status"]] = np.nan
    texts = [name for name in ("decided_by", "detail") if name in table]
    table.loc[~table["evaluable"], texts] = ""
    return table


def _since(records: pd.DataFrame, origin: pd.Series) -> pd.DataFrame:
    """Return records with days counted from the time origin."""
    return records.assign(day=records["day"].astype(float) - records["patient_id"].map(origin))


def _first_ungraded(
    endpoint: FirstEvent, follow_up: FollowUp, *, endpoints: Endpoints, origin: pd.Series
) -> pd.Series:
    """Return the first day since the origin on which a record without a grade may be an event.

    It is minus infinity for an undated record, unless a dated one counts.
    """
    days = pd.Series(np.inf, index=follow_up.patients)
    for name, status in _sources(endpoint):
        occurrence = endpoints.occurrences[name]
        first, last = _first_counting(endpoint, status), endpoint.horizon
        rows = _since(ungraded(follow_up.events, occurrence), origin)
        counting = _since(records_of(follow_up.events, occurrence), origin)
        dateless = undated(pd.concat([rows, counting]), first=first, last=last)
        dated = rows[inside(rows, first=first, last=last)].groupby("patient_id")["day"].min()
        days = np.minimum(days, dated.reindex(days.index).fillna(np.inf))
        lost = set(rows["patient_id"][rows["day"].isna()]) & dateless
        days = days.mask(days.index.isin(lost), -np.inf)
    return days


def _sources(endpoint: FirstEvent) -> list[tuple[str, int]]:
    """Return the occurrences that end the waiting time and the status of each, in their order."""
    causes = list(endpoint.causes)
    sources = [(s.occurrence, causes.index(s.cause) + 1) for s in endpoint.sources]
    return sources + ([("new_therapy", 1)] if endpoint.new_therapy == "event" else [])


def _first_counting(endpoint: FirstEvent, status: int) -> int:
    """Return the first day from the origin on which an event of a status counts."""
    return 1 if endpoint.after_origin and status == 1 else 0


def _stops(endpoint: FirstEvent) -> list[str]:
    """Return the occurrences that end the observation without being an event."""
    stops = ["progression"] if endpoint.censor_at_progression else []
    return stops + (["new_therapy"] if endpoint.new_therapy == "censor" else [])


def _candidates(endpoint: FirstEvent, follow_up: FollowUp, *, endpoints: Endpoints) -> pd.DataFrame:
    """Return all dated events and ends of observation."""
    frames = []
    for position, (name, status) in enumerate(_sources(endpoint)):
        occurrence = endpoints.occurrences[name]
        records = records_of(follow_up.events, occurrence)
        rank = SAME_DAY_ORDER.index(occurrence.kind)
        frames.append(_rows(records, name, status=status, rank=rank, position=position))
    for position, name in enumerate(["death", "end", *_stops(endpoint)]):
        days = follow_up.days[name].rename("day").rename_axis("patient_id").reset_index()
        words = "last contact" if name == "end" else name
        frames.append(_rows(days, words, status=0, rank=CENSORED, position=position))
    return pd.concat(frames, ignore_index=True)


def _undated_events(
    endpoint: FirstEvent, follow_up: FollowUp, *, endpoints: Endpoints, origin: pd.Series
) -> dict[str, str]:
    """Return by patient the event whose missing date leaves the time unknown.

    Death comes last: whoever had another event on a known day had that first, so that a death
    without a date leaves nothing open.
    """
    unknown: dict[str, str] = {}
    deaths: dict[str, str] = {}
    another_first: set[str] = set()
    statuses = [*_sources(endpoint), *((name, 0) for name in _stops(endpoint))]
    for name, status in statuses:
        occurrence = endpoints.occurrences[name]
        documented = records_of(follow_up.events, occurrence)
        records = _since(documented, origin)
        first = _first_counting(endpoint, status)
        dateless = undated(records, first=first, last=endpoint.horizon)
        found = dict.fromkeys(dateless, f"date of {_words(name)} unknown")
        later = set(records.loc[inside(records), "patient_id"])
        early = premature(documented, occurrence) - later
        found |= dict.fromkeys(early, PREMATURE.format(_words(name)))
        if occurrence.kind == "death":
            deaths |= found
            continue
        unknown |= found
        dated = inside(records, first=first, last=endpoint.horizon)
        another_first |= set(records.loc[dated, "patient_id"])
    left_open = {
        patient: words for patient, words in deaths.items() if patient not in another_first
    }
    return left_open | unknown


def _rows(
    records: pd.DataFrame, name: str, *, status: int, rank: int, position: int
) -> pd.DataFrame:
    dated = records[records["day"].notna()]
    return pd.DataFrame(
        {
            "patient_id": dated["patient_id"].to_numpy(),
            "day": dated["day"].astype(float).to_numpy(),
            "status": status,
            "rank": rank,
            "position": position,
            "decided_by": name,
            "detail": dated["detail"].to_numpy() if "detail" in dated else "",
        }
    )


def _cut_at_horizon(candidates: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Keep what happens up to the horizon; later ends of observation are censored at it."""
    late = candidates["time"] > horizon
    cut = candidates["time"].where(~late, float(horizon))
    status = candidates["status"].where(~late, 0)
    rank = candidates["rank"].where(~late, CENSORED)
    decided_by = candidates["decided_by"].where(~late, "horizon")
    return candidates.assign(time=cut, status=status, rank=rank, decided_by=decided_by)


def _reasons(
    origin: pd.Series, time: pd.Series, *, unknown: dict[str, str], origin_name: str
) -> pd.Series:
    reason = pd.Series("", index=origin.index)
    reason = reason.mask(time.isna(), ENDED_BEFORE_ORIGIN[origin_name])
    dateless = pd.Series(unknown, dtype=object).reindex(origin.index)
    reason = reason.mask(dateless.notna(), dateless)
    return reason.mask(origin.isna(), NO_ORIGIN[origin_name])


def _words(name: str) -> str:
    return name.replace("_", " ")
