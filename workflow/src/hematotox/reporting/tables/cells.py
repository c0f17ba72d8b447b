"""Cells that print numbers of the estimates, each with the numbers it shows."""

from __future__ import annotations

from collections.abc import Iterable

from hematotox.reporting.formats.table_model import Cell
from hematotox.reporting.words import numbers
from hematotox.reporting.words.notes import condition_note, planned_note
from hematotox.reporting.words.numbers import TimeUnit
from hematotox.reporting.words.rows import Row
from hematotox.reporting.words.sources import of_estimate, sources


def estimate_cell(row: Row, unit: TimeUnit = "months") -> Cell:
    """Return "1.89 (1.22–2.93)" with the conditions of its row."""
    text = numbers.estimate_with_interval(row, unit)
    return Cell(text, notes=condition_note(row), sources=of_estimate(row, unit))


def p_cell(row: Row, notes: Iterable[str] = ()) -> Cell:
    """Return the p-value of a row."""
    told = (*planned_note(row), *notes)
    return Cell(numbers.p_value(row["p_value"]), notes=told, sources=sources(row, "p_value"))


def count_cell(row: Row, column: str) -> Cell:
    """Return a number of patients."""
    return Cell(numbers.count(row[column]), number=row[column], sources=sources(row, column))


def patients_cell(row: Row) -> Cell:
    """Return "245 (33)": patients and events."""
    text = f"{numbers.count(row['n'])} ({numbers.count(row['n_event'])})"
    return Cell(text, sources=sources(row, "n", "n_event"))


def share_cell(row: Row | None) -> Cell:
    """Return "38 (28%)": patients of those known."""
    if row is None:
        return Cell(numbers.NONE)
    text = numbers.count_with_share(row["estimate"], row["n"])
    return Cell(text, sources=sources(row, "estimate", "n"))
