"""Estimates, a display's declaration and the study's words -> tables, figures, report.

Nothing is computed here: rows of the estimates table are chosen, named and printed. Plotting and
document libraries are imported only by the functions that need them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from hematotox.declarations.study.display_base import DisplayBase
from hematotox.declarations.study.displays import DisplayPlan
from hematotox.declarations.study.words import Words
from hematotox.pool import map_in_pool
from hematotox.reporting.figures.on_site import heat_map, patient_panels
from hematotox.reporting.words.caption import caption_rst
from hematotox.reporting.words.number_style import printed_for
from hematotox.reporting.words.rows import rows_for

if TYPE_CHECKING:
    from hematotox.reporting.report_page import Page

__all__ = [
    "draw_figures",
    "draw_tables",
    "figure",
    "heat_map",
    "patient_panels",
    "report",
    "table",
]


def table(
    estimates: pd.DataFrame,
    display: DisplayBase,
    words: Words,
    *,
    agreement: pd.DataFrame | None = None,
) -> dict[str, bytes]:
    """Return a table as CSV, Word, Excel and HTML.

    Parameters
    ----------
    estimates : the study's estimates table
    display : what the table shows
    words : how the study's variables, endpoints, scores and levels are called in print
    agreement : published numbers beside ours, for tables that show them

    Returns
    -------
    content of each format: csv, docx, xlsx, html
    """
    from hematotox.reporting.tables.tables import printed_table, write_table

    shown = rows_for(display, estimates)
    with printed_for(words.style):
        return write_table(printed_table(shown, display, words, agreement=agreement))


def figure(estimates: pd.DataFrame, display: DisplayBase, words: Words) -> dict[str, bytes]:
    """Return a figure as PDF, SVG and PNG (300 dpi) at journal width.

    Parameters
    ----------
    estimates : the study's estimates table
    display : what the figure shows
    words : how the study's variables, endpoints, scores and levels are called in print

    Returns
    -------
    content of each format: pdf, svg, png
    """
    from hematotox.reporting.figures.figures import draw_figure

    with printed_for(words.style):
        return draw_figure(rows_for(display, estimates), display, words)


def report(displays: Mapping[str, bytes], page: Page) -> bytes:
    """Return a study's report as one HTML page that needs no network and reads without its script.

    Parameters
    ----------
    displays : content of the display files by name, at least `<table>.html` and `<figure>.svg`
    page : displays, words, estimates, template, declarations, findings and manifest
    """
    from hematotox.reporting.report_page import report as render

    with printed_for(page.plan.words.style):
        return render(displays, page)


def draw_tables(
    estimates: pd.DataFrame,
    plan: DisplayPlan,
    *,
    agreement: pd.DataFrame | None = None,
    workers: int = 1,
) -> dict[str, bytes]:
    """Return every table of a plan, `{"table1.csv": content, …}`; see `table`."""
    return _draw(_Drawer(plan, partial(_table, estimates, agreement), figures=False), workers)


def draw_figures(
    estimates: pd.DataFrame, plan: DisplayPlan, *, workers: int = 1
) -> dict[str, bytes]:
    """Return every figure of a plan, `{"figure1.pdf": content, …}`; see `figure`."""
    return _draw(_Drawer(plan, partial(figure, estimates), figures=True), workers)


def _table(
    estimates: pd.DataFrame, agreement: pd.DataFrame | None, display: Any, words: Words
) -> dict[str, bytes]:
    return table(estimates, display, words, agreement=agreement)


class _Drawer:
    """One display at a time, in a form that a process pool can send."""

    def __init__(
        self, plan: DisplayPlan, draw: Callable[[Any, Words], dict[str, bytes]], *, figures: bool
    ) -> None:
        self.plan, self.draw, self.figures = plan, draw, figures

    def __call__(self, name: str) -> dict[str, bytes]:
        found = self.draw(self.plan.displays[name], self.plan.words)
        with printed_for(self.plan.words.style):
            found = {**found, "rst": caption_rst(self.plan.displays[name])}
        return {f"{name}.{ending}": content for ending, content in found.items()}


def _draw(drawer: _Drawer, workers: int) -> dict[str, bytes]:
    displays = drawer.plan.displays.items()
    names = [name for name, found in displays if (found.form == "figure") == drawer.figures]
    parts = map_in_pool(drawer, names, workers=workers)
    return {name: content for part in parts for name, content in part.items()}
