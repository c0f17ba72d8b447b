"""Table of a headline result under every convention, missing-data policy and baseline window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from hematotox.declarations.study.kinds.sensitivity_table import SensitivityTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.tables.cells import estimate_cell, patients_cell
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.notes import interval_note
from hematotox.reporting.words.rows import Row, as_rows
from hematotox.reporting.words.sources import sources
from hematotox.reporting.words.specifications import (
    AUC_NOTE,
    MISSING,
    NOT_ASSESSABLE,
    Specification,
    Specifications,
    choice_words,
    patients_in,
    specifications,
)

OWN_NOTE = "The study's own choices."
DAYS, FROM = "Days ", " from lymphodepletion"
POLICY = "Missing items: "
FROM_NOTE = "Days on which the score's values are taken are counted from lymphodepletion."


def sensitivity_table(frame: pd.DataFrame, display: SensitivityTable, words: Words) -> PrintedTable:
    """Return a section for each endpoint and convention, a line for each policy and window."""
    rows = as_rows(frame)
    found = [specifications(rows, name) for name in display.analyses]
    analyses = [one for one in found if one is not None]
    levels = _levels(analyses)
    lines = [line for one in analyses for line in _lines(one, levels, words)]
    score = analyses[0].score if analyses else ""
    over = f"{wording.score(words, score)}, patients" if score else "Patients"
    columns = [
        *(Column(_level(words, score, level), over) for level in levels),
        Column("Patients (events)", "Endpoint assessable"),
        Column("OR (95% CI)", "Endpoint assessable"),
        Column("AUC (95% CI)", "Endpoint assessable"),
    ]
    estimated = [row for row in rows if row["conf_method"]]
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="Missing items of the score; days of the values",
        columns=tuple(columns),
        lines=tuple(lines),
        notes=(*(_notes(analyses, words) if analyses else ()), *interval_note(estimated)),
        numbers=frame,
    )


def _levels(analyses: Sequence[Specifications]) -> list[str]:
    levels = (level for one in analyses for counts in one.groups.values() for level in counts)
    known = [level for level in dict.fromkeys(levels) if level != MISSING]
    return [*known, MISSING]


def _level(words: Words, score: str, level: str) -> str:
    return "Unknown" if level == MISSING else wording.level(words, f"{score}.group", level)


def _lines(one: Specifications, levels: Sequence[str], words: Words) -> list[Line]:
    lines = []
    for convention in one.values(0):
        name = choice_words(words, one.score, 0, convention)
        grades = one.grades.get(convention, {})
        counts = ", ".join(_grade(level, patients_in(grades, level)) for level in grades)
        head = section(f"{wording.endpoint(words, one.endpoint)}, {name} ({counts})")
        shown = tuple(one for row in grades.values() for one in sources(row, "estimate"))
        lines.append(replace(head, label=replace(head.label, sources=shown)))
        own = [spec for spec in one.all if spec.convention == convention]
        lines += [_line(one, spec, levels, words) for spec in own]
    return lines


def _grade(name: str, count: int) -> str:
    return f"{name}: {count}" if name == NOT_ASSESSABLE else f"grade {name}: {count}"


def _line(one: Specifications, spec: Specification, levels: Sequence[str], words: Words) -> Line:
    policy = wording.capitalised(
        choice_words(words, one.score, 1, spec.policy).removeprefix(POLICY)
    )
    window = _days(choice_words(words, one.score, 2, spec.window))
    counts = one.groups.get((spec.policy, spec.window), {})
    own = (OWN_NOTE,) if spec is one.own else ()
    cells = [_count(counts, level) for level in levels]
    patients = patients_cell(spec.ratio) if spec.ratio else Cell()
    cells += [patients, _estimate(spec.ratio), _estimate(spec.auc)]
    return Line(Cell(f"{policy}; {window}", notes=own), tuple(cells), indent=1)


def _count(counts: dict[str, Row], level: str) -> Cell:
    number = patients_in(counts, level)
    shown = sources(counts[level], "estimate") if level in counts else ()
    return Cell(str(number), number=number, sources=shown)


def _days(window: str) -> str:
    """Return a window without the words that the heading of the table and a note say."""
    if window.endswith(FROM):
        return window.removesuffix(FROM).removeprefix(DAYS)
    return wording.inside(window)


def _estimate(row: Row | None) -> Cell:
    return estimate_cell(row) if row is not None else Cell(numbers.NONE)


def _notes(analyses: Sequence[Specifications], words: Words) -> tuple[str, ...]:
    ratios = [spec.ratio for one in analyses for spec in one.all if spec.ratio is not None]
    compared = dict.fromkeys(
        wording.contrast(words, str(r["term"]), str(r["group"]), str(r["reference"]))
        for r in ratios
        if r["group"]
    )
    said = [f"OR: {', '.join(compared)}."] if compared else []
    lacking = any(spec.auc is None for one in analyses for spec in one.all)
    windows = {choice_words(words, one.score, 2, w) for one in analyses for w in one.values(2)}
    counted = any(window.endswith(FROM) for window in windows)
    return (*said, *((FROM_NOTE,) if counted else ()), *((AUC_NOTE,) if lacking else ()))
