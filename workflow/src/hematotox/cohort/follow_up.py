"""What happened to each patient, and how long she was observed, in days after infusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.cohort.records import first_day, records_of
from hematotox.contracts import Staged
from hematotox.declarations.endpoints import Endpoints
from hematotox.observation import SURE_ENDS, last_records

DIED_BEFORE_INFUSION = "died before infusion according to the export: date to be checked"
"""Why such a patient has no endpoint and no grade."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Observation of the infused patients.

    `days` has one row a patient, in days after infusion, empty where it did not happen:
    `infusion` (0), `lymphodepletion`, `boost`, `first_response`, `progression`, `new_therapy`,
    `death`, `last_contact` (as it was stated), `last_record` and `end`, the last day of
    observation: death, or else the latest dated record. A record more than a year after all others
    (`far_record`), unless it is a last contact, does not count: its year was probably mistyped. Nor
    does a start of lymphodepletion after the infusion (`late_lymphodepletion`).
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
    depleted = _days_after_infusion(subjects, "lymphodepletion_date")
    days["lymphodepletion"] = depleted.where(depleted <= 0)
    days["late_lymphodepletion"] = depleted > 0
    days["boost"] = boost_days(subjects, events)
    for name in ("progression", "new_therapy", "death"):
        records = records_of(events, endpoints.occurrences[name])
        since = -np.inf if name == "death" else 0.0
        days[name] = first_day(records, since=since).reindex(patients)
    responses = first_day(records_of(events, endpoints.occurrences["response"])).reindex(patients)
    unanswered = days["progression"].isna() | (responses < days["progression"])
    days["first_response"] = responses.where(unanswered)
    days["last_contact"] = _stated_contact(subjects, events)
    records = _record_days(staged.labs, events, subjects=subjects)
    days = days.join(observed_until(records, days["death"]))
    return FollowUp(days=days, events=events)


def observed_until(records: pd.DataFrame, death: pd.Series) -> pd.DataFrame:
    """Return how long each patient was observed: the one rule for studies and single tables.

    Observation lasts to death, or else to the latest dated record, whatever it is: a blood count
    or a progression after the stated last contact shows that the patient was seen.

    Parameters
    ----------
    records : as for `last_records`
    death : day of death, indexed by patient, empty where it is not known

    Returns
    -------
    Indexed by patient: `last_record`, `far_record` (whether it lies too far after all others to
    count) and `end`; empty for a patient without any record.
    """
    found = last_records(records).reindex(death.index)
    far = found["far"].eq(True)
    end = death.fillna(found["last"].mask(far, found["before"]))
    return pd.DataFrame({"last_record": found["last"], "far_record": far, "end": end})


def _stated_contact(subjects: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Return the latest last contact that the export states, of the patient's row or an event."""
    rows = events.loc[events["event"] == "last_contact", ["patient_id", "day"]]
    recorded = rows.astype({"day": float}).groupby("patient_id")["day"].max()
    stated = _days_after_infusion(subjects, "last_contact_date")
    return np.fmax(stated, recorded.reindex(subjects.index))


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
    events : table `events`; its first boost counts where the patient's row has no date on or
        after the infusion
    """
    recorded = first_day(events.loc[events["event"] == "stem_cell_boost", ["patient_id", "day"]])
    dated = _days_after_infusion(subjects, "boost_date")
    return dated.where(dated >= 0).fillna(recorded.reindex(subjects.index))


def _record_days(
    labs: pd.DataFrame, events: pd.DataFrame, *, subjects: pd.DataFrame
) -> pd.DataFrame:
    """Return the days of all dated records; `sure` are those that a single date may extend."""
    parts = [pd.Series(0.0, index=subjects.index), _days_after_infusion(subjects, "boost_date")]
    contacts = [_days_after_infusion(subjects, "last_contact_date")]
    frames = [
        *(_day_rows(one.index, one, sure=False) for one in parts),
        *(_day_rows(one.index, one, sure=True) for one in contacts),
        _day_rows(labs["patient_id"], labs["day"], sure=False),
        _day_rows(events["patient_id"], events["day"], sure=events["event"].isin(SURE_ENDS)),
    ]
    together = pd.concat(frames, ignore_index=True).dropna(subset="day")
    return together[together["patient"].isin(set(subjects.index))]


def _day_rows(patients: object, days: pd.Series, *, sure: object) -> pd.DataFrame:
    numbers = days.astype(float).to_numpy(dtype=float, na_value=np.nan)
    told = np.broadcast_to(np.asarray(sure, dtype=bool), len(numbers))
    return pd.DataFrame(
        {"patient": np.asarray(patients, dtype=object), "day": numbers, "sure": told}
    )
