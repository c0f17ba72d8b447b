"""Table of numbers of days that everybody completes, and of correlations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd

from hematotox.declarations.study.kinds.duration_table import DurationTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.tables.cells import count_cell, estimate_cell, p_cell
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.notes import condition_note, interval_note
from hematotox.reporting.words.rows import Row, all_where, as_rows
from hematotox.reporting.words.sources import sources

COLUMNS = (
    Column("Patients"),
    Column("Estimate (95% CI)"),
    Column("Quartiles"),
    Column("P"),
)
KINDS = {"spearman": "Spearman's rank correlation", "pearson": "Pearson's correlation"}
QUARTILES = ("0.25", "0.75")


def duration_table(frame: pd.DataFrame, display: DurationTable, words: Words) -> PrintedTable:
    """Return one line a group of each duration, in days, and one a correlation."""
    rows = as_rows(frame)
    lines: list[Line] = []
    medians = all_where(rows, method="durations", estimand="median")
    for (analysis, heading), members in groupby(medians, lambda row: _duration(row, words)):
        lines.append(section(heading))
        own = all_where(rows, analysis=analysis, method="durations", estimand="quantile")
        lines += [_median_line(row, own, words) for row in members]
    correlations = all_where(rows, method="correlation")
    if correlations:
        lines.append(section("Correlation"))
        lines += [_correlation_line(row, words) for row in correlations]
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="Days: median; correlation: coefficient",
        columns=COLUMNS,
        lines=tuple(lines),
        notes=tuple(interval_note(rows)),
        numbers=frame,
    )


def _duration(row: Row, words: Words) -> tuple[str, str]:
    """Return analysis and heading: the analysis' own words, else those of what it measures."""
    analysis, variable = str(row["analysis"]), str(row["term"])
    measured = (
        f"Time to: {wording.endpoint(words, str(row['endpoint']))}, patients with the event"
        if variable == "onset"
        else wording.label(words, variable)
    )
    heading = words.analyses.get(analysis, measured)
    population = wording.population(words, row)
    return analysis, "; ".join(part for part in (f"{heading}, days", population) if part)


def _median_line(row: Row, quartiles: Sequence[Row], words: Words) -> Line:
    own = all_where(quartiles, group=row["group"], population=row["population"])
    ends = [one for share in QUARTILES for one in all_where(own, reference=share)]
    exposure = words.exposures.get(str(row["analysis"]), "")
    group = str(row["group"] or "")
    label = wording.level(words, exposure, group) if group else "All patients"
    cells = (
        count_cell(row, "n"),
        _days_with_limits(row),
        Cell(
            numbers.between(*(_days(end["estimate"]) for end in ends)) if len(ends) == 2 else "",
            sources=tuple(one for end in ends for one in sources(end, "estimate")),
        ),
        Cell(),
    )
    return Line(Cell(label), cells, indent=1)


def _days_with_limits(row: Row) -> Cell:
    columns = ("conf_low", "conf_high")
    limits = [row[column] for column in columns]
    text, notes = _days(row["estimate"]), condition_note(row)
    if not all(map(numbers.is_number, limits)):
        return Cell(text, notes=notes, sources=sources(row, "estimate"))
    text = f"{text} ({'–'.join(map(_days, limits))})"
    return Cell(text, notes=notes, sources=sources(row, "estimate", *columns))


def _days(value: object) -> str:
    """Return days, with a decimal only where there is one."""
    if not isinstance(value, int | float) or not numbers.is_number(value):
        return numbers.NONE
    return numbers.fixed(float(value), 0 if value == round(value) else 1)


def _correlation_line(row: Row, words: Words) -> Line:
    first, second = (wording.label(words, str(row[name])) for name in ("term", "comparator"))
    kind = KINDS.get(str(row["test"]), str(row["test"]))
    cells = (
        count_cell(row, "n"),
        estimate_cell(row),
        Cell(),
        p_cell(row),
    )
    return Line(Cell(f"{kind}: {first}, {second}"), cells, indent=1)
