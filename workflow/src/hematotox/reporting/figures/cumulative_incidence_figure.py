"""Cumulative incidence of the event and of competing events, with numbers at risk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from hematotox.declarations.study.display_base import Panel
from hematotox.declarations.study.kinds.cumulative_incidence import CumulativeIncidenceFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.curves.curve_figure import draw_panels
from hematotox.reporting.figures.curves.curve_keys import as_proportions, with_keys
from hematotox.reporting.figures.curves.curve_panels import CurvePanel, Look, curve_panel
from hematotox.reporting.words.rows import as_rows, of_analyses

CORNERS = ("upper left", "lower right", "upper right")
TOPS = (10.0, 20.0, 30.0, 40.0, 60.0, 80.0, 100.0)
HEADROOM = 1.05


def cumulative_incidence_figure(
    frame: pd.DataFrame, display: CumulativeIncidenceFigure, words: Words, *, notes: list[str]
) -> Any:
    """Return the figure; the vertical axis ends above the highest curve or limit."""
    declared = display.panels or (Panel(analyses=display.analyses),)
    panels = [
        with_keys(
            curve_panel(as_rows(of_analyses(frame, panel.analyses)), display, panel, words), display
        )
        for panel in declared
    ]
    look = Look(
        top=display.y_end or _top(panels, display.show_limits),
        show_limits=display.show_limits,
        show_censored=False,
        corners=CORNERS,
        width=display.width,
    )
    conditions = [note for panel in panels for note in panel.notes]
    drawn = draw_panels(panels, look, [*dict.fromkeys(conditions), *notes])
    return as_proportions(drawn, display)


def _top(panels: Sequence[CurvePanel], show_limits: bool) -> float:
    shown = [
        values[curve.times <= panel.end]
        for panel in panels
        for curve in panel.curves
        for values in ((curve.values, curve.high) if show_limits else (curve.values,))
    ]
    highest = max((float(v[np.isfinite(v)].max(initial=0.0)) for v in shown), default=0.0)
    wanted = highest * (HEADROOM if highest < 80 else 1.0)
    return next((top for top in TOPS if top >= wanted), 100.0)
