"""Conservation at staging: every row of an export has exactly one destination.

Rows read = rows staged + rows set aside + rows that the centre file leaves out; and the staged
tables hold as many patients, values and events as were put into them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from hematotox.contracts import Staged


class Imbalance(NamedTuple):
    """Centre with file or table, and what does not add up there."""

    where: str
    what: str


def imbalances(staged: Staged) -> list[Imbalance]:
    """Return everything that does not add up; an empty list if nothing is lost.

    Parameters
    ----------
    staged : the staged tables of one or several centres, with their tally
    """
    return [*_rows(staged), *_tables(staged), *_findings(staged)]


def _rows(staged: Staged) -> Iterator[Imbalance]:
    """Each row of an export has exactly one destination."""
    tally = staged.tally
    gone = tally["rows_staged"] + tally["rows_set_aside"] + tally["rows_left_out"]
    for row in tally[gone != tally["rows_read"]].itertuples():
        what = (
            f"{row.rows_read} rows read, {row.rows_staged} staged, {row.rows_set_aside} set aside, "
            f"{row.rows_left_out} left out"
        )
        yield Imbalance(f"{row.centre}, {row.file}", what)


def _tables(staged: Staged) -> Iterator[Imbalance]:
    """Each table has what the files gave, centre by centre: gains make up for no losses."""
    for name in ("subjects", "labs", "events"):
        present: Counter[str] = Counter()
        for patient_id, rows in getattr(staged, name)["patient_id"].value_counts().items():
            present[patient_id.partition("/")[0]] += rows
        for centre, expected in staged.tally.groupby("centre", sort=True)[name].sum().items():
            here = present.pop(centre, 0)
            if here != expected:
                yield Imbalance(f"{centre}, {name}", f"{expected} were staged, {here} are here")
        if present:
            yield Imbalance(name, f"{present.total()} rows of centres without a tally")


def _findings(staged: Staged) -> Iterator[Imbalance]:
    """Every file with rows set aside has findings that say why."""
    aside = staged.findings[staged.findings["row_set_aside"]]
    told = set(zip(aside["centre"], aside["file"], strict=True))
    for row in staged.tally[staged.tally["rows_set_aside"] > 0].itertuples():
        if (row.centre, row.file) not in told:
            what = f"{row.rows_set_aside} rows set aside without a finding"
            yield Imbalance(f"{row.centre}, {row.file}", what)
