"""Which numbers of the estimates the curves, markers and texts of a figure show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from hematotox.reporting.formats.table_csv import cells_csv
from hematotox.reporting.words.sources import Sources


def note(figure: Any, panel: int, printed: str, shown: Sources) -> None:
    """Note what a mark shows; a mark without numbers is none.

    Parameters
    ----------
    figure : from `style.new_figure`
    panel : its number, A is 1
    printed : the text, or what a curve or marker is called
    shown : the numbers
    """
    if shown:
        figure.marks.append((panel, printed, shown))


def write_marks(figure: Any) -> bytes:
    """Return the file of cells of a figure: row is the panel, column the mark in its order."""
    return cells_csv(_numbered(figure.marks))


def _numbered(marks: list[tuple[int, str, Sources]]) -> Iterator[tuple[int, int, str, Sources]]:
    seen: Counter[int] = Counter()
    for panel, printed, shown in marks:
        seen[panel] += 1
        yield panel, seen[panel], printed, shown
