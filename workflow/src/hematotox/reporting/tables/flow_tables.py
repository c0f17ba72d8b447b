"""Where the patients of a study went: criteria, evaluability, and who is in each analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable
from hematotox.reporting.tables.cells import count_cell
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.analysis_names import analysis_names
from hematotox.reporting.words.reasons import STUDY, reason_words
from hematotox.reporting.words.rows import Row, as_rows, attrition, evaluability, first

EVALUABLE, POINTS = ("evaluable", "group known"), "points known"
"""Reasons that are none: what is known of an endpoint or a score."""


def attrition_table(estimates: pd.DataFrame, words: Words) -> PrintedTable:
    """Return one line a criterion: patients before, left out and after."""
    rows = attrition(estimates)
    lines = [_criterion(row, words) for row in as_rows(rows)]
    columns = ("Patients before", "Excluded", "Patients after")
    about = _about_study(estimates)
    centres = first(as_rows(about), term="centres", score="", endpoint="")
    notes = (f"Centres: {numbers.count(centres['estimate'])}.",) if centres else ()
    return replace(_table("Flow of patients", "Criterion", columns, lines, rows), notes=notes)


def _about_study(estimates: pd.DataFrame) -> pd.DataFrame:
    rows = evaluability(estimates)
    return rows[rows["analysis"] == STUDY]


def _criterion(row: Row, words: Words) -> Line:
    criterion = str(row["term"])
    included = criterion in words.inclusion
    label = f"{criterion} (required)" if included else criterion
    label = wording.dashed(label)
    counts = tuple(count_cell(row, column) for column in ("n", "n_event", "estimate"))
    return Line(Cell(label), counts)


def evaluability_table(estimates: pd.DataFrame, words: Words) -> PrintedTable:
    """Return for each score and endpoint who can be evaluated, and why the others cannot."""
    rows = _about_study(estimates)
    sets: dict[str, list[Row]] = {}
    for row in as_rows(rows):
        if row["score"] or row["endpoint"]:
            by_score = bool(row["score"])
            name = wording.score(words, str(row["score"])) if by_score else ""
            heading = name or wording.endpoint(words, str(row["endpoint"]))
            sets.setdefault(heading, []).append(row)
    lacking = items_missing(estimates, words)
    lines = [_evaluable(heading, found, lacking) for heading, found in sets.items()]
    columns = ("Evaluable, n/N (%)", "Not evaluable")
    return _table("Evaluability", "Score or endpoint", columns, lines, rows)


def items_missing(estimates: pd.DataFrame, words: Words) -> dict[str, str]:
    """Return for each score what those lack whose group is unknown: "missing: CRP in 3"."""
    about = (estimates["analysis"] == STUDY) & (estimates["reference"] == "missing")
    found: dict[str, list[str]] = {}
    for row in as_rows(estimates[about & (estimates["score"] != "")]):
        text = f"{words.variable(str(row['term'])).label} in {numbers.count(row['estimate'])}"
        found.setdefault(str(row["score"]), []).append(text)
    return {score: f"missing: {', '.join(texts)}" for score, texts in found.items()}


def _evaluable(heading: str, found: Sequence[Row], lacking: Mapping[str, str]) -> Line:
    """Return who is evaluable (of a score: whose group is known), and the others by reason."""
    known = next((row for row in found if row["term"] in EVALUABLE), None)
    text = numbers.events_of_patients(known["estimate"], known["n"]) if known else ""
    others = [
        f"{wording.dashed(str(row['term']))} ({numbers.count(row['estimate'])})"
        for row in found
        if row["term"] not in (*EVALUABLE, POINTS)
    ]
    others += [lacking[name] for name in {str(found[0]["score"])} & set(lacking)]
    return Line(Cell(heading), (Cell(text), Cell(wording.capitalised("; ".join(others)))))


def analysed_table(estimates: pd.DataFrame, words: Words) -> PrintedTable:
    """Return for each analysis how many patients are in it, and why the others are not."""
    rows = evaluability(estimates)
    rows = rows[rows["analysis"] != STUDY]
    sets: dict[tuple[str, ...], list[Row]] = {}
    for row in as_rows(rows):
        key = (str(row["analysis"]), wording.population(words, row))
        sets.setdefault(key, []).append(row)
    names = analysis_names(estimates, words)
    lines = [_analysed(names[name], subset, found, words) for (name, subset), found in sets.items()]
    columns = ("Analysed", "of", "Left out")
    return _table("Patients of each analysis", "Analysis", columns, lines, rows)


def _analysed(label: str, subset: str, found: Sequence[Row], words: Words) -> Line:
    left_out = [
        f"{reason_words(str(row['term']), words)} ({numbers.count(row['estimate'])})"
        for row in found
        if row["term"] != "analysed" and row["estimate"]
    ]
    analysed = next((row["estimate"] for row in found if row["term"] == "analysed"), None)
    cells = (
        _number(analysed),
        _number(found[0]["n"]),
        Cell("; ".join(left_out)),
    )
    return Line(Cell(f"{label} ({subset})" if subset else label), cells)


def _number(value: float | None) -> Cell:
    return Cell(numbers.count(value), number=value)


def _table(
    title: str, stub: str, columns: Sequence[str], lines: Sequence[Line], rows: pd.DataFrame
) -> PrintedTable:
    return PrintedTable(
        title=title,
        caption="",
        stub=stub,
        columns=tuple(Column(header) for header in columns),
        lines=tuple(lines),
        notes=(),
        numbers=rows,
    )
