"""Forest plot of the study's ratios among the published ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from hematotox.declarations.study.kinds.forest import ForestFigure
from hematotox.declarations.study.kinds.registry_forest import RegistryFigure
from hematotox.declarations.study.vocabulary import CONDITIONS
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.forest_figure import draw_forest
from hematotox.reporting.figures.forest_panels import (
    INDENT,
    LABEL_MOST,
    Forest,
    ForestLine,
    forest_panels,
    heading_line,
    prediction_line,
    ratio_sources,
)
from hematotox.reporting.figures.style import wrap
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.effects import Effect, effect_label, effects
from hematotox.reporting.words.registry_lines import (
    Section,
    adjustment_note,
    cohort_label,
    heterogeneity_notes,
    notes,
    patients,
    sections,
    summary_label,
)
from hematotox.reporting.words.rows import Row, as_rows, conditions

MARKS = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖ"
"""Marks of conditions, in the order of the notes."""


def registry_forest_figure(
    frame: pd.DataFrame, display: RegistryFigure, words: Words, *, notes: list[str]
) -> Any:
    """Return the figure of every ratio; areas, sensitivity and specificity stand in the table."""
    ends = ForestFigure(kind="forest", title=display.title, x_low=display.x_low,
                        x_high=display.x_high)  # fmt: skip
    return draw_forest(registry_forest(as_rows(frame), words), ends, notes)


def registry_forest(rows: Sequence[Row], words: Words) -> Forest:
    """Return the lines of the figure, section by section, and its notes."""
    found = [part for part in sections(rows, words) if part.measure in _ratio_measures()]
    shown = [row for part in found for row in (*part.cohorts, *_summaries(part))]
    marks = dict(zip(conditions(shown), MARKS, strict=False))
    heads = _compared(found, words)
    lines = [line for part in found for line in _lines(part, words, marks, heads)]
    said = [f"{mark} {wording.capitalised(n)}: {CONDITIONS[n]}." for n, mark in marks.items()]
    return Forest(
        panels=forest_panels(lines, words, heads),
        notes=(*said, *adjustment_note(shown), *notes([], found)),
        sources_of_notes=heterogeneity_notes(found),
    )


def _compared(found: Sequence[Section], words: Words) -> dict[str, str]:
    """Return what the ratios of a measure compare, in our words, where all compare the same."""
    compared: dict[str, set[tuple[str, ...]]] = {}
    for part in found:
        own = _of_section(part, words)
        groups = ((own, str(r["group"]), str(r["reference"])) for r in part.cohorts)
        compared.setdefault(part.measure, set()).update(groups)
    return {
        part.measure: _of_section(part, words) for part in found if len(compared[part.measure]) == 1
    }


def _of_section(part: Section, words: Words) -> str:
    """Return "CAR-HEMATOTOX: high vs low", by the study's own estimate, which is the last."""
    return effect_label(effects(part.cohorts[-1:], words)[0], words)


def _summaries(part: Section) -> list[Row]:
    """Return the summary, if there is one to draw."""
    summary = part.summary
    return [summary] if summary is not None and summary["estimate"] is not None else []


def _ratio_measures() -> set[str]:
    return {short for short, _ in wording.EFFECTS.values()}


def _lines(
    part: Section, words: Words, marks: dict[str, str], heads: dict[str, str]
) -> list[ForestLine]:
    own = "" if part.measure in heads else f", {_of_section(part, words)}"
    lines = [heading_line(f"{part.heading}{own}")]
    for effect in effects(part.cohorts, words):
        row = effect.row
        label = tuple(wrap(cohort_label(row, words), LABEL_MOST - INDENT))
        texts = (patients(row), *_texts(row, marks))
        lines.append(ForestLine(label, INDENT, effect, texts, ratio_sources(row, "n", "n_event")))
    for summary in _summaries(part):
        effect = effects([summary], words)[0]
        texts = ("", *_texts(summary, marks))
        label = (summary_label(summary),)
        shown = ratio_sources(summary)
        lines.append(ForestLine(label, INDENT, effect, texts, shown, "summary"))
        lines += _prediction(part, effect)
    return lines


def _prediction(part: Section, summary: Effect) -> list[ForestLine]:
    if part.prediction is None:
        return []
    effect = replace(summary, row=part.prediction)
    return [prediction_line("Prediction interval of a new cohort", INDENT, effect)]


def _texts(row: Row, marks: dict[str, str]) -> tuple[str, str]:
    """Return the ratio with the marks of its conditions, and p."""
    found = "".join(mark for name, mark in marks.items() if name in conditions([row]))
    p = numbers.p_value(row["p_value"]) if row["p_value"] is not None else ""
    return numbers.estimate_with_interval(row) + found, p
