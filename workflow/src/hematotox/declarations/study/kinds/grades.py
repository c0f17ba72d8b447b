"""Grades by group as stacked bars, with the odds ratios of a higher grade."""

from __future__ import annotations

from typing import Literal

from hematotox.declarations.study.display_base import DisplayBase


class GradesFigure(DisplayBase):
    """Grades by group as stacked bars, who is not assessable too, with the odds ratios."""

    form = "figure"
    methods = frozenset({"proportional_odds"})
    drawn = frozenset({"proportional_odds"})
    kind: Literal["grades"]
