"""Findings on the exports, counted: by kind, and by centre; never a value, a row, a patient."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hematotox.reporting.formats.table_model import Cell, Column, Line, PrintedTable
from hematotox.reporting.words import numbers
from hematotox.reporting.words.wording import capitalised, centre_code

KINDS = ("Findings", "Rows set aside", "Centres", "What to do")


def findings_by_kind(findings: pd.DataFrame) -> PrintedTable:
    """Return one line a kind of finding: how many, in how many centres, what to do."""
    lines = []
    for kind, found in findings.groupby("kind", sort=True):
        done = dict.fromkeys(str(action) for action in found["action"] if action)
        cells = (
            _number(len(found)),
            _number(int(found["row_set_aside"].sum())),
            _number(found["centre"].nunique()),
            Cell(capitalised("; ".join(done))),
        )
        lines.append(Line(Cell(capitalised(str(kind))), cells))
    return _table("Findings by kind", "Kind", KINDS, lines)


def findings_by_centre(findings: pd.DataFrame) -> PrintedTable:
    """Return one line a centre, one column a kind."""
    kinds = sorted(str(kind) for kind in findings["kind"].unique())
    lines = []
    for centre, found in findings.groupby("centre", sort=True):
        counts = found["kind"].value_counts()
        cells = tuple(_number(int(counts.get(kind, 0))) for kind in kinds)
        lines.append(Line(Cell(centre_code(str(centre))), cells))
    return _table("Findings by centre", "Centre", [capitalised(k) for k in kinds], lines)


def _number(value: int) -> Cell:
    return Cell(numbers.count(value), number=value)


def _table(title: str, stub: str, headers: Sequence[str], lines: Sequence[Line]) -> PrintedTable:
    return PrintedTable(
        title=title,
        caption="",
        stub=stub,
        columns=tuple(Column(header) for header in headers),
        lines=tuple(lines),
        notes=(),
        numbers=pd.DataFrame(),
    )
