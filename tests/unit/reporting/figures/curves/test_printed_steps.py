"""A registry's curve is drawn with the steps that print can tell apart, and looks the same."""

import numpy as np
import pytest

from hematotox.reporting.figures.curves.curve_looks import CurveLook
from hematotox.reporting.figures.curves.curve_panels import DrawnCurve
from hematotox.reporting.figures.curves.printed_steps import RESOLVED, printed_steps


def curve(times: np.ndarray, censored: np.ndarray) -> DrawnCurve:
    values = 100 * np.exp(-times)
    return DrawnCurve(
        label="", steps=(), events="", sources_of_events=(), median="", sources_of_median=(),
        look=CurveLook("", "-"), times=times, values=values, low=values - 1, high=values + 1,
        censored=censored, banded=True,
    )  # fmt: skip


def test_thousands_of_steps_become_those_of_print_within_its_resolution() -> None:
    rng = np.random.default_rng(1)
    times = np.sort(rng.uniform(0, 3, 20_000))
    whole = curve(times, rng.random(20_000) < 0.5)
    drawn = printed_steps(whole, end=3.0)
    assert drawn.times.size <= RESOLVED + 1
    # at each kept time the height is the curve's own, and no time lies far from a kept one
    assert np.array_equal(drawn.values, 100 * np.exp(-drawn.times))
    gaps = np.diff(np.concatenate(([0.0], drawn.times, [3.0])))
    assert gaps.max() <= 2 * 3.0 / RESOLVED
    assert drawn.values[-1] == whole.values[-1]


def test_a_place_keeps_the_mark_of_whoever_was_censored_in_it() -> None:
    times = np.linspace(0, 1, 12_001)[:-1]
    censored = np.zeros(12_000, dtype=bool)
    censored[5] = True
    drawn = printed_steps(curve(times, censored), end=1.0)
    assert np.flatnonzero(drawn.censored).tolist() == [0]


@pytest.mark.parametrize("steps", [1, 500, RESOLVED])
def test_a_curve_of_a_study_is_drawn_as_it_is(steps: int) -> None:
    whole = curve(np.linspace(0, 1, steps), np.ones(steps, dtype=bool))
    assert printed_steps(whole, end=1.0) is whole
