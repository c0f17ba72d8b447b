"""How a new classification moves patients between risk groups, by outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from hematotox.stats.numerics.survival_data import IntArray, InvalidData, groups, status_codes


@dataclass(frozen=True, slots=True, eq=False)
class Reclassification:
    """Patients by old (rows) and new (columns) group.

    Attributes
    ----------
    cases, controls : (k, m) counts with and without the outcome
    """

    cases: IntArray
    controls: IntArray


def reclassification(
    *,
    outcome: ArrayLike,
    old: ArrayLike,
    new: ArrayLike,
    old_levels: Sequence[Any],
    new_levels: Sequence[Any],
) -> Reclassification:
    """Cross-tabulate two classifications of the same patients, separately by outcome.

    Parameters
    ----------
    outcome : (n,) 1 with the outcome, 0 without
    old, new : (n,) risk group of each patient
    old_levels, new_levels : groups of each classification from lowest to highest risk

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, a group that is not among the levels, no patients.

    References
    ----------
    Pencina et al., Stat Med 2008;27:157-72, table 1. No net reclassification improvement: it adds
    up shares of different denominators, and rewards models that are miscalibrated (Pepe et al.,
    Statistics in Biosciences 2015;7:282).

    Examples
    --------
    >>> from hematotox.stats import reclassification
    >>> table = reclassification(
    ...     outcome=[1, 1, 1, 0, 0], old=["low", "low", "high", "low", "high"],
    ...     new=["high", "low", "high", "low", "low"],
    ...     old_levels=["low", "high"], new_levels=["low", "high"],
    ... )
    >>> table.cases.tolist(), table.controls.tolist()
    ([[1, 1], [0, 1]], [[1, 0], [1, 0]])
    """
    n = np.asarray(outcome).size
    if n == 0:
        raise InvalidData("outcome: no patients")
    event = status_codes(outcome, length=n, largest=1)
    before = groups(old, name="old", length=n, levels=old_levels)
    after = groups(new, name="new", length=n, levels=new_levels)
    k, m = len(before.levels), len(after.levels)
    cells = np.bincount((event * k + before.codes) * m + after.codes, minlength=2 * k * m)
    controls, cases = cells.reshape(2, k, m)
    return Reclassification(cases=cases, controls=controls)
