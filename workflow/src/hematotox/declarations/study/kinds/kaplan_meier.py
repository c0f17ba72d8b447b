"""Survival curves with limits, numbers at risk, and the test and ratio declared with them."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.base import Flag, Text
from hematotox.declarations.study.display_base import CurveFigure


class KaplanMeierFigure(CurveFigure):
    """Survival curves with limits, numbers at risk, and the test and ratio declared with them."""

    methods = frozenset({"kaplan_meier", "log_rank", "cox"})
    drawn = frozenset({"kaplan_meier"})
    kind: Literal["kaplan_meier"]
    y_label: Text | None = None
    """Label of the vertical axis; the endpoint if absent."""
    show_limits: Flag = True
    """Draw the confidence limits as a light band."""
    show_censored: Flag = True
    """Mark times of censoring by a short line on the curve."""
