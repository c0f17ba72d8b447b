"""Risk at each number of points and in each group, beside published or predicted risks."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class CalibrationFigure(DisplayBase):
    """Risk at each number of points and in each group, beside published or predicted risks."""

    form = "figure"
    methods = frozenset({"calibration"})
    drawn = frozenset({"calibration"})
    kind: Literal["calibration"]
