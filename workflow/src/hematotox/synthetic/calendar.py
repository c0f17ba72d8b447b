"""Centres, patient numbers and calendar dates."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from hematotox.synthetic.calibration import NOT_INFUSED, Calibration
from hematotox.synthetic.draws import generator

DATA_CUT = date(2024, 10, 31)
LAST_INFUSION = date(2024, 7, 31)
FIRST_ENROLMENT = date(2019, 11, 4)
LDH_LIMITS = (214.0, 220.0, 225.0, 240.0, 248.0, 250.0)
LYMPHODEPLETION_DAYS = (-6, -5, -5, -5, -5, -5, -5, -5, -5, -4)
UNKNOWN_LYMPHODEPLETION = 0.01
NO_APHERESIS = 0.2
DATES = ("enrolment_date", "apheresis_date", "lymphodepletion_date", "infusion_date")


def place(patients: pd.DataFrame, calibration: Calibration, *, seed: int) -> pd.DataFrame:
    """Add centre, number in the centre, and the centre's upper limit of lactate dehydrogenase.

    Every centre numbers its patients from 1, so that a number alone names no patient.

    Returns
    -------
    `patients` with `centre`, `number`, `ldh_upper_limit`, `lymphodepletion_day`.
    """
    rng = generator(seed, "centres")
    placed = patients.copy()
    infused = (placed["cell"] != NOT_INFUSED).to_numpy()
    centres = np.full(len(placed), "", dtype=object)
    for group in (infused, ~infused):
        centres[group] = _spread(calibration.centres, int(group.sum()), rng=rng)
    placed["centre"] = centres
    order = rng.permutation(len(placed))
    number = pd.Series(centres[order], index=order).groupby(centres[order]).cumcount() + 1
    placed["number"] = number.sort_index().to_numpy()
    names = list(calibration.centres)
    placed["ldh_upper_limit"] = [LDH_LIMITS[names.index(c) % len(LDH_LIMITS)] for c in centres]
    placed["lymphodepletion_day"] = rng.choice(LYMPHODEPLETION_DAYS, len(placed))
    return placed


def add_dates(patients: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Add calendar dates, such that follow-up ends near the data cut.

    Returns
    -------
    `patients` with ISO dates, empty where unknown: `enrolment_date`, `apheresis_date`,
    `lymphodepletion_date`, `infusion_date`.
    """
    rng = generator(seed, "dates")
    rows = []
    for patient in patients.to_dict("records"):
        infused = patient["cell"] != NOT_INFUSED
        rows.append(_infused_dates(patient, rng) if infused else _other_dates(rng))
    dates = pd.DataFrame(rows, columns=list(DATES), index=patients.index)
    return patients.join(dates.map(lambda day: "" if day is None else day.isoformat()))


def _spread(sizes: dict[str, int], count: int, *, rng: np.random.Generator) -> np.ndarray:
    """Spread patients over centres in proportion to their sizes."""
    bounds = np.round(np.cumsum(list(sizes.values())) / sum(sizes.values()) * count)
    centres = np.repeat(list(sizes), np.diff(np.concatenate([[0], bounds])).astype(int))
    return rng.permutation(centres.astype(object))


def _infused_dates(patient: dict[Hashable, Any], rng: np.random.Generator) -> list[date | None]:
    """Last contact is near the data cut, unless the patient was lost soon after infusion."""
    follow_up = int(patient["follow_up"])
    infusion = DATA_CUT - timedelta(days=follow_up + int(rng.integers(0, 21)))
    if infusion > LAST_INFUSION:
        infusion = LAST_INFUSION - timedelta(days=int(rng.integers(0, 1400)))
    apheresis = infusion - timedelta(days=int(patient["vein_to_vein"]))
    enrolment = apheresis - timedelta(days=int(rng.integers(3, 25)))
    start = infusion + timedelta(days=int(patient["lymphodepletion_day"]))
    unknown = patient["lymphodepletion_day"] == -5 and rng.random() < UNKNOWN_LYMPHODEPLETION
    return [enrolment, apheresis, None if unknown else start, infusion]


def _other_dates(rng: np.random.Generator) -> list[date | None]:
    span = (LAST_INFUSION - FIRST_ENROLMENT).days
    enrolment = FIRST_ENROLMENT + timedelta(days=int(rng.integers(0, span)))
    apheresis = enrolment + timedelta(days=int(rng.integers(3, 25)))
    return [enrolment, None if rng.random() < NO_APHERESIS else apheresis, None, None]
