"""Nobody is at risk after her death, whatever the endpoint and wherever its time begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from hematotox.checks.findings import Finding
from hematotox.contracts import Cohort, Staged

_ANSWERS = ("cr", "pr")


def check_nobody_after_death(
    staged: Staged, cohort: Cohort, origins: Mapping[str, str]
) -> Iterator[Finding]:
    """No time of an endpoint is longer than the patient lived from its origin on.

    Parameters
    ----------
    staged : staged tables of the study's centres, which have the day of death
    cohort : the study's cohort
    origins : time origin of each endpoint
    """
    deaths = _first_day(staged.events[staged.events["event"] == "death"])
    patients = cohort.population.set_index("patient_id")
    begins = {name: _begin(name, staged, patients) for name in sorted(set(origins.values()))}
    compared = cohort.endpoints[cohort.endpoints["endpoint"].isin(list(origins))]
    for endpoint, rows in compared.groupby("endpoint", sort=True):
        times = rows.set_index("patient_id")["time"].astype(float)
        begin = begins[origins[str(endpoint)]].reindex(times.index)
        later = int((begin + times > deaths.reindex(times.index)).sum())
        if later:
            yield Finding("nobody at risk after death", str(endpoint), f"{later} patients")


def _first_day(events: pd.DataFrame) -> pd.Series:
    """Return the first dated day of events, in days after infusion, by patient."""
    dated = events.dropna(subset="day")
    first: pd.Series = dated.groupby("patient_id")["day"].min().astype(float)
    return first


def _begin(origin: str, staged: Staged, patients: pd.DataFrame) -> pd.Series:
    """Return the day of a time origin of each patient, in days after infusion."""
    if origin == "infusion":
        return pd.Series(0.0, index=patients.index)
    if origin == "first_response":
        events = staged.events
        answers = (events["event"] == "response") & events["detail"].isin(_ANSWERS)
        return _first_day(events[answers & (events["day"] >= 0)])
    dates = _dates(patients[f"{origin}_date"])
    days: pd.Series = (dates - _dates(patients["infusion_date"])).dt.days
    return days.astype(float)


def _dates(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column.replace("", None), format="%Y-%m-%d")
