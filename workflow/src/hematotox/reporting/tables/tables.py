"""How a table is made, gets the notes that every table has, and becomes files.

The table of a kind is made by the function of its name in the module of its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pandas as pd

from hematotox.contracts import empty
from hematotox.declarations.study.display_base import DisplayBase
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_csv import write_cells, write_csv
from hematotox.reporting.formats.table_docx import write_docx
from hematotox.reporting.formats.table_html import write_html
from hematotox.reporting.formats.table_model import Cell, Line, PrintedTable, respelled
from hematotox.reporting.formats.table_xlsx import write_xlsx
from hematotox.reporting.tables.agreement_table import ANOTHER_COHORT
from hematotox.reporting.tables.baseline_table import died_before_infusion
from hematotox.reporting.words.analysis_names import analysis_names
from hematotox.reporting.words.nobody_analysed import empty_analyses
from hematotox.reporting.words.notes import (
    failed_analyses,
    general_notes,
    missing_analyses,
)
from hematotox.reporting.words.rows import is_synthetic, named_analyses, select
from hematotox.reporting.words.wording import typeset

WRITERS: dict[str, Callable[[PrintedTable], bytes]] = {
    "csv": write_csv,
    "cells.csv": write_cells,
    "docx": write_docx,
    "xlsx": write_xlsx,
    "html": write_html,
}

FOR_READERS = frozenset({"docx", "html"})
"""Formats that are read; the others are complete."""


def printed_table(
    estimates: pd.DataFrame,
    display: DisplayBase,
    words: Words,
    *,
    agreement: pd.DataFrame | None = None,
) -> PrintedTable:
    """Return the table of a display with the notes that every table has."""
    words = typeset(words)
    analyses = named_analyses(display)
    frame = select(estimates, analyses)
    shown = estimates if display.shows == "study" else frame
    if display.shows == "agreement":
        shown = empty("agreement") if agreement is None else agreement
    table = _making(display.kind)(shown, display, words)
    if not table.lines:
        blank = tuple(Cell() for _ in table.columns)
        table = replace(table, lines=(Line(Cell("No estimates"), blank),))
    synthetic = is_synthetic(estimates)
    said = [note for _, note in table.marked_notes]
    notes = [
        *table.notes,
        *([f"{ANOTHER_COHORT}."] if display.shows == "agreement" and not synthetic else []),
        *(died_before_infusion(estimates) if display.kind == "baseline_table" else []),
        *empty_analyses(estimates, analyses, words),
        *failed_analyses(frame, analysis_names(estimates, words), said),
        *missing_analyses(estimates, analyses),
        *general_notes(frame, words, _texts(table), synthetic=synthetic),
    ]
    return respelled(replace(table, notes=tuple(notes), synthetic=synthetic))


def _making(kind: str) -> Callable[[pd.DataFrame, Any, Words], PrintedTable]:
    """Return the function that makes tables of this kind."""
    return getattr(import_module(f"hematotox.reporting.tables.{kind}"), kind)


def _texts(table: PrintedTable) -> list[str]:
    headers = [text for column in table.columns for text in (column.header, column.spanner)]
    cells = [cell.text for line in table.lines for cell in (line.label, *line.cells)]
    cited = [note for _, note in table.marked_notes]
    return [table.title, table.caption, table.stub, *headers, *cells, *table.notes, *cited]


def write_table(table: PrintedTable) -> dict[str, bytes]:
    """Return a table in every format; Word and HTML leave out what only the data files hold."""
    read, complete = table.in_print, table.in_data
    return {
        name: write(read if name in FOR_READERS else complete) for name, write in WRITERS.items()
    }
