"""Placement values: what each patient beats of the other class (DeLong's structural components)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hematotox.stats.survival_data import (
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
        of_control = 1 / (self.n_control * (self.n_control - 1))
        return np.where(self.case, of_case, of_control)

    @property
    def condition(self) -> tuple[str, ...]:
        """What keeps an area or its interval from being estimated."""
        found = []
        if self.n_case == 0:
            found.append("no cases")
        if self.n_control == 0:
            found.append("no controls")
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
    ordered, is_case = values[order], classes.case[order]
    new = np.empty(values.size, dtype=bool)
    new[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    bounds = np.append(np.flatnonzero(new), values.size)
    cases_below = np.concatenate([[0], np.cumsum(is_case)])[bounds]
    controls_below = bounds - cases_below
    # halves of the sums at both ends of a run of ties are the midranks
    beaten = (controls_below[1:] + controls_below[:-1]) * (0.5 / max(classes.n_control, 1))
    lost = (cases_below[1:] + cases_below[:-1]) * (-0.5 / max(classes.n_case, 1))
    lost += 1
    area = np.nan
    if classes.n_case and classes.n_control:
        area = float(np.diff(cases_below) @ beaten) / classes.n_case
    if beaten.size < values.size:
        tied = np.diff(bounds)
        beaten, lost = np.repeat(beaten, tied), np.repeat(lost, tied)
    share = np.empty(values.size)
    share[order] = np.where(is_case, beaten, lost)
    return Placements(share, area, constant=bounds.size == 2)


def placement_std_error(variance_weight: FloatArray, deviation: FloatArray) -> float:
    """Return the standard error of a mean of placements over both classes."""
    return float(np.sqrt(variance_weight @ (deviation * deviation)))
