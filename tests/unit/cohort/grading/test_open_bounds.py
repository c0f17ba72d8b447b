"""The open bounds equal the extremes over all values of the open days, leukocytes included.

A day on which only leukocytes are known may have had any value up to them: each such value is
taken as if it had been measured, where the convention fills in nothing without it.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from hematotox.cohort.grading.counting import count_days
from hematotox.cohort.grading.daily_values import DailyValues
from hematotox.cohort.grading.filling import Filling, close_calendar, fill_gaps
from hematotox.cohort.grading.icaht import Ends, grade_window

VALUES = (0.05, 0.3, 0.8)
WINDOWS = [
    ("consensus", "early"),
    ("cumulative_days", "early"),
    ("severe_neutropenia", "day_0_30"),
]
SHORT = {"1": {"500": "1"}, "2": {"500": "3"}, "3": {"500": "5", "100": "3"}}


def window_of(conventions, name, label, width, number):
    """Return a short window; half of them grade by fewer days, so that all grades occur."""
    declared = conventions[name].windows[label]
    short = SHORT if "100" in declared.levels else {"1": {"500": "3"}}
    grades = short if number % 2 else declared.grades
    settings = {"days": (0, width - 1), "grades": grades}
    filling = {"interpolation_gap_days": 1, "carry_days": 1, "open_after_days": 3}
    unfilled = [{}, {"unfilled_days": "must_not_matter", "open_beside": None}][number % 3 == 0]
    return declared.model_copy(update=settings | filling | unfilled)


def random_course(rng, width):
    """Return measured values (NaN on about half of the days) and the observed end."""
    grid = rng.choice((*VALUES, 2.0), size=width)
    grid[rng.random(width) < 0.6] = np.nan
    observed = int(rng.integers(0, width)) if rng.random() < 0.3 else width - 1
    grid[observed + 1 :] = np.nan
    return grid, observed


def grades_of(window, completions, end):
    """Grade complete days: a plain count of each completion, nothing filled in."""
    grid = np.array(completions).T
    ends = np.full(grid.shape[1], end)
    alive = np.full(grid.shape[1], -1)
    plain = window.model_copy(
        update={"interpolation": "none", "interpolation_gap_days": None, "carry_days": 0,
                "unfilled_days": "recovered", "open_beside": None}
    )  # fmt: skip
    return grade_window(plain, DailyValues(grid, grid, grid), Ends(ends, ends, alive)).grade


@pytest.mark.parametrize(("name", "label"), WINDOWS)
def test_open_bounds_are_the_extremes_over_the_open_days(name, label, conventions):
    rng = np.random.default_rng(17)
    checked = 0
    for number in range(200):
        width = int(rng.integers(3, 11))
        window = window_of(conventions, name, label, width, number)
        course, observed = random_course(rng, width)
        ends = Ends(np.array([observed]), np.array([width - 1]), np.array([-1]))
        values = DailyValues(*(course[:, None],) * 3)
        found = grade_window(window, values, ends)
        days = count_days(
            window, course[:, None], end=ends.observed, possible_end=ends.possible, leukocytes=None
        )
        unknown = np.flatnonzero(days.open[:, 0])
        if unknown.size > 7:
            continue
        completions = []
        for chosen in product(VALUES, repeat=unknown.size):
            completion = days.value[:, 0].copy()
            completion[unknown] = chosen
            completions.append(completion)
        grades = grades_of(window, completions, width - 1)
        assert (found.open_low[0], found.open_high[0]) == (grades.min(), grades.max())
        assert found.grade_low[0] <= found.open_low[0] <= found.grade[0] <= found.open_high[0]
        assert found.open_high[0] <= found.grade_high[0]
        checked += 1
    assert checked > 100


@pytest.mark.parametrize(("name", "label"), WINDOWS)
def test_leukocytes_bound_what_a_day_may_have_been(name, label, conventions):
    """Every value up to the leukocytes, and any value of the other open days."""
    rng = np.random.default_rng(19)
    checked = resting = 0
    for number in range(300):
        width = int(rng.integers(3, 9))
        window = window_of(conventions, name, label, width, number)
        course, observed = random_course(rng, width)
        white = np.where(rng.random(width) < 0.4, rng.choice([0.08, 0.4, 0.6, 3.0], width), np.nan)
        white[observed + 1 :] = np.nan
        ends = Ends(np.array([observed]), np.array([width - 1]), np.array([-1]))
        values = DailyValues(*(course[:, None],) * 3)
        found = grade_window(window, values, ends, leukocytes=white[:, None])
        completions = completions_of(window, course, white, ends=ends)
        if completions is None:
            continue
        grades = grades_of(window, completions, width - 1)
        assert (found.open_low[0], found.open_high[0]) == (grades.min(), grades.max())
        assert found.grade_low[0] <= found.open_low[0] <= found.open_high[0]
        assert found.open_high[0] <= found.grade_high[0]
        resting += bool(found.by_leukocytes[0])
        checked += 1
    assert checked > 100
    assert resting > 10


def completions_of(window, course, white, *, ends):
    """Return every course that the rule allows, None where they are too many."""
    rule = Filling(
        window.interpolation, window.interpolation_gap_days, window.carry_days, window.lone_value
    )
    filled = fill_gaps(course[:, None], ends.observed, rule)[:, 0]
    low = [day for day in range(course.size) if np.isnan(course[day]) and white[day] <= 0.5]
    if window.levels["500"].below is not None:
        low = [day for day in low if white[day] < 0.5]
    counted = count_days(
        window,
        course[:, None],
        end=ends.observed,
        possible_end=ends.possible,
        leukocytes=white[:, None],
    )
    unknown = np.flatnonzero(counted.open[:, 0])
    choices = [(0.0, white[day] / 2, white[day]) for day in low]
    if 3 ** (len(low) + unknown.size) > 20_000:
        return None
    found = []
    for measured in product(*choices):
        known = course.copy()
        known[low] = measured
        line = np.where(
            np.isnan(filled), fill_gaps(known[:, None], ends.observed, rule)[:, 0], filled
        )
        line = np.where(np.isnan(course) & (white < line), white, line)
        for chosen in product(VALUES, repeat=unknown.size):
            completion = line.copy()
            completion[unknown] = chosen
            found.append(completion)
    return found


def test_an_unfilled_day_with_leukocytes_above_every_level_stays_what_it_was(conventions):
    window = conventions["consensus"].windows["early"]
    course = np.full(31, np.nan)
    course[[0, 4, 15, 16, 23, 30]] = [2.0, 0.4, 0.4, 2.0, 2.0, 2.0]
    white = np.full(31, np.nan)
    white[6:14] = 0.6
    end = np.array([30])
    without, with_ = (
        count_days(window, course[:, None], end=end, possible_end=end, leukocytes=one)
        for one in (None, white[:, None])
    )
    assert np.array_equal(without.value, with_.value, equal_nan=True)
    assert np.array_equal(without.open, with_.open)


def test_a_closed_calendar_keeps_the_days_that_count():
    value = np.array([[1.0], [2.0], [3.0], [4.0]])
    several = np.array([[False], [True], [False], [True]])
    values, ends, rows = close_calendar(
        DailyValues(value, value, value, several), (np.array([3]), np.array([1]), np.array([-1]))
    )
    assert values.value[:2, 0].tolist() == [1.0, 3.0]
    assert np.isnan(values.value[2:]).all()
    assert [int(end[0]) for end in ends] == [1, 0, -1]
    assert rows[:2, 0].tolist() == [0, 2]
