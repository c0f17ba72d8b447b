"""The laboratory table: every measurement of every infused patient, with gaps and repeats."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hematotox.synthetic.draws import Floats, generator
from hematotox.synthetic.neutrophils import draw_neutrophils, draw_run
from hematotox.synthetic.other_values import (
    draw_crp,
    draw_ferritin,
    draw_hemoglobin,
    draw_platelets,
)
from hematotox.synthetic.visits import EARLY_END, Days, Neutropenia, Schedule, draw_schedule

WINDOW_BEFORE_LYMPHODEPLETION = 10
OUTSIDE_WINDOW_SHARE = 0.3
BLOOD_COUNTS = ("anc", "platelets", "hemoglobin")
REPEATED, SECOND, MISTYPED = 0.01, 0.015, 0.002
CRP_LIMIT, FERRITIN_LIMIT = 0.3, 2000.0
ASSAY_LIMIT_EVERY = 5
"""One centre in five reports ferritin above the limit as ">2000"."""
OPEN_END = 1e-8
PATIENT_COLUMNS = [
    "last_day",
    "lymphodepletion_day",
    "early_icaht",
    "late_icaht",
    "late_thrombocytopenia",
    "late_anemia",
    "crs",
]

Series = dict[str, tuple[Days, Floats]]


def draw_labs(patients: pd.DataFrame, baseline: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Draw the measurements of the infused patients.

    Parameters
    ----------
    patients : latent patients with grades and last day
    baseline : values before lymphodepletion of the infused patients
    seed : of the simulation

    Returns
    -------
    Sorted by patient, variable, day: `patient` (row of `patients`), `variable`, `day`,
    `measurement` (1, 2), `value_low`, `value_high` in canonical units.
    """
    infused = patients.loc[baseline.index, PATIENT_COLUMNS].join(baseline)
    series = {
        row: _draw_patient(patient, generator(seed, f"labs {row}"))
        for row, patient in zip(infused.index, infused.to_dict("records"), strict=True)
    }
    return lab_table(series, patients["centre"], rng=generator(seed, "labs repeats"))


def lab_table(
    series: Mapping[int, Series], centres: pd.Series, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Put the measurements of all patients together, with a hospital's repeats and slips.

    Parameters
    ----------
    series : row of the patient, and for each variable the days and the values
    centres : centre of each patient, indexed alike
    rng : of the repeats

    Returns
    -------
    As `draw_labs`.
    """
    rows, names, days, values = [], [], [], []
    for row, measurements in series.items():
        for variable, (measured, found) in measurements.items():
            rows.append(np.full(len(measured), row))
            names.append(np.full(len(measured), variable, dtype=object))
            days.append(measured)
            values.append(found)
    table = pd.DataFrame(
        {
            "patient": np.concatenate(rows),
            "variable": np.concatenate(names),
            "day": np.concatenate(days),
            "value": np.concatenate(values),
        }
    )
    table = _repeat_and_mistype(table, rng)
    limited = centres.isin(sorted(set(centres))[1::ASSAY_LIMIT_EVERY])
    return _as_intervals(table, limited=set(centres.index[limited]))


def _draw_patient(patient: dict[str, object], rng: np.random.Generator) -> Series:
    last_day = int(float(str(patient["last_day"])))
    run = draw_run(str(patient["early_icaht"]), last_day, rng=rng)
    schedule = draw_schedule(
        run,
        last_day,
        lymphodepletion=int(str(patient["lymphodepletion_day"])),
        late_evaluable=patient["late_icaht"] != "",
        rng=rng,
    )
    series = _blood_counts(patient, schedule, run=run, rng=rng)
    series |= draw_chemistry(patient, schedule, rng=rng)
    return _leave_out(series, patient, schedule=schedule, rng=rng)


def _blood_counts(
    patient: dict[str, object], schedule: Schedule, *, run: Neutropenia, rng: np.random.Generator
) -> Series:
    anc = draw_neutrophils(
        schedule,
        run=run,
        late_grade=str(patient["late_icaht"]),
        baseline=float(str(patient["anc"])),
        rng=rng,
    )
    platelets = draw_platelets(
        schedule,
        low_late=patient["late_thrombocytopenia"] == "yes",
        baseline=float(str(patient["platelets"])),
        rng=rng,
    )
    hemoglobin = draw_hemoglobin(
        schedule,
        low_late=patient["late_anemia"] == "yes",
        baseline=float(str(patient["hemoglobin"])),
        rng=rng,
    )
    days = schedule.days
    return {"anc": (days, anc), "platelets": (days, platelets), "hemoglobin": (days, hemoglobin)}


def draw_chemistry(
    patient: dict[str, object], schedule: Schedule, *, rng: np.random.Generator
) -> Series:
    """Draw CRP, ferritin and LDH: at baseline, every other day in hospital, at some visits after.

    Parameters
    ----------
    patient : `crs` (grade or empty) and the values before lymphodepletion
    schedule : days of blood counts
    rng : the patient's stream
    """
    days = schedule.days
    after = days > schedule.baseline
    stay = after & (days <= schedule.discharge) & (rng.random(len(days)) < 0.5)
    later = (days > schedule.discharge) & (rng.random(len(days)) < 0.4)
    series: Series = {}
    grade = int(str(patient["crs"]) or 0)
    for variable, draw, share in (("crp", draw_crp, 1.0), ("ferritin", draw_ferritin, 0.6)):
        chosen = days[(stay | later) & (rng.random(len(days)) < share)]
        measured = np.concatenate([[schedule.baseline], chosen])
        baseline = float(str(patient[variable]))
        values = draw(measured, baseline=baseline, crs_grade=grade, rng=rng)
        values[0] = baseline
        series[variable] = (measured, values)
    value = float(str(patient["ldh"]))
    if np.isfinite(value):
        measured = np.concatenate([[schedule.baseline], days[later]])
        course = np.round(value * np.exp(rng.normal(-0.1, 0.25, len(measured))))
        course[0] = value
        series["ldh"] = (measured, np.clip(course, 80, 5000))
    return series


def _leave_out(
    series: Series, patient: dict[str, object], *, schedule: Schedule, rng: np.random.Generator
) -> Series:
    """Take out what the hospital did not measure."""
    if patient["early_icaht"] == "":
        series["anc"] = _without(series["anc"], 0, last=EARLY_END)
    if patient["late_thrombocytopenia"] == "" and patient["late_icaht"] != "":
        first = schedule.days[schedule.late[0]]
        series["platelets"] = _without(series["platelets"], int(first) + 1, last=100)
    variable = str(patient["unmeasured"])
    if variable:
        start = schedule.lymphodepletion - WINDOW_BEFORE_LYMPHODEPLETION
        days, values = series[variable]
        baseline = float(str(patient[variable]))
        series[variable] = _without((days, values), start, last=schedule.lymphodepletion)
        if variable in ("ferritin", "crp") and rng.random() < OUTSIDE_WINDOW_SHARE:
            earlier = start - int(rng.integers(2, 18))
            days, values = series[variable]
            series[variable] = (np.append(days, earlier), np.append(values, baseline))
    return series


def _without(series: tuple[Days, Floats], first: int, *, last: int) -> tuple[Days, Floats]:
    days, values = series
    kept = (days < first) | (days > last)
    return days[kept], values[kept]


def _repeat_and_mistype(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Repeat some rows, add second samples of a day, and mistype a few haemoglobin values.

    The second sample is the higher one, so that the lowest count of the day is the first; a
    mistyped value lacks its decimal point and stands between infusion and day 30, where no
    grade rests on haemoglobin.
    """
    chance = rng.random(len(table))
    counts = table["variable"].isin(BLOOD_COUNTS) & (table["day"] > 0)
    repeated = table[chance < REPEATED].assign(measurement=2)
    second = table[counts & (chance > 1 - SECOND)].assign(measurement=2)
    second["value"] = np.round(second["value"] * 1.08 + 0.1, 1)
    mistyped = (
        (table["variable"] == "hemoglobin")
        & table["day"].between(1, EARLY_END)
        & (rng.random(len(table)) < MISTYPED)
    )
    table = table.assign(measurement=1)
    table.loc[mistyped, "value"] = np.round(table.loc[mistyped, "value"] * 10)
    together = pd.concat([table, repeated, second])
    return together.sort_values(["patient", "variable", "day", "measurement"], ignore_index=True)


def _as_intervals(table: pd.DataFrame, *, limited: set[int]) -> pd.DataFrame:
    """Write values outside the range of the assay as intervals, open where the text is < or >.

    Parameters
    ----------
    limited : patients of the centres that do not dilute ferritin above the limit
    """
    low = table["value"].to_numpy(dtype=np.float64).copy()
    high = low.copy()
    below = ((table["variable"] == "crp") & (table["value"] < CRP_LIMIT)).to_numpy()
    above = ((table["variable"] == "ferritin") & (table["value"] > FERRITIN_LIMIT)).to_numpy()
    above &= table["patient"].isin(limited).to_numpy()
    low[below], high[below] = 0.0, CRP_LIMIT * (1 - OPEN_END)
    low[above], high[above] = FERRITIN_LIMIT * (1 + OPEN_END), np.inf
    return table.drop(columns="value").assign(value_low=low, value_high=high)
