"""Placement values: what each patient beats of the other class (DeLong's structural components)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hematotox.stats.numerics.survival_data import (
    FloatArray,
    InvalidData,
    finite_vector,
    status_codes,
)

DIRECTIONS = ("higher", "lower")


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """Who is a case and who a control.

    Attributes
    ----------
    case : (n,)
    n_case, n_control : patients
    """

    case: NDArray[np.bool_]
    n_case: int
    n_control: int

    @property
    def variance_weight(self) -> FloatArray:
        """1 / (m (m - 1)) of the patient's own class of m; NaN with fewer than two in a class."""
        if min(self.n_case, self.n_control) < 2:
            return np.full(self.case.size, np.nan)
        of_case = 1 / (self.n_case * (self.n_case - 1))
        return self.per_patient(of_case, 1 / (self.n_control * (self.n_control - 1)))

    def per_patient(self, of_case: float, of_control: float) -> FloatArray:
        """Return one number for the cases and another for the controls, (n,)."""
        numbers = np.full(self.case.size, of_control)
        numbers[self.case] = of_case
        return numbers

    @property
    def condition(self) -> tuple[str, ...]:
        """What keeps an area or its interval from being estimated."""
        found = []
        if self.n_case == 0:
            found.append("no events")
        if self.n_control == 0:
            found.append("only events")
        if not found and min(self.n_case, self.n_control) == 1:
            found.append("fewer than two cases or controls")
        return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Placements:
    """What each patient beats of the other class.

    Attributes
    ----------
    share : (n,) of the other class that lies on the right side of the patient, ties half
    area : mean of `share` over the cases, and over the controls
    constant : whether the marker has one value only
    """

    share: FloatArray
    area: float
    constant: bool


def outcome_classes(outcome: ArrayLike) -> Classes:
    """Return cases and controls.

    Raises
    ------
    InvalidData
        Missing values, no patients, outcome other than 0 and 1.
    """
    size = np.asarray(outcome).size
    if size == 0:
        raise InvalidData("outcome: no patients")
    case = status_codes(outcome, length=size, largest=1).astype(bool)
    n_case = int(np.count_nonzero(case))
    return Classes(case, n_case, size - n_case)


def turned_marker(marker: ArrayLike, *, length: int, direction: str) -> FloatArray:
    """Return the marker, turned so that higher means more risk.

    Raises
    ------
    InvalidData
        Missing values, another length, unknown direction.
    """
    if direction not in DIRECTIONS:
        raise InvalidData(f"direction: one of {', '.join(DIRECTIONS)} is needed")
    values = finite_vector(marker, name="marker", length=length)
    return values if direction == "higher" else -values


def place(classes: Classes, values: FloatArray) -> Placements:
    """Compare every case with every control by one sort."""
    order = np.argsort(values)
    ordered = values[order]
    is_case = classes.case[order]
    changes = ordered[1:] != ordered[:-1]
    below = (_below if changes.all() else _below_with_ties)(is_case, changes)
    share = np.empty(values.size)
    share[order] = below
    area = np.nan
    if classes.n_case and classes.n_control:
        # halves and whole numbers, so that the sum has no rounding
        area = share[classes.case].sum() / (classes.n_case * classes.n_control)
    # of a case the share it beats, of a control the share it is beaten by
    share *= classes.per_patient(1 / max(classes.n_control, 1), -1 / max(classes.n_case, 1))
    share += ~classes.case
    return Placements(share, float(area), constant=not changes.any())


def _below(is_case: NDArray[np.bool_], _: NDArray[np.bool_]) -> FloatArray:
    """Return how many of the other class lie below each patient, in ascending order."""
    cases = np.cumsum(is_case, dtype=np.float64)
    controls = np.arange(1.0, is_case.size + 1)
    controls -= cases
    np.copyto(cases, controls, where=is_case)
    return cases


def _below_with_ties(is_case: NDArray[np.bool_], changes: NDArray[np.bool_]) -> FloatArray:
    """Return the same where patients share a value; those who share it count half."""
    bounds = np.concatenate([[0], np.flatnonzero(changes) + 1, [is_case.size]])
    cases = np.concatenate([[0], np.cumsum(is_case)])[bounds]
    controls = bounds - cases
    tied = np.diff(bounds)
    # halves of the sums at both ends of a run of ties are the midranks
    of_cases = np.repeat((cases[1:] + cases[:-1]) / 2, tied)
    return np.where(is_case, np.repeat((controls[1:] + controls[:-1]) / 2, tied), of_cases)


def placement_std_error(variance_weight: FloatArray, deviation: FloatArray) -> float:
    """Return the standard error of a mean of placements over both classes.

    `deviation` is used up: it holds its squares afterwards.
    """
    return float(np.sqrt(variance_weight @ np.square(deviation, out=deviation)))
