"""Landmark selection."""

import numpy as np
import pytest

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.landmark import landmark_population


def test_follow_up_that_ends_on_the_landmark_is_left_out():
    kept = landmark_population(time=[29, 30, 31, 100], event=[1, 1, 1, 0], landmark=30)
    assert kept.row.tolist() == [2, 3]
    assert kept.time.tolist() == [1, 70]
    assert kept.event.tolist() == [1, 0]


def test_nobody_may_be_left() -> None:
    assert landmark_population(time=[5, 9], event=[1, 1], landmark=30).row.size == 0


def test_misuse_is_refused():
    with pytest.raises(InvalidData):
        landmark_population(time=[5], event=[1], landmark=-1)
    with pytest.raises(InvalidData):
        landmark_population(time=[5], event=[1], landmark=np.nan)
