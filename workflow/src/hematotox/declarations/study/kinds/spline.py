"""The effect of a number along its values, from models with a spline."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import RATIOS, DisplayBase


class SplineFigure(DisplayBase):
    """The ratio against the median along a number, from models with `spline`."""

    form = "figure"
    methods = RATIOS
    drawn = RATIOS
    kind: Literal["spline"]
