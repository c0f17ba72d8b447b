"""Flow of patients from the exports to the analysis, as CONSORT draws it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hematotox.declarations.study.kinds.flow import FlowFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.marks import note
from hematotox.reporting.figures.style import (
    DOUBLE_COLUMN,
    SMALL,
    line_height,
    new_figure,
    put_notes,
    put_text,
    wrap,
    wrap_notes,
)
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import Row, all_where, as_rows, attrition, evaluability, first
from hematotox.reporting.words.sources import Sources, sources

MAIN_LEFT, MAIN_WIDTH = 8.0, 70.0
SIDE_LEFT, SIDE_WIDTH = 92.0, 80.0
PADDING, BETWEEN, SIDE_GAP = 2.0, 5.0, 2.5
BRANCH_GAP, BRANCHES_BESIDE = 4.0, 3
LINE, DROP = line_height(), 0.4
INDENT = "\u2003"
KNOWN, POINTS = "group known", "points known"
"""Reasons of a score's evaluability that are about its known values."""

Counted = tuple[str, Sources]
"""A text with a number of patients, and which number that is."""
Arrow = tuple[tuple[float, float], tuple[float, float]]
"""From and to, in millimetres from the figure's upper left corner."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its lines and place, in millimetres from the figure's upper left corner."""

    lines: tuple[str, ...]
    left: float
    top: float
    width: float
    texts: tuple[Counted, ...] = ()
    """The texts, whole."""

    @property
    def height(self) -> float:
        """Height with padding."""
        return len(self.lines) * LINE + 2 * PADDING

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """Centre from left to right."""
        return self.left + self.width / 2


def flow_figure(frame: pd.DataFrame, display: FlowFigure, words: Words, *, notes: list[str]) -> Any:
    """Return the figure: patients downwards, exclusions with their reasons to the right."""
    steps = as_rows(attrition(frame))
    main, side, arrows = _stem(steps, words)
    branches = _branches(frame, display, words)
    below = _place_branches(branches, main[-1].bottom + 2 * BETWEEN)
    note_lines = wrap_notes(notes, DOUBLE_COLUMN - 4)
    bottom = max(box.bottom for box in (*main, *side, *below)) + 3.0
    height = bottom + len(note_lines) * line_height(SMALL) + 1.0
    figure = new_figure(DOUBLE_COLUMN, height)
    for box in (*main, *side, *below):
        _draw_box(figure, box, height)
        for text, shown in box.texts:
            note(figure, 1, text, shown)
    for start, end in arrows:
        _draw_arrow(figure, start, end, height)
    _draw_branch_arrows(figure, main[-1], below, height)
    put_notes(figure, 2.0, bottom, lines=note_lines)
    return figure


def _stem(steps: Sequence[Row], words: Words) -> tuple[list[Box], list[Box], list[Arrow]]:
    """Return main boxes, boxes of exclusions, and the arrows between them."""
    if not steps:
        return [_main_box(("No rows on the flow of patients", ()), 1.0)], [], []
    main = [_main_box(_counted(str(steps[0]["term"]), steps[0]), 1.0)]
    side: list[Box] = []
    arrows: list[Arrow] = []
    for position, step in enumerate(steps[1:], start=1):
        criterion = str(step["term"])
        included = criterion in words.inclusion
        excluded = _excluded(step, main[-1].bottom + SIDE_GAP, included=included)
        stays = criterion if included else "Remaining"
        if position == len(steps) - 1:
            stays = f"In the study: {criterion}" if included else "In the study"
        lowest = max([main[-1].bottom + BETWEEN, *(b.bottom + SIDE_GAP for b in excluded)])
        box = _main_box(_counted(stays, step), lowest)
        arrows.append(((main[-1].middle, main[-1].bottom), (box.middle, box.top)))
        for left_out in excluded:
            level = left_out.top + left_out.height / 2
            arrows.append(((main[-1].middle, level), (SIDE_LEFT, level)))
        main.append(box)
        side += excluded
    return main, side, arrows


def _excluded(step: Row, top: float, *, included: bool) -> list[Box]:
    """Return the box of those whom a criterion leaves out, none where it leaves out nobody."""
    if not step["n_event"]:
        return []
    criterion = str(step["term"])
    reason = f"Did not meet “{criterion}”" if included else f"Excluded: {criterion}"
    counted = _counted(reason, step, "n_event")
    return [Box(_wrapped(counted[0], SIDE_WIDTH), SIDE_LEFT, top, SIDE_WIDTH, (counted,))]


def _counted(text: str, row: Row, column: str = "estimate") -> Counted:
    return f"{text} (n\u00a0=\u00a0{numbers.count(row[column])})", sources(row, column)


def _wrapped(text: str, width: float) -> tuple[str, ...]:
    """Return the lines of a text; those of an indented one are indented twice after the first."""
    if not text.startswith(INDENT):
        return tuple(wrap(text, width - 2 * PADDING))
    first_line, *others = wrap(text, width - 2 * PADDING - 2 * LINE)
    return (first_line, *(f"{2 * INDENT}{line}" for line in others))


def _main_box(counted: Counted, top: float) -> Box:
    return Box(_wrapped(counted[0], MAIN_WIDTH), MAIN_LEFT, top, MAIN_WIDTH, (counted,))


def _branches(frame: pd.DataFrame, display: FlowFigure, words: Words) -> list[list[Counted]]:
    """Return the texts of the boxes under the flow: scores, then the declared endpoints."""
    study = [row for row in as_rows(evaluability(frame)) if row["analysis"] == "patients"]
    texts: list[list[Counted]] = []
    for score in dict.fromkeys(str(row["score"]) for row in study if row["score"]):
        found = _without_repetition(all_where(study, score=score))
        groups = _group_sizes(frame, score, words)
        head = (wording.score(words, score), ())
        overlap = _overlap(frame, score, words)
        texts.append([head, *_reasons(found, after={KNOWN: groups}), *overlap])
    for endpoint in display.endpoints:
        found = all_where(study, endpoint=endpoint)
        if found:
            texts.append([(wording.endpoint(words, endpoint), ()), *_reasons(found, after={})])
    return texts


def _without_repetition(rows: Sequence[Row]) -> list[Row]:
    """Leave out how many have points where those with a group are as many."""
    known = first(rows, term=KNOWN)
    return [
        row
        for row in rows
        if row["term"] != POINTS or known is None or row["estimate"] != known["estimate"]
    ]


def _group_sizes(frame: pd.DataFrame, score: str, words: Words) -> list[Counted]:
    """Return the patients of each group of a score, where a table of the study counts them."""
    variable = f"{score}.group"
    described = frame[
        (frame["method"] == "describe")
        & (frame["term"] == variable)
        & (frame["reference"] == "all")
        & (frame["population"] == score)
        & (frame["group"] != "")
    ]
    sizes = {str(row["group"]): row for row in as_rows(described)}
    return [
        _counted(f"{INDENT}{wording.level(words, variable, code)}", sizes[code])
        for code in wording.ordered(words, variable, sizes)
    ]


def _overlap(frame: pd.DataFrame, score: str, words: Words) -> list[Counted]:
    """Return how many with every item of the score are evaluable for endpoints that not all are."""
    counted = frame[
        (frame["method"] == "missingness")
        & (frame["reference"] == "evaluable")
        & (frame["score"] == score)
    ]
    rows = as_rows(counted.drop_duplicates(["term", "comparator"]))
    of_all = {
        row["term"] for row in rows if row["comparator"] == "all" and row["n_event"] < row["n"]
    }
    lines = [
        _counted(f"{INDENT}{wording.endpoint(words, str(row['term']))}", row, "n_event")
        for row in all_where(rows, comparator="known")
        if row["term"] in of_all
    ]
    return [("Every item known, and evaluable for", ()), *lines] if lines else []


def _reasons(rows: Sequence[Row], *, after: Mapping[str, list[Counted]]) -> list[Counted]:
    """Return a line a reason; what follows a reason stands under it."""
    lines: list[Counted] = []
    for row in rows:
        if not row["estimate"]:
            continue
        term = str(row["term"])
        lines.append(_counted(wording.capitalised(term), row))
        lines += after.get(term, [])
    return lines


def _place_branches(branches: Sequence[Sequence[Counted]], top: float) -> list[Box]:
    """Place the boxes under the flow, a few beside each other."""
    beside = min(BRANCHES_BESIDE, len(branches)) or 1
    room = DOUBLE_COLUMN - 4.0 - BRANCH_GAP * (beside - 1)
    width = min(room / beside, MAIN_WIDTH)
    boxes: list[Box] = []
    for start in range(0, len(branches), beside):
        row = [
            Box(
                tuple(part for text, _ in texts for part in _wrapped(text, width)),
                2.0 + position * (width + BRANCH_GAP),
                top,
                width,
                tuple(texts),
            )
            for position, texts in enumerate(branches[start : start + beside])
        ]
        boxes += row
        top = max(box.bottom for box in row) + BETWEEN
    return boxes


def _draw_branch_arrows(figure: Any, last: Box, below: Sequence[Box], height: float) -> None:
    """Draw arrows from the last main box to the boxes directly under it."""
    if not below:
        return
    level = last.bottom + BETWEEN
    first_row = [box for box in below if box.top == below[0].top]
    middles = [last.middle, *(box.middle for box in first_row)]
    _draw_path(figure, [(last.middle, last.bottom), (last.middle, level)], height)
    _draw_path(figure, [(min(middles), level), (max(middles), level)], height)
    for box in first_row:
        _draw_arrow(figure, (box.middle, level), (box.middle, box.top), height)


def _draw_box(figure: Any, box: Box, height: float) -> None:
    from matplotlib.patches import Rectangle

    figure.add_artist(
        Rectangle(
            (box.left / DOUBLE_COLUMN, 1 - box.bottom / height),
            box.width / DOUBLE_COLUMN,
            box.height / height,
            transform=figure.transFigure,
            facecolor="white",
            edgecolor="black",
            linewidth=0.7,
        )
    )
    for position, line in enumerate(box.lines):
        y = box.top + PADDING + DROP + position * LINE
        put_text(figure, box.left + PADDING, y, line)


def _draw_path(figure: Any, points: Sequence[tuple[float, float]], height: float) -> None:
    from matplotlib.lines import Line2D

    xs = [x / DOUBLE_COLUMN for x, _ in points]
    ys = [1 - y / height for _, y in points]
    figure.add_artist(Line2D(xs, ys, color="black", linewidth=0.7))


def _draw_arrow(
    figure: Any, start: tuple[float, float], end: tuple[float, float], height: float
) -> None:
    from matplotlib.patches import FancyArrowPatch

    ends = [(x / DOUBLE_COLUMN, 1 - y / height) for x, y in (start, end)]
    figure.add_artist(
        FancyArrowPatch(
            ends[0],
            ends[1],
            transform=figure.transFigure,
            arrowstyle="-|>",
            mutation_scale=6,
            linewidth=0.7,
            color="black",
            shrinkA=0,
            shrinkB=0,
        )
    )
