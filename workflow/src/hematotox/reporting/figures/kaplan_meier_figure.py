"""Survival curves with limits, numbers at risk, and the tests and ratios declared with them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from hematotox.declarations.study.display_base import Panel
from hematotox.declarations.study.kinds.kaplan_meier import KaplanMeierFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.curves.curve_figure import draw_panels
from hematotox.reporting.figures.curves.curve_keys import as_proportions, with_keys
from hematotox.reporting.figures.curves.curve_panels import Look, curve_panel
from hematotox.reporting.words.rows import as_rows, of_analyses

CORNERS = ("lower left", "upper right", "lower right", "upper left")


def kaplan_meier_figure(
    frame: pd.DataFrame, display: KaplanMeierFigure, words: Words, *, notes: list[str]
) -> Any:
    """Return the figure: one panel a declared panel, survival from 0 to 100 %."""
    declared = display.panels or (Panel(analyses=display.analyses),)
    panels = [
        with_keys(
            curve_panel(as_rows(of_analyses(frame, panel.analyses)), display, panel, words), display
        )
        for panel in declared
    ]
    look = Look(
        top=display.y_end or 100.0,
        show_limits=display.show_limits,
        show_censored=display.show_censored,
        corners=CORNERS,
        width=display.width,
    )
    conditions = [note for panel in panels for note in panel.notes]
    drawn = draw_panels(panels, look, [*dict.fromkeys(conditions), *notes])
    return as_proportions(drawn, display)
