"""What happened to each patient, and how long she was observed, in days after infusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.cohort.records import first_day, records_of
from hematotox.contracts import Staged
from hematotox.declarations.endpoints import Endpoints


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Observation of the infused patients.

    `days` has one row a patient, in days after infusion, empty where it did not happen:
    `infusion` (0), `lymphodepletion`, `boost`, `first_response`, `progression`, `new_therapy`,
    `death` and `end`, the last day of observation: death, or else the latest dated record.
    """

    days: pd.DataFrame
    events: pd.DataFrame

    @property
    def patients(self) -> pd.Index:
        """Identifiers of the patients, in the order of `days`."""
        return self.days.index


def observe(staged: Staged, patients: pd.Index, *, endpoints: Endpoints) -> FollowUp:
    """Derive the course of each patient from all dated records.

    Parameters
    ----------
    staged : staged tables
    patients : infused patients
    endpoints : declares what documents death, progression, new therapy and response
    """
    subjects = staged.subjects.set_index("patient_id").loc[patients]
    events = staged.events[staged.events["patient_id"].isin(set(patients))]
    days = pd.DataFrame({"infusion": np.zeros(len(patients))}, index=patients)
    days["lymphodepletion"] = _days_after_infusion(subjects, "lymphodepletion_date")
    days["boost"] = boost_days(subjects, events)
    for name in ("progression", "new_therapy", "death"):
        records = records_of(events, endpoints.occurrences[name])
        since = -np.inf if name == "death" else 0.0
        days[name] = first_day(records, since=since).reindex(patients)
    responses = first_day(records_of(events, endpoints.occurrences["response"])).reindex(patients)
    unanswered = days["progression"].isna() | (responses < days["progression"])
    days["first_response"] = responses.where(unanswered)
    days["last_record"] = _last_record(staged.labs, events, subjects=subjects, patients=patients)
    days["end"] = days["death"].fillna(days["last_record"])
    return FollowUp(days=days, events=events)


def _days_after_infusion(subjects: pd.DataFrame, column: str) -> pd.Series:
    if column not in subjects:
        return pd.Series(np.nan, index=subjects.index)
    since = dates(subjects[column]) - dates(subjects["infusion_date"])
    return since.dt.days.astype(float)


def dates(column: pd.Series) -> pd.Series:
    """Return dates written as 2024-01-31 as dates; an empty cell is missing."""
    return pd.to_datetime(column.replace("", None), format="%Y-%m-%d")


def boost_days(subjects: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Return the day of the stem-cell boost after infusion, empty without one.

    Parameters
    ----------
    subjects : indexed by patient
    events : table `events`; its first boost counts where the patient's row has no date
    """
    recorded = first_day(events.loc[events["event"] == "stem_cell_boost", ["patient_id", "day"]])
    return _days_after_infusion(subjects, "boost_date").fillna(recorded.reindex(subjects.index))


def _last_record(
    labs: pd.DataFrame, events: pd.DataFrame, *, subjects: pd.DataFrame, patients: pd.Index
) -> pd.Series:
    columns = [
        pd.Series(0.0, index=patients),
        labs.groupby("patient_id")["day"].max().astype(float).reindex(patients),
        events.groupby("patient_id")["day"].max().astype(float).reindex(patients),
        _days_after_infusion(subjects, "last_contact_date"),
        _days_after_infusion(subjects, "boost_date"),
    ]
    latest: pd.Series = pd.concat(columns, axis=1).max(axis=1)
    return latest
