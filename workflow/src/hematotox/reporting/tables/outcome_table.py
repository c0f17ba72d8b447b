"""Table of outcomes that happened or not: patients by group, odds ratios crude and adjusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from hematotox.declarations.study.kinds.outcome_table import OutcomeTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.tables.cells import count_cell, estimate_cell, p_cell
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.effects import Effect, effects, first_models, subset
from hematotox.reporting.words.notes import (
    condition_note,
    disagreement_note,
    interval_note,
    test_note,
)
from hematotox.reporting.words.rows import Row, all_where, as_rows, first
from hematotox.reporting.words.sources import sources

COUNTED = "n/N (%)"
CRUDE, ADJUSTED = "Unadjusted", "Adjusted"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The groups of one exposure in one set of patients: a section of the table."""

    exposure: str
    population: str
    shares: tuple[Row, ...]
    """Rows of proportions."""
    effects: tuple[Effect, ...]
    """One odds ratio a model and level."""

    @property
    def endpoints(self) -> list[str]:
        """Names of the endpoints in their order."""
        rows = (*self.shares, *(effect.row for effect in self.effects))
        return list(dict.fromkeys(str(row["endpoint"]) for row in rows))


def outcome_table(frame: pd.DataFrame, display: OutcomeTable, words: Words) -> PrintedTable:
    """Return one line an endpoint, and one more for each further level of its exposure."""
    rows = as_rows(frame)
    found = [e for e in first_models(effects(rows, words)) if e.term == e.exposure]
    comparisons = _comparisons(rows, found, words)
    groups = _groups(comparisons, words)
    adjusted = any(effect.row["adjustment"] for effect in found)
    lines: list[Line] = []
    for comparison in comparisons:
        if len(comparisons) > 1:
            lines.append(section(_heading(comparison, words)))
        for endpoint in comparison.endpoints:
            lines += _endpoint_lines(comparison, endpoint, tuple(groups), adjusted, words)
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub="Outcome",
        columns=tuple(_columns(groups, comparisons, words, adjusted=adjusted)),
        lines=tuple(lines),
        notes=tuple(_notes(found)),
        numbers=frame,
    )


def _comparisons(rows: Sequence[Row], found: Sequence[Effect], words: Words) -> list[Comparison]:
    shares: dict[tuple[str, str], list[Row]] = {}
    ratios: dict[tuple[str, str], list[Effect]] = {}
    for row in all_where(rows, method="proportion", estimand="proportion"):
        exposure = words.exposures.get(str(row["analysis"]), "")
        population = wording.population(words, row, exposure=exposure)
        shares.setdefault((exposure, population), []).append(row)
    for effect in found:
        ratios.setdefault((effect.exposure, subset(effect, words)), []).append(effect)
    return [
        Comparison(*key, tuple(shares.get(key, ())), tuple(ratios.get(key, ())))
        for key in dict.fromkeys((*shares, *ratios))
    ]


def _heading(comparison: Comparison, words: Words) -> str:
    """Return "CAR-HEMATOTOX: low (0-1), high (2-7)" and the subset of patients."""
    levels = list(words.variable(comparison.exposure).levels.values())
    label = wording.label(words, comparison.exposure) if comparison.exposure else "All patients"
    parts = (f"{label}: {', '.join(levels)}" if levels else label, comparison.population)
    return "; ".join(part for part in parts if part)


def _groups(comparisons: Sequence[Comparison], words: Words) -> dict[str, str]:
    """Return the groups from left to right and their headers.

    A group has its label if all exposures call it the same, else its name; the section's heading
    then has the labels.
    """
    headers: dict[str, set[str]] = {}
    for comparison in comparisons:
        codes = [str(row["group"]) for row in comparison.shares if row["group"]]
        for code in wording.ordered(words, comparison.exposure, codes):
            label = wording.level(words, comparison.exposure, code)
            headers.setdefault(code, set()).add(label)
    plain = {code: wording.capitalised(code.replace("_", " ")) for code in headers}
    return {c: labels.pop() if len(labels) == 1 else plain[c] for c, labels in headers.items()}


def _columns(
    groups: dict[str, str], comparisons: Sequence[Comparison], words: Words, *, adjusted: bool
) -> list[Column]:
    exposures = {comparison.exposure for comparison in comparisons}
    over = wording.label(words, exposures.pop()) if len(exposures) == 1 else "Group"
    columns = [Column(f"All patients\n{COUNTED}")]
    columns += [Column(f"{header}\n{COUNTED}", over) for header in groups.values()]
    columns += [Column("OR (95% CI)", CRUDE), Column("P", CRUDE)]
    if adjusted:
        columns += [Column(header, ADJUSTED) for header in ("Patients", "OR (95% CI)", "P")]
    return columns


def _endpoint_lines(
    comparison: Comparison, endpoint: str, groups: tuple[str, ...], adjusted: bool, words: Words
) -> list[Line]:
    label = wording.endpoint(words, endpoint)
    found = [e for e in comparison.effects if e.row["endpoint"] == endpoint]
    codes = wording.ordered(words, comparison.exposure, (e.level for e in found)) or [""]
    shares = _share_cells(all_where(comparison.shares, endpoint=endpoint), groups)
    lines = []
    for position, code in enumerate(codes):
        of_level = [effect for effect in found if effect.level == code]
        cells = shares if position == 0 else [Cell() for _ in shares]
        ratios = _ratio_cells(of_level, adjusted=adjusted)
        if len(codes) > 1 and of_level:
            reference = of_level[0].reference
            compared = wording.contrast(words, comparison.exposure, code, reference)
            lines.append(Line(Cell(f"{label}: {compared}"), (*cells, *ratios)))
        else:
            lines.append(Line(Cell(label), (*cells, *ratios)))
    return lines


def _share_cells(rows: Sequence[Row], groups: Sequence[str]) -> list[Cell]:
    cells = []
    for group in ("", *groups):
        row = first(rows, group=group)
        cells.append(_share(row) if row else Cell())
    return cells


def _share(row: Row) -> Cell:
    text = numbers.events_of_patients(row["n_event"], row["n"])
    return Cell(text, notes=condition_note(row), sources=sources(row, "n_event", "n"))


def _ratio_cells(found: Sequence[Effect], *, adjusted: bool) -> list[Cell]:
    crude = next((e.row for e in found if not e.row["adjustment"]), None)
    cells = _ratio(crude)
    if adjusted:
        row = next((e.row for e in found if e.row["adjustment"]), None)
        cells += [count_cell(row, "n") if row else Cell(), *_ratio(row)]
    return cells


def _ratio(row: Row | None) -> list[Cell]:
    if row is None:
        return [Cell(), Cell()]
    return [estimate_cell(row), p_cell(row, disagreement_note(row))]


def _notes(found: Sequence[Effect]) -> list[str]:
    models = dict.fromkeys(e.model for e in found if e.row["adjustment"])
    notes = [f"{COUNTED}: patients with the outcome, evaluable patients."]
    notes += [f"Adjusted: {model[:1].lower()}{model[1:]}." for model in models]
    rows = [effect.row for effect in found]
    return [*notes, *test_note(rows), *interval_note(rows)]
