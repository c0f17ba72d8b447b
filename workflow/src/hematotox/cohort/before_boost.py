"""What preceded a stem-cell boost: days since infusion, days of neutropenia, neutrophil count.

The days of neutropenia are all days from the infusion to the day before the boost with fewer than
500 neutrophils per microlitre, gaps of up to 7 days on a line, as for severe neutropenia after
infusion (Rejeski et al., Blood 2021;138:2499-2513, count days 0-60 alike).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.cohort.follow_up import boost_days
from hematotox.cohort.grading.daily_values import daily_minimum, series_of, within
from hematotox.cohort.grading.filling import Filling, fill_gaps
from hematotox.contracts import Staged

NEUTROPENIA_BELOW = 0.5
GAP_DAYS = 7
COUNT_WITHIN_DAYS = 3
COLUMNS = ("infusion_to_boost", "neutropenia_before_boost", "anc_at_boost")


def before_boost(staged: Staged) -> pd.DataFrame:
    """Derive the course before the boost of each patient who had one.

    Returns
    -------
    Index patient; `infusion_to_boost` (days), `neutropenia_before_boost` (days; empty where more
    than 7 days in a row before the boost are unmeasured) and `anc_at_boost` (10*9/L; the latest of
    the day of the boost and the 3 days before). Patients without a boost are absent.
    """
    subjects = staged.subjects.set_index("patient_id")
    boost = boost_days(subjects, staged.events).dropna()
    boost = boost[boost >= 0].astype(int)
    table = pd.DataFrame(np.nan, index=boost.index, columns=list(COLUMNS))
    if boost.empty:
        return table
    end = boost.to_numpy(dtype=np.int64)
    series = series_of(staged.labs, boost.index, variable="anc")
    values = daily_minimum(series, patients=len(boost), days=(0, int(end.max()))).value
    grid = within(values, end)
    filled = fill_gaps(grid, end, Filling("linear", gap_days=GAP_DAYS, carry_days=GAP_DAYS))
    before = np.arange(grid.shape[0])[:, None] < end
    known = ~(before & np.isnan(filled)).any(axis=0)
    days = (before & (filled < NEUTROPENIA_BELOW)).sum(axis=0)
    table["infusion_to_boost"] = end.astype(float)
    table["neutropenia_before_boost"] = np.where(known, days, np.nan)
    table["anc_at_boost"] = [_latest(grid[:, place], day) for place, day in enumerate(end)]
    return table


def _latest(values: np.ndarray, day: int) -> float:
    recent = values[max(day - COUNT_WITHIN_DAYS, 0) : day + 1]
    measured = recent[~np.isnan(recent)]
    return float(measured[-1]) if measured.size else np.nan
