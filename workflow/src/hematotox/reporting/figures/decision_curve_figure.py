"""Decision curves: net benefit of acting from a number of points on, of everybody, of nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from hematotox.declarations.study.kinds.decision_curve import DecisionCurveFigure
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.marks import note
from hematotox.reporting.figures.panel_grid import PanelText, panel_grid, risk_title
from hematotox.reporting.figures.style import COLOURS, DASHES, GREY, SMALL
from hematotox.reporting.words import numbers
from hematotox.reporting.words.rows import Row, all_where, as_rows
from hematotox.reporting.words.sources import of_estimate, sources

FOOT = 9.0
OWN, OTHER, PRINT, EVERYBODY = COLOURS[0], "#7FB7D8", COLOURS[1], GREY
BELOW = 0.15
"""How far below 0 the axis goes, of its height above: curves that harm more leave it."""
HEAD = (
    "Net benefit: patients with the event on whom one acts, minus those without it, who count as "
    "much as the threshold says, per 100 patients. Acting on nobody has 0. Bands: 95% limits of "
    "the bootstrap; small numbers: the points from which a dotted curve acts."
)


def decision_curve_figure(
    frame: pd.DataFrame, display: DecisionCurveFigure, words: Words, *, notes: list[str]
) -> Any:
    """Return the figure, one panel an analysis and repetition."""
    del display
    every = as_rows(frame)
    rows = all_where(every, estimand="net_benefit")
    keys = ("analysis", "population", "centre")
    found = dict.fromkeys(tuple(row[key] for key in keys) for row in rows)
    panels = [all_where(rows, **dict(zip(keys, one, strict=True))) for one in found]
    days = {str(row["analysis"]): row["time"] for row in all_where(every, estimand="flagged")}
    texts = [_text(panel, days.get(str(panel[0]["analysis"])), words) for panel in panels]
    reasons = dict.fromkeys(words.reasons.get(str(one[0]), "") for one in found)
    said = [f"Thresholds: {reason}." for reason in reasons if reason]
    figure, axes = panel_grid(texts, [HEAD, *said, *notes])
    for position, (ax, panel, text) in enumerate(zip(axes, panels, texts, strict=True), start=1):
        _draw(ax, panel, words)
        for row in panel:
            if row["estimand"] == "net_benefit":
                note(
                    figure, position, text.title, (*of_estimate(row), *sources(row, "n", "n_event"))
                )
    return figure


def _text(panel: Sequence[Row], day: float | None, words: Words) -> PanelText:
    row = panel[0]
    n, events = (numbers.count(row[column]) for column in ("n", "n_event"))
    sizes = f"{n} patients, {events} with the event."
    return PanelText(risk_title(row, day, str(row["term"]), words=words), (sizes,), FOOT)


def _draw(axes: Any, rows: Sequence[Row], words: Words) -> None:
    curves: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        curves.setdefault((str(row["group"]), str(row["reference"])), []).append(row)
    ends = [100 * float(row["time"]) for row in rows]
    top = max(100 * float(row["conf_high"] or row["estimate"] or 0) for row in rows)
    axes.axhline(0, color="black", linewidth=0.7)
    looks = {}
    for (group, reference), curve in curves.items():
        look = looks[group, reference] = _look(group, reference, str(curve[0]["term"]), words)
        curve.sort(key=lambda row: row["time"])
        x, y, low, high = (
            [100 * float(row[column]) if row[column] is not None else float("nan") for row in curve]
            for column in ("time", "estimate", "conf_low", "conf_high")
        )
        axes.plot(x, y, color=look.colour, linestyle=look.dashes, linewidth=look.width)
        if look.banded:
            axes.fill_between(x, low, high, color=look.colour, alpha=0.13, linewidth=0)
        if look.colour == OTHER:
            axes.annotate(group, (x[0], y[0]), (2, 0), textcoords="offset points", va="center",
                          fontsize=SMALL - 1, color=OWN)  # fmt: skip
    axes.set_xlim(min(ends), max(ends))
    axes.set_ylim(-BELOW * top, top * 1.04)
    _legend(axes, list(looks.values()))
    axes.set_xlabel("Threshold probability (%)", labelpad=2)
    axes.set_ylabel("Net benefit per 100 patients", labelpad=2)


@dataclass(frozen=True, slots=True)
class Look:
    """How a rule is drawn, and its words."""

    colour: str
    dashes: Any
    banded: bool
    label: str

    @property
    def width(self) -> float:
        """Of its line."""
        return 0.8 if self.colour == OTHER else 1.2


def _look(group: str, reference: str, term: str, words: Words) -> Look:
    if group == "all":
        return Look(EVERYBODY, DASHES[1], True, "Act on everybody")
    if not group:
        of = f"published risk, {reference}" if reference else words.variable(term).label
        return Look(PRINT, DASHES[3], not reference, f"Act from {of}")
    own = words.level(term.replace(".points", ".group"), reference).split(" (")[0]
    if not reference:
        return Look(OTHER, DASHES[2], False, group)
    return Look(OWN, "solid", True, f"Act from {group} points on ({own})")


def _legend(axes: Any, looks: Sequence[Look]) -> None:
    """Write the words of the curves; the other numbers of points share a line."""
    from matplotlib.lines import Line2D

    entries = [look for look in looks if look.colour != OTHER]
    others = [look.label for look in looks if look.colour == OTHER]
    if others:
        points = "point" if others == ["1"] else "points"
        label = f"Act from {', '.join(others)} {points} on"
        entries.append(Look(OTHER, DASHES[2], False, label))
    lines = [Line2D([], [], color=e.colour, linestyle=e.dashes, linewidth=1.1) for e in entries]
    axes.legend(lines, [look.label for look in entries], loc="upper right", fontsize=SMALL,
                frameon=False, borderaxespad=0.1, handlelength=2.2, labelspacing=0.25)  # fmt: skip
