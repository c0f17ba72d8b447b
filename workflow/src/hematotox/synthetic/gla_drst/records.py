"""The records of the hospitals that gave stem-cell boosts."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from hematotox.synthetic.draws import Floats, generator
from hematotox.synthetic.events import ending_events, event_rows
from hematotox.synthetic.gla_drst.calibration import BoostCalibration
from hematotox.synthetic.gla_drst.patients import STUDY, draw_patients
from hematotox.synthetic.laboratory import Series, lab_table
from hematotox.synthetic.other_values import draw_hemoglobin, draw_platelets
from hematotox.synthetic.records import Records
from hematotox.synthetic.visits import Days, Schedule

DAILY_AFTER_BOOST = 40
LONGEST_GAP_BEFORE = 3
COPIED = (
    "patient_id",
    "centre",
    "age",
    "sex",
    "disease",
    "product",
    "lymphodepletion_date",
    "infusion_date",
)


def read_gla_drst() -> BoostCalibration:
    """Return the shipped calibration of the synthetic study of boosts."""
    text = (files("hematotox.synthetic.gla_drst") / "calibration.json").read_text(encoding="utf-8")
    return BoostCalibration.model_validate_json(text)


def draw_records(seed: int) -> Records:
    """Draw the records of all centres."""
    patients = draw_patients(read_gla_drst(), seed)
    subjects = patients[list(COPIED)].assign(
        source="synthetic",
        histology="",
        boost_date=[_boost_date(row) for row in patients.to_dict("records")],
    )
    series = {
        row: _draw_patient(patient, generator(seed, f"{STUDY} labs {row}"))
        for row, patient in zip(patients.index, patients.to_dict("records"), strict=True)
    }
    labs = lab_table(series, patients["centre"], rng=generator(seed, f"{STUDY} repeats"))
    return Records.of_patients(subjects, labs, _events(patients))


def _boost_date(patient: dict[Any, Any]) -> str:
    if np.isnan(patient["boost_day"]):
        return ""
    infusion = date.fromisoformat(patient["infusion_date"])
    return (infusion + timedelta(days=int(patient["boost_day"]))).isoformat()


def _events(patients: pd.DataFrame) -> pd.DataFrame:
    """Return `patient` (row of `patients`), `event`, `day`, `detail`; sorted."""
    boosted = patients[patients["boost_day"].notna()]
    relapsed = patients[patients["death_cause"] == "progression"]
    day = np.maximum(relapsed["death_day"] - 30, relapsed["boost_day"] + 1)
    events = pd.concat(
        [
            event_rows(
                boosted.index,
                boosted["boost_day"].astype(int),
                event="stem_cell_boost",
                detail=boosted["boost_source"],
            ),
            event_rows(relapsed.index, day.astype(int), event="progression"),
            ending_events(patients),
        ]
    )
    return events.sort_values(["patient", "day", "event", "detail"], ignore_index=True)


def _draw_patient(patient: dict[Any, Any], rng: np.random.Generator) -> Series:
    """Draw blood counts; their neutrophils are low from the first low day to the response."""
    last_day, start = int(patient["last_day"]), int(patient["first_low_day"])
    response = patient["response_day"]
    end = int(response) if np.isfinite(response) else last_day + 1
    schedule = _schedule(patient, end, last_day=last_day, rng=rng)
    days = schedule.days
    anc = _neutrophils(days, start, end=end, rng=rng)
    platelets = draw_platelets(
        schedule, low_late=True, baseline=float(rng.integers(60, 160)), rng=rng
    )
    hemoglobin = draw_hemoglobin(
        schedule, low_late=False, baseline=float(rng.uniform(8.5, 11.5)), rng=rng
    )
    return {"anc": (days, anc), "platelets": (days, platelets), "hemoglobin": (days, hemoglobin)}


def _schedule(
    patient: dict[Any, Any], end: int, *, last_day: int, rng: np.random.Generator
) -> Schedule:
    """Measure daily for a month and after the boost, else every one to three days, then weekly."""
    start = int(patient["lymphodepletion_day"])
    boost = patient["boost_day"]
    from_daily = int(boost) - 1 if np.isfinite(boost) else end
    until = max(end + 3 if end <= last_day else 0, from_daily + DAILY_AFTER_BOOST)
    between = np.cumsum(rng.integers(1, LONGEST_GAP_BEFORE + 1, 120)) + 30
    weekly = np.arange(until, last_day + 1, 7)
    days = np.unique(
        np.concatenate(
            [
                [start],
                np.arange(start + 1, 31),
                between[between < from_daily],
                np.arange(from_daily, until + 1),
                weekly[weekly < until + 120],
                [last_day],
            ]
        )
    )
    return Schedule(start, start, days[days <= last_day].astype(np.int64), until)


def _neutrophils(days: Days, start: int, *, end: int, rng: np.random.Generator) -> Floats:
    """Return counts below 0.5 from `start` to the day before `end`, at or above 0.6 else."""
    high = np.round(0.6 + rng.gamma(2.0, 0.9, len(days)), 2)
    soon = np.round(rng.uniform(0.6, 1.2, len(days)), 2)
    values = np.where((days >= end) & (days < end + 5), soon, high)
    low = np.round(np.clip(rng.gamma(2.2, 0.1, len(days)), 0.01, 0.46), 2)
    return np.where((days >= start) & (days < end), low, values)
