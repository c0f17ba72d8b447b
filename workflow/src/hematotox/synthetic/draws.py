"""Draws with little noise: exact quotas, stratified quantiles, weighted orders.

An independent draw for every patient would miss a published percentage by several points at
this size. Here the numbers of a group are fixed and chance only decides who gets which.
"""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Texts = NDArray[np.object_]

GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Return the stream of random numbers of one purpose.

    Each purpose has its own stream, so that a change in one part of the simulation leaves the
    draws of the others as they were.
    """
    return np.random.default_rng([seed, crc32(purpose.encode())])


def uniforms(size: int, rng: np.random.Generator) -> Floats:
    """Draw `size` ascending numbers, one in the middle half of each of `size` equal intervals."""
    return (np.arange(size) + 0.25 + 0.5 * rng.random(size)) / max(size, 1)


def ascending_values(size: int, knots: tuple[float, ...], *, rng: np.random.Generator) -> Floats:
    """Draw ascending values whose own minimum, quartiles and maximum are near the knots.

    Parameters
    ----------
    size : number of values
    knots : values at equal steps of probability, from minimum to maximum
    """
    return np.interp(uniforms(size, rng), _positions(size, len(knots)), np.asarray(knots))


def expected_values(size: int, knots: tuple[float, ...]) -> Floats:
    """Return the values that `ascending_values` scatters about."""
    middle = (np.arange(size) + 0.5) / size
    return np.interp(middle, _positions(size, len(knots)), np.asarray(knots))


def _positions(size: int, count: int) -> Floats:
    """Where among `size` ordered values their own quantiles lie (Hyndman and Fan's type 7)."""
    inner = (np.linspace(0.0, 1.0, count) * (size - 1) + 0.5) / max(size, 1)
    return np.concatenate([[0.0], inner[1:-1], [1.0]])


def weighted_order(weights: Floats, rng: np.random.Generator) -> Integers:
    """Draw an order in which a patient comes next with a chance proportional to his weight.

    With weights exp(beta x) this is the order of events under proportional hazards.

    References
    ----------
    Plackett, Applied Statistics 1975;24:193-202: the distribution of such an order.
    """
    waiting = rng.exponential(size=len(weights)) / np.maximum(weights, 1e-9)
    return np.argsort(waiting, kind="stable")


def quota(
    counts: Mapping[str, int],
    size: int,
    *,
    rng: np.random.Generator,
    weights: Floats | None = None,
    eligible: NDArray[np.bool_] | None = None,
) -> Texts:
    """Give each level to exactly as many patients as `counts` says, nothing to the rest.

    Parameters
    ----------
    counts : level and number of patients; the first level goes to the heaviest weights
    size : number of patients
    weights : chance of each patient, relative to the others, to get an early level
    eligible : patients who may get a level; all if absent. If they are too few, the last
        levels are given to fewer patients.
    """
    levels = np.full(size, "", dtype=object)
    named = [level for level, count in counts.items() for _ in range(count)]
    candidates = np.arange(size) if eligible is None else np.flatnonzero(eligible)
    known = rng.permutation(candidates)[: len(named)]
    chances = np.ones(len(known)) if weights is None else weights[known]
    levels[known[weighted_order(chances, rng)]] = named[: len(known)]
    return levels


def draw_shares(shares: Mapping[str, float], size: int, *, rng: np.random.Generator) -> Texts:
    """Give levels to patients in fixed shares; what the shares leave over gets none."""
    bounds = np.round(np.cumsum(list(shares.values())) * size).astype(int)
    counts = np.diff(np.concatenate([[0], bounds]))
    return quota(dict(zip(shares, counts.tolist(), strict=True)), size, rng=rng)


def evenly_mixed(size: int, rng: np.random.Generator) -> Integers:
    """Draw a permutation whose every stretch holds small, middling and large ranks alike.

    The ranks of shifted multiples of the golden ratio; used to spread follow-up evenly over
    patients who are sorted by event time.
    """
    sequence = (np.arange(size) * GOLDEN + rng.random()) % 1.0
    return np.argsort(np.argsort(sequence, kind="stable"), kind="stable")
