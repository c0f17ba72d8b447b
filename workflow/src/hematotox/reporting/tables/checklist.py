"""Table of a reporting guideline: each item, and where this run answers it, if it does."""

from __future__ import annotations

import re

import pandas as pd

from hematotox.declarations.study.kinds.checklist import ChecklistTable
from hematotox.declarations.study.words import AskedItem, Place, Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.words.nobody_analysed import has_numbers
from hematotox.reporting.words.rows import attrition
from hematotox.reporting.words.wording import capitalised

NUMBERED = re.compile(r"((?:\w+ )?(?:Table|Figure) S?\d+[A-Z]?)[.:]\s")
"""How a title starts with the number of its display."""
PARTS = {
    "patients": "Report, Patients",
    "methods": "Report, Statistical methods",
    "definitions": "Report, Definitions",
    "analysed": "Report, Patients of each analysis",
    "versions": "Report, Versions",
}
"""Place on the report page and its name."""
AUTHORS, NOT_HERE = "Author\u2019s", "Not reported by this run: author\u2019s"
SAID = (
    "An item is said to be answered only where the display or part of the report is there and has "
    "a number to show; Report is the page of the study's results. Whether the answer is enough is "
    "for the authors to judge."
)


def checklist(estimates: pd.DataFrame, display: ChecklistTable, words: Words) -> PrintedTable:
    """Return a line an item: what it asks, where it is answered, what is left to the authors."""
    shown = words.checklists[display.checklist]
    lines: list[Line] = []
    heading = ""
    for item in shown.items:
        if item.section != heading:
            heading = item.section
            lines.append(section(heading))
        answered = Cell(_answered(item, estimates, words))
        label = Cell(f"{item.item}\u2002{item.asks}")
        lines.append(Line(label, (answered, Cell(capitalised(item.author))), indent=1))
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub=f"Item of {shown.name}",
        columns=(Column("Where it is answered"), Column("Left to the authors")),
        lines=tuple(lines),
        notes=(SAID, *shown.notes),
        numbers=estimates.iloc[:0],
    )


def called(title: str) -> str:
    """Return how a text calls a display: by its number, which no line breaks, if it has one."""
    found = NUMBERED.match(f"{title}. ")
    return found[1].replace(" ", "\u00a0") if found else title


def places(words: Words) -> dict[str, str]:
    """Return what a checklist may name, and its place on the report page."""
    shown = {called(title): name for name, title in words.displays.items()}
    return shown | {label: part for part, label in PARTS.items()}


def _answered(item: AskedItem, estimates: pd.DataFrame, words: Words) -> str:
    there = [place for place in item.places if _there(place, estimates)]
    names = [PARTS[one.part] if one.part else called(words.displays[one.display]) for one in there]
    if names:
        return "; ".join(dict.fromkeys(names))
    return NOT_HERE if item.can_be_answered else AUTHORS


def _there(place: Place, estimates: pd.DataFrame) -> bool:
    """Return whether a place needs no number, or has one to show."""
    return not place.needs or any(
        has_numbers(estimates, one) if one else not attrition(estimates).empty
        for one in place.needs
    )
