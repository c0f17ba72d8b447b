"""Properties of grading: order, units, bounds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hematotox.cohort.grading.daily_values import DailyValues, Series
from hematotox.cohort.grading.grades import Observation, grade_series
from hematotox.cohort.grading.icaht import Ends, grade_window
from hematotox.dialects.numbers import intervals

EARLY = ["consensus", "liang_2024", "liang_manual", "cumulative_days"]
EVERY = [*EARLY, "heatwaver_compatible"]
"""The tutorial's program gives no grade to some courses of a single value."""
LATE = ["consensus", "cart_sie"]
courses = st.dictionaries(st.integers(0, 30), st.integers(0, 3000), min_size=1)
late_courses = st.dictionaries(st.integers(31, 100), st.integers(0, 3000), min_size=2)


def graded(window, *courses: dict[int, float], scale: float = 1000.0, last_day: float = 400):
    """Grade one course a patient; values are divided by `scale` to be 10^9/L."""
    rows = [(p, d, values[d] / scale) for p, values in enumerate(courses) for d in sorted(values)]
    patient, day, value = (np.array(column) for column in zip(*rows, strict=True))
    series = Series(patient.astype(np.int32), day.astype(np.int32), value, value)
    columns = grade_series(window, series, observation=observed(len(courses), last_day))
    return [
        {name: columns[name].iloc[p] for name in ("grade", "grade_low", "grade_high")}
        for p in range(len(courses))
    ]


def observed(patients: int, last_day: float = 400.0) -> Observation:
    """Return patients who are followed to a day and have no event."""
    never = np.full(patients, np.nan)
    end = np.full(patients, float(last_day))
    return Observation(end=end, death=never, progression=never, new_therapy=never)


def window_of(conventions, name, label, **settings):
    """Return a window; unfilled days count as recovered, so that every course has a grade."""
    if label == "early":
        settings = {"unfilled_days": "recovered", "open_beside": None} | settings
    return conventions[name].windows[label].model_copy(update=settings)


@pytest.mark.parametrize(
    ("name", "label"), [(n, "early") for n in EARLY] + [(n, "late") for n in LATE]
)
def test_raising_a_value_never_raises_the_grade(name, label, conventions):
    window = window_of(conventions, name, label)

    @settings(max_examples=25, deadline=None)
    @given(values=courses if label == "early" else late_courses, data=st.data())
    def check(values, data):
        day = data.draw(st.sampled_from(sorted(values)))
        higher = values | {day: values[day] + data.draw(st.integers(0, 2000))}
        before, after = graded(window, values, higher)
        for column in ("grade", "grade_low", "grade_high"):
            assert after[column] <= before[column]

    check()


def test_raising_a_value_never_raises_what_open_days_or_leukocytes_allow(conventions):
    window = conventions["consensus"].windows["early"]
    names = ("grade_low", "grade_high", "open_low", "open_high")

    @settings(max_examples=60, deadline=None)
    @given(
        values=courses,
        white=st.dictionaries(st.integers(0, 30), st.sampled_from([50, 90, 300, 450, 600, 3000])),
        data=st.data(),
    )
    def check(values, white, data):
        which = data.draw(st.sampled_from([values, white] if white else [values]))
        day = data.draw(st.sampled_from(sorted(which)))
        more = which | {day: which[day] + data.draw(st.integers(0, 2000))}
        after = (more, white) if which is values else (values, more)
        before, raised = (with_leukocytes(window, *one) for one in ((values, white), after))
        for name in names:
            assert raised[name] <= before[name]
        for bounds in (before, raised):
            assert bounds["grade_low"] <= bounds["open_low"] <= bounds["open_high"]
            assert bounds["open_high"] <= bounds["grade_high"]

    check()


def with_leukocytes(window, values: dict[int, float], white: dict[int, float]):
    """Grade one course with leukocytes, both per microlitre."""
    own, other = (
        Series(
            np.zeros(len(one), dtype=np.int32),
            np.array(sorted(one), dtype=np.int32),
            *(np.array([one[day] / 1000 for day in sorted(one)]),) * 2,
        )
        for one in (values, white)
    )
    columns = grade_series(window, own, observation=observed(1), leukocytes=other)
    return {name: column.iloc[0] for name, column in columns.items()}


@pytest.mark.parametrize("name", EVERY)
def test_another_value_never_widens_the_bounds(name, conventions):
    window = window_of(conventions, name, "early")

    @settings(max_examples=25, deadline=None)
    @given(values=courses, data=st.data())
    def check(values, data):
        unmeasured = sorted(set(range(31)) - set(values))
        if not unmeasured:
            return
        more = values | {data.draw(st.sampled_from(unmeasured)): data.draw(st.integers(0, 3000))}
        before, after = graded(window, values, more)
        assert before["grade_low"] <= after["grade_low"]
        assert after["grade_high"] <= before["grade_high"]

    check()


@pytest.mark.parametrize(
    ("name", "label"), [(n, "early") for n in EARLY] + [(n, "late") for n in LATE]
)
def test_the_grade_lies_within_its_bounds(name, label, conventions):
    window = window_of(conventions, name, label)

    @settings(max_examples=25, deadline=None)
    @given(values=courses if label == "early" else late_courses, last=st.integers(0, 400))
    def check(values, last):
        last_day = max(last, *values)
        (result,) = graded(window, values, last_day=last_day)
        assert result["grade_low"] <= result["grade"] <= result["grade_high"]

    check()


# cells per microlitre divided by 1000, multiplied by 0.001, or given in 10^9/L: the same grade
@pytest.mark.parametrize(
    ("name", "label"), [(n, "early") for n in EARLY] + [(n, "late") for n in LATE]
)
def test_unit_conversion_never_changes_a_grade(name, label, conventions):
    window = window_of(conventions, name, label)

    @settings(max_examples=25, deadline=None)
    @given(values=courses if label == "early" else late_courses)
    def check(values):
        in_thousands = {d: v / 1000 for d, v in values.items()}
        by_product = {d: v * 0.001 for d, v in values.items()}
        by_thirds = {d: v * (1 / 3) / (1000 / 3) for d, v in values.items()}
        first, second, third = graded(window, in_thousands, by_product, by_thirds, scale=1.0)
        assert first == second == third

    check()


SHORT = {
    "500": {"1": {"500": "1"}, "2": {"500": "3"}, "3": {"500": "5", "100": "3"}},
    "platelets_50": {"1": {"platelets_50": "1"}, "2": {"platelets_50": "4"}},
}


@pytest.mark.parametrize("name", [*EVERY, "t_icaht_table", "t_icaht_code"])
def test_the_bounds_are_tight(name, conventions):
    """Against every completion of the unmeasured days by 50, 300 and 800.

    Half of the windows count with the published days, half with fewer, so that all grades occur.
    """
    declared = window_of(conventions, name, "early")
    scale = 1000.0 if declared.variable == "anc" else 10.0
    rng = np.random.default_rng(7)
    for number in range(334):
        width = int(rng.integers(1, 10))
        unmeasured = rng.permutation(width)[: rng.integers(0, min(width, 6) + 1)]
        grades = declared.grades | (SHORT[next(iter(declared.levels))] if number % 2 else {})
        window = declared.model_copy(update={"days": (0, width - 1), "grades": grades})
        measured = rng.choice([50.0, 300.0, 800.0], size=width) / scale
        measured[unmeasured] = np.nan
        low, high = bounds(window, measured)
        fills = np.array(list(product([50.0, 300.0, 800.0], repeat=unmeasured.size))) / scale
        grid = np.repeat(measured[:, None], max(len(fills), 1), axis=1)
        grid[unmeasured] = fills.T
        found = complete_grades(window, grid)
        assert (low, high) == (found.min(), found.max())


def bounds(window, measured):
    grid = measured[:, None]
    end = np.array([grid.shape[0] - 1])
    result = grade_window(window, DailyValues(grid, grid, grid), Ends(end, end, end * 0 - 1))
    return result.grade_low[0], result.grade_high[0]


def complete_grades(window, grid):
    end = np.full(grid.shape[1], grid.shape[0] - 1)
    result = grade_window(window, DailyValues(grid, grid, grid), Ends(end, end, end * 0 - 1))
    return result.grade


def test_a_censored_value_is_graded_where_it_lies(conventions):
    window = window_of(conventions, "consensus", "early")
    patient, day = np.repeat(np.arange(3), 31), np.tile(np.arange(31), 3)
    # below 100, below 500, above 500 per microlitre, every day
    ends = intervals(np.array([0.1, 0.5, 0.5]), np.array([2, 1, 3], dtype=np.int8))
    low, high = (np.repeat(end, 31) for end in ends)
    series = Series(patient.astype(np.int32), day.astype(np.int32), low, high)
    columns = grade_series(window, series, observation=observed(3))
    assert columns["grade"].tolist() == [4, 4, 0]
    assert columns["grade_low"].tolist() == [4, 4, 0]
    assert columns["grade_high"].tolist() == [4, 4, 0]
    assert columns["days_100"].tolist() == [31, 0, 0]


def test_the_order_of_patients_and_measurements_does_not_matter(conventions):
    window = window_of(conventions, "cart_sie", "late")
    rng = np.random.default_rng(3)
    patient = np.sort(rng.integers(0, 50, 2000)).astype(np.int32)
    day = rng.integers(0, 120, 2000).astype(np.int32)
    value = rng.choice([0.05, 0.4, 0.9, 1.4, 3.0], 2000)
    straight = grade_series(window, Series(patient, day, value, value), observation=observed(50))[
        "grade"
    ]
    order = np.lexsort((rng.random(2000), 49 - patient))
    turned = Series((49 - patient)[order], day[order], value[order], value[order])
    reverse = grade_series(window, turned, observation=observed(50))["grade"]
    assert straight.tolist() == reverse[::-1].tolist()
