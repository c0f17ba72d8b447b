"""Response assessments about days 30, 90, 180, 365, 545 and 730.

The numbers of complete and partial responses at day 90 are fixed in every cell. Who responds
must fit the course: a patient who progressed by then has not responded, one who was lost before,
or was not assessed in time, cannot be evaluated. Some of those who progress early had responded
at day 30: a duration of response counts them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hematotox.synthetic.calibration import INFUSED_CELLS, Calibration
from hematotox.synthetic.draws import Floats, generator, weighted_order

FIRST_VISIT = (28, 35)
SECOND_VISIT = (82, 104)
END_OF_WINDOW = 121
LATER_VISITS = (180, 365, 545, 730)
EARLY_FAILURE = 250
RESPONDED_AT_DAY_30 = 0.88
STAYS_PARTIAL = 0.65

Mask = NDArray[np.bool_]


def draw_responses(patients: pd.DataFrame, calibration: Calibration, *, seed: int) -> pd.DataFrame:
    """Draw the assessments of the infused patients.

    Returns
    -------
    One row an assessment: `patient` (row of `patients`), `day`, `detail` (cr, pr, sd, pd).
    """
    visits = []
    for cell, members in patients.groupby("cell", sort=False):
        if cell in INFUSED_CELLS:
            rng = generator(seed, f"response {cell}")
            visits.append(_draw_cell(members, calibration, cell=str(cell), rng=rng))
    assessments = pd.concat(visits, ignore_index=True)
    return assessments.sort_values(["patient", "day"], ignore_index=True)


def _draw_cell(
    members: pd.DataFrame, calibration: Calibration, *, cell: str, rng: np.random.Generator
) -> pd.DataFrame:
    size = len(members)
    event = np.minimum(members["progression_day"], members["death_day"]).to_numpy()
    last = members["last_day"].to_numpy()
    first_visit = rng.integers(FIRST_VISIT[0], FIRST_VISIT[1], size, endpoint=True)
    second_visit = rng.integers(SECOND_VISIT[0], SECOND_VISIT[1], size, endpoint=True)
    at_90 = _at_day_90(
        event, last, visit=second_visit, counts=calibration.outcomes["response"][cell], rng=rng
    )
    early = (event > first_visit) & (event <= second_visit) & (event <= last)
    had_responded = _share(early, calibration.lost_response_share, rng=rng)
    at_30 = _at_day_30(at_90, had_responded, rng=rng)
    frames = [
        _visit(
            members.index,
            first_visit,
            detail=at_30,
            seen=(first_visit < event) & (first_visit <= last),
        ),
        _visit(members.index, second_visit, detail=at_90, seen=np.isin(at_90, ["cr", "pr", "sd"])),
        _progressions(members, second_visit),
    ]
    later = np.where(at_90 == "", at_30, at_90)
    for day in LATER_VISITS:
        improved = (later == "pr") & (rng.random(size) > STAYS_PARTIAL)
        later = np.where(improved, "cr", later)
        visit = day + rng.integers(-10, 10, size, endpoint=True)
        seen = (visit < event) & (visit <= last) & (visit > END_OF_WINDOW)
        seen &= np.isin(later, ["cr", "pr", "sd"])
        frames.append(_visit(members.index, visit, detail=later, seen=seen))
    return pd.concat(frames)


def _at_day_90(
    event: Floats,
    last: Floats,
    *,
    visit: NDArray[np.int64],
    counts: dict[str, int],
    rng: np.random.Generator,
) -> NDArray[np.object_]:
    """Tell who is in cr, pr or sd at day 90; `none` failed before, "" was not assessed."""
    failed = (event <= visit) & (event <= last)
    assessable = (event > visit) & (last >= visit)
    status = np.where(failed, "none", "").astype(object)
    free = np.flatnonzero(assessable)
    stable = max(0, counts["none"] - int(failed.sum()))
    responders = min(counts["cr"] + counts["pr"], len(free) - stable)
    chances = np.where(event < EARLY_FAILURE, 20.0, np.where(np.isfinite(event), 1.0, 0.2))
    status[free[weighted_order(chances[free], rng)][:stable]] = "sd"
    free = free[status[free] == ""]
    order = free[weighted_order(np.where(event[free] > END_OF_WINDOW, 1.0, 1e-6), rng)]
    responding = order[len(order) - responders :]
    lasting = np.where(event[responding] > 365, 4.0, 1.0)
    ranked = responding[weighted_order(lasting, rng)]
    status[ranked[: counts["cr"]]] = "cr"
    status[ranked[counts["cr"] :]] = "pr"
    return status


def _share(group: Mask, share: float, *, rng: np.random.Generator) -> Mask:
    chosen = np.zeros(len(group), dtype=bool)
    members = rng.permutation(np.flatnonzero(group))
    chosen[members[: round(share * len(members))]] = True
    return chosen


def _at_day_30(
    at_90: NDArray[np.object_], had_responded: Mask, *, rng: np.random.Generator
) -> NDArray[np.object_]:
    chance = rng.random((2, len(at_90)))
    responding = np.isin(at_90, ["cr", "pr"]) & (chance[0] < RESPONDED_AT_DAY_30)
    responding |= had_responded | (at_90 == "")
    complete = (chance[1] < 0.7) & (at_90 != "pr")
    return np.where(responding, np.where(complete, "cr", "pr"), "sd").astype(object)


def _visit(
    index: pd.Index, day: NDArray[np.int64], *, detail: NDArray[np.object_], seen: Mask
) -> pd.DataFrame:
    return pd.DataFrame({"patient": index[seen], "day": day[seen], "detail": detail[seen]})


def _progressions(members: pd.DataFrame, second_visit: NDArray[np.int64]) -> pd.DataFrame:
    """Show the progression in an assessment, unless one of the window stands just before it."""
    day = members["progression_day"].to_numpy()
    just_after = (day > second_visit) & (day < END_OF_WINDOW)
    seen = (day <= members["last_day"].to_numpy()) & ~just_after
    shown = np.where(np.isfinite(day), day, 0).astype(np.int64)
    return _visit(members.index, shown, detail=np.full(len(day), "pd", dtype=object), seen=seen)
