"""Platelets, haemoglobin, CRP, ferritin and LDH over time (canonical units)."""

from __future__ import annotations

import numpy as np

from hematotox.synthetic.draws import Floats
from hematotox.synthetic.visits import Days, Schedule

PLATELETS_SAFE = 53
HEMOGLOBIN_SAFE = 8.2


def draw_platelets(
    schedule: Schedule, *, low_late: bool, baseline: float, rng: np.random.Generator
) -> Floats:
    """Return platelets on each day; with `low_late`, two or more consecutive visits below 50."""
    nadir = rng.uniform(0.25, 0.6)
    shape = np.interp(schedule.days, [-5, 0, 14, 45, 90], [1.0, 0.7, nadir, 0.75, 0.95])
    noise = np.exp(rng.normal(0.0, 0.1, len(shape)))
    values = np.maximum(np.round(baseline * shape * noise), 4)
    safe = PLATELETS_SAFE + np.round(rng.uniform(0, 25, len(values)))
    values = _late(values, schedule, low=low_late, safe=safe, band=(9, 46), rng=rng)
    values[schedule.days == schedule.baseline] = baseline
    return np.round(values)


def draw_hemoglobin(
    schedule: Schedule, *, low_late: bool, baseline: float, rng: np.random.Generator
) -> Floats:
    """Return haemoglobin on each day; with `low_late`, two or more consecutive visits below 8."""
    fall = rng.uniform(0.3, 2.0)
    shape = np.interp(schedule.days, [-5, 12, 60, 120], [0.0, -fall, 0.0, 1.0])
    values = np.clip(baseline + shape + rng.normal(0, 0.3, len(shape)), 6.0, 17.5)
    safe = HEMOGLOBIN_SAFE + rng.uniform(0, 1.0, len(values))
    values = _late(values, schedule, low=low_late, safe=safe, band=(6.8, 7.8), rng=rng)
    values[schedule.days == schedule.baseline] = baseline
    return np.round(values, 1)


def _late(
    values: Floats,
    schedule: Schedule,
    *,
    low: bool,
    safe: Floats,
    band: tuple[float, float],
    rng: np.random.Generator,
) -> Floats:
    late = schedule.late
    values[late] = np.maximum(values[late], safe[late])
    if low:
        length = min(len(late), int(rng.integers(2, 5)))
        first = int(rng.integers(0, len(late) - length + 1))
        values[late[first : first + length]] = rng.uniform(*band, length)
    return values


def draw_crp(days: Days, *, baseline: float, crs_grade: int, rng: np.random.Generator) -> Floats:
    """Return CRP (mg/dL): a rise about day 4 with the grade of CRS."""
    peak = 0.5 + 4.0 * crs_grade * rng.uniform(0.5, 1.5)
    rise = peak * np.exp(-(((days - rng.uniform(3, 6)) / 3.5) ** 2))
    settled = baseline * np.interp(days, [-6, 14, 40], [1.0, 0.8, 0.4])
    noise = np.exp(rng.normal(0.0, 0.25, len(days)))
    return np.round(np.clip((settled + rise) * noise, 0.1, 45.0), 1)


def draw_ferritin(
    days: Days, *, baseline: float, crs_grade: int, rng: np.random.Generator
) -> Floats:
    """Return ferritin (ng/mL): a rise about day 8 with the grade of CRS."""
    factor = 1.0 + crs_grade * rng.uniform(0.3, 2.0)
    rise = 1.0 + (factor - 1.0) * np.exp(-(((days - 8) / 6.0) ** 2))
    noise = np.exp(rng.normal(0.0, 0.15, len(days)))
    values: Floats = np.clip(baseline * rise * noise, 10.0, 60000.0)
    return np.round(values)
