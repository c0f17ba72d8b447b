"""Table of effects: ratios with intervals and p, models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from hematotox.declarations.study.kinds.regression_table import RegressionTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable, section
from hematotox.reporting.tables.cells import estimate_cell, p_cell, patients_cell
from hematotox.reporting.words import wording
from hematotox.reporting.words.effects import (
    Effect,
    effect_label,
    effects,
    of_same_model,
    place,
    short_names,
    subset,
)
from hematotox.reporting.words.notes import (
    disagreement_note,
    interval_note,
    test_note,
)
from hematotox.reporting.words.rows import Row, as_rows

SIDE_BY_SIDE = 4
"""More models than these stand below each other."""
MIXED = "Effect"
WHOLE = "All levels together."

ColumnKey = tuple[str, str]
BLANK = Cell()


@dataclass(frozen=True, slots=True)
class Block:
    """The effects under one section heading."""

    heading: str
    effects: tuple[Effect, ...]

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Term, level and landmark of each line."""
        return list(dict.fromkeys((e.term, e.level, e.since) for e in self.effects))


@dataclass(frozen=True, slots=True)
class Layout:
    """The models from left to right, and whether each line says its patients and events."""

    keys: tuple[ColumnKey, ...]
    patients: bool

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns of each model."""
        counts = ("Patients (events)",) if self.patients else ()
        short = short_names([model for _, model in self.keys])
        return tuple(
            Column(header, short.get(model, model))
            for measure, model in self.keys
            for header in (*counts, f"{measure} (95% CI)", "P")
        )

    @property
    def mixed(self) -> bool:
        """Whether one column holds several measures, each named in its cell."""
        return self.keys[:1] == ((MIXED, ""),)

    def key(self, effect: Effect) -> ColumnKey:
        """Return the model's key; models below each other share the columns of a measure."""
        if self.mixed:
            return self.keys[0]
        whole = (effect.measure, effect.model)
        return whole if whole in self.keys else (effect.measure, "")

    def cells(self, count: Cell = BLANK, effect: Cell = BLANK, p: Cell = BLANK) -> tuple[Cell, ...]:
        """Return the cells of one model."""
        return (*((count,) if self.patients else ()), effect, p)


def regression_table(frame: pd.DataFrame, display: RegressionTable, words: Words) -> PrintedTable:
    """Return the table of the effects of every model that the display names."""
    rows = as_rows(frame)
    found = [e for e in effects(rows, words) if not display.terms or e.term in display.terms]
    models = list(dict.fromkeys((e.measure, e.model) for e in found))
    beside = len(models) <= SIDE_BY_SIDE
    keys = models if beside else list(dict.fromkeys((measure, "") for measure, _ in models))
    blocks = _blocks(found, words, beside=beside)
    compact = len(blocks) > 1 and all(len(block.lines) == 1 for block in blocks)
    if compact and len(keys) > 1 and all(len(block.effects) == 1 for block in blocks):
        keys = [(MIXED, "")] if len({model for _, model in keys}) == 1 else keys
    layout = Layout(tuple(keys), patients=compact or _counts_differ(blocks, tuple(keys)))
    if compact:
        stub, lines = _compact_lines(blocks, layout, words)
    else:
        stub, lines = "Variable", _all_lines(blocks, layout, rows, words, display.show_models)
    return PrintedTable(
        title=display.title,
        caption=display.caption,
        stub=stub,
        columns=layout.columns,
        lines=tuple(lines),
        notes=tuple(_notes(found, layout, words)),
        numbers=frame,
    )


def _counts_differ(blocks: Sequence[Block], keys: tuple[ColumnKey, ...]) -> bool:
    """Return whether models that share a column of a block rest on different patients."""
    layout = Layout(keys, patients=False)
    return any(
        len({(e.row["n"], e.row["n_event"]) for e in block.effects if layout.key(e) == key}) > 1
        for block in blocks
        for key in keys
    )


def _compact_lines(blocks: Sequence[Block], layout: Layout, words: Words) -> tuple[str, list[Line]]:
    """Return one line a block; what all lines compare stands over them."""
    labels = [effect_label(block.effects[0], words) for block in blocks]
    if len(set(labels)) == 1:
        headings = [block.heading for block in blocks]
        stub = labels[0]
    else:
        headings = [f"{b.heading}: {label}" for b, label in zip(blocks, labels, strict=True)]
        stub = "Variable"
    return stub, [
        Line(Cell(heading), _effect_cells(block.effects, layout))
        for heading, block in zip(headings, blocks, strict=True)
    ]


def _all_lines(
    blocks: Sequence[Block], layout: Layout, rows: Sequence[Row], words: Words, models: bool
) -> list[Line]:
    lines: list[Line] = []
    for block in blocks:
        if block.heading:
            lines.append(section(block.heading))
        lines += _term_lines(block, layout, rows, words)
        lines += _model_lines(block, layout, rows) if models else []
    return lines


def _blocks(found: Sequence[Effect], words: Words, *, beside: bool) -> list[Block]:
    """Group effects under headings that say only what differs between the blocks."""
    split = _collide(found)
    groups: dict[tuple[str, ...], list[Effect]] = {}
    for effect in found:
        exposure = wording.label(words, effect.exposure) if split else ""
        model = "" if beside else effect.model
        key = (effect.endpoint, effect.population, exposure, model)
        groups.setdefault(key, []).append(effect)
    varying = [len(set(parts)) > 1 for parts in zip(*groups, strict=True)] if groups else []
    return [Block(_heading(key, varying), tuple(members)) for key, members in groups.items()]


def _heading(key: Sequence[str], varying: Sequence[bool]) -> str:
    return "; ".join(part for part, varies in zip(key, varying, strict=True) if varies and part)


def _collide(found: Sequence[Effect]) -> bool:
    """Return whether models of different exposures estimate the same term."""
    places = [place(replace(effect, exposure="")) for effect in found]
    return len(set(places)) < len(places)


def _term_lines(block: Block, layout: Layout, rows: Sequence[Row], words: Words) -> list[Line]:
    lines: list[Line] = []
    for term, since in dict.fromkeys((effect.term, effect.since) for effect in block.effects):
        of_term = [e for e in block.effects if (e.term, e.since) == (term, since)]
        levels = wording.ordered(words, term, (e.level for e in of_term if e.level))
        label = ", ".join(part for part in (wording.label(words, term), since) if part)
        if len(levels) > 1:
            whole = _whole_cells(of_term, layout, rows)
            if label != block.heading or any(cell.text for cell in whole):
                lines.append(Line(Cell(label), whole))
            lines += _level_lines(levels, of_term, layout, words)
            continue
        label = effect_label(of_term[0], words).removeprefix(f"{block.heading}: ")
        lines.append(Line(Cell(label), _effect_cells(of_term, layout)))
    return lines


def _whole_cells(
    of_term: Sequence[Effect], layout: Layout, rows: Sequence[Row]
) -> tuple[Cell, ...]:
    """Return the tests of a variable as a whole, where the study asks for them."""
    by_key = {layout.key(effect): effect for effect in of_term}
    cells: list[Cell] = []
    for key in layout.keys:
        found = [
            of_same_model(
                rows, by_key[key], estimand="hypothesis_test", **_whole(by_key[key], test)
            )
            for test in ("wald", "likelihood ratio")
            if key in by_key
        ]
        test = next((row for row in found if row), None)
        cells += layout.cells(p=p_cell(test, (WHOLE,)) if test else BLANK)
    return tuple(cells)


def _whole(effect: Effect, test: str) -> dict[str, str]:
    return {"term": effect.term, "comparator": "", "test": test}


def _level_lines(
    levels: Sequence[str], of_term: Sequence[Effect], layout: Layout, words: Words
) -> list[Line]:
    present = {layout.key(effect) for effect in of_term}
    ones = tuple(
        cell
        for key in layout.keys
        for cell in layout.cells(effect=Cell("1") if key in present else BLANK)
    )
    term, reference = of_term[0].term, of_term[0].reference
    first = f"{wording.level(words, term, reference)} (reference)"
    lines = [Line(Cell(first), ones, indent=1)]
    for level in levels:
        cells = _effect_cells([e for e in of_term if e.level == level], layout)
        lines.append(Line(Cell(wording.level(words, term, level)), cells, indent=1))
    return lines


def _effect_cells(shown: Sequence[Effect], layout: Layout) -> tuple[Cell, ...]:
    by_key = {layout.key(effect): effect for effect in shown}
    cells: list[Cell] = []
    for key in layout.keys:
        effect = by_key.get(key)
        if effect is None:
            cells += layout.cells()
            continue
        ratio = estimate_cell(effect.row)
        if layout.mixed:
            ratio = replace(ratio, text=f"{effect.measure} {ratio.text}")
        p = p_cell(effect.row, disagreement_note(effect.row))
        cells += layout.cells(patients_cell(effect.row), ratio, p)
    return tuple(cells)


def _model_lines(block: Block, layout: Layout, rows: Sequence[Row]) -> list[Line]:
    """Return patients and events, concordance and the proportional-hazards test of each model.

    Where a column of the block holds several models there is no one line for them.
    """
    patients: list[Cell] = []
    concordance: list[Cell] = []
    hazards: list[Cell] = []
    for key in layout.keys:
        models = {e.row["analysis"]: e for e in block.effects if layout.key(e) == key}
        model = next(iter(models.values())) if len(models) == 1 else None
        counts = [patients_cell(effect.row) for effect in models.values()]
        alike = len({cell.text for cell in counts}) == 1
        patients += layout.cells(effect=counts[0] if alike else BLANK)
        concordance += layout.cells(effect=_concordance(model, rows) if model else BLANK)
        hazards += layout.cells(p=_proportional(model, rows) if model else BLANK)
    lines = [
        Line(Cell("Concordance"), tuple(concordance)),
        Line(Cell("Proportional hazards, global test"), tuple(hazards)),
    ]
    if not layout.patients:
        lines.insert(0, Line(Cell("Patients (events)"), tuple(patients)))
    return [line for line in lines if any(cell.text for cell in line.cells)]


def _concordance(effect: Effect, rows: Sequence[Row]) -> Cell:
    row = of_same_model(rows, effect, estimand="concordance")
    return replace(estimate_cell(row), notes=()) if row else BLANK


def _proportional(effect: Effect, rows: Sequence[Row]) -> Cell:
    row = of_same_model(rows, effect, estimand="hypothesis_test", term="GLOBAL")
    return p_cell(row) if row else BLANK


def _notes(found: Sequence[Effect], layout: Layout, words: Words) -> list[str]:
    rows = [effect.row for effect in found]
    short = short_names([model for _, model in layout.keys])
    return [
        *_patients_note(found, words),
        *(f"{name}: {model[:1].lower()}{model[1:]}." for model, name in short.items()),
        *test_note(rows),
        *interval_note(rows),
    ]


def _patients_note(found: Sequence[Effect], words: Words) -> list[str]:
    """Say who is analysed where all models have the same patients and no heading says it."""
    populations = {effect.population for effect in found}
    said = any(subset(effect, words) for effect in found)
    return [f"Patients: {populations.pop()}."] if said and len(populations) == 1 else []
