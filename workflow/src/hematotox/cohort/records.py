"""Which rows of the events table document an occurrence, and when it first happened."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.declarations.occurrences import Occurrence, Record

PREMATURE = "{} dated before the infusion: date to be checked"
"""Why whether a toxicity occurred is left open."""


def records_of(events: pd.DataFrame, occurrence: Occurrence) -> pd.DataFrame:
    """Return the rows of the events table that document an occurrence.

    Parameters
    ----------
    events : table `events`; an undated row has an empty day
    occurrence : its declaration
    """
    meant = np.zeros(len(events), dtype=bool)
    for record in occurrence.records:
        meant |= _matches(events, record)
    return events.loc[meant, ["patient_id", "day", "detail"]]


def ungraded(events: pd.DataFrame, occurrence: Occurrence) -> pd.DataFrame:
    """Return the rows, dated or not, that would count if their grade were known.

    So would a second malignancy of unknown type where one type alone is meant. (A death of unknown
    cause counts as one of another cause, a response without a result as none.)
    """
    unknown = np.zeros(len(events), dtype=bool)
    for record in occurrence.records:
        if record.grade_at_least is not None:
            without = (events["event"] == record.event) & _grades(events).isna()
            unknown |= without.to_numpy(dtype=bool)
        elif record.detail is not None and occurrence.kind == "second_malignancy":
            bare = events["detail"].fillna("").isin(["", "unknown"])
            untyped = (events["event"] == record.event) & bare
            unknown |= untyped.to_numpy(dtype=bool)
    return events.loc[unknown, ["patient_id", "day"]]


def premature(records: pd.DataFrame, occurrence: Occurrence) -> set[str]:
    """Return the patients with a toxicity dated before the infusion that is said to have caused it.

    Its date, or that of the infusion, is wrong. Anything else before the infusion is history.
    """
    if occurrence.kind != "toxicity":
        return set()
    return set(records.loc[(records["day"] < 0).fillna(False), "patient_id"])


def until_death(records: pd.DataFrame, death: pd.Series) -> pd.DataFrame:
    """Return the records without those dated after the patient's death: one date is wrong."""
    after = records["day"].astype(float) > records["patient_id"].map(death).astype(float)
    return records[~after]


def inside(records: pd.DataFrame, *, first: float = 0.0, last: float | None = None) -> pd.Series:
    """Return which rows are dated from the first to the last day of a window."""
    days = records["day"].astype(float)
    return (days >= first) & (days <= (np.inf if last is None else last))


def first_day(records: pd.DataFrame, *, since: pd.Series | float = 0.0) -> pd.Series:
    """Return each patient's first dated record on or after a day.

    Parameters
    ----------
    records : result of `records_of`
    since : one day for all, or a day for each patient (indexed by patient)

    Returns
    -------
    Day after infusion, indexed by patient; patients without a record are absent.
    """
    dated = records[records["day"].notna()]
    start = dated["patient_id"].map(since) if isinstance(since, pd.Series) else since
    days = dated["day"].astype(float)
    kept = dated.assign(day=days)[days >= start]
    first: pd.Series = kept.groupby("patient_id")["day"].min()
    return first


def undated(records: pd.DataFrame, *, first: float = 0.0, last: float | None = None) -> set[str]:
    """Return the patients with a record without a date and none dated inside the window."""
    missing = records["day"].isna()
    dated = inside(records, first=first, last=last)
    return set(records.loc[missing, "patient_id"]) - set(records.loc[dated, "patient_id"])


def _matches(events: pd.DataFrame, record: Record) -> np.ndarray:
    meant = events["event"] == record.event
    if record.detail is not None:
        meant &= events["detail"].isin(record.detail)
    if record.not_detail is not None:
        meant &= ~events["detail"].isin(record.not_detail)
    if record.grade_at_least is not None:
        meant &= _grades(events) >= record.grade_at_least
    flags: np.ndarray = meant.to_numpy()
    return flags


def _grades(events: pd.DataFrame) -> pd.Series:
    return pd.to_numeric(events["detail"], errors="coerce")
