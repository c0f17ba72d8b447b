"""The blood counts and chemistry of the Dutch patients, such that their grades come out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from hematotox.synthetic.de_boer.patients import STUDY
from hematotox.synthetic.draws import generator
from hematotox.synthetic.laboratory import Series, draw_chemistry, lab_table
from hematotox.synthetic.low_counts import LowPeriod, draw_counts, draw_visits
from hematotox.synthetic.neutrophils import LATE_BANDS, draw_run
from hematotox.synthetic.other_values import draw_hemoglobin, draw_platelets
from hematotox.synthetic.visits import EARLY_END, Neutropenia

ENDS_OF_NEUTROPENIA_WINDOWS = (29, 30, 58, 60)
FIRST_DAY_AFTER_WINDOW = 62
LAST_START = 92
SECOND_EARLY_RUN, SECOND_LATE_RUN = (10, 12), (8, 10)
SECOND_START = (34, 48)
BASELINE = ("platelets", "anc", "hemoglobin", "crp", "ferritin", "ldh")
COLUMNS = [*BASELINE, "lymphodepletion_day", "last_day", "severe", "early", "late", "crs"]


def draw_labs(patients: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Draw the measurements of the infused patients.

    Returns
    -------
    As `laboratory.draw_labs`.
    """
    infused = patients[patients["last_day"].notna()]
    series = {
        row: _draw_patient(patient, generator(seed, f"{STUDY} labs {row}"))
        for row, patient in zip(infused.index, infused[COLUMNS].to_dict("records"), strict=True)
    }
    return lab_table(series, patients["centre"], rng=generator(seed, f"{STUDY} repeats"))


def _draw_patient(patient: dict[str, Any], rng: np.random.Generator) -> Series:
    last_day = int(patient["last_day"])
    run = _early_run(patient, last_day, rng=rng)
    periods = _late_periods(patient, last_day, rng=rng)
    schedule = draw_visits(
        run,
        periods,
        last_day=last_day,
        lymphodepletion=int(patient["lymphodepletion_day"]),
        fixed=ENDS_OF_NEUTROPENIA_WINDOWS,
        rng=rng,
    )
    days = schedule.days
    anc = draw_counts(schedule, run, periods, baseline=patient["anc"], rng=rng)
    start = float(patient["platelets"])
    platelets = draw_platelets(schedule, low_late=False, baseline=start, rng=rng)
    start = float(patient["hemoglobin"])
    hemoglobin = draw_hemoglobin(schedule, low_late=False, baseline=start, rng=rng)
    counts = {"anc": (days, anc), "platelets": (days, platelets), "hemoglobin": (days, hemoglobin)}
    return {**counts, **draw_chemistry(patient, schedule, rng=rng)}


def _early_run(patient: dict[str, Any], last_day: int, *, rng: np.random.Generator) -> Neutropenia:
    """Draw the early neutropenia; of grade 2, longer where the severe one comes in two parts."""
    run = draw_run(str(patient["early"]), last_day, rng=rng)
    if patient["severe"] == "yes" and patient["early"] == "2":
        low, high = SECOND_EARLY_RUN
        days = int(rng.integers(low, high + 1))
        return Neutropenia(min(run.start, EARLY_END - 3 - days), days, 0)
    return run


def _late_periods(
    patient: dict[str, Any], last_day: int, *, rng: np.random.Generator
) -> tuple[LowPeriod, ...]:
    """Draw the later period below the limit of the late grade.

    It lies after day 61, so that it adds no day to the neutropenia up to day 60, but for patients
    who have that one anyway.
    """
    if patient["late"] not in LATE_BANDS:
        return ()
    low, high = LATE_BANDS[str(patient["late"])]
    # 0.5 itself is grade 3 but not below 500: kept off the edge
    high = min(high, 0.48) if patient["late"] == "3" else high
    if patient["severe"] == "yes" and patient["early"] == "2":
        days = int(rng.integers(SECOND_LATE_RUN[0], SECOND_LATE_RUN[1] + 1))
        start = int(rng.integers(SECOND_START[0], SECOND_START[1] + 1))
        return (LowPeriod(start, days, low, high),)
    days = int(rng.integers(2, 6))
    first = EARLY_END + 3 if patient["severe"] == "yes" else FIRST_DAY_AFTER_WINDOW
    latest = min(LAST_START, last_day - 2 - days)
    start = int(rng.integers(first, latest + 1))
    return (LowPeriod(start, days, low, high),)
