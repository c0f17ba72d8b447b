"""Survival curves with limits, numbers at risk, and the tests and ratios declared with them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hematotox.declarations.study.display_base import Panel
from hematotox.declarations.study.kinds.kaplan_meier import KaplanMeierFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.curve_figure import draw_panels
from hematotox.reporting.figures.curve_panels import Look, curve_panel
from hematotox.reporting.words.rows import as_rows, of_analyses

CORNERS = ("lower left", "upper right", "lower right", "upper left")


def kaplan_meier_figure(
    frame: pd.DataFrame, display: KaplanMeierFigure, words: Words, *, notes: list[str]
) -> Any:
    """Return the figure: one panel a declared panel, survival from 0 to 100 %."""
    declared = display.panels or (Panel(analyses=display.analyses),)
    panels = [
        curve_panel(as_rows(of_analyses(frame, panel.analyses)), display, panel, words)
        for panel in declared
    ]
    look = Look(
        top=100.0,
        show_limits=display.show_limits,
        show_censored=display.show_censored,
        corners=CORNERS,
    )
    conditions = [note for panel in panels for note in panel.notes]
    return draw_panels(panels, look, [*dict.fromkeys(conditions), *notes])
