"""Neutrophil counts (10*9/L) that show a chosen early and late grade of ICAHT.

Early: one run of days at or below 0.5 with daily measurements from before its start to three
days after its end, so that the longest run, the cumulative days and every rule for joining and
interpolating agree on the grade. Late: two or more consecutive visits within the grade's band,
all other visits above 1.5 except now and then a single low value, which the rule of two
consecutive measurements ignores and others do not.
"""

from __future__ import annotations

import numpy as np

from hematotox.synthetic.draws import Floats
from hematotox.synthetic.visits import EARLY_END, Days, Neutropenia, Schedule

RUN_DAYS = {"1": (1, 6), "2": (7, 13), "3": (14, 21), "4": (19, 25)}
LATE_BANDS = {"1": (1.02, 1.5), "2": (0.52, 1.0), "3": (0.12, 0.5), "4": (0.02, 0.1)}
SINGLE_DIP = 0.12


def draw_run(grade: str, last_day: int, *, rng: np.random.Generator) -> Neutropenia:
    """Draw the early neutropenia of a grade; none for grade 0 or unknown."""
    if grade not in RUN_DAYS:
        return Neutropenia(0, 0, 0)
    low, high = RUN_DAYS[grade]
    days = int(rng.integers(low, high + 1))
    latest = min(8, EARLY_END - 3 - days, last_day - 2 - days)
    start = int(rng.integers(1, max(latest, 1) + 1))
    profound = {"2": min(days - 2, 4), "3": 6, "4": int(rng.integers(14, 18))}.get(grade, 0)
    return Neutropenia(start, days, profound)


def draw_neutrophils(
    schedule: Schedule,
    *,
    run: Neutropenia,
    late_grade: str,
    baseline: float,
    rng: np.random.Generator,
) -> Floats:
    """Return the count on each day of the schedule.

    Parameters
    ----------
    schedule : days of measurements
    run : early neutropenia
    late_grade : "0" to "4"; empty if not evaluable
    baseline : count before lymphodepletion
    """
    days = schedule.days
    values = early_course(days, run, baseline=baseline, rng=rng)
    late = schedule.late
    values[late] = np.round(1.62 + rng.gamma(2.0, 0.8, len(late)), 2)
    if late_grade in LATE_BANDS:
        low, high = LATE_BANDS[late_grade]
        length = min(len(late), int(rng.integers(2, 5)))
        first = int(rng.integers(0, len(late) - length + 1))
        values[late[first : first + length]] = np.round(rng.uniform(low, high, length), 2)
    elif late_grade == "0" and len(late) > 2 and rng.random() < SINGLE_DIP:
        values[late[rng.integers(len(late))]] = np.round(rng.uniform(0.3, 1.4), 2)
    values[days == schedule.baseline] = baseline
    return values


def early_course(
    days: Days, run: Neutropenia, *, baseline: float, rng: np.random.Generator
) -> Floats:
    """Draw counts outside the late window: decline, nadir, recovery, later fluctuation."""
    noise = np.exp(rng.normal(0.0, 0.15, len(days)))
    nadir_end = run.end if run.days else int(rng.integers(7, 12))
    start = run.start if run.days else nadir_end - 4
    falling = np.interp(days, [-6, start - 1], [max(baseline, 1.0), 0.75])
    rising = np.interp(days, [nadir_end + 1, nadir_end + 4, nadir_end + 14], [0.72, 1.2, 2.4])
    level = np.where(days < start, falling, rising)
    level = np.where((days >= start) & (days <= nadir_end), rng.uniform(0.62, 0.95), level)
    values = np.clip(np.round(level * noise, 2), 0.56, 20.0)
    inside = np.flatnonzero((days >= run.start) & (days <= run.end) & (run.days > 0))
    depth = 0.3 * np.sin(np.pi * np.arange(1, len(inside) + 1) / (len(inside) + 1))
    values[inside] = np.round(0.45 - depth + rng.uniform(-0.02, 0.04, len(inside)), 2)
    first = (len(inside) - run.profound_days) // 2
    deep = inside[max(first, 0) : max(first, 0) + run.profound_days]
    values[deep] = np.round(rng.uniform(0.0, 0.09, len(deep)), 2)
    return values
