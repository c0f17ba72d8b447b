"""Which estimates differ between two tables: does any number of the paper move."""

from __future__ import annotations

import pandas as pd

from hematotox.contracts import TABLES, estimate_ids

NUMBERS = [
    "estimate", "std_error", "conf_low", "conf_high", "statistic", "df", "p_value",
    "p_adjusted", "n", "n_event", "n_at_risk",
]  # fmt: skip


def compare_estimates(before: pd.DataFrame, after: pd.DataFrame, *, tolerance: float) -> list[str]:
    """Return one line for each estimate that is new, gone or different.

    Parameters
    ----------
    before, after : estimates tables
    tolerance : relative difference up to which two numbers count as equal
    """
    keyed = [table.set_axis(estimate_ids(table)) for table in (before, after)]
    one, two = (table.index for table in keyed)
    lines = [f"gone:  {_name(keyed[0], row)}" for row in one.difference(two, sort=False)]
    lines += [f"new:   {_name(keyed[1], row)}" for row in two.difference(one, sort=False)]
    common = one.intersection(two, sort=False)
    for column in NUMBERS:
        old, new = (pd.to_numeric(table.loc[common, column]).astype(float) for table in keyed)
        apart = (old - new).abs() > tolerance * old.abs().clip(lower=1e-300)
        apart |= old.isna() != new.isna()
        for row in common[apart.fillna(False).to_numpy()]:
            name = _name(keyed[1], row)
            lines.append(f"moved: {name} {column}: {old[row]:.10g} -> {new[row]:.10g}")
    return lines or ["No estimate differs."]


def _name(table: pd.DataFrame, row: str) -> str:
    """Return the `estimate_id` of a row and the words of its key."""
    key = table.loc[row, list(TABLES["estimates"].key)]
    words = (text if isinstance(text, str) else f"{text:g}" for text in key if text == text)
    return " | ".join([row, *(word for word in words if word)])
