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
from hematotox.reporting.figures.forest_lines import (
    INDENT,
    LABEL_MOST,
    Forest,
    ForestLine,
    heading_line,
    prediction_line,
    ratio_sources,
)
from hematotox.reporting.figures.style import wrap
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.effects import Effect, effects
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
    lines = [line for part in found for line in _lines(part, words, marks)]
    names = list(dict.fromkeys(wording.EFFECTS[str(row["estimand"])][1] for row in shown))
    short = {part.measure for part in found}
    said = [f"{mark} {wording.capitalised(n)}: {CONDITIONS[n]}." for n, mark in marks.items()]
    return Forest(
        effects=tuple(line.effect for line in lines if line.effect),
        lines=tuple(lines),
        notes=(*said, *adjustment_note(shown), *notes([], found)),
        sources_of_notes=heterogeneity_notes(found),
        measure=short.pop() if len(short) == 1 else "Ratio",
        axis=wording.capitalised(" or ".join(names)) or "Ratio",
    )


def _summaries(part: Section) -> list[Row]:
    """Return the summary, if there is one to draw."""
    summary = part.summary
    return [summary] if summary is not None and summary["estimate"] is not None else []


def _ratio_measures() -> set[str]:
    return {short for short, _ in wording.EFFECTS.values()}


def _lines(part: Section, words: Words, marks: dict[str, str]) -> list[ForestLine]:
    lines = [heading_line(part.heading)]
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
