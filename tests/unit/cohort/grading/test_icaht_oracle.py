"""The vectorised engine against a plain loop over one patient's days, written from the papers."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from hematotox.cohort.grading.daily_values import Series
from hematotox.cohort.grading.grades import Observation, grade_series

PATIENTS = 10_000
LEVELS = (0.02, 0.09, 0.1, 0.11, 0.3, 0.499, 0.5, 0.504, 0.506, 0.9, 1.0, 1.2, 1.5, 2.0, 5.0)


def lower(value: float, level) -> bool:
    if value is None:
        return False
    return value <= level.at_most if level.at_most is not None else value < level.below


def filled(days: list[float | None], window) -> list[float | None]:
    """Fill gaps of one patient's days, the last of which is her last day."""
    result = list(days)
    known = [i for i, value in enumerate(days) if value is not None]
    if not known:
        return result
    if known[0] <= window.carry_days:
        for i in range(known[0]):
            result[i] = days[known[0]]
    if len(days) - 1 - known[-1] <= window.carry_days:
        for i in range(known[-1] + 1, len(days)):
            result[i] = days[known[-1]]
    for left, right in pairwise(known):
        gap = right - left - 1
        longest = window.interpolation_gap_days
        if window.interpolation == "none" or (longest is not None and gap > longest):
            continue
        for i in range(left + 1, right):
            share = (i - left) / (right - left) if window.interpolation == "linear" else 0.5
            result[i] = days[left] + (days[right] - days[left]) * share
    return result


@cache
def comparable(value: float | None, round_to: float | None) -> float | None:
    """Round to 9 significant digits, and to tens per microlitre where the convention does."""
    if value is None:
        return value
    value = float(f"{value:.8e}")
    if round_to:
        value = float(f"{round(float(f'{value / round_to:.8e}')) * round_to:.8e}")
    return value


def runs(low: list[bool], window) -> list[tuple[int, int]]:
    """Return first and last day of each run, joined."""
    found: list[list[int]] = []
    for day, is_low in enumerate(low):
        if not is_low:
            continue
        if found and day - found[-1][1] - 1 <= window.join_gap_days:
            found[-1][1] = day
        else:
            found.append([day, day])
    if found and window.join_at_end:
        rest = len(low) - 1 - found[-1][1]
        if 0 < rest <= window.join_gap_days:
            found[-1][1] = len(low) - 1
    return [(first, last) for first, last in found]


def duration_grade(days: list[float | None], window) -> tuple[int, dict[str, int]]:
    """Return the grade and the days at each level."""
    values = [comparable(value, window.round_to) for value in filled(days, window)]
    by_level = {
        name: runs([lower(v, level) for v in values], window)
        for name, level in window.levels.items()
    }
    count = {}
    for name, found in by_level.items():
        lengths = [last - first + 1 for first, last in found]
        total = sum(lengths) if window.duration == "cumulative" else max(lengths, default=0)
        count[name] = total
    width = window.days[1] - window.days[0] + 1
    grade = 0
    for name, rules in window.grades.items():
        for level, least in rules.items():
            if count[level] >= (width if least == "all" else int(least)):
                grade = max(grade, int(name))
    first_level = by_level[next(iter(window.levels))]
    if window.never_recovered_from_day is not None and first_level:
        first, last = first_level[-1]
        if first <= window.never_recovered_from_day and last == len(days) - 1:
            grade = 4
    return grade, count


def level_grade(value: float | None, window) -> int:
    return max((int(g) for g, level in window.grades.items() if lower(value, level)), default=0)


def late_grade(days: list[float | None], window) -> int:
    known = [value for value in days if value is not None]
    if window.kind == "two_lowest":
        ordered = sorted(known)
        if len(ordered) > 1 and not lower(ordered[1], window.grades["1"]):
            return 0
        return level_grade(ordered[0] if ordered else None, window)
    pairs = [max(pair) for pair in pairwise(known)]
    return level_grade(min(pairs, default=None), window)


def phenotype(days: list[float | None], window) -> int | None:
    """Return 1 quick, 2 intermittent, 3 aplastic, None for none of them."""
    known = [i for i, value in enumerate(days) if value is not None]
    line = list(days)
    for left, right in pairwise(known):
        if right - left - 1 <= window.interpolation_gap_days:
            for i in range(left + 1, right):
                share = (i - left) / (right - left)
                line[i] = days[left] + (days[right] - days[left]) * share
    longest = streak = 0
    for value in line:
        streak = streak + 1 if lower(comparable(value, None), window.aplastic) else 0
        longest = max(longest, streak)
    if longest >= window.aplastic_days:
        return 3
    dips = [i for i in known if lower(days[i], window.dip)]
    if not dips:
        return 1
    recovered = [i for i in known if i > dips[0] and days[i] > window.recovered_above]
    if any(i > recovered[0] and i > window.dip_after_day for i in dips if recovered):
        return 2
    return 1 if recovered else None


def oracle(
    values: dict[int, float], end: float, events: dict[str, float], window
) -> tuple[int | None, dict[str, int]]:
    """Return the grade of one patient (None: not assessable) and the days at each level."""
    first, last = window.days
    stops = [event for name, event in events.items() if name in window.ends_at]
    stop = int(min([last, end, *(day for day in stops if not math.isnan(day))]))
    days = [values.get(day) for day in range(first, stop + 1)]
    if sum(value is not None for value in days) < window.least_days_measured:
        return None, {}
    if window.kind == "phenotype":
        return phenotype(days, window), {}
    if window.kind != "durations":
        return late_grade(days, window), {}
    grade, count = duration_grade(days, window)
    observed = min([end, *(day for day in (events["progression"],) if not math.isnan(day))])
    if window.early_end_needs_value_within_days is not None and observed < last:
        latest = max(day for day in values if day <= stop)
        too_old = latest < last - window.early_end_needs_value_within_days
        if too_old and grade < max(map(int, window.grades)):
            return None, {}
    return grade, count


@cache
def random_patients(scale: float):
    """Return courses of different density: values by day, a series, ends, progression, therapy."""
    rng = np.random.default_rng(11)
    counted = np.flatnonzero(rng.random((PATIENTS, 106)) < rng.uniform(0.02, 1, (PATIENTS, 1)))
    patient, day = counted // 106, counted % 106 - 5
    step = rng.integers(0, len(LEVELS), counted.size)
    low = rng.random(PATIENTS) < 0.5
    value = np.array(LEVELS)[np.where(low[patient], step // 4, step)] * scale
    bounds = np.searchsorted(patient, np.arange(PATIENTS + 1))
    days, values = day.tolist(), value.tolist()
    courses = [
        dict(zip(days[first:last], values[first:last], strict=True))
        for first, last in pairwise(bounds.tolist())
    ]
    series = Series(patient.astype(np.int32), day.astype(np.int32), value, value)
    end = np.where(rng.random(PATIENTS) < 0.3, rng.integers(0, 100, PATIENTS), 300).astype(float)
    progression, therapy = (
        np.where(rng.random(PATIENTS) < 0.2, rng.integers(0, 120, PATIENTS), np.nan)
        for _ in range(2)
    )
    return courses, series, end, progression, therapy


def numbers(column) -> list[int | None]:
    return [None if number != number else int(number) for number in column.astype(float)]


def windows():
    return [
        ("consensus", "early"),
        ("liang_2024", "early"),
        ("heatwaver_compatible", "early"),
        ("cumulative_days", "early"),
        ("t_icaht_table", "early"),
        ("t_icaht_code", "early"),
        ("t_icaht_table", "late"),
        ("t_icaht_code", "late"),
        ("severe_neutropenia", "day_0_60"),
        ("severe_neutropenia", "day_0_30"),
        ("phenotype", "course"),
        ("consensus", "late"),
        ("liang_2024", "late"),
        ("heatwaver_compatible", "late"),
        ("cart_sie", "late"),
        ("cart_sie", "late_thrombocytopenia"),
        ("cart_sie", "late_anemia"),
    ]


@pytest.mark.parametrize(("name", "label"), windows())
def test_the_engine_equals_the_loop(name, label, conventions):
    window = conventions[name].windows[label]
    scale = {"anc": 1.0, "platelets": 40.0, "hemoglobin": 7.0}[window.variable]
    courses, series, end, progression, therapy = random_patients(scale)
    never = np.full(PATIENTS, math.nan)
    seen = Observation(end=end, death=never, progression=progression, new_therapy=therapy)
    columns = grade_series(window, series, observation=seen)
    expected = [
        oracle(values, last, {"progression": one, "new_therapy": other}, window)
        for values, last, one, other in zip(courses, end, progression, therapy, strict=True)
    ]
    grades = [grade for grade, _ in expected]
    assert numbers(columns["grade"]) == grades
    assert set(grades) >= {None, *map(int, getattr(window, "grades", (1, 2, 3)))}
    for level in getattr(window, "levels", {}):
        assert numbers(columns[f"days_{level}"]) == [count.get(level) for _, count in expected]
