"""Table 1: characteristics of all patients and of each group, with a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from hematotox.declarations.study.kinds.baseline_table import BaselineTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable
from hematotox.reporting.tables.cells import count_cell, p_cell, share_cell
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.notes import condition_note
from hematotox.reporting.words.rows import Row, all_where, as_rows, first
from hematotox.reporting.words.sources import Sources, sources

QUARTILES = (("median", ""), ("quantile", "0.25"), ("quantile", "0.75"))
YES_NO = {"yes", "no"}


STUDY, DIED_BEFORE = "patients", "died before infusion"
"""The analysis about the whole study, and how the reason of its row starts."""
STANDARDISED = "standardised_difference"
SMD_NOTE = (
    "SMD, standardised difference between the groups: of two groups the second minus the first in "
    "standard deviations, of two levels for the last one; without sign for more than two levels or "
    "groups (mean over pairs). "
    "Beside Missing: of the share missing."
)
GROUP_UNKNOWN = "group unknown"
"""`reference` of the row that counts patients without a group, as `analysis` writes it."""


@dataclass(frozen=True, slots=True)
class Part:
    """One analysis on one set of patients: a set of neighbouring columns."""

    spanner: str
    rows: tuple[Row, ...]
    groups: tuple[str, ...]
    """Levels in order; the first, "", is all patients."""
    exposure: str
    tested: bool
    standardised: bool


def baseline_table(frame: pd.DataFrame, display: BaselineTable, words: Words) -> PrintedTable:
    """Return the characteristics by group, one set of columns an analysis."""
    described = as_rows(frame[frame["method"] == "describe"])
    parts = _parts([row for row in described if not _is_size(row, words)], words)
    named = [str(row["term"]) for part in parts for row in part.rows if row["term"]]
    variables = dict.fromkeys(named)
    lines = [line for name in variables for line in _variable_lines(name, parts, words)]
    unknown = _unknown_notes(described)
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="Characteristic",
        columns=tuple(column for part in parts for column in _columns(part, words)),
        lines=tuple(lines),
        notes=tuple(_notes(parts, unknown)),
        numbers=frame,
        sources_of_notes=unknown,
    )


def died_before_infusion(estimates: pd.DataFrame) -> list[str]:
    """Return a note on patients of the study whose dates say that they died before infusion."""
    rows = estimates[(estimates["analysis"] == STUDY) & (estimates["method"] == "evaluability")]
    found = rows[rows["term"].str.startswith(DIED_BEFORE)]
    if found.empty:
        return []
    count = int(found["estimate"].max())
    patients = "1 patient" if count == 1 else f"{numbers.count(count)} patients"
    return [f"The study includes {patients} who died before infusion by the date in the export."]


def _is_size(row: Row, words: Words) -> bool:
    """Return whether a row counts the patients of a column, and describes no variable."""
    groups = words.exposures.get(str(row["analysis"]), "")
    return bool(row["reference"] in ("all", GROUP_UNKNOWN) and row["term"] == groups)


def _parts(rows: Sequence[Row], words: Words) -> list[Part]:
    sets: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        key = tuple(str(row[column]) for column in ("analysis", "population", "centre"))
        sets.setdefault(key, []).append(row)
    parts = []
    names = [name for name, *_ in sets]
    for (name, *_), members in sets.items():
        exposure = wording.exposure(words, members)
        levels = [str(row["group"]) for row in members if row["group"]]
        subset = wording.population(words, members[0], exposure=exposure)
        # An analysis repeated by centre or product has one label for all of them.
        label = wording.analysis(words, name) if names.count(name) == 1 else ""
        parts.append(
            Part(
                spanner=label or subset or wording.label(words, exposure),
                rows=tuple(members),
                groups=("", *wording.ordered(words, exposure, levels)),
                exposure=exposure,
                tested=any(row["estimand"] == "hypothesis_test" for row in members),
                standardised=any(row["estimand"] == STANDARDISED for row in members),
            )
        )
    return [replace(parts[0], spanner="")] if len(parts) == 1 else parts


def _columns(part: Part, words: Words) -> list[Column]:
    columns = []
    for group in part.groups:
        everybody = "All" if part.spanner else "All patients"
        name = wording.level(words, part.exposure, group) if group else everybody
        patients, shown = _patients(part, group)
        columns.append(Column(f"{name}\n(n = {patients})", part.spanner, shown))
    tests = [name for name, there in (("P", part.tested), ("SMD", part.standardised)) if there]
    return [*columns, *(Column(name, part.spanner) for name in tests)]


def _patients(part: Part, group: str) -> tuple[str, Sources]:
    """Return the patients of a group: those known and those missing, of any variable."""
    rows = all_where(part.rows, group=group, estimand="count")
    missing = first(rows, reference="missing")
    if missing is None:
        return numbers.NONE, ()
    whole = (missing["n"] or 0) + (missing["estimate"] or 0)
    return numbers.count(whole), sources(missing, "n", "estimate")


def _variable_lines(name: str, parts: Sequence[Part], words: Words) -> list[Line]:
    rows = [row for part in parts for row in part.rows if row["term"] == name]
    if any(row["reference"] == "known" for row in rows):
        lines = [_number_line(name, parts, words)]
    else:
        lines = _category_lines(name, rows, parts, words)
    missing = all_where(rows, estimand="count", reference="missing")
    if any(row["estimate"] for row in missing):
        lines.append(_line("Missing", [_missing_cells(name, part) for part in parts], indent=1))
    return lines


def _line(label: str, cells: Sequence[Sequence[Cell]], indent: int = 0) -> Line:
    return Line(Cell(label), tuple(cell for part in cells for cell in part), indent=indent)


def _number_line(name: str, parts: Sequence[Part], words: Words) -> Line:
    found = [row["estimate"] for part in parts for row in _quartile_rows(name, part)]
    decimals = numbers.common_decimals([value for value in found if value is not None])
    cells = []
    for part in parts:
        printed = [_median(name, part, group, decimals) for group in part.groups]
        cells.append([*printed, *_test_cells(name, part)])
    return _line(f"{wording.variable(words, name)}, median (IQR)", cells)


def _quartile_rows(name: str, part: Part) -> list[Row]:
    return [
        row
        for row in part.rows
        if row["term"] == name and row["estimand"] in ("median", "quantile")
    ]


def _median(name: str, part: Part, group: str, decimals: int) -> Cell:
    rows = all_where(_quartile_rows(name, part), group=group)
    values: list[float | None] = []
    shown: list[tuple[str, str]] = []
    for estimand, reference in QUARTILES:
        wanted = {"reference": reference} if reference else {}
        row = first(rows, estimand=estimand, **wanted)
        values.append(row["estimate"] if row else None)
        shown += sources(row, "estimate") if row else ()
    return Cell(numbers.median_with_quartiles(values, decimals), sources=tuple(shown))


def _category_lines(
    name: str, rows: Sequence[Row], parts: Sequence[Part], words: Words
) -> list[Line]:
    levels = _levels(rows, name, words)
    label = wording.label(words, name)
    if set(levels) <= YES_NO and "yes" in levels:
        cells = [[*_level_cells(name, "yes", p), *_test_cells(name, p)] for p in parts]
        return [_line(f"{label}, n (%)", cells)]
    heads = [[*(Cell() for _ in part.groups), *_test_cells(name, part)] for part in parts]
    lines = [_line(f"{label}, n (%)", heads)]
    for level in levels:
        cells = [[*_level_cells(name, level, part), *_blank_test(part)] for part in parts]
        lines.append(_line(wording.level(words, name, level), cells, indent=1))
    return lines


def _levels(rows: Sequence[Row], name: str, words: Words) -> list[str]:
    """Return the levels in order; one that nobody has is left out, but for yes and no."""
    counts = [r for r in all_where(rows, estimand="count") if r["reference"] != "missing"]
    declared = {str(row["reference"]) for row in counts}
    present = {str(row["reference"]) for row in counts if row["estimate"]}
    shown = declared if declared <= YES_NO or not present else present
    return [level for level in wording.ordered(words, name, sorted(declared)) if level in shown]


def _level_cells(name: str, level: str, part: Part) -> list[Cell]:
    return [
        share_cell(first(part.rows, term=name, group=group, estimand="count", reference=level))
        for group in part.groups
    ]


def _missing_cells(name: str, part: Part) -> list[Cell]:
    cells = []
    for group in part.groups:
        row = first(part.rows, term=name, group=group, estimand="count", reference="missing")
        cells.append(count_cell(row, "estimate") if row else Cell(numbers.NONE))
    return [*cells, *([Cell()] if part.tested else []), *_standardised(name, part, "missing")]


def _test_cells(name: str, part: Part) -> list[Cell]:
    row = first(part.rows, term=name, estimand="hypothesis_test")
    test = p_cell(row, condition_note(row)) if row else Cell()
    return [*([test] if part.tested else []), *_standardised(name, part, "")]


def _standardised(name: str, part: Part, reference: str) -> list[Cell]:
    if not part.standardised:
        return []
    row = first(part.rows, term=name, estimand=STANDARDISED, reference=reference)
    if row is None or row["estimate"] is None:
        return [Cell(numbers.NONE)]
    return [Cell(numbers.fixed(row["estimate"], 2), sources=sources(row, "estimate"))]


def _blank_test(part: Part) -> list[Cell]:
    return [Cell()] * (part.tested + part.standardised)


def _unknown_notes(described: Sequence[Row]) -> Mapping[str, Sources]:
    """Return how many patients have no group, and which numbers that says."""
    return {
        f"Group unknown in {numbers.count(row['estimate'])} patients, who stand only under all "
        "patients.": sources(row, "estimate")
        for row in described
        if row["reference"] == GROUP_UNKNOWN
    }


def _notes(parts: Sequence[Part], unknown: Mapping[str, Sources]) -> list[str]:
    tests = dict.fromkeys(
        str(row["test"])
        for part in parts
        for name in dict.fromkeys(r["term"] for r in part.rows)
        if (row := first(part.rows, term=name, estimand="hypothesis_test"))
    )
    notes = ["Percentages of the patients with a known value.", *unknown]
    notes += [SMD_NOTE] if any(part.standardised for part in parts) else []
    used = {
        "kruskal-wallis": "Kruskal–Wallis test for numbers",
        "fisher": "Fisher's exact test for categories",
    }
    named = [used.get(test, wording.TESTS.get(test, test)) for test in tests if test]
    return [*notes, "P: " + ", ".join(named) + "."] if named else notes
