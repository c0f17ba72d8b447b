"""Which numbers of the estimates a specification curve shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.marks import note
from hematotox.reporting.words.rows import Row
from hematotox.reporting.words.sources import of_estimate, sources
from hematotox.reporting.words.specifications import Specification, Specifications, choice_words

RATIO, AREA, GROUPS, GRADES = 1, 2, 3, 4
"""The panels from top to bottom."""


def note_specifications(
    figure: Any, found: Specifications, ordered: Sequence[Specification], words: Words
) -> None:
    """Note the estimates and the bars of each column, from left to right."""
    for one in ordered:
        chosen = (choice_words(words, found.score, i, name) for i, name in enumerate(one.choices))
        label = "; ".join(chosen)
        for panel, row in ((RATIO, one.ratio), (AREA, one.auc)):
            note(figure, panel, label, of_estimate(row) if row is not None else ())
        _note_bar(figure, GROUPS, label, found.groups.get((one.policy, one.window), {}))
        _note_bar(figure, GRADES, label, found.grades.get(one.convention, {}))


def _note_bar(figure: Any, panel: int, label: str, counts: Mapping[str, Row]) -> None:
    for level, row in counts.items():
        note(figure, panel, f"{label}: {level}", sources(row, "estimate"))
