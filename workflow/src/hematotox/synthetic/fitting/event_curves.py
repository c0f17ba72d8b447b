"""The curves of progression and death in each cell, from the printed one-year percentages.

The paper prints one-year survival in overlapping groups: all with SimpleHT, SimpleHT low and
high, HT low and high. The cells' values are the least-squares solution; the three cells that are
high by SimpleHT share one value where its group prints one.
"""

from __future__ import annotations

import numpy as np

from hematotox.synthetic.assumptions import Assumptions, CurveShapes
from hematotox.synthetic.calibration import (
    BOTH_HIGH,
    HT_LOW,
    HT_ONLY,
    SIMPLE_HIGH,
    SIMPLE_LOW,
    Curve,
    LevelCounts,
)
from hematotox.synthetic.draws import Floats
from hematotox.synthetic.fitting.published_numbers import PublishedNumbers

FREE_CELLS = ((HT_LOW,), (HT_ONLY,), (BOTH_HIGH, SIMPLE_HIGH), (SIMPLE_LOW,))
"""Cells with a one-year value of their own, and those that share one."""

PRINTED_GROUPS = (
    (HT_LOW, HT_ONLY, BOTH_HIGH, SIMPLE_LOW, SIMPLE_HIGH),
    (HT_LOW, HT_ONLY, SIMPLE_LOW),
    (BOTH_HIGH, SIMPLE_HIGH),
    (HT_LOW,),
    (HT_ONLY, BOTH_HIGH),
)
"""Cells of every group with printed survival."""

PLACES = {
    "overall_survival": ("text S1", "text S6", "text S6", "text S3", "text S3"),
    "progression_free_survival": ("text S1", "text S7", "text S7", "text S4", "text S4"),
}
GROUPS = ("", "low", "high", "low", "high")

WHOLE_POPULATION_WEIGHT = 0.3
"""The printed value of all patients is not quite the average of those of the groups."""


def printed_survival(published: PublishedNumbers, endpoint: str) -> Floats:
    """Return the printed one-year survival of `PRINTED_GROUPS`."""
    places = zip(PLACES[endpoint], GROUPS, strict=True)
    return np.array(
        [
            published.value(place, "survival", endpoint=endpoint, group=group)
            for place, group in places
        ]
    )


def solve_cells(groups: Floats, sizes: dict[str, int]) -> dict[str, float]:
    """Return the value of each cell whose averages over the printed groups come nearest."""
    weights = np.zeros((len(PRINTED_GROUPS), len(FREE_CELLS)))
    for row, cells in enumerate(PRINTED_GROUPS):
        total = sum(sizes[cell] for cell in cells)
        for column, own in enumerate(FREE_CELLS):
            weights[row, column] = sum(sizes[cell] for cell in own if cell in cells) / total
    trust = np.where(np.array(GROUPS) == "", WHOLE_POPULATION_WEIGHT, 1.0)
    solution = np.linalg.lstsq(weights * trust[:, None], groups * trust, rcond=None)[0]
    return {
        cell: float(value)
        for cells, value in zip(FREE_CELLS, solution, strict=True)
        for cell in cells
    }


def progression_free_curves(
    one_year: dict[str, float],
    responses: dict[str, LevelCounts],
    *,
    sizes: dict[str, int],
    assumptions: Assumptions,
) -> dict[str, Curve]:
    """Return progression-free survival by cell.

    At day 100 it is the share of patients who then respond, are stable, or were not assessed: so
    that the numbers of responses at day 90 are possible.
    """
    shapes = assumptions.curves
    curves = {}
    for cell, value in one_year.items():
        counts = responses[cell]
        failed = counts["none"] - shapes.stable_disease[cell]
        curves[cell] = _progression_free(1.0 - failed / sizes[cell], value, shapes=shapes)
    return curves


def _progression_free(day_100: float, one_year: float, *, shapes: CurveShapes) -> Curve:
    early = [1.0 - (1.0 - day_100) * share for share in shapes.early_failure]
    late = [one_year + (day_100 - one_year) * share for share in shapes.late_fall]
    after = [one_year * share for share in shapes.after_one_year]
    survival = [1.0, *early, *late, *after]
    return _curve((0.0, *shapes.progression_days), survival)


def overall_curves(one_year: dict[str, float], assumptions: Assumptions) -> dict[str, Curve]:
    """Return overall survival by cell; hazards of the cells are proportional."""
    shapes = assumptions.curves
    return {
        cell: _curve(
            (0.0, *shapes.death_days), [1.0, *(value**power for power in shapes.relative_hazard)]
        )
        for cell, value in one_year.items()
    }


def _curve(days: tuple[float, ...], survival: list[float]) -> Curve:
    return Curve(days=days, survival=tuple(round(value, 5) for value in survival))
