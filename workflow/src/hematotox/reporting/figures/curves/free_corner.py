"""A place inside the axes that no curve crosses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Path = tuple[NDArray[np.float64], NDArray[np.float64]]
MARGIN = 0.03


def free_corner(
    paths: Sequence[Path], size: tuple[float, float], corners: Sequence[str]
) -> tuple[float, float] | None:
    """Return the upper left corner of a box that fits into the first free corner.

    Parameters
    ----------
    paths : step curves (times, values) in shares of the axes, right-continuous, monotone
    size : width and height of the box in shares of the axes
    corners : "lower left", "upper right" … in the order of preference

    Returns
    -------
    left and top in shares of the axes; nothing if every corner is crossed
    """
    width, height = size
    for corner in corners:
        vertical, horizontal = corner.split()
        left = MARGIN if horizontal == "left" else 1 - MARGIN - width
        top = 1 - MARGIN if vertical == "upper" else MARGIN + height
        box = (left - MARGIN, left + width + MARGIN, top - height - MARGIN, top + MARGIN)
        fits = left >= 0 and height < 1
        if fits and not any(_crosses(path, box) for path in paths):
            return left, top
    return None


def _crosses(path: Path, box: tuple[float, float, float, float]) -> bool:
    """Return whether a monotone step curve passes through a box."""
    times, values = path
    left, right, bottom, top = box
    if not times.size or left > times[-1]:
        return False
    first = max(int(np.searchsorted(times, left, side="right")) - 1, 0)
    last = int(np.searchsorted(times, right, side="right"))
    within = values[first:last]
    return bool(within.size and within.min() <= top and within.max() >= bottom)
