"""Table of the study's estimates among the published ones, with their summaries."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hematotox.declarations.study.kinds.registry_table import RegistryTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.tables.cells import estimate_cell, p_cell
from hematotox.reporting.words import numbers
from hematotox.reporting.words.notes import condition_note, interval_note
from hematotox.reporting.words.registry_lines import (
    Section,
    adjustment_note,
    cohort_label,
    heterogeneity_notes,
    notes,
    patients,
    sections,
    source,
    summary_label,
)
from hematotox.reporting.words.rows import Row, as_rows
from hematotox.reporting.words.sources import sources

COLUMNS = ("Patients (events)", "Estimate (95% CI)", "P", "Source")


def registry_table(frame: pd.DataFrame, display: RegistryTable, words: Words) -> PrintedTable:
    """Return one section a measure: published cohorts, this study, summary, prediction."""
    rows = as_rows(frame)
    found = sections(rows, words)
    lines = [line for part in found for line in _lines(part, words)]
    shown = [row for part in found for row in (*part.cohorts, part.summary) if row is not None]
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="Cohort",
        columns=tuple(Column(header) for header in COLUMNS),
        lines=tuple(lines),
        notes=(*adjustment_note(shown), *notes(rows, found), *interval_note(shown)),
        numbers=frame,
        sources_of_notes=heterogeneity_notes(found),
    )


def _lines(part: Section, words: Words) -> list[Line]:
    lines = [section(part.title)]
    lines += [_line(cohort_label(row, words), row) for row in part.cohorts]
    if part.summary is not None:
        summary = part.summary
        known = summary["estimate"] is not None
        estimate = replace(estimate_cell(summary), notes=()) if known else Cell()
        label = Cell(
            summary_label(summary), notes=condition_note(summary), sources=sources(summary, "n")
        )
        lines.append(Line(label, (Cell(), estimate, _p(summary), Cell())))
    if part.prediction is not None:
        limits = Cell(
            f"({numbers.interval(part.prediction)})",
            sources=sources(part.prediction, "conf_low", "conf_high"),
        )
        label = Cell("Prediction interval of a new cohort")
        lines.append(Line(label, (Cell(), limits, Cell(), Cell())))
    return lines


def _line(label: str, row: Row) -> Line:
    counts = Cell(patients(row), sources=sources(row, "n", "n_event"))
    cells = (counts, estimate_cell(row), _p(row), Cell(source(row)))
    return Line(Cell(label), cells, indent=1)


def _p(row: Row) -> Cell:
    return p_cell(row) if row["p_value"] is not None else Cell()
