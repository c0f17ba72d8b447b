"""Every kind of figure and the function that draws it; how a figure becomes files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from hematotox.declarations.study.displays import DisplayBase
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.cumulative_incidence_figure import cumulative_incidence_figure
from hematotox.reporting.figures.flow_figure import flow_figure
from hematotox.reporting.figures.forest_figure import forest_figure
from hematotox.reporting.figures.kaplan_meier_figure import kaplan_meier_figure
from hematotox.reporting.figures.marks import write_marks
from hematotox.reporting.figures.registry_figure import registry_figure
from hematotox.reporting.figures.roc_figure import roc_figure
from hematotox.reporting.figures.specification_curve_figure import specification_curve_figure
from hematotox.reporting.figures.style import drawable, files, house_style
from hematotox.reporting.words.analysis_names import analysis_names
from hematotox.reporting.words.nobody_analysed import empty_analyses
from hematotox.reporting.words.notes import (
    SYNTHETIC,
    abbreviations,
    failed_analyses,
    missing_analyses,
    provisional_notes,
)
from hematotox.reporting.words.rows import is_synthetic, named_analyses, select
from hematotox.reporting.words.wording import typeset

FIGURES: dict[str, Callable[..., Any]] = {
    "kaplan_meier": kaplan_meier_figure,
    "cumulative_incidence": cumulative_incidence_figure,
    "forest": forest_figure,
    "registry_forest": registry_figure,
    "flow": flow_figure,
    "roc": roc_figure,
    "specification_curve": specification_curve_figure,
}
"""What is drawn for each kind of figure."""

WHOLE_TABLE = frozenset({"flow"})
"""Kinds that show the whole study, not the rows of declared analyses."""

QUIET = frozenset({"forest", "specification_curve"})
"""Kinds that show nothing of an analysis without an estimate; the others name its condition."""


def draw_figure(estimates: pd.DataFrame, display: DisplayBase, words: Words) -> dict[str, bytes]:
    """Return a figure in every format, marked where the patients are synthetic.

    The abbreviations in it are explained at its foot: it is drawn once to see which it uses.
    """
    from matplotlib.text import Text

    kind = str(getattr(display, "kind", ""))
    analyses = named_analyses(display)
    chosen = estimates if kind in WHOLE_TABLE else select(estimates, analyses)
    words = typeset(words)
    about = [
        *empty_analyses(estimates, analyses, words),
        *(failed_analyses(chosen, analysis_names(estimates, words)) if kind in QUIET else []),
        *missing_analyses(estimates, analyses),
    ]
    marks = [
        *(provisional_notes(chosen, words) if len(chosen) else []),
        *([SYNTHETIC] if is_synthetic(estimates) else []),
    ]
    draw = FIGURES[kind]
    with house_style():
        drawn = draw(chosen, display, words, notes=[*about, *marks])
        used = abbreviations(text.get_text() for text in drawn.findobj(Text))
        if used:
            drawn = draw(chosen, display, words, notes=[*about, *used, *marks])
        for text in drawn.findobj(Text):
            text.set_text(drawable(text.get_text()))
        return {**files(drawn, display.title), "cells.csv": write_marks(drawn)}
