"""Course of neutrophil recovery: quick, intermittent or aplastic."""

from __future__ import annotations

import numpy as np

from hematotox.cohort.grading.daily_values import Grid, Indices, fill_gaps
from hematotox.cohort.grading.icaht import at_level
from hematotox.cohort.grading.runs import find_runs
from hematotox.declarations.conventions import Phenotype

PHENOTYPES = ("", "quick", "intermittent", "aplastic")
QUICK, INTERMITTENT, APLASTIC = 1, 2, 3


def phenotypes(window: Phenotype, grid: Grid, *, end: Indices) -> Indices:
    """Classify the course of each patient.

    Aplastic: at the level of aplasia for the declared days without interruption. Intermittent:
    a recovery, then a dip after the declared day. Quick: no dip at all, or a recovery and no dip
    after it.

    Parameters
    ----------
    window : levels and days
    grid : daily values, one row a day, one column a patient, NaN where nothing was measured
    end : row of each patient's last day

    Returns
    -------
    Place in `PHENOTYPES`; 0 where the measurements show none of them.
    """
    filled = fill_gaps(
        grid, end, method="linear", gap_days=window.interpolation_gap_days, carry_days=0
    )
    runs = find_runs(at_level(window.aplastic, filled), end, join_gap_days=0, join_at_end=False)
    low, recovered, dipped = (np.zeros(end.shape, dtype=bool) for _ in range(3))
    for row in range(grid.shape[0]):
        dip = at_level(window.dip, grid[row])
        if row + window.days[0] > window.dip_after_day:
            dipped |= recovered & dip
        recovered |= low & (grid[row] > window.recovered_above)
        low |= dip
    course = np.where(recovered | ~low, QUICK, 0)
    course = np.where(dipped, INTERMITTENT, course)
    return np.where(runs.longest >= window.aplastic_days, APLASTIC, course).astype(np.int64)
