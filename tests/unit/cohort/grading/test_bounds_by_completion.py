"""The bounds of every rule equal the extremes over all completions, censored values included."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from hematotox.cohort.grading.daily_values import DailyValues
from hematotox.cohort.grading.icaht import Ends, grade_window
from hematotox.dialects.numbers import BOUNDS, intervals

ANC, PLATELETS, HEMOGLOBIN = (0.05, 0.3, 0.8, 1.2, 2.0), (10.0, 30.0, 60.0, 150.0), (6.0, 12.0)
WINDOWS = [
    ("consensus", "early", ANC[:3]),
    ("heatwaver_compatible", "early", ANC[:3]),
    ("cumulative_days", "early", ANC[:3]),
    ("severe_neutropenia", "day_0_30", ANC[:3]),
    ("t_icaht_table", "late", PLATELETS),
    ("consensus", "late", ANC),
    ("cart_sie", "late", ANC),
    ("cart_sie", "late_thrombocytopenia", PLATELETS),
    ("cart_sie", "late_anemia", HEMOGLOBIN),
]


def random_day(rng, values):
    """Return one day's ends and graded value, and what it may have been."""
    kind = rng.choice(["measured", "unmeasured", "censored"], p=[0.5, 0.3, 0.2])
    value = float(rng.choice(values[1:] if kind == "censored" else values))
    if kind == "unmeasured":
        return (np.nan, np.nan, np.nan), list(values)
    sign = str(rng.choice(["<", "<=", ">", ">="])) if kind == "censored" else ""
    code = np.array([BOUNDS.index(sign)], dtype=np.int8)
    low, high = (float(end[0]) for end in intervals(np.array([value]), code))
    possible = [one for one in values if low <= one <= high]
    ends = [end for end in (low, high) if np.isfinite(end) and end > 0]
    return (high if np.isfinite(high) else low, low, high), [*possible, *ends]


@pytest.mark.parametrize(("name", "label", "values"), WINDOWS)
def test_bounds_are_the_extremes_over_completions(name, label, values, conventions):
    rng = np.random.default_rng(13)
    checked = 0
    for _ in range(60):
        width = int(rng.integers(2, 8))
        window = conventions[name].windows[label].model_copy(update={"days": (0, width - 1)})
        days = [random_day(rng, values) for _ in range(width)]
        choices = [sorted(set(possible)) for _, possible in days]
        if np.prod([len(one) for one in choices]) > 5000:
            continue
        value, low, high = (np.array(column)[:, None] for column in zip(*[d for d, _ in days],
                            strict=True))  # fmt: skip
        end = np.array([width - 1])
        alive = np.array([-1])
        bounds = grade_window(window, DailyValues(value, low, high), Ends(end, end, alive))
        grid = np.array(list(product(*choices))).T
        ends = np.full(grid.shape[1], width - 1)
        complete = DailyValues(grid, grid, grid)
        grades = grade_window(window, complete, Ends(ends, ends, np.full_like(ends, -1))).grade
        assert (bounds.grade_low[0], bounds.grade_high[0]) == (grades.min(), grades.max())
        checked += 1
    assert checked > 30
