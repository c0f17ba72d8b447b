"""Table of what is determined by the measured values: scores, grades, severity."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hematotox.declarations.study.kinds.determinability_table import DeterminabilityTable
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
    "something known": "Grade or its limits known",
    "severe, open days at no level": "Severe if no open day was at a level",
    "severe, open days at a level": "Severe if every open day was at a level",
    "grade 4": "Grade 4",
    "grade 4 and died before recovery": "Grade 4, of these died before recovery",
    "rests on leukocytes": "Grade rests on leukocytes",
}
"""Term of a grade's row and its print."""
UNMEASURED = (
    "The lowest and the highest grade that the measurements allow are those after filling every "
    "unmeasured day, and every day after loss to follow-up, with the highest and the lowest "
    "possible value."
)
OPEN_DAYS = (
    "A day is open where it has no value, nothing fills it in, and a low value stands beside it or "
    "the gap is longer than 14 days. The limits known of a grade are the grade itself, or what the "
    "open days allow."
)


def determinability_table(
    frame: pd.DataFrame, display: DeterminabilityTable, words: Words
) -> PrintedTable:
    """Return a section for each score, and for each window and convention; n (%) of all."""
    rows = [row for row in as_rows(frame) if row["method"] == "determinability"]
    lines: list[Line] = []
    graded = [row for row in rows if row["convention"]]
    scored = [row for row in rows if row["score"] and not row["convention"]]
    for score in dict.fromkeys(str(row["score"]) for row in scored):
        lines.append(section(wording.score(words, score)))
        lines += _counted([row for row in scored if row["score"] == score], SCORE_LINES)
    for window, convention in dict.fromkeys((r["reference"], r["convention"]) for r in graded):
        name = words.conventions.get(str(convention), str(convention).replace("_", " "))
        lines.append(section(f"{wording.capitalised(str(window)).replace('_', ' ')} grade, {name}"))
        own = [r for r in graded if (r["reference"], r["convention"]) == (window, convention)]
        lines += _counted([row for row in own if not row["score"]], GRADE_LINES)
        lines += _groups([row for row in own if row["score"]], words)
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="",
        columns=(Column("Patients\nn (%)"),),
        lines=tuple(lines),
        notes=(UNMEASURED, OPEN_DAYS) if graded else (),
        numbers=frame,
    )


def _groups(rows: Sequence[Row], words: Words) -> list[Line]:
    """Return the lines of each group of a score."""
    lines: list[Line] = []
    for score, level in dict.fromkeys((str(row["score"]), str(row["group"])) for row in rows):
        own = [row for row in rows if (row["score"], row["group"]) == (score, level)]
        name = f"{wording.score(words, score)}, {words.level(f'{score}.group', level)}"
        lines += [Line(Cell(name), (Cell(""),), indent=1), *_counted(own, GRADE_LINES, indent=2)]
    return lines


def _counted(rows: Sequence[Row], labels: dict[str, str], *, indent: int = 1) -> list[Line]:
    counts = {str(row["term"]): row for row in rows}
    return [
        Line(Cell(label), (share_cell(counts[term]),), indent=indent)
        for term, label in labels.items()
        if term in counts
    ]
