"""Landmark selection and the guard against immortal-time bias."""

import numpy as np
import pytest

from hematotox.stats.numerics.survival_data import InvalidData
from hematotox.stats.survival.landmark import landmark_needed, landmark_population


def test_follow_up_that_ends_on_the_landmark_is_left_out():
    kept = landmark_population(time=[29, 30, 31, 100], event=[1, 1, 1, 0], landmark=30)
    assert kept.row.tolist() == [2, 3]
    assert kept.time.tolist() == [1, 70]
    assert (kept.n_event_before, kept.n_censored_before) == (2, 0)


def test_every_patient_is_kept_or_counted_as_left_out():
    time, event = np.array([5, 30, 30, 60]), np.array([0, 1, 0, 1])
    kept = landmark_population(time=time, event=event, landmark=30)
    assert kept.row.size + kept.n_event_before + kept.n_censored_before == 4


def test_an_empty_population_or_none_with_an_event_is_a_condition():
    assert landmark_population(time=[5, 9], event=[1, 1], landmark=30).condition == (
        "nobody at risk after the landmark",
    )
    assert landmark_population(time=[5, 90], event=[1, 0], landmark=30).condition == ("no events",)


@pytest.mark.parametrize(
    ("known_at", "origin", "needed"),
    [
        (-5, 0, False),
        (0, 0, False),
        (30, 0, True),
        (30, 30, False),
        (31, 30, True),
        ([0, 14, 30], 0, True),
        ([0, 14, 30], 30, False),
    ],
)
def test_a_predictor_known_after_the_origin_needs_a_landmark(known_at, origin, needed):
    assert landmark_needed(known_at=known_at, origin=origin) is needed


def test_misuse_is_refused():
    with pytest.raises(InvalidData):
        landmark_population(time=[5], event=[1], landmark=-1)
    with pytest.raises(InvalidData):
        landmark_population(time=[5], event=[1], landmark=np.nan)
    with pytest.raises(InvalidData):
        landmark_needed(known_at=np.nan)
    with pytest.raises(InvalidData):
        landmark_needed(known_at=3, origin=np.inf)
