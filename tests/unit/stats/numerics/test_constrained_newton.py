"""Newton's method, profile limits and separation on their own."""

import math

import numpy as np
import pytest

from hematotox.stats.binary.separation import separating_direction
from hematotox.stats.numerics.constrained_newton import Evaluation, maximise
from hematotox.stats.numerics.profile_likelihood import ProfilePoint, profile_limit


def hill(top, shape):
    def evaluate(x):
        away = x - top
        return Evaluation(-float(away @ shape @ away) / 2, -shape @ away, shape)

    return evaluate


def test_constrained_maximum_and_its_multiplier():
    top, shape = np.array([1.0, 2.0, 3.0]), np.diag([1.0, 2.0, 4.0])
    found = maximise(hill(top, shape), start=np.zeros(3), constraint=np.array([[1.0, 0.0, 0.0]]))
    np.testing.assert_allclose(found.parameters, [0, 2, 3])
    # the likelihood would rise by 1 per unit of the held parameter
    np.testing.assert_allclose(found.multiplier, [1.0])


def test_a_start_far_away_is_halved_back():
    def evaluate(x):
        value = -float(np.log(np.cosh(x[0])))
        return Evaluation(value, -np.tanh(x), np.array([[1 / np.cosh(x[0]) ** 2]]))

    found = maximise(evaluate, start=np.array([3.0]))
    assert found.converged
    assert found.parameters[0] == pytest.approx(0, abs=1e-12)


def test_no_maximum_is_not_convergence():
    def rising(x):
        flat = math.exp(-x[0])
        return Evaluation(-flat, np.array([flat]), np.array([[flat]]))

    found = maximise(rising, start=np.zeros(1))
    assert not found.converged


def test_a_saddle_is_not_a_maximum():
    def saddle(x):
        value = float(x[1] ** 2 - x[0] ** 2)
        curvature = np.diag([2.0, -2.0])
        return Evaluation(value, np.array([-2 * x[0], 2 * x[1]]), np.eye(2), curvature)

    assert not maximise(saddle, start=np.array([1.0, 0.0])).converged


def test_profile_limit_of_a_skewed_likelihood():
    # events of a Poisson count of 4: the limit solves 2 (l(4) - l(m)) = z^2
    def profile(log_mean):
        mean = math.exp(log_mean)
        return ProfilePoint(4 * log_mean - mean, 4 - mean)

    top = profile(math.log(4)).value
    for z in (-1.96, 1.96):
        limit = profile_limit(profile, estimate=math.log(4), std_error=0.5, maximum=top, distance=z)
        assert 2 * (top - profile(limit).value) == pytest.approx(1.96**2, rel=1e-12)
        assert (limit > math.log(4)) == (z > 0)


def test_a_likelihood_that_levels_off_has_no_limit():
    def profile(b):
        return ProfilePoint(-math.exp(-b), math.exp(-b))

    limit = profile_limit(profile, estimate=0.0, std_error=1.0, maximum=0.0, distance=1.96)
    assert limit == math.inf


def test_a_failing_profile_gives_nan():
    limit = profile_limit(
        lambda _b: ProfilePoint(math.nan, 0.0),
        estimate=0.0,
        std_error=1.0,
        maximum=0.0,
        distance=1.96,
    )
    assert math.isnan(limit)


@pytest.mark.parametrize(
    ("x", "y", "separated"),
    [
        ([0, 1, 2, 3], [0, 0, 1, 1], True),
        ([0, 1, 1, 3], [0, 0, 1, 1], True),
        ([0, 1, 2, 3], [0, 1, 0, 1], False),
        ([0, 0, 1, 1], [0, 1, 0, 1], False),
    ],
)
def test_separation_of_one_covariate(x, y, separated):
    design = np.column_stack([np.ones(4), np.array(x) - np.mean(x)])
    assert separating_direction(design, outcome=np.array(y)).any() == separated
