"""ROC curves with their areas and the operating points of declared groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hematotox.declarations.study.display_base import crowded
from hematotox.declarations.study.kinds.roc import RocFigure
from hematotox.declarations.study.vocabulary import CONDITIONS
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.marks import note
from hematotox.reporting.figures.style import (
    COLOURS,
    DASHES,
    GREY,
    LINE,
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
from hematotox.reporting.figures.swatches import ROW, SAMPLE, put_entry
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import Row, all_where, as_rows, conditions, first
from hematotox.reporting.words.sources import Sources, of_estimate, sources

LEFT, TOP, RIGHT, FOOT = 13.0, 2.5, 4.0, 10.0
MARKERS = ("o", "s", "^", "D", "v", "P")
STEP = ("estimate", "time")
"""What a step of a curve shows: sensitivity and 1 - specificity."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend: a curve or an operating point."""

    text: str
    sources: Sources
    colour: str
    dashes: Any = None
    marker: str = ""


def roc_figure(frame: pd.DataFrame, display: RocFigure, words: Words, *, notes: list[str]) -> Any:
    """Return the figure: sensitivity against 1 - specificity, areas and points in the legend."""
    del display
    rows = as_rows(frame)
    markers = _markers(rows)
    crowd = crowded(len(markers))
    markers = [] if crowd else markers
    points = all_where(rows, method="diagnostic_accuracy", estimand="sensitivity")
    entries = [_curve_entry(rows, m, i, markers, words) for i, m in enumerate(markers)]
    places = [_place(row, i, markers) for i, row in enumerate(points)]
    entries += [_point_entry(rows, row, i, words) for row, i in zip(points, places, strict=True)]
    side = SINGLE_COLUMN - LEFT - RIGHT
    room = side - SAMPLE
    legend = [(entry, wrap(entry.text, room, SMALL)) for entry in entries]
    told = {**_patients(rows), **_differences(rows, words)}
    note_lines = wrap_notes(
        [*([f"{crowd}."] if crowd else []), *told, *_conditions(rows), *notes], SINGLE_COLUMN - 4
    )
    used = sum(len(texts) for _, texts in legend) * ROW
    title = _title(rows, words)
    top = TOP + len(title) * line_height(TEXT)
    start = top + side + FOOT
    height = start + used + len(note_lines) * ROW + 3.0
    figure = new_figure(SINGLE_COLUMN, height)
    put_text(figure, LEFT, 0.8, "\n".join(title), weight="bold", linespacing=1.25)
    axes = add_axes(figure, LEFT, top, width=side, height=side)
    _draw_axes(axes)
    for position, marker in enumerate(markers):
        _draw_curve(axes, all_where(rows, estimand="roc_curve", **marker), position)
    for row, position in zip(points, places, strict=True):
        _draw_point(axes, rows, row, position)
    if not markers:
        box = {"facecolor": "white", "linewidth": 0, "pad": 2}
        look = {"ha": "center", "va": "center", "bbox": box}
        axes.text(0.5, 0.5, "No curve", transform=axes.transAxes, **look)
    _draw_legend(figure, legend, start)
    for marker, entry in zip(markers, entries, strict=False):
        curve = all_where(rows, estimand="roc_curve", **marker)
        note(figure, 1, entry.text, tuple(s for row in curve for s in sources(row, *STEP)))
    for text, shown in (*((entry.text, entry.sources) for entry in entries), *told.items()):
        note(figure, 1, text, shown)
    put_notes(figure, 2.0, start + used + 1.5, lines=note_lines, step=ROW)
    return figure


def _title(rows: Sequence[Row], words: Words) -> list[str]:
    """Return the endpoint that all curves and points are about, in lines; none if of several."""
    shown = [row for row in rows if row["estimand"] in ("roc_curve", "sensitivity")]
    endpoints = dict.fromkeys(wording.endpoint(words, str(row["endpoint"])) for row in shown)
    if len(endpoints) != 1:
        return []
    return list(wrap(str(next(iter(endpoints))), SINGLE_COLUMN - LEFT - RIGHT, TEXT))


def _markers(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return what tells the curves apart: analysis, subset and marker."""
    columns = ("analysis", "population", "centre", "term")
    found = [tuple(row[c] for c in columns) for row in rows if row["estimand"] == "roc_curve"]
    return [dict(zip(columns, key, strict=True)) for key in dict.fromkeys(found)]


def _place(row: Row, position: int, markers: Sequence[dict[str, Any]]) -> int:
    """Return the position of the curve of a point's score, so that both have one colour."""
    score = str(row["term"]).partition(".")[0]
    curves = [i for i, marker in enumerate(markers) if marker["term"].partition(".")[0] == score]
    return curves[0] if len(curves) == 1 else position


def _curve_entry(
    rows: Sequence[Row],
    marker: dict[str, Any],
    position: int,
    markers: Sequence[dict[str, Any]],
    words: Words,
) -> Entry:
    area = first(rows, estimand="auc", **marker)
    curve = first(rows, estimand="roc_curve", **marker)
    assert curve is not None
    parts = [words.variable(str(marker["term"])).label]
    if len({row["endpoint"] for row in rows if row["estimand"] == "roc_curve"}) > 1:
        parts.append(wording.endpoint(words, str(curve["endpoint"])))
    population = wording.population(words, curve)
    if population and len({(m["population"], m["centre"]) for m in markers}) > 1:
        parts.append(population)
    return Entry(
        text=f"{', '.join(parts)}: AUC {_with_interval(area) if area else numbers.NONE}",
        sources=of_estimate(area) if area else (),
        colour=COLOURS[position % len(COLOURS)],
        dashes=DASHES[position % len(DASHES)],
    )


def _point_entry(rows: Sequence[Row], row: Row, position: int, words: Words) -> Entry:
    specificity = _specificity(rows, row)
    variable = str(row["term"])
    label = f"{words.variable(variable).label} {words.level(variable, str(row['group']))}"
    printed = numbers.estimate(specificity) if specificity else numbers.NONE
    return Entry(
        text=f"{label}: sensitivity {numbers.estimate(row)}%, specificity\u00a0{printed}%",
        sources=tuple(s for one in (row, specificity) if one for s in sources(one, "estimate")),
        colour=COLOURS[position % len(COLOURS)],
        marker=MARKERS[position % len(MARKERS)],
    )


def _specificity(rows: Sequence[Row], row: Row) -> Row | None:
    columns = ("analysis", "population", "centre", "term", "group")
    return first(rows, estimand="specificity", **{c: row[c] for c in columns})


def _draw_axes(axes: Any) -> None:
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xticks(range(0, 101, 20))
    axes.set_yticks(range(0, 101, 20))
    axes.set_xlabel("1 − specificity (%)", labelpad=2)
    axes.set_ylabel("Sensitivity (%)", labelpad=3)
    axes.plot((0, 100), (0, 100), color=GREY, linewidth=0.6, linestyle=(0, (3, 2)))


def _draw_curve(axes: Any, curve: Sequence[Row], position: int) -> None:
    drawn = sorted((100 * float(row["time"]), 100 * float(row["estimate"])) for row in curve)
    axes.plot(
        [x for x, _ in drawn],
        [y for _, y in drawn],
        clip_on=False,
        color=COLOURS[position % len(COLOURS)],
        linestyle=DASHES[position % len(DASHES)],
    )


def _draw_point(axes: Any, rows: Sequence[Row], row: Row, position: int) -> None:
    specificity = _specificity(rows, row)
    if specificity is None or row["estimate"] is None or specificity["estimate"] is None:
        return
    axes.plot(
        100 - numbers.printed_scale("specificity", specificity["estimate"]),
        numbers.printed_scale("sensitivity", row["estimate"]),
        linestyle="none",
        marker=MARKERS[position % len(MARKERS)],
        markersize=5,
        markerfacecolor="white",
        color=COLOURS[position % len(COLOURS)],
        clip_on=False,
        zorder=5,
    )


def _with_interval(row: Row) -> str:
    """Return "0.70 (95% CI, 0.59–0.81)", or the estimate alone where there is no interval."""
    limits = numbers.interval(row)
    return f"{numbers.estimate(row)} (95% CI, {limits})" if limits else numbers.estimate(row)


def _patients(rows: Sequence[Row]) -> dict[str, Sources]:
    """Say how many patients the curves rest on, each number once."""
    said = {
        f"{numbers.count(row['n'])} patients, {numbers.count(row['n_event'])} with the event": (
            sources(row, "n", "n_event")
        )
        for row in all_where(rows, estimand="auc")
        if row["n"] is not None and row["n_event"] is not None
    }
    return {"; ".join(said) + ".": tuple(s for one in said.values() for s in one)} if said else {}


def _differences(rows: Sequence[Row], words: Words) -> dict[str, Sources]:
    return {
        f"AUC of {words.variable(str(row['term'])).label} minus that of "
        f"{words.variable(str(row['comparator'])).label}: {_with_interval(row)}; "
        f"{numbers.p_phrase(row['p_value'])} (DeLong's test).": (
            *of_estimate(row),
            *sources(row, "p_value"),
        )
        for row in all_where(rows, estimand="auc_difference")
    }


def _conditions(rows: Sequence[Row]) -> list[str]:
    return [f"{wording.capitalised(n)}: {CONDITIONS.get(n, n)}." for n in conditions(rows)]


def _draw_legend(figure: Any, legend: Sequence[tuple[Entry, list[str]]], top: float) -> None:
    for entry, lines in legend:
        key = {"colour": entry.colour, "marker": entry.marker}
        put_entry(figure, (LEFT, top), lines, look=(entry.dashes, LINE), **key)
        top += ROW * len(lines)
