"""Where the patients of a study went: criteria, evaluability, and who is in each analysis."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hematotox.declarations.words import Words
from hematotox.reporting import numbers, wording
from hematotox.reporting.rows import Row, as_rows, attrition, evaluability
from hematotox.reporting.table_model import Cell, Column, Line, PrintedTable

STUDY = "patients"
"""The analysis, never declared, whose rows are about the whole study."""


def attrition_table(estimates: pd.DataFrame, words: Words) -> PrintedTable:
    """Return one line a criterion: patients before, left out and after."""
    rows = attrition(estimates)
    lines = [_criterion(row, words) for row in as_rows(rows)]
    columns = ("Patients before", "Excluded", "Patients after")
    return _table("Flow of patients", "Criterion", columns, lines, rows)


def _criterion(row: Row, words: Words) -> Line:
    criterion = str(row["term"])
    included = criterion in words.inclusion
    label = f"{criterion} (required)" if included else wording.capitalised(criterion)
    counts = (row["n"], row["n_event"], row["estimate"])
    return Line(Cell(wording.capitalised(label)), tuple(_number(count) for count in counts))


def evaluability_table(estimates: pd.DataFrame, words: Words) -> PrintedTable:
    """Return for each score and endpoint who can be evaluated, and why the others cannot."""
    rows = evaluability(estimates)
    rows = rows[rows["analysis"] == STUDY]
    lines: list[Line] = []
    for row in as_rows(rows):
        if row["score"]:
            heading = wording.score(words, str(row["score"]))
        else:
            heading = wording.endpoint(words, str(row["endpoint"]))
        if heading not in (line.label.text for line in lines if line.role == "section"):
            lines.append(Line(Cell(heading), role="section"))
        reason = wording.capitalised(str(row["term"]))
        cells = (Cell(numbers.count_with_share(row["estimate"], row["n"])), _number(row["n"]))
        lines.append(Line(Cell(reason), cells, indent=1))
    return _table("Evaluability", "Score or endpoint", ("n (%)", "of"), lines, rows)


def analysed_table(estimates: pd.DataFrame, words: Words) -> PrintedTable:
    """Return for each analysis how many patients are in it, and why the others are not."""
    rows = evaluability(estimates)
    rows = rows[rows["analysis"] != STUDY]
    sets: dict[tuple[str, ...], list[Row]] = {}
    for row in as_rows(rows):
        key = (str(row["analysis"]), wording.population(words, row))
        sets.setdefault(key, []).append(row)
    lines = [_analysed(name, subset, found, words) for (name, subset), found in sets.items()]
    columns = ("Analysed", "of", "Left out")
    return _table("Patients of each analysis", "Analysis", columns, lines, rows)


def _analysed(name: str, subset: str, found: Sequence[Row], words: Words) -> Line:
    label = wording.analysis(words, name) or wording.capitalised(name.replace("_", " "))
    left_out = [
        f"{_reason(str(row['term']), words)} ({numbers.count(row['estimate'])})"
        for row in found
        if row["term"] != "analysed" and row["estimate"]
    ]
    analysed = next((row["estimate"] for row in found if row["term"] == "analysed"), None)
    cells = (_number(analysed), _number(found[0]["n"]), Cell("; ".join(left_out)))
    return Line(Cell(f"{label} ({subset})" if subset else label), cells)


def _reason(term: str, words: Words) -> str:
    """Return "Histology unknown" for `histology unknown`; other reasons are words already."""
    name = term.removesuffix(" unknown")
    return f"{words.variable(name).label} unknown" if name in words.variables else term


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
