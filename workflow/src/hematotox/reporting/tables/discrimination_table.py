"""Table of discrimination: area under the curve, sensitivity, predictive values, ratios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from hematotox.declarations.study.kinds.discrimination_table import DiscriminationTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable
from hematotox.reporting.tables.cells import count_cell, estimate_cell, p_cell, patients_cell
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.notes import interval_note
from hematotox.reporting.words.rows import Row, as_rows

MEASURES: dict[str, str] = {
    "auc": "AUC (95% CI)",
    "auc_width": "Width of its interval",
    "patients_for_auc": "Patients needed for a width of 0.1",
    "patients_for_observed_expected": "Patients needed for observed/expected",
    "patients_for_sensitivity": "Patients needed for sensitivity",
    "patients_for_specificity": "Patients needed for specificity",
    "auc_difference": "Difference of AUC (95% CI)",
    "flagged": "Flagged, of 100 patients",
    "flagged_with_event": "Flagged with the event",
    "flagged_without_event": "Flagged without it",
    "missed": "Missed, of 100 patients",
    "sensitivity": "Sensitivity, % (95% CI)",
    "specificity": "Specificity, % (95% CI)",
    "positive_predictive_value": "Positive predictive value, % (95% CI)",
    "negative_predictive_value": "Negative predictive value, % (95% CI)",
    "diagnostic_accuracy": "Classified correctly, % (95% CI)",
    "log_likelihood_ratio_positive": "Positive likelihood ratio (95% CI)",
    "log_likelihood_ratio_negative": "Negative likelihood ratio (95% CI)",
    "log_diagnostic_odds_ratio": "Diagnostic odds ratio (95% CI)",
}
"""Estimand and its label, in the order of print."""

NO_MEASURE = ("roc_curve", "hypothesis_test", "net_benefit")
"""Estimands that are no line of the table: the figure draws curves, a failed analysis is a test."""
NEEDED = (
    "Patients needed at the share of events found here, for 95% intervals of these widths: 0.4 of "
    "observed over expected events, 0.1 of the AUC found here, 10 points of a sensitivity and a "
    "specificity of 80% (Riley 2021; for sensitivity and specificity the width is Wilson's)."
)
RULES = "net_benefit"
COUNTS = ("true positive", "false positive", "false negative", "true negative")
SIDE_BY_SIDE = 4
"""More tests than these stand below each other, the measures beside each other."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A score or group as a test of one endpoint, with its rows."""

    endpoint: str
    label: str
    rows: tuple[Row, ...]


def discrimination_table(
    frame: pd.DataFrame, display: DiscriminationTable, words: Words
) -> PrintedTable:
    """Return measures by marker; markers are columns if they are few, else lines."""
    rows = [
        row
        for row in as_rows(frame)
        if row["estimand"] not in NO_MEASURE
        # the patients of a single number of points are cells of the rules, no line of the table
        and not (row["method"] == RULES and row["estimand"] == "count")
    ]
    present = {row["estimand"] for row in rows}
    markers = _markers(rows, words)
    labels = _measures_present(rows) if markers else []
    grid = {
        (m, label): _cell(marker, label, words)
        for m, marker in enumerate(markers)
        for label in labels
    }
    beside = len(markers) <= SIDE_BY_SIDE
    if beside:
        columns = [Column(marker.label, marker.endpoint) for marker in markers]
        lines = [
            Line(Cell(label), tuple(grid[m, label] for m in range(len(markers))))
            for label in labels
        ]
    else:
        columns = [Column(label) for label in labels]
        lines = [
            Line(Cell(f"{marker.endpoint}: {marker.label}"), tuple(grid[m, x] for x in labels))
            for m, marker in enumerate(markers)
        ]
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="Measure" if beside else "Endpoint and test",
        columns=tuple(columns),
        lines=tuple(lines),
        notes=(*interval_note(rows), *([NEEDED] if "auc_width" in present else [])),
        numbers=frame[frame["estimand"] != "roc_curve"],
    )


def _markers(rows: Sequence[Row], words: Words) -> list[Marker]:
    """Gather the rows of each marker; the counts of a 2x2 table follow its exposure."""
    exposures = {
        row["analysis"]: str(row["term"]) for row in rows if row["estimand"] == "sensitivity"
    }
    sets: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        if row["method"] not in DiscriminationTable.methods or row["term"] == "analysed":
            continue
        is_count = row["estimand"] == "count"
        variable = exposures.get(row["analysis"], "") if is_count else str(row["term"])
        endpoint = wording.endpoint(words, str(row["endpoint"]))
        population = wording.population(words, row, exposure=variable)
        rule = str(row["group"]) if row["method"] == RULES else ""
        key = (f"{endpoint} ({population})" if population else endpoint, variable, rule)
        sets.setdefault(key, []).append(row)
    return [
        Marker(endpoint, _label(variable, members, words), tuple(members))
        for (endpoint, variable, _), members in sets.items()
    ]


def _label(variable: str, members: Sequence[Row], words: Words) -> str:
    """Return "CAR-HEMATOTOX group: high" for a test, "CAR-HEMATOTOX points" for a marker."""
    positive = next((str(row["group"]) for row in members if row["group"]), "")
    label = wording.label(words, variable)
    if members[0]["method"] == RULES:
        own = str(members[0]["reference"])
        level = words.level(variable.replace(".points", ".group"), own)
        score = words.scores.get(variable.partition(".")[0], label)
        points = "1 point" if positive == "1" else f"{positive} points"
        return f"{score}, {points} or more" + (f", {level}" if own else "")
    return f"{label}: {words.level(variable, positive)}" if positive else label


def _measures_present(rows: Sequence[Row]) -> list[str]:
    present = {str(row["estimand"]) for row in rows}
    counts = [wording.capitalised(term) + "s" for term in COUNTS] if "count" in present else []
    return ["Patients (events)", *counts, *(MEASURES[e] for e in MEASURES if e in present)]


def _cell(marker: Marker, label: str, words: Words) -> Cell:
    for row in marker.rows:
        if label == "Patients (events)":
            return patients_cell(row)
        if row["estimand"] == "count" and wording.capitalised(str(row["term"])) + "s" == label:
            return count_cell(row, "estimate")
        if MEASURES.get(str(row["estimand"])) == label:
            return _measure_cell(row, words)
    return Cell()


def _measure_cell(row: Row, words: Words) -> Cell:
    cell = estimate_cell(row)
    text = cell.text
    if row["comparator"]:
        text = f"{text} vs {words.variable(str(row['comparator'])).label}"
    if row["p_value"] is None:
        return replace(cell, text=text)
    text = f"{text}; {numbers.p_phrase(row['p_value'])}"
    return replace(cell, text=text, sources=(*cell.sources, *p_cell(row).sources))
