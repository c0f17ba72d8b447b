"""Table of what is determined by the measured values: scores, grades, severity."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hematotox.declarations.study.displays import DeterminabilityTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.tables.cells import share_cell
from hematotox.reporting.words import wording
from hematotox.reporting.words.rows import Row, as_rows

SCORE_LINES: dict[str, str] = {
    "points known": "Points known",
    "group known, points unknown": "Group certain though the points are unknown",
    "group unknown": "Group left open by the missing items",
    "group changes at the other boundary": "Points known, group changes if cut-off values belonged "
    "to the neighbouring band",
}
"""Term of a score's row and its print."""
GRADE_LINES: dict[str, str] = {
    "assessable": "Assessable by the convention",
    "not assessable": "Not assessable by the convention",
    "grade determined": "Grade certain whatever the unmeasured days were",
    "severity determined": "Severe or not is certain whatever the unmeasured days were",
    "grade not determined": "Grade left open by the unmeasured days",
    "window not reached": "Died, progressed or new therapy before the window",
}
"""Term of a grade's row and its print."""
UNMEASURED = (
    "The lowest and the highest grade that the measurements allow are those after filling every "
    "unmeasured day, and every day after loss to follow-up, with the highest and the lowest "
    "possible value."
)


def determinability_table(
    frame: pd.DataFrame, display: DeterminabilityTable, words: Words
) -> PrintedTable:
    """Return a section for each score, and for each window and convention; n (%) of all."""
    rows = [row for row in as_rows(frame) if row["method"] == "determinability"]
    lines: list[Line] = []
    for score in dict.fromkeys(str(row["score"]) for row in rows if row["score"]):
        lines.append(section(wording.score(words, score)))
        lines += _counted([row for row in rows if row["score"] == score], SCORE_LINES)
    graded = [row for row in rows if row["convention"]]
    for window, convention in dict.fromkeys((r["reference"], r["convention"]) for r in graded):
        name = words.conventions.get(str(convention), str(convention).replace("_", " "))
        lines.append(section(f"{wording.capitalised(str(window)).replace('_', ' ')} grade, {name}"))
        own = [r for r in graded if (r["reference"], r["convention"]) == (window, convention)]
        lines += _counted(own, GRADE_LINES)
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="",
        columns=(Column("Patients\nn (%)"),),
        lines=tuple(lines),
        notes=(UNMEASURED,) if graded else (),
        numbers=frame,
    )


def _counted(rows: Sequence[Row], labels: dict[str, str]) -> list[Line]:
    counts = {str(row["term"]): row for row in rows}
    return [
        Line(Cell(label), (share_cell(counts[term]),), indent=1)
        for term, label in labels.items()
        if term in counts
    ]
