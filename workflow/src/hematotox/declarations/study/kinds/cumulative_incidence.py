"""Cumulative incidence of the event and of the competing event, with numbers at risk."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag, Name, Text
from hematotox.declarations.study.display_base import CurveFigure


class CumulativeIncidenceFigure(CurveFigure):
    """Cumulative incidence of the event and of the competing event, with numbers at risk."""

    methods = frozenset({"cumulative_incidence", "gray_test", "fine_gray", "cause_specific_cox"})
    drawn = frozenset({"cumulative_incidence"})
    kind: Literal["cumulative_incidence"]
    causes: tuple[Name, ...] = ()
    """Causes to draw; all if absent."""
    y_label: Text | None = None
    """Label of the vertical axis; the cause if absent."""
    show_limits: Flag = True
    """Draw the confidence limits as light bands."""
