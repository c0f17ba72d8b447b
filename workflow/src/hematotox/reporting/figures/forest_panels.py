"""The panels of a forest plot before it is drawn: one a kind of ratio, with its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.style import SMALL, text_width, wrap
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.effects import Effect
from hematotox.reporting.words.rows import Row
from hematotox.reporting.words.sources import Sources, of_estimate, sources

Kind = Literal["heading", "factor", "reference", "effect", "summary", "prediction", "test"]
LABEL_MOST, HEADING_MOST, SIDE_MOST, INDENT = 76.0, 96.0, 36.0, 2.5
"""Millimetres: widest label, heading and words of a side; indent under a heading."""
RISEN = {"OR": "odds", "HR": "hazard", "SHR": "incidence", "Cause-specific HR": "hazard"}
"""What a ratio above 1 says to be higher."""


@dataclass(frozen=True, slots=True)
class ForestLine:
    """One line: a heading, or an effect with its printed numbers."""

    lines: tuple[str, ...]
    indent: float
    effect: Effect | None
    texts: tuple[str, ...]
    """Patients (events), ratio with interval, p."""
    sources: tuple[Sources, ...] = ()
    """Which numbers each text shows."""
    kind: Kind = "effect"


@dataclass(frozen=True, slots=True)
class ForestPanel:
    """The lines of one kind of ratio, which share an axis."""

    measure: str
    """OR, HR, SHR."""
    axis: str
    head: str
    """What all its lines compare, "CAR-HEMATOTOX: high vs low"; else empty."""
    sides: tuple[str, str]
    """What ratios below and above 1 say."""
    lines: tuple[ForestLine, ...]


@dataclass(frozen=True, slots=True)
class Forest:
    """Everything that a forest plot says."""

    panels: tuple[ForestPanel, ...]
    notes: tuple[str, ...]
    sources_of_notes: Mapping[str, Sources]
    """For a note that shows numbers: which."""

    @property
    def lines(self) -> tuple[ForestLine, ...]:
        """Lines of all panels."""
        return tuple(line for panel in self.panels for line in panel.lines)


def forest_panels(
    lines: Sequence[ForestLine], words: Words, heads: Mapping[str, str]
) -> tuple[ForestPanel, ...]:
    """Return the lines by their kind of ratio; what stands above an effect goes with it.

    Parameters
    ----------
    heads : what all lines of a kind of ratio compare, where they do
    """
    found: dict[str, list[ForestLine]] = {}
    pending: list[ForestLine] = []
    measure = ""
    for line in lines:
        pending.append(line)
        if line.kind in ("heading", "factor", "reference"):
            continue
        measure = line.effect.measure if line.effect else measure
        found.setdefault(measure, []).extend(pending)
        pending = []
    return tuple(_panel(one, own, words, heads.get(one, "")) for one, own in found.items())


def _panel(measure: str, lines: Sequence[ForestLine], words: Words, head: str) -> ForestPanel:
    shown = [line.effect for line in lines if line.effect]
    names = dict.fromkeys(wording.EFFECTS[str(effect.row["estimand"])][1] for effect in shown)
    risen, group = RISEN.get(measure, "ratio"), ""
    own = [line.effect for line in lines if line.effect and line.kind == "effect"]
    one = head or len({effect.term for effect in own}) == 1
    same = len({(effect.level, effect.reference) for effect in own}) == 1
    if one and same and own[-1].level != "yes":
        group = words.level(own[-1].term, own[-1].level) if own[-1].level else ""
    below, above = (f"{way} {risen}" for way in ("Lower", "Higher"))
    with_group = f"{above} with {group} →"
    told = bool(group) and text_width(with_group, SMALL) <= SIDE_MOST
    sides = (f"← {below}", with_group if told else f"{above} →")
    axis = wording.capitalised(" or ".join(names))
    return ForestPanel(measure, axis, head, sides, tuple(lines))


def heading_line(heading: str) -> ForestLine:
    """Return a line that heads the lines after it."""
    return ForestLine(tuple(wrap(heading, HEADING_MOST)), 0.0, None, (), kind="heading")


def factor_lines(effect: Effect, label: str, indent: float, words: Words) -> list[ForestLine]:
    """Return the name of a factor with its patients, and its reference, above its levels."""
    counts = sources(effect.row, "n", "n_event")
    name = tuple(wrap(label, LABEL_MOST - indent))
    reference = wording.level(words, effect.term, effect.reference)
    texts, shown = ("", "1 (reference)", ""), ((), (), ())
    return [
        ForestLine(name, indent, None, (patients(effect.row), "", ""), (counts, (), ()), "factor"),
        ForestLine((reference,), indent + INDENT, None, texts, shown, "reference"),
    ]


def patients(row: Row) -> str:
    """Return "137 (83)": patients and events of a model."""
    return f"{numbers.count(row['n'])} ({numbers.count(row['n_event'])})"


def prediction_line(label: str, indent: float, effect: Effect) -> ForestLine:
    """Return the line of a prediction: its limits alone."""
    texts = ("", f"({numbers.interval(effect.row)})", "")
    shown = ((), sources(effect.row, "conf_low", "conf_high"), ())
    return ForestLine((label,), indent, effect, texts, shown, "prediction")


def ratio_sources(row: Row, *counts: str) -> tuple[Sources, ...]:
    """Return which numbers the counts, the ratio and the p of a line show."""
    return sources(row, *counts), of_estimate(row), sources(row, "p_value")
