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
OPEN = ("consensus", "cumulative_days", "t_icaht_table", "severe_neutropenia")
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
    ends = (known[0], len(days) - 1 - known[-1])
    if len(known) == 1 and not (
        window.lone_value == "carried"
        or (window.lone_value == "carried_to_both_ends" and max(ends) <= window.carry_days)
    ):
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
            if window.interpolation == "higher":
                result[i] = max(days[left], days[right])
    return result


def open_days(days: list[float | None], window, *, possible: int, line: list | None) -> set[int]:
    """Return the days, up to the last possible one, that may have been at a level.

    `days` ends with her last observed day; `line` is what is counted of them.
    """
    if window.unfilled_days == "recovered":
        return set()
    values = (line or []) + [None] * (possible - len(days) + 1)
    unfilled = [i for i, value in enumerate(values) if value is None]
    if window.unfilled_days == "must_not_matter":
        return set(unfilled)
    found: set[int] = set()
    while unfilled:
        stretch = [unfilled.pop(0)]
        while unfilled and unfilled[0] == stretch[-1] + 1:
            stretch.append(unfilled.pop(0))
        before = [v for v in days[: stretch[0]] if v is not None][-1:]
        after = [v for v in days[stretch[-1] + 1 :] if v is not None][:1]
        beside = any(value <= window.open_beside for value in before + after)
        if beside or len(stretch) > window.open_after_days:
            found |= set(stretch)
    return found


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


def measured_grade(days: list[float | None], window) -> int:
    """Return the grade by the number of measured days at a level."""
    grade = 0
    for name, rules in window.grades_by_measured_days.items():
        for level, least in rules.items():
            count = sum(lower(value, window.levels[level]) for value in days)
            grade = max(grade, int(name) if count >= least else 0)
    return grade


def duration_grade(
    days: list[float | None], window, *, counted: list[float | None], final: bool
) -> tuple[int, dict[str, int]]:
    """Return the grade and the days at each level.

    `days` are measured; `counted` is what is graded; `final`: an end may be "never recovered".
    """
    values = [comparable(value, window.round_to) for value in counted]
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
    grade = measured_grade(days, window)
    for name, rules in window.grades.items():
        for level, least in rules.items():
            if count[level] >= (width if least == "all" else int(least)):
                grade = max(grade, int(name))
    first_level = by_level[next(iter(window.levels))]
    if window.never_recovered_from_day is not None and first_level and final:
        first, last = first_level[-1]
        if first <= window.never_recovered_from_day and last == len(counted) - 1:
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


def longest_streak(line: list[float | None], window) -> int:
    longest = streak = 0
    for value in line:
        streak = streak + 1 if lower(comparable(value, None), window.aplastic) else 0
        longest = max(longest, streak)
    return longest


def courses_of(values: list[float | None], unknown: set[int], window) -> set[int | None]:
    """Return the courses, aplasia apart, that some values of the open days give."""
    states = {"never low"}
    for day, value in enumerate(values):
        late = day + window.days[0] > window.dip_after_day
        after = set()
        for one in (0.0, 1.2, 9.0) if day in unknown else (value,):
            for state in states:
                dip = lower(one, window.dip)
                up = one is not None and one > window.recovered_above
                if state == "never low" and dip:
                    after.add("low")
                elif state == "low" and up:
                    after.add("recovered")
                elif state == "recovered" and dip and late:
                    after.add("low again")
                else:
                    after.add(state)
        states = after
    course = {"never low": 1, "recovered": 1, "low again": 2, "low": None}
    return {course[state] for state in states}


def phenotype(days: list[float | None], window, *, possible: int) -> int | None:
    """Return 1 quick, 2 intermittent, 3 aplastic, None for none of them or undecided."""
    known = [i for i, value in enumerate(days) if value is not None]
    line = list(days)
    for left, right in pairwise(known):
        if right - left - 1 <= window.interpolation_gap_days:
            for i in range(left + 1, right):
                share = (i - left) / (right - left)
                line[i] = days[left] + (days[right] - days[left]) * share
    if longest_streak(line, window) >= window.aplastic_days:
        return 3
    rest = [None] * (possible - len(days) + 1)
    unknown = open_days(days, window, possible=possible, line=line)
    lowest = [-1.0 if i in unknown else value for i, value in enumerate(line + rest)]
    found = courses_of(days + rest, unknown, window)
    if longest_streak(lowest, window) >= window.aplastic_days or len(found) > 1:
        return None
    return found.pop()


def cannot_go_on(days: list[float | None], window) -> bool:
    """Return whether the tutorial's program stops: one value, within 7 days of one end only."""
    known = [i for i, value in enumerate(days) if value is not None]
    if window.lone_value != "carried_to_both_ends" or len(known) != 1:
        return False
    near, far = sorted((known[0], len(days) - 1 - known[0]))
    return 1 <= near <= window.carry_days < far


def oracle(
    values: dict[int, float], end: float, events: dict[str, float], window
) -> tuple[int | None, dict[str, int]]:
    """Return the grade of one patient (None: not assessable) and the days at each level."""
    first, last = window.days
    stops = [events[name] for name in ("progression", "new_therapy") if name in window.ends_at]
    possible = min([last, *(day for day in [events["death"], *stops] if not math.isnan(day))])
    possible = last if window.ends_at == ("nothing",) else possible
    whole = {"nothing", "last_contact_stated"} & set(window.ends_at)  # no last contact is stated
    stop = possible if whole else min(possible, end)
    possible, stop = int(possible), int(stop)
    days = [values.get(day) for day in range(first, stop + 1)]
    within = sum(value is not None for value in days)
    in_all = sum(first <= day <= last for day in values)
    least = window.least_days_measured
    if not within or (in_all if window.least_days_after_end else within) < least:
        return None, {}
    if window.kind == "phenotype":
        return phenotype(days, window, possible=possible - first), {}
    if window.kind != "durations":
        return late_grade(days, window), {}
    if cannot_go_on(days, window):
        return None, {}
    counted = filled(days, window)
    ends = {last, *(day for day in (events["death"],) if not math.isnan(day))}
    anywhere = window.never_recovered == "last_observation"
    grade, count = duration_grade(days, window, counted=counted, final=anywhere or stop in ends)
    unknown = open_days(days, window, possible=possible - first, line=counted)
    longer = counted + [None] * (possible - stop)
    low, high = (
        duration_grade(
            days,
            window,
            counted=[with_ if i in unknown else v for i, v in enumerate(longer)],
            final=anywhere or possible in ends,
        )[0]
        for with_ in (None, -1.0)
    )
    if unknown and low != high:
        return None, {}
    observed = min([end, *(day for day in (events["progression"],) if not math.isnan(day))])
    if window.early_end_needs_value_within_days is not None and observed < last:
        latest = max(day for day in values if day <= stop)
        too_old = latest < last - window.early_end_needs_value_within_days
        if (too_old or events["death"] < last) and grade < max(map(int, window.grades)):
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
    death = np.where((end < 300) & (rng.random(PATIENTS) < 0.5), end, np.nan)
    events = {"death": death, "progression": progression, "new_therapy": therapy}
    return courses, series, end, events


def numbers(column) -> list[int | None]:
    return [None if number != number else int(number) for number in column.astype(float)]


def windows():
    return [
        ("consensus", "early"),
        ("liang_2024", "early"),
        ("liang_manual", "early"),
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
    courses, series, end, events = random_patients(scale)
    seen = Observation(end=end, **events)
    columns = grade_series(window, series, observation=seen)
    expected = [
        oracle(values, end[i], {name: days[i] for name, days in events.items()}, window)
        for i, values in enumerate(courses)
    ]
    grades = [grade for grade, _ in expected]
    assert numbers(columns["grade"]) == grades
    least = {None} if label != "early" or name in OPEN else set()
    assert set(grades) >= least | {*map(int, getattr(window, "grades", (1, 2, 3)))}
    for level in getattr(window, "levels", {}):
        assert numbers(columns[f"days_{level}"]) == [count.get(level) for _, count in expected]
