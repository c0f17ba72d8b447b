"""How a figure is drawn and becomes files.

The figure of a kind is made by the function `<kind>_figure` of the module of that name.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pandas as pd

from hematotox.declarations.study.display_base import DisplayBase
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.curves.readings import write_readings
from hematotox.reporting.figures.marks import write_marks
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
from hematotox.reporting.words.number_style import restyled
from hematotox.reporting.words.rows import is_synthetic, named_analyses, select
from hematotox.reporting.words.wording import typeset


def draw_figure(estimates: pd.DataFrame, display: DisplayBase, words: Words) -> dict[str, bytes]:
    """Return a figure in every format, marked where the patients are synthetic.

    The abbreviations in it are explained at its foot: it is drawn once to see which it uses.
    """
    from matplotlib.text import Text

    analyses = named_analyses(display)
    chosen = estimates if display.shows == "study" else select(estimates, analyses)
    words = typeset(words)
    about = [
        *empty_analyses(estimates, analyses, words),
        *(failed_analyses(chosen, analysis_names(estimates, words)) if display.quiet else []),
        *missing_analyses(estimates, analyses),
    ]
    marks = [
        *(provisional_notes(chosen, words) if len(chosen) else []),
        *([SYNTHETIC] if is_synthetic(estimates) else []),
    ]
    draw = _drawing(display.kind)
    with house_style():
        drawn = draw(chosen, display, words, notes=[*about, *marks])
        used = abbreviations(text.get_text() for text in drawn.findobj(Text))
        if used:
            drawn = draw(chosen, display, words, notes=[*about, *used, *marks])
        for text in drawn.findobj(Text):
            text.set_text(drawable(restyled(text.get_text())))
        beside = {"cells.csv": write_marks(drawn), "curves.json": write_readings(drawn)}
        return {**files(drawn, display.title), **beside}


def _drawing(kind: str) -> Callable[..., Any]:
    """Return the function that draws figures of this kind."""
    name = f"{kind}_figure"
    return getattr(import_module(f"hematotox.reporting.figures.{name}"), name)
