"""Course of neutrophil recovery: quick, intermittent or aplastic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hematotox.cohort.grading.counting import at_level, open_of
from hematotox.cohort.grading.daily_values import Flags, Grid, Indices
from hematotox.cohort.grading.filling import Filling, fill_gaps
from hematotox.cohort.grading.runs import find_runs
from hematotox.declarations.conventions import Phenotype

PHENOTYPES = ("", "quick", "intermittent", "aplastic")
QUICK, INTERMITTENT, APLASTIC = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Courses:
    """The course of each patient: place in `PHENOTYPES`, 0 where the values show none of them.

    `open` says for whom open days leave it undecided.
    """

    course: Indices
    open: Flags


def phenotypes(window: Phenotype, grid: Grid, *, end: Indices, possible_end: Indices) -> Courses:
    """Classify the course of each patient.

    Aplastic: at the level of aplasia for the declared days without interruption. Intermittent:
    a recovery, then a dip after the declared day. Quick: no dip at all, or a recovery and no dip
    after it.

    Parameters
    ----------
    window : levels and days
    grid : daily values, one row a day, one column a patient, NaN where nothing was measured
    end : row of each patient's last day
    possible_end : row of the last day on which she may have had values
    """
    filled = fill_gaps(grid, end, Filling("linear", window.interpolation_gap_days, carry_days=0))
    unknown = open_of(window, grid, filled, last=possible_end)
    aplastic = _aplastic(window, filled, end=end)
    perhaps = _aplastic(window, np.where(unknown, -np.inf, filled), end=possible_end)
    possible = _reachable(window, grid, unknown)
    course = np.select([possible[QUICK], possible[INTERMITTENT]], [QUICK, INTERMITTENT], default=0)
    several = np.sum(list(possible.values()), axis=0) > 1
    return Courses(
        course=np.where(aplastic, APLASTIC, course).astype(np.int64),
        open=~aplastic & (perhaps | several),
    )


def _aplastic(window: Phenotype, filled: Grid, *, end: Indices) -> Flags:
    runs = find_runs(at_level(window.aplastic, filled), end, join_gap_days=0, join_at_end=False)
    long_enough: Flags = runs.longest >= window.aplastic_days
    return long_enough


def _reachable(window: Phenotype, grid: Grid, unknown: Flags) -> dict[int, Flags]:
    """Return for each course, aplasia apart, whose values and open days allow it.

    A patient passes through at most four states: never low, low, recovered, low again. An open
    day may leave her where she is or take her on.
    """
    patients = grid.shape[1]
    never = np.ones(patients, dtype=bool)
    low, recovered, again = (np.zeros(patients, dtype=bool) for _ in range(3))
    for row in range(grid.shape[0]):
        free = unknown[row]
        dip = at_level(window.dip, grid[row])
        up = grid[row] > window.recovered_above
        late = row + window.days[0] > window.dip_after_day
        again = again | (recovered & (dip | free) & late)
        stays = recovered & ~(dip & late)
        recovered = stays | (low & (up | free))
        low = (low & ~up) | (never & (dip | free))
        never = never & ~dip
    return {0: low, QUICK: never | recovered, INTERMITTENT: again}
