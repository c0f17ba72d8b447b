"""Estimates, a display's declaration and the study's words -> tables, figures, report.

Nothing is computed here: rows of the estimates table are chosen, named and printed. Plotting and
document libraries are imported only by the functions that need them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from hematotox.declarations.displays import (
    FIGURE_KINDS,
    DisplayPlan,
    FigureDisplay,
    TableDisplay,
)
from hematotox.declarations.words import Words
from hematotox.pool import map_in_pool

if TYPE_CHECKING:
    from hematotox.reporting.report_page import Page

__all__ = ["draw_figures", "draw_tables", "figure", "report", "table"]


def table(estimates: pd.DataFrame, display: TableDisplay, words: Words) -> dict[str, bytes]:
    """Return a table as CSV, Word, Excel and HTML.

    Parameters
    ----------
    estimates : the study's estimates table
    display : what the table shows
    words : how the study's variables, endpoints, scores and levels are called in print

    Returns
    -------
    content of each format: csv, docx, xlsx, html
    """
    from hematotox.reporting.tables import printed_table, write_table

    return write_table(printed_table(estimates, display, words))


def figure(estimates: pd.DataFrame, display: FigureDisplay, words: Words) -> dict[str, bytes]:
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
    from hematotox.reporting.figures import draw_figure

    return draw_figure(estimates, display, words)


def report(displays: Mapping[str, bytes], page: Page) -> bytes:
    """Return a study's report as one HTML page that needs neither network nor script.

    Parameters
    ----------
    displays : content of the display files by name, at least `<table>.html` and `<figure>.svg`
    page : displays, words, estimates, template, declarations, findings and manifest
    """
    from hematotox.reporting.report_page import report as render

    return render(displays, page)


def draw_tables(
    estimates: pd.DataFrame, plan: DisplayPlan, *, workers: int = 1
) -> dict[str, bytes]:
    """Return every table of a plan, `{"table1.csv": content, …}`; see `table`."""
    return _draw(_Drawer(estimates, plan, "tables"), workers)


def draw_figures(
    estimates: pd.DataFrame, plan: DisplayPlan, *, workers: int = 1
) -> dict[str, bytes]:
    """Return every figure of a plan, `{"figure1.pdf": content, …}`; see `figure`."""
    return _draw(_Drawer(estimates, plan, "figures"), workers)


class _Drawer:
    """One display at a time, in a form that a process pool can send."""

    def __init__(self, estimates: pd.DataFrame, plan: DisplayPlan, what: str) -> None:
        self.estimates, self.plan, self.what = estimates, plan, what

    def __call__(self, name: str) -> dict[str, bytes]:
        draw: Any = table if self.what == "tables" else figure
        found = draw(self.estimates, self.plan.displays[name], self.plan.words)
        return {f"{name}.{ending}": content for ending, content in found.items()}


def _draw(drawer: _Drawer, workers: int) -> dict[str, bytes]:
    wanted = drawer.what == "figures"
    displays = drawer.plan.displays
    names = [name for name, found in displays.items() if (found.kind in FIGURE_KINDS) == wanted]
    parts = map_in_pool(drawer, names, workers=workers)
    return {name: content for part in parts for name, content in part.items()}
