"""The records of the Dutch hospitals: subjects, laboratory values, dated events."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd

from hematotox.synthetic.de_boer.calibration import DeBoerCalibration
from hematotox.synthetic.de_boer.labs import draw_labs
from hematotox.synthetic.de_boer.patients import FATAL_INFECTIONS, STUDY, draw_patients
from hematotox.synthetic.draws import generator
from hematotox.synthetic.events import (
    ending_events,
    event_rows,
    new_therapy_events,
    progression_events,
    toxicity_events,
)
from hematotox.synthetic.records import Records

MILD_INFECTIONS = 0.5
"""Infections of grade 1 or 2 a patient."""
COPIED = (
    "patient_id",
    "centre",
    "age",
    "sex",
    "disease",
    "histology",
    "product",
    "stage",
    "prior_lines",
    "prior_autologous_transplant",
    "bridging",
    "ldh_upper_limit",
    "ldh_above_normal",
    "lymphodepletion_date",
    "infusion_date",
)


def read_de_boer() -> DeBoerCalibration:
    """Return the shipped calibration of the synthetic Dutch study."""
    text = (files("hematotox.synthetic.de_boer") / "calibration.json").read_text(encoding="utf-8")
    return DeBoerCalibration.model_validate_json(text)


def draw_records(seed: int) -> Records:
    """Draw the records of all centres."""
    patients = draw_patients(read_de_boer(), seed)
    subjects = patients[list(COPIED)].assign(source="synthetic")
    return Records.of_patients(subjects, draw_labs(patients, seed), _events(patients, seed))


def _events(patients: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return `patient` (row of `patients`), `event`, `day`, `detail`; sorted."""
    rng = generator(seed, f"{STUDY} events")
    infused = patients[patients["last_day"].notna()]
    events = pd.concat(
        [
            toxicity_events(infused, "crs", days=(1, 8), rng=rng),
            toxicity_events(infused, "icans", days=(3, 11), rng=rng),
            progression_events(infused),
            new_therapy_events(infused, rng),
            _severe_infections(infused, rng),
            _mild_infections(infused, rng),
            ending_events(infused),
        ]
    )
    last = patients["last_day"].reindex(events["patient"]).to_numpy()
    events = events[events["day"].to_numpy() <= last]
    return events.sort_values(["patient", "day", "event", "detail"], ignore_index=True)


def _severe_infections(patients: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the first severe infections by day 90, and the later ones that were fatal."""
    early = patients[patients["severe_infection_day"].notna()]
    died = early["death_cause"].isin(FATAL_INFECTIONS) & (early["death_day"] <= 90)
    grade = np.where(died, "5", np.where(rng.random(len(early)) < 0.85, "3", "4"))
    late = patients[
        patients["death_cause"].isin(FATAL_INFECTIONS)
        & (patients["death_day"] > 90)
        & (patients["death_day"] <= patients["last_day"])
    ]
    onset = np.maximum(late["death_day"] - rng.integers(2, 10, len(late)), 91)
    day = early["severe_infection_day"].astype(int)
    return pd.concat(
        [
            event_rows(early.index, day, event="infection", detail=grade),
            event_rows(late.index, onset.astype(int), event="infection", detail="5"),
        ]
    )


def _mild_infections(patients: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    rows = patients.index.repeat(rng.poisson(MILD_INFECTIONS, len(patients)))
    day = np.floor(rng.exponential(45, len(rows))).astype(int)
    grade = rng.choice(["1", "2"], len(rows))
    found = event_rows(rows, day, event="infection", detail=grade)
    return found[found["day"] < 180].drop_duplicates(["patient", "day"])
