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
class Placements:
    """What each patient beats of the other class, and the area they share as their mean.

    Attributes
    ----------
    share : (n,) of the other class that lies on the right side of the patient, ties half
    is_case, is_control : (n,) 1.0 or 0.0
    n_case, n_control : their sums
    area : mean of `share` over the cases, and over the controls
    constant : whether the marker has one value only
    """

    share: FloatArray
    is_case: FloatArray
    is_control: FloatArray
    n_case: int
    n_control: int
    area: float
    constant: bool


def marker_data(
    outcome: ArrayLike, marker: ArrayLike, *, direction: str
) -> tuple[NDArray[np.bool_], FloatArray]:
    """Return who is a case and the marker, turned so that higher means more risk.

    Raises
    ------
    InvalidData
        Missing values, lengths that differ, outcome other than 0 and 1, unknown direction.
    """
    if direction not in DIRECTIONS:
        raise InvalidData(f"direction: one of {', '.join(DIRECTIONS)} is needed")
    values = finite_vector(marker, name="marker")
    if values.size == 0:
        raise InvalidData("marker: no patients")
    case = status_codes(outcome, length=values.size, largest=1).astype(bool)
    return case, values if direction == "higher" else -values


def compare_classes(case: NDArray[np.bool_], values: FloatArray) -> Placements:
    """Compare every case with every control by one sort."""
    order = np.argsort(values)
    ordered, is_case = values[order], case[order]
    new = np.empty(values.size, dtype=bool)
    new[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    bounds = np.append(np.flatnonzero(new), values.size)
    cases_below = np.concatenate([[0], np.cumsum(is_case)])[bounds]
    controls_below = bounds - cases_below
    n_case, n_control = int(cases_below[-1]), int(controls_below[-1])
    tied = np.diff(bounds)
    beaten = (controls_below[1:] + controls_below[:-1]) / (2 * max(n_control, 1))
    unbeaten = 1 - (cases_below[1:] + cases_below[:-1]) / (2 * max(n_case, 1))
    share = np.empty(values.size)
    share[order] = np.where(is_case, np.repeat(beaten, tied), np.repeat(unbeaten, tied))
    case_weight = case.astype(np.float64)
    area = float(np.diff(cases_below) @ beaten) / n_case if n_case and n_control else np.nan
    return Placements(
        share=share,
        is_case=case_weight,
        is_control=1 - case_weight,
        n_case=n_case,
        n_control=n_control,
        area=area,
        constant=tied.size == 1,
    )


def placement_std_error(placements: Placements, deviation: FloatArray) -> float:
    """Return the standard error of a mean over both classes, NaN with fewer than two of one."""
    if min(placements.n_case, placements.n_control) < 2:
        return float("nan")
    square = deviation * deviation
    of_cases = placements.is_case @ square / (placements.n_case * (placements.n_case - 1))
    of_controls = (
        placements.is_control @ square / (placements.n_control * (placements.n_control - 1))
    )
    return float(np.sqrt(of_cases + of_controls))


def class_conditions(n_case: int, n_control: int) -> tuple[str, ...]:
    """Name what keeps an area or its interval from being estimated."""
    found = []
    if n_case == 0:
        found.append("no cases")
    if n_control == 0:
        found.append("no controls")
    if not found and min(n_case, n_control) == 1:
        found.append("fewer than two cases or controls")
    return tuple(found)
