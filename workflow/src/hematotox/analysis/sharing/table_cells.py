"""Which cells of a table of counts to withhold: the small ones, and what would give them back."""

from __future__ import annotations

import pandas as pd

from hematotox.analysis.sharing.small_cells import (
    OF_LEVELS,
    OF_PATIENTS,
    OF_TABLE,
    is_few,
    is_small,
)

ANALYSIS = ["analysis", "population", "centre"]
OF_CENTRES = ("centres", "centres without information")
"""Terms of counts that count centres, not patients."""


def cells_to_hide(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the counts, and shares, that are small or would reveal a small one by subtraction."""
    hide = pd.Series(False, index=rows.index)
    counts = rows[(rows["estimand"] == "count") & (rows["method"] != "attrition")]
    counts = counts[~counts["term"].isin(OF_CENTRES)]
    tables = [*ANALYSIS, "endpoint", "score", "method"]
    described = counts["method"].isin(OF_LEVELS)
    for _, table in counts[described].groupby([*tables, "term"], sort=False, dropna=False):
        # a described variable: its levels are the cells, in every group and in all patients
        hide |= _described_to_hide(rows, table, smallest)
    for _, table in counts[~described].groupby(tables, sort=False, dropna=False):
        # that nobody is in a cell tells too; that nobody is missing, or was left out, does not
        of_cells = table["method"].iloc[0] not in OF_PATIENTS and table["endpoint"].iloc[0]
        if (is_small if of_cells else is_few)(table["estimate"], smallest).any():
            hide |= rows.index.isin(table.index)
            hide |= _same_analysis(rows, table) & (table["method"].iloc[0] in OF_TABLE)
    return hide


def _described_to_hide(rows: pd.DataFrame, table: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the levels to hide and, with any, the tests between the groups."""
    levels = _levels_to_hide(table, smallest)
    same = _same_term(rows, table)
    tests = (rows["estimand"] == "hypothesis_test") & bool(levels)
    return same & (
        rows["reference"].isin(levels) | tests | (are_shares(rows) & _missing(table, levels))
    )


def are_shares(rows: pd.DataFrame) -> pd.Series:
    """Return shares: with a count they give back how many values are known."""
    return rows["estimand"].str.startswith("percentage") | (rows["estimand"] == "proportion")


def _missing(table: pd.DataFrame, levels: set[str]) -> bool:
    return "missing" in levels and "missing" in set(table["reference"])


def _levels_to_hide(table: pd.DataFrame, smallest: int) -> set[str]:
    """Return the levels with a small cell, and more until no group's hidden sum is small."""
    if is_few(table["n"], smallest).any():
        return set(table["reference"])
    cells = (
        table.fillna({"group": "", "reference": ""})
        .pivot_table(
            index="reference", columns="group", values="estimate", aggfunc="sum", dropna=False
        )
        .fillna(0)
    )
    cells = cells[cells.any(axis=1)]  # a level that nobody has is no cell of anybody
    small = cells.apply(is_small, smallest=smallest).any(axis=1)
    small &= (cells.index != "missing") | cells.apply(is_few, smallest=smallest).any(axis=1)
    hidden = set(cells.index[small])
    others = cells[~small].sum(axis=1)
    others = others[others > 0].sort_values(kind="stable")
    for level in others.index:
        if not hidden or not is_small(cells.loc[list(hidden)].sum(), smallest).any():
            break
        hidden.add(level)
    return hidden


def _same_term(rows: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    return _same_analysis(rows, table) & (rows["term"] == table["term"].iloc[0])


def _same_analysis(rows: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    first = table.iloc[0]
    same = pd.Series(True, index=rows.index)
    for column in ANALYSIS:
        same &= rows[column].fillna("") == ("" if pd.isna(first[column]) else first[column])
    return same


def few_missing_in(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the rows of described variables with few values missing, or known, in a group."""
    few = rows["method"].isin(OF_LEVELS) & (rows["reference"] == "missing")
    few &= is_few(rows["estimate"], smallest)
    few |= rows["method"].isin(OF_LEVELS) & is_few(rows["n"], smallest)
    keys = [rows[column].fillna("") for column in [*ANALYSIS, "term"]]
    return few.groupby(keys).transform("any") & rows["method"].isin(OF_LEVELS)
