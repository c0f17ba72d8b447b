"""How the curves of a panel are told apart, in colour and in a grey print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hematotox.declarations.study.display_base import crowded
from hematotox.reporting.figures.style import COLOURS, DASHES, LINE
from hematotox.reporting.words.curve_groups import CurveGroup

WEIGHTS = (1.6, 0.9, 0.5)
"""Widths of the lines of several causes in points, the event's first."""


@dataclass(frozen=True, slots=True)
class CurveLook:
    """Colour, dashes and width in points of a line."""

    colour: str
    dashes: Any
    width: float = LINE


def too_many(groups: Sequence[CurveGroup]) -> str:
    """Return what to do about more groups or causes than can be told apart, or nothing."""
    return crowded(len(_levels(groups)), len({group.cause for group in groups}))


def curve_looks(groups: Sequence[CurveGroup]) -> list[CurveLook]:
    """Return colour and dashes by group and width by cause; of one group, both by cause."""
    levels, causes = _levels(groups), list(dict.fromkeys(group.cause for group in groups))
    looks = []
    for group in groups:
        level, cause = levels.index(_level(group)), causes.index(group.cause)
        place = level if len(levels) > 1 else cause
        weighed = len(levels) > 1 and len(causes) > 1
        looks.append(CurveLook(COLOURS[place], DASHES[place], WEIGHTS[cause] if weighed else LINE))
    return looks


def _levels(groups: Sequence[CurveGroup]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(_level(group) for group in groups))


def _level(group: CurveGroup) -> tuple[str, ...]:
    return (group.analysis, group.population, group.group)
