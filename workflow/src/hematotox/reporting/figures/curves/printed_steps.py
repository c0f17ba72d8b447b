"""The steps of a curve that print can tell apart: a registry's curve has thousands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hematotox.reporting.figures.curves.curve_panels import DrawnCurve

RESOLVED = 1200
"""Places along the time axis: 0.07 mm on the widest axes (84 mm), a quarter of a curve's line."""


def printed_steps(curve: DrawnCurve, *, end: float) -> DrawnCurve:
    """Return the curve with at most one step a place of the time axis, the last of each place.

    A curve of fewer steps is drawn as it is. A place at which anybody was censored keeps its mark.

    Parameters
    ----------
    curve : steps in the order of time
    end : end of the time axis, in the unit of the curve's times
    """
    if curve.times.size <= RESOLVED:
        return curve
    place = np.floor(curve.times / end * RESOLVED)
    first = np.flatnonzero(np.diff(place, prepend=-1))
    last = np.append(first[1:], curve.times.size) - 1
    return replace(
        curve,
        times=curve.times[last],
        values=curve.values[last],
        low=curve.low[last],
        high=curve.high[last],
        censored=np.logical_or.reduceat(curve.censored, first),
    )
