"""Panels in rows of two, each with its title, its axes and lines of text below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.style import (
    DOUBLE_COLUMN,
    PANEL,
    SINGLE_COLUMN,
    SMALL,
    TEXT,
    add_axes,
    line_height,
    new_figure,
    put_notes,
    put_text,
    wrap,
    wrap_notes,
)
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import Row

LEFT, RIGHT, GAP, BELOW = 15.0, 3.0, 4.0, 3.0
HEIGHT = 45.0
ROW = line_height(SMALL) * 1.1
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class PanelText:
    """Words of one panel."""

    title: str
    below: tuple[str, ...]
    """Paragraphs under the axes."""
    foot: float
    """Room in millimetres for what belongs to the axis below them."""


def panel_grid(panels: Sequence[PanelText], notes: Sequence[str]) -> tuple[Any, list[Any]]:
    """Return a figure with titles, texts and notes, and the empty axes of each panel."""
    columns = 1 if len(panels) < 2 else 2
    width = SINGLE_COLUMN if columns == 1 else DOUBLE_COLUMN
    each = (width - GAP * (columns - 1)) / columns
    titles = [wrap(panel.title, each - 6, TEXT) for panel in panels]
    texts = [[wrap(text, each - 4, SMALL) for text in panel.below] for panel in panels]
    heads = [len(lines) * line_height(TEXT) + 2.5 for lines in titles]
    tails = [sum(len(lines) for lines in text) * ROW + BELOW for text in texts]
    rows = [range(i, min(i + columns, len(panels))) for i in range(0, len(panels), columns)]
    tops, used = [], 2.0
    for row in rows:
        tops.append(used)
        used += max(heads[i] for i in row) + HEIGHT
        used += max(panels[i].foot + tails[i] for i in row)
    lines = wrap_notes(notes, width - 4)
    figure = new_figure(width, used + len(lines) * ROW + 3.0)
    axes = []
    for row, top in zip(rows, tops, strict=True):
        head = max(heads[i] for i in row)
        for place, i in enumerate(row):
            left = place * (each + GAP)
            if len(panels) > 1:
                put_text(figure, left, top, LETTERS[i], fontsize=PANEL, fontweight="bold")
            put_text(figure, left + 4.5, top + 0.4, "\n".join(titles[i]), linespacing=1.25)
            room = each - LEFT - RIGHT
            axes.append(add_axes(figure, left + LEFT, top + head, width=room, height=HEIGHT))
            start = top + head + HEIGHT + panels[i].foot
            for text in texts[i]:
                for line in text:
                    put_text(figure, left + 2, start, line, fontsize=SMALL)
                    start += ROW
    put_notes(figure, 2.0, used + 1.0, lines=lines, step=ROW)
    return figure, axes


def risk_title(row: Row, day: float | None, marker: str, *, words: Words) -> str:
    """Return "Death from any cause by 12 months, CAR-HEMATOTOX": the event, and by what."""
    by = words.scores.get(str(row["score"])) or words.variable(marker).label
    population = wording.population(words, row, exposure=marker)
    endpoint = wording.endpoint(words, str(row["endpoint"]))
    if day:
        cause = next(iter(words.endpoints[str(row["endpoint"])].causes.values()), endpoint)
        endpoint = f"{cause} by {numbers.time_label(day, 'months')}"
    return f"{endpoint}, {by}{f' ({population})' if population else ''}"
