"""One violated check of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, slots=True)
class Finding:
    """Which check, where, and what was seen: counts and tables, never a patient's value."""

    check: str
    where: str
    message: str


def by_analysis(rows: pd.DataFrame) -> Iterator[tuple[str, int]]:
    """Yield each analysis of the rows and how many rows it has."""
    for analysis, part in rows.groupby("analysis", sort=True):
        yield str(analysis), len(part)
