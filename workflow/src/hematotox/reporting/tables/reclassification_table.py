"""Table of two scores on the same patients: who is classed how, and how the accuracy differs."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hematotox.declarations.study.kinds.reclassification_table import ReclassificationTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.tables.cells import estimate_cell, p_cell, share_cell
from hematotox.reporting.words import wording
from hematotox.reporting.words.notes import interval_note
from hematotox.reporting.words.rows import Row, all_where, as_rows, first

OUTCOMES = ("with the event", "without the event")
DIFFERENCES = (
    "auc_difference",
    "sensitivity_difference",
    "specificity_difference",
    "positive_predictive_value_difference",
    "negative_predictive_value_difference",
)
RATIOS = ("log_likelihood_ratio_positive_ratio", "log_likelihood_ratio_negative_ratio")
MEASURES: dict[str, str] = {
    "auc_difference": "area under the ROC curve",
    "sensitivity_difference": "sensitivity, percentage points",
    "specificity_difference": "specificity, percentage points",
    "positive_predictive_value_difference": "positive predictive value, percentage points",
    "negative_predictive_value_difference": "negative predictive value, percentage points",
    "log_likelihood_ratio_positive_ratio": "positive likelihood ratio",
    "log_likelihood_ratio_negative_ratio": "negative likelihood ratio",
}
"""Estimand of a comparison and what is compared, in the order of print."""


def reclassification_table(
    frame: pd.DataFrame, display: ReclassificationTable, words: Words
) -> PrintedTable:
    """Return counts by the groups of both scores, then the differences between the scores."""
    rows = as_rows(frame)
    lines: list[Line] = []
    subjects = dict.fromkeys((str(row["endpoint"]), wording.population(words, row)) for row in rows)
    for endpoint, population in subjects:
        members = [
            row
            for row in rows
            if row["endpoint"] == endpoint and wording.population(words, row) == population
        ]
        if len(subjects) > 1:
            parts = (wording.endpoint(words, endpoint), population)
            lines.append(section("; ".join(part for part in parts if part)))
        lines += [*_count_lines(members, words), *_comparison_lines(members, words)]
    compared = [row for row in rows if row["estimand"] in MEASURES]
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="Groups of the two scores",
        columns=tuple(_columns(rows, words)),
        lines=tuple(lines),
        notes=tuple(_notes(rows, compared)),
        numbers=frame[frame["estimand"] != "roc_curve"],
    )


def _columns(rows: Sequence[Row], words: Words) -> list[Column]:
    endpoints = {str(row["endpoint"]) for row in rows}
    over = wording.endpoint(words, endpoints.pop()) if len(endpoints) == 1 else ""
    return [Column(f"{wording.capitalised(outcome)}\nn (%)", over) for outcome in OUTCOMES]


def _count_lines(rows: Sequence[Row], words: Words) -> list[Line]:
    """Return one line a pair of groups; per cent of those with, and of those without the event."""
    counts = all_where(rows, method="reclassification", estimand="count")
    pairs = dict.fromkeys(
        (str(row["reference"]), str(row["group"]), str(row["comparator"]))
        for row in counts
        if row["term"] in OUTCOMES
    )
    lines = []
    for scores, before, after in pairs:
        one, _, other = scores.partition(" against ")
        cells = []
        for outcome in OUTCOMES:
            found = all_where(counts, reference=scores, group=before, comparator=after)
            cells.append(share_cell(first(found, term=outcome)))
        label = f"{_group(words, one, before)}, {_group(words, other, after)}"
        lines.append(Line(Cell(label), tuple(cells)))
    return lines


def _group(words: Words, variable: str, level: str) -> str:
    return f"{wording.label(words, variable)} {words.level(variable, level)}"


def _comparison_lines(rows: Sequence[Row], words: Words) -> list[Line]:
    """Return differences and ratios under headings that say what is compared with what."""
    lines: list[Line] = []
    for estimands, joint, header in (
        (DIFFERENCES, "minus", "Difference (95% CI)"),
        (RATIOS, "divided by", "Ratio (95% CI)"),
    ):
        for one, other in _pairs(rows, estimands):
            heading = f"{_test(words, one)} {joint} {_test(words, other)}"
            lines.append(section(heading, cells=(Cell(header), Cell("P"))))
            for estimand in estimands:
                found = all_where(
                    rows, estimand=estimand, term=one[0], group=one[1], comparator=other[0]
                )
                lines += [_comparison(row) for row in found]
    return lines


def _pairs(
    rows: Sequence[Row], estimands: Sequence[str]
) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """Return the variable and positive level of each first test, and of its second."""
    return list(
        dict.fromkeys(
            (
                (str(row["term"]), str(row["group"])),
                (str(row["comparator"]), str(row["reference"] or "")),
            )
            for row in rows
            if row["estimand"] in estimands
        )
    )


def _test(words: Words, test: tuple[str, str]) -> str:
    variable, level = test
    return _group(words, variable, level) if level else wording.label(words, variable)


def _comparison(row: Row) -> Line:
    estimand = str(row["estimand"])
    label = wording.capitalised(MEASURES[estimand])
    return Line(Cell(label), (estimate_cell(row), p_cell(row)), indent=1)


def _notes(rows: Sequence[Row], compared: Sequence[Row]) -> list[str]:
    notes = []
    if any(row["method"] == "reclassification" for row in rows):
        notes.append("Percentages of the patients with, and of those without the event.")
    named = dict.fromkeys(str(row["test"]) for row in compared if row["test"])
    if named:
        notes.append("P: " + "; ".join(wording.TESTS.get(test, test) for test in named) + ".")
    return notes + interval_note(compared)
