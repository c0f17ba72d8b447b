"""Rounding before a cut-off, and the ends of censored values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hematotox.cut_offs import comparable_ends, round_significant
from hematotox.dialects.numbers import intervals


@given(st.floats(min_value=1e-9, max_value=1e12))
def test_rounding_gives_the_nearest_double_of_nine_digits(value):
    (found,) = round_significant(np.array([value]))
    digits = float(f"{value:.8e}")
    below, above = float(f"{np.nextafter(value, 0):.8e}"), float(f"{np.nextafter(value, 1e13):.8e}")
    assert found in (digits, below, above)


@pytest.mark.parametrize("value", [3.0, 3.01, 0.1, 1.2, 650.0, 2000.0, 1e-5, 123456.789, 1e9])
def test_noise_disappears(value):
    noisy = np.array([value * (1 + 2e-16), value / 3 * 3, value * 0.1 * 10])
    assert round_significant(noisy).tolist() == [value] * 3


def test_what_is_not_rounded():
    values = np.array([0.0, np.inf, -np.inf, np.nan, 1e-300, 1e300])
    assert np.array_equal(round_significant(values), values, equal_nan=True)


@given(st.floats(min_value=1e-6, max_value=1e6))
def test_rounding_twice_changes_nothing(value):
    once = round_significant(np.array([value, -value]))
    assert np.array_equal(round_significant(once), once)
    assert once[0] == -once[1]


def test_the_ends_of_a_censored_value_belong_to_it():
    ends = comparable_ends(np.array([0, 2000, 5, 0.5]), np.array([0.6, np.inf, 5, 0.7]))
    assert [one.tolist() for one in ends] == [[0, 2000, 5, 0.5], [0.6, np.inf, 5, 0.7]]


def test_an_open_end_stays_below_the_cut_off_after_rounding():
    low, high = intervals(np.array([0.6, 0.6, 2000, 2000]), np.array([1, 2, 3, 4], dtype=np.int8))
    low, high = comparable_ends(low, high)
    assert (high[0] < 0.6, high[1] == 0.6) == (True, True)
    assert (low[2] > 2000, low[3] == 2000) == (True, True)
