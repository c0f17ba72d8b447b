"""Table of missing items: how many, in which centres, and the outcomes of those without them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hematotox.declarations.study.kinds.missingness import MissingnessTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.notes import interval_note
from hematotox.reporting.words.rows import Row, all_where, as_rows, first
from hematotox.reporting.words.sources import of_estimate, sources

GROUPS = {
    "all": "All patients",
    "known": "Every item known",
    "unknown": "An item missing",
}
SECTIONS = {
    "missing": "Item missing, patients (%)",
    "censored": "Known only to lie beyond the limit of the assay, patients (%)",
    "centre": "An item missing in the centre, of its patients (%)",
    "evaluable": "Evaluable for the endpoint, of the patients (%)",
    "followed": "Evaluable for the endpoint and followed up, of the patients (%)",
    "outcome": "What became of them",
}
FOLLOWED = "Followed up: to death or for at least"
NOTE = (
    "Where outcomes differ between patients with and without a missing item, results of those "
    "with every item alone may not hold for all."
)


def missingness(frame: pd.DataFrame, display: MissingnessTable, words: Words) -> PrintedTable:
    """Return, for each score, items, centres and outcomes by whether an item is missing."""
    rows = [row for row in as_rows(frame) if row["method"] == "missingness"]
    lines: list[Line] = []
    for score in dict.fromkeys(str(row["score"]) for row in rows):
        own = all_where(rows, score=score)
        name = wording.score(words, score)
        for reference, heading in SECTIONS.items():
            of_section = [row for row in all_where(own, reference=reference) if _told(row)]
            if of_section:
                lines.append(section(f"{name}: {wording.inside(heading)}"))
                lines += _lines(of_section, words, reference)
    told = [row for row in rows if row["estimand"] == "survival"]
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="",
        columns=tuple(Column(label) for label in GROUPS.values()),
        lines=tuple(lines),
        notes=(NOTE, *_followed_up(rows), *interval_note(told)),
        numbers=frame,
    )


def _followed_up(rows: Sequence[Row]) -> list[str]:
    """Return what is meant by followed up, if anybody is counted by it."""
    row = first(rows, reference="followed")
    return [f"{FOLLOWED} {numbers.time_label(row['time'], 'months')}."] if row else []


def _told(row: Row) -> bool:
    """Return whether a row is printed: a censored item only where there is a censored value."""
    return row["reference"] != "censored" or bool(row["n_event"])


def _lines(rows: Sequence[Row], words: Words, reference: str) -> list[Line]:
    return [
        Line(
            Cell(_label(rows, words, reference, term)),
            tuple(_cell(first(rows, term=term, comparator=group)) for group in GROUPS),
            indent=1,
        )
        for term in dict.fromkeys(str(row["term"]) for row in rows)
    ]


def _label(rows: Sequence[Row], words: Words, reference: str, term: str) -> str:
    if reference == "centre":
        return wording.centre(words, term)
    if reference in ("missing", "censored"):
        return wording.label(words, term)
    label, row = wording.endpoint(words, term), first(rows, term=term, estimand="survival")
    return label if row is None else f"{label} at {numbers.time_label(row['time'], 'months')}"


def _cell(row: Row | None) -> Cell:
    if row is None:
        return Cell("")
    if row["estimand"] == "survival":
        return Cell(numbers.estimate_with_interval(row), sources=of_estimate(row))
    text = numbers.events_of_patients(row["n_event"], row["n"])
    return Cell(text, sources=sources(row, "n_event", "n"))
