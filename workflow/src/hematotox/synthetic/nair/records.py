"""The records of the trials' hospital: subjects, laboratory values, dated events."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from hematotox.synthetic.draws import generator
from hematotox.synthetic.events import (
    ending_events,
    event_rows,
    progression_events,
    toxicity_events,
)
from hematotox.synthetic.laboratory import Series, draw_chemistry, lab_table
from hematotox.synthetic.low_counts import draw_counts, draw_visits
from hematotox.synthetic.nair.calibration import NairCalibration
from hematotox.synthetic.nair.patients import STUDY, draw_patients
from hematotox.synthetic.other_values import draw_hemoglobin, draw_platelets
from hematotox.synthetic.records import Records
from hematotox.synthetic.visits import EARLY_END, Neutropenia

ENDS_OF_WINDOWS = (29, 30, 58, 60)
RESPONSE_DAYS = (27, 31)
PROFOUND_DAYS = 7
COPIED = (
    "patient_id",
    "centre",
    "age",
    "sex",
    "disease",
    "histology",
    "product",
    "lymphodepletion_date",
    "infusion_date",
)


def read_nair() -> NairCalibration:
    """Return the shipped calibration of the synthetic study of ALL-Hematotox."""
    text = (files("hematotox.synthetic.nair") / "calibration.json").read_text(encoding="utf-8")
    return NairCalibration.model_validate_json(text)


def draw_records(seed: int) -> Records:
    """Draw the records of the centre."""
    patients = draw_patients(read_nair(), seed)
    subjects = patients[list(COPIED)].assign(source="synthetic")
    series = {
        row: _draw_patient(patient, generator(seed, f"{STUDY} labs {row}"))
        for row, patient in zip(patients.index, patients.to_dict("records"), strict=True)
    }
    labs = lab_table(series, patients["centre"], rng=generator(seed, f"{STUDY} repeats"))
    return Records.of_patients(subjects, labs, _events(patients, seed))


def _draw_patient(patient: dict[Any, Any], rng: np.random.Generator) -> Series:
    """Draw blood counts, chemistry and the marrow before lymphodepletion."""
    run = _run(patient, rng)
    schedule = draw_visits(
        run,
        (),
        last_day=int(patient["last_day"]),
        lymphodepletion=int(patient["lymphodepletion_day"]),
        fixed=ENDS_OF_WINDOWS,
        rng=rng,
    )
    days = schedule.days
    start = float(patient["anc"])
    anc = draw_counts(schedule, run, (), baseline=start, rng=rng)
    start = float(patient["platelets"])
    platelets = draw_platelets(schedule, low_late=False, baseline=start, rng=rng)
    start = float(patient["hemoglobin"])
    hemoglobin = draw_hemoglobin(schedule, low_late=False, baseline=start, rng=rng)
    marrow = np.asarray([schedule.baseline, 28]), np.asarray([patient["marrow_blasts"], 0.0])
    return {
        "anc": (days, anc),
        "platelets": (days, platelets),
        "hemoglobin": (days, hemoglobin),
        "marrow_blasts": marrow,
        **draw_chemistry(patient, schedule, rng=rng),
    }


def _run(patient: dict[Any, Any], rng: np.random.Generator) -> Neutropenia:
    """Draw the run of days below 500; a long one may begin on the day of infusion."""
    days = int(patient["days"])
    latest = min(6, EARLY_END - days)
    start = int(rng.integers(0, max(latest, 0) + 1))
    if patient["severe"]:
        profound = min(days - 4, int(rng.integers(4, 13)))
    else:
        profound = PROFOUND_DAYS if patient["profound"] else max(min(days - 3, 4), 0)
    return Neutropenia(start, days, profound)


def _events(patients: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return `patient` (row of `patients`), `event`, `day`, `detail`; sorted."""
    rng = generator(seed, f"{STUDY} events")
    visit = rng.integers(RESPONSE_DAYS[0], RESPONSE_DAYS[1], len(patients))
    events = pd.concat(
        [
            toxicity_events(patients, "crs", days=(1, 8), rng=rng),
            event_rows(patients.index, visit, event="response", detail=patients["response"]),
            progression_events(patients),
            ending_events(patients),
        ]
    )
    last = patients["last_day"].reindex(events["patient"]).to_numpy()
    events = events[events["day"].to_numpy() <= last]
    return events.sort_values(["patient", "day", "event", "detail"], ignore_index=True)
