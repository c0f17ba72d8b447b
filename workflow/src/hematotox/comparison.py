"""Which estimates differ between two tables: does any number of the paper move."""

from __future__ import annotations

import pandas as pd

KEY = [
    "study", "analysis", "population", "centre", "score", "endpoint", "method", "convention",
    "policy", "landmark", "adjustment", "group", "comparator", "term", "reference", "time",
    "estimand", "test",
]  # fmt: skip
NUMBERS = [
    "estimate", "std_error", "conf_low", "conf_high", "statistic", "df", "p_value", "n", "n_event",
    "n_at_risk",
]  # fmt: skip


def compare_estimates(before: pd.DataFrame, after: pd.DataFrame, *, tolerance: float) -> list[str]:
    """Return one line for each estimate that is new, gone or different.

    Parameters
    ----------
    before, after : estimates tables
    tolerance : relative difference up to which two numbers count as equal
    """
    keyed = [_keyed(table) for table in (before, after)]
    lines = [
        f"gone:  {_name(key)}" for key in keyed[0].index.difference(keyed[1].index, sort=False)
    ]
    lines += [
        f"new:   {_name(key)}" for key in keyed[1].index.difference(keyed[0].index, sort=False)
    ]
    common = keyed[0].index.intersection(keyed[1].index, sort=False)
    for column in NUMBERS:
        one = pd.to_numeric(keyed[0].loc[common, column]).astype(float)
        two = pd.to_numeric(keyed[1].loc[common, column]).astype(float)
        apart = (one - two).abs() > tolerance * one.abs().clip(lower=1e-300)
        apart |= one.isna() != two.isna()
        for key in common[apart.fillna(False).to_numpy()]:
            lines.append(f"moved: {_name(key)} {column}: {one[key]:.10g} -> {two[key]:.10g}")
    return lines or ["No estimate differs."]


def _keyed(table: pd.DataFrame) -> pd.DataFrame:
    text = table[KEY].astype(object).where(table[KEY].notna(), "").map(str)
    counted = text.assign(_occurrence=text.groupby(KEY, sort=False).cumcount().map(str))
    return table.set_index(pd.MultiIndex.from_frame(counted))


def _name(key: tuple[str, ...]) -> str:
    return " | ".join(part for part in key[:-1] if part)
