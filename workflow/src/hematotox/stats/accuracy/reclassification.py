"""How a new classification moves patients between risk groups, by outcome."""

from __future__ import annotations

import math
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
    levels : groups from lowest to highest risk
    cases, controls : (k, k) counts with and without the outcome
    cases_up, cases_down : share of the cases moved to a higher, a lower group
    controls_up, controls_down : the same of the controls
    condition : "no cases", "no controls"
    """

    levels: tuple[Any, ...]
    cases: IntArray
    controls: IntArray
    cases_up: float
    cases_down: float
    controls_up: float
    controls_down: float
    condition: tuple[str, ...]


def reclassification(
    *, outcome: ArrayLike, old: ArrayLike, new: ArrayLike, levels: Sequence[Any]
) -> Reclassification:
    """Cross-tabulate two classifications of the same patients, separately by outcome.

    Parameters
    ----------
    outcome : (n,) 1 with the outcome, 0 without
    old, new : (n,) risk group of each patient
    levels : groups from lowest to highest risk

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, a group that is not among the levels, no patients.

    References
    ----------
    Pencina et al., Stat Med 2008;27:157-72, table 1. The shares are reported by outcome and not
    added up to a net reclassification improvement, which mixes the two.

    Examples
    --------
    >>> from hematotox.stats import reclassification
    >>> table = reclassification(
    ...     outcome=[1, 1, 1, 0, 0], old=["low", "low", "high", "low", "high"],
    ...     new=["high", "low", "high", "low", "low"], levels=["low", "high"],
    ... )
    >>> table.cases.tolist(), round(table.cases_up, 2), table.controls_down
    ([[1, 1], [0, 1]], 0.33, 0.5)
    """
    n = np.asarray(outcome).size
    if n == 0:
        raise InvalidData("outcome: no patients")
    event = status_codes(outcome, length=n, largest=1)
    before = groups(old, name="old", length=n, levels=levels)
    after = groups(new, name="new", length=n, levels=levels)
    k = len(before.levels)
    cells = np.bincount((event * k + before.codes) * k + after.codes, minlength=2 * k * k).reshape(
        2, k, k
    )
    trouble = [
        words
        for words, count in (("no controls", cells[0]), ("no cases", cells[1]))
        if count.sum() == 0
    ]
    return Reclassification(
        levels=before.levels,
        cases=cells[1],
        controls=cells[0],
        cases_up=_share(np.triu(cells[1], 1), cells[1]),
        cases_down=_share(np.tril(cells[1], -1), cells[1]),
        controls_up=_share(np.triu(cells[0], 1), cells[0]),
        controls_down=_share(np.tril(cells[0], -1), cells[0]),
        condition=tuple(trouble),
    )


def _share(part: IntArray, whole: IntArray) -> float:
    total = int(whole.sum())
    return int(part.sum()) / total if total else math.nan
