"""Table of survival or incidence at times, medians, restricted means and tests by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from hematotox.declarations.study.kinds.survival_table import SurvivalTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.tables.cells import estimate_cell, p_cell
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.curve_groups import (
    AT_TIMES,
    CurveGroup,
    curve_groups,
    named_test,
    tests_between,
)
from hematotox.reporting.words.notes import condition_note, interval_note
from hematotox.reporting.words.numbers import TimeUnit
from hematotox.reporting.words.rows import Row, all_where, as_rows
from hematotox.reporting.words.sources import Sources, of_estimate, sources

PATIENTS, EVENTS, MEDIAN = Column("Patients"), Column("Events"), "Median (95% CI)"
SPANNERS = {
    "kaplan_meier": "Survival, % (95% CI)",
    "cumulative_incidence": "Cumulative incidence, % (95% CI)",
}
MEAN = "restricted_mean_survival_time"

Cells = dict[Column, Cell]


def survival_table(frame: pd.DataFrame, display: SurvivalTable, words: Words) -> PrintedTable:
    """Return one line a group, under one heading an endpoint, cause and exposure."""
    rows, unit = as_rows(frame), display.time_unit
    found = curve_groups(rows, words)
    groups = [g for g in found if not display.causes or g.cause in ("", *display.causes)]
    sections: dict[str, list[int]] = {}
    for position, group in enumerate(groups):
        sections.setdefault(_heading(group, groups, words), []).append(position)
    grid = {p: _cells(group, unit) for p, group in enumerate(groups)}
    for members in sections.values():
        for position, cells in _comparisons(rows, groups, members, unit, words).items():
            grid[position].update(cells)
    columns = _columns(rows, groups, grid, unit)
    follow_up = _follow_up(rows, unit, words)
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="Group",
        columns=tuple(columns),
        lines=tuple(_lines(sections, groups, grid, columns, words)),
        notes=(*follow_up, *interval_note(_shown(rows))),
        numbers=frame[~frame["estimand"].str.endswith("_curve")],
        sources_of_notes=follow_up,
    )


def _shown(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if not str(row["estimand"]).endswith("_curve")]


def _heading(group: CurveGroup, groups: Sequence[CurveGroup], words: Words) -> str:
    """Name endpoint, cause, exposure and population as far as they differ in the table."""
    endpoint = wording.endpoint(words, group.endpoint)
    causes = {g.cause for g in groups if g.endpoint == group.endpoint}
    if len(causes) > 1 or not wording.is_event(words, group.endpoint, group.cause):
        endpoint = wording.incidence(words, group.endpoint, group.cause)
    exposure = wording.mentioned(words, group.exposure) if group.exposure else ""
    if exposure and len({g.exposure for g in groups}) > 1:
        endpoint = f"{endpoint} by {exposure}"
    return "; ".join(part for part in (endpoint, group.population) if part)


def _cells(group: CurveGroup, unit: TimeUnit) -> dict[Column, Cell]:
    notes = tuple(note for row in group.rows[:1] for note in condition_note(row))
    cells = {
        PATIENTS: Cell(
            str(group.patients),
            number=group.patients,
            notes=notes,
            sources=sources(group.rows[0], "n"),
        ),
        EVENTS: Cell(str(group.events), number=group.events, sources=group.sources_of_events),
    }
    if group.median is not None:
        cells[Column(f"{MEDIAN}, {unit}")] = replace(estimate_cell(group.median, unit), notes=())
    for row in group.at_times:
        header = wording.capitalised(numbers.time_label(row["time"], unit))
        own = tuple(note for note in condition_note(row) if note not in notes)
        cells[Column(header, SPANNERS[group.method])] = replace(estimate_cell(row, unit), notes=own)
    return cells


def _comparisons(
    rows: Sequence[Row],
    groups: Sequence[CurveGroup],
    members: Sequence[int],
    unit: TimeUnit,
    words: Words,
) -> dict[int, Cells]:
    """Return tests (on the first line of their groups) and restricted means."""
    found: dict[int, Cells] = {position: {} for position in members}
    head = groups[members[0]]
    for row in tests_between(rows, head, words, cause=head.cause):
        found[members[0]][Column(f"{named_test(row)} P")] = p_cell(row, condition_note(row))
    for position in members:
        for row in groups[position].differences:
            found[position].update(_difference_cells(row, unit))
    if head.method == "kaplan_meier":
        for position in members:
            for row in _means(rows, groups[position], words):
                found[position].update(_mean_cells(row, unit))
    return found


def _means(rows: Sequence[Row], group: CurveGroup, words: Words) -> list[Row]:
    """Return restricted means and differences of a group."""
    wanted = all_where(rows, method="rmst", endpoint=group.endpoint, group=group.group)
    return [
        row
        for row in wanted
        if wording.population(words, row, exposure=group.exposure) == group.population
        and wording.exposure(words, [r for r in rows if r["analysis"] == row["analysis"]])
        in (group.exposure, "")
    ]


def _difference_cells(row: Row, unit: TimeUnit) -> Cells:
    spanner = f"Difference at {numbers.time_label(row['time'], unit)}, percentage points"
    if row["estimand"] == "hypothesis_test":
        return {Column("P, log–log", spanner): p_cell(row, condition_note(row))}
    cell = estimate_cell(row, unit)
    return {Column("Difference (95% CI)", spanner): cell, Column("P", spanner): p_cell(row)}


def _mean_cells(row: Row, unit: TimeUnit) -> dict[Column, Cell]:
    spanner = f"RMST to {numbers.time_label(row['time'], unit)}, {unit}"
    cell = estimate_cell(row, unit)
    if row["estimand"] == MEAN:
        return {Column("Mean (95% CI)", spanner): cell}
    return {Column("Difference (95% CI)", spanner): cell, Column("P", spanner): p_cell(row)}


def _columns(
    rows: Sequence[Row], groups: Sequence[CurveGroup], grid: dict[int, Cells], unit: TimeUnit
) -> list[Column]:
    """Return the columns in order: totals, median, times under their spanner, means, tests."""
    present = dict.fromkeys(column for cells in grid.values() for column in cells)
    medians = [column for column in present if column.header.startswith(MEDIAN)]
    columns = [PATIENTS, EVENTS, *(c for c in medians if _reached(grid, c, groups))]
    days = {row["time"] for row in rows if row["estimand"] in AT_TIMES}
    for spanner in SPANNERS.values():
        for day in sorted(days):
            column = Column(wording.capitalised(numbers.time_label(day, unit)), spanner)
            columns += [column] if column in present else []
    later = [column for column in present if column not in (*columns, *medians)]
    return [*columns, *sorted(later, key=lambda column: not column.spanner)]


def _reached(grid: dict[int, Cells], column: Column, groups: Sequence[CurveGroup]) -> bool:
    """Return whether a median says something in any group.

    One of survival does by its lower limit alone, one of an incidence only where it was reached.
    """
    medians = [(groups[k], cells[column].text) for k, cells in grid.items() if column in cells]
    return any(
        text != numbers.NOT_REACHED
        if group.method == "kaplan_meier"
        else not text.startswith(numbers.NOT_REACHED)
        for group, text in medians
    )


def _lines(
    sections: dict[str, list[int]],
    groups: Sequence[CurveGroup],
    grid: dict[int, Cells],
    columns: Sequence[Column],
    words: Words,
) -> list[Line]:
    lines: list[Line] = []
    for heading, members in sections.items():
        single = len(members) == 1 and not groups[members[0]].group
        if not single:
            lines.append(section(heading))
        for position in members:
            group = groups[position]
            label = wording.level(words, group.exposure, group.group) if group.group else heading
            cells = tuple(grid[position].get(column, Cell()) for column in columns)
            lines.append(Line(Cell(label), cells, indent=0 if single else 1))
    return lines


def _follow_up(rows: Sequence[Row], unit: TimeUnit, words: Words) -> Mapping[str, Sources]:
    """Return the notes on the median follow-up, and which numbers they show."""
    found = all_where(rows, method="follow_up", estimand="survival_time_quantile")
    notes = {}
    for row in found:
        endpoint = wording.endpoint(words, str(row["endpoint"]))
        said = (endpoint, "reverse Kaplan–Meier", wording.population(words, row))
        printed = numbers.estimate_with_interval(row, unit)
        about = ", ".join(part for part in said if part)
        notes[f"Median follow-up ({about}): {printed} {unit}."] = of_estimate(row, unit)
        notes |= _censored(rows, ", ".join(filter(None, (said[0], said[2]))), of=row)
        notes |= _completeness(rows, ", ".join(filter(None, (said[0], said[2]))), of=row)
    return notes


def _censored(rows: Sequence[Row], about: str, *, of: Row) -> Mapping[str, Sources]:
    """Return the note on why patients were censored, where the study asks for it."""
    same = {name: of[name] for name in ("analysis", "population", "centre")}
    found = all_where(rows, method="follow_up", term="censored", **same)
    if not found:
        return {}
    told = ", ".join(
        f"{wording.spelled(str(r['reference']))} {numbers.count(r['estimate'])}" for r in found
    )
    shown = tuple(one for row in found for one in sources(row, "estimate"))
    return {f"Censored ({about}): {told}.": shown}


def _completeness(rows: Sequence[Row], about: str, *, of: Row) -> Mapping[str, Sources]:
    """Return the notes on how complete the follow-up is, where the data were cut on a day."""
    same = {name: of[name] for name in ("analysis", "population", "centre")}
    notes = {}
    for row in all_where(rows, estimand="completeness_of_follow_up", **same):
        share = numbers.estimate(row)
        told = f"Completeness of follow-up ({about}): {share}% of the possible days (Clark's C)."
        notes[told] = sources(row, "estimate")
    for row in all_where(rows, method="follow_up", estimand="proportion", **same):
        told = f"{row['n_event']:g} of {row['n']:g} {row['term']} ({about})."
        notes[told] = sources(row, "n_event", "n")
    return notes
