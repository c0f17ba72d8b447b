"""Which points of curves may leave the site: none that would tell how few had the event between.

The drop of a curve between two points, times the number at risk, is the number of events between
them. So the points told of an endpoint are chosen together, for all its curves in a population:
between two of them, before the first and after the last, each group has no event of a cause or at
least the smallest number that may be told. Groups can then be subtracted from each other and from
all patients without giving a small number. Estimates at declared times are points of the curve like
any other. Numbers at risk are rounded down, so that they do not tell how few were censored.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hematotox.analysis.sharing.small_cells import CURVE_KEY, STEPS, about, is_small

AT_TIMES = ("survival", "cumulative_incidence")
NOT_OF_CURVES = ("n_event", "std_error", "conf_low", "conf_high")
Days = NDArray[np.float64]


def points_to_withhold(rows: pd.DataFrame, *, step: int, smallest: int) -> pd.Series:
    """Return the estimates at declared times that would tell of few events beside them.

    Parameters
    ----------
    rows : a study's estimates that may otherwise be told, curves among them
    step : days between the points at which curves are given
    smallest : counts from 1 to below this are small
    """
    hide = pd.Series(False, index=rows.index)
    for members, told in _families(rows, step, smallest):
        declared = members[members["estimand"].isin(AT_TIMES)]
        hide[declared.index] = ~_days(declared).isin(told)
    return hide


def curves_on_grid(rows: pd.DataFrame, *, step: int, smallest: int) -> pd.DataFrame:
    """Return the curves at the days told of their endpoint, while enough are at risk.

    Parameters
    ----------
    rows, step, smallest : as `points_to_withhold`

    Returns
    -------
    Rows of curves without limits and events, numbers at risk rounded down to a multiple of
    `smallest`.
    """
    parts = []
    for members, told in _families(rows, step, smallest):
        curves = members[members["estimand"].isin(STEPS)]
        for _, curve in curves.groupby(CURVE_KEY, sort=False):
            known = curve[curve["time"].notna()].sort_values("time", kind="stable")
            if len(known) and known["time"].max() > 0 and not _rests_on_few(known, smallest):
                parts.append(_at_days(known, told, smallest))
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else rows.iloc[:0]


# --- the days that are told -----------------------------------------------------------------------


def _families(
    rows: pd.DataFrame, step: int, smallest: int
) -> Iterable[tuple[pd.DataFrame, tuple[float, ...]]]:
    """Yield curves and declared times of each population and endpoint, and the days told."""
    chosen = rows[rows["estimand"].isin((*STEPS, *AT_TIMES)) & rows["time"].notna()]
    keys = about(chosen)
    both = [keys["base"], keys["endpoint"]]
    for places in chosen.groupby(both, sort=False).groups.values():
        members = chosen.loc[places]
        yield members, _days_told(members, step, smallest)


def _days_told(members: pd.DataFrame, step: int, smallest: int) -> tuple[float, ...]:
    """Choose declared times first, then landmarks, then days of the grid."""
    days = _days(members)
    curves = members["estimand"].isin(STEPS)
    events = _events(members[curves], smallest)
    last = float(days[curves].max()) if curves.any() else 0.0
    landmarks = pd.to_numeric(members["landmark"], errors="coerce").dropna()
    candidates = [
        *sorted(set(days[~curves])),
        *sorted(set(landmarks.astype(float))),
        *np.arange(0.0, last + 1, step).tolist(),
    ]
    told: list[float] = []
    for day in dict.fromkeys(candidates):
        before = max((t for t in told if t < day), default=-np.inf)
        after = min((t for t in told if t > day), default=np.inf)
        if not _reveals(events, (before, day, after), smallest):
            told.append(day)
    return tuple(sorted(told))


def _days(rows: pd.DataFrame) -> pd.Series:
    """Return days from the time origin, those after a landmark included."""
    landmark = pd.to_numeric(rows["landmark"], errors="coerce").fillna(0.0)
    return rows["time"].astype(float) + landmark.astype(float)


def _events(curves: pd.DataFrame, smallest: int) -> list[Days]:
    """Return the days of the events of each group and cause, one for each patient."""
    found = []
    for _, curve in curves.groupby(CURVE_KEY, sort=False):
        counts = pd.to_numeric(curve["n_event"]).fillna(0).astype(int)
        if not is_small(pd.Series([counts.sum()]), smallest).any():
            found.append(np.repeat(_days(curve).to_numpy(dtype=np.float64), counts))
    return found


def _reveals(events: Sequence[Days], days: tuple[float, float, float], smallest: int) -> bool:
    """Return whether few of a group have the event just before the middle day, or just after."""
    before, day, after = days
    for times in events:
        earlier = int(((times > before) & (times <= day)).sum())
        later = int(((times > day) & (times <= after)).sum())
        if 0 < earlier < smallest or 0 < later < smallest:
            return True
    return False


# --- a curve at these days ------------------------------------------------------------------------


def _at_days(known: pd.DataFrame, told: Sequence[float], smallest: int) -> pd.DataFrame:
    """Return the curve at the days told; after a landmark only if its own day is among them."""
    landmark = float(_days(known).iloc[0] - known["time"].iloc[0])
    last = known["time"].max()
    times = [day - landmark for day in told if 0 <= day - landmark <= last]
    if not times or (landmark and landmark not in told):
        return known.iloc[:0]
    grid = pd.DataFrame({"time": times})
    found = pd.merge_asof(grid, known, on="time")
    found["n_at_risk"] = _at_risk(known, grid["time"])
    found = found[found["n_at_risk"] >= smallest]
    found["n_at_risk"] = found["n_at_risk"] // smallest * smallest
    return found.assign(**dict.fromkeys(NOT_OF_CURVES))[list(known.columns)]


def _at_risk(curve: pd.DataFrame, times: pd.Series) -> list[int]:
    """Return the patients with follow-up of at least each time."""
    later = curve["time"].to_numpy(dtype=float)
    risk = curve["n_at_risk"].to_numpy(dtype=float)
    positions = [int((later < t).sum()) for t in times]
    return [int(risk[i]) if i < len(risk) else 0 for i in positions]


def _rests_on_few(curve: pd.DataFrame, smallest: int) -> bool:
    """Return whether few have the event, or few do not."""
    events, patients = curve["n_event"].sum(), curve["n"].max()
    return bool(is_small(pd.Series([events, patients - events, patients]), smallest).any())
