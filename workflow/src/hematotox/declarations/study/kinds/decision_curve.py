"""Net benefit of acting from a number of points on, of everybody and of nobody."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class DecisionCurveFigure(DisplayBase):
    """Net benefit of acting from a number of points on, of everybody and of nobody."""

    form = "figure"
    methods = frozenset({"net_benefit"})
    drawn = frozenset({"net_benefit"})
    kind: Literal["decision_curve"]
