"""What may leave the site: small cells withheld, curves on a grid, and the list of both.

The rule is cautious: a number is withheld where it, alone or by subtraction from others of the
same table, would give a count of 1 to 4 patients. The project's own audit shows that a 2x2 table
can be calculated back from an odds ratio and its interval, so estimates resting on fewer than 5
events are withheld whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hematotox.contracts import conform

CURVES = ("survival_curve", "cumulative_incidence_curve", "roc_curve")
EXTREMES = ("minimum", "maximum")
NUMBERS = [
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "statistic",
    "p_value",
    "n",
    "n_event",
    "n_at_risk",
]
CURVE_KEY = ["analysis", "population", "centre", "group", "term", "estimand"]


@dataclass(frozen=True, slots=True)
class Release:
    """Estimates that may be shared, and what was withheld and why."""

    estimates: pd.DataFrame
    withheld: pd.DataFrame


def release(
    estimates: pd.DataFrame, *, smallest_cell: int = 5, curve_step_days: int = 30
) -> Release:
    """Return the estimates without small cells and without single patients' times.

    Parameters
    ----------
    estimates : a study's estimates
    smallest_cell : counts from 1 to below this are withheld, with what would reveal them
    curve_step_days : curves are given at multiples of this, and only while enough are at risk
    """
    curves = estimates["estimand"].isin(CURVES)
    kept = estimates[~curves].reset_index(drop=True)
    reasons = _reasons(kept, smallest_cell)
    shown = kept.copy()
    hidden = reasons != ""
    for column in NUMBERS:
        shown[column] = shown[column].mask(hidden)
    on_grid = _on_grid(estimates[curves], curve_step_days, smallest_cell)
    withheld = kept.loc[
        hidden, ["analysis", "population", "group", "term", "reference", "estimand"]
    ]
    withheld = withheld.assign(reason=reasons[hidden])
    if curves.any():
        words = f"steps of curves: given every {curve_step_days} days while {smallest_cell} or more"
        note = dict.fromkeys(withheld.columns, "") | {"reason": f"{words} are at risk"}
        withheld = pd.concat([withheld, pd.DataFrame([note])], ignore_index=True)
    parts = [conform("estimates", part) for part in (shown, on_grid) if len(part)]
    both = pd.concat(parts, ignore_index=True) if parts else estimates.iloc[:0]
    return Release(conform("estimates", both), withheld.reset_index(drop=True))


def _reasons(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return for each row why it is withheld, or nothing."""
    reason = pd.Series("", index=rows.index, dtype=object)
    reason = reason.mask(rows["estimand"].isin(EXTREMES), "a single patient's value")
    for column, words in (("n", "fewer than {} patients"), ("n_event", "fewer than {} events")):
        small = _small(rows[column], smallest) & (rows["method"] != "attrition")
        reason = reason.mask((reason == "") & small, words.format(smallest))
    without = rows["n"] - rows["n_event"]
    small = _small(without, smallest) & (rows["method"] != "attrition")
    reason = reason.mask((reason == "") & small, f"fewer than {smallest} without the event")
    return reason.mask((reason == "") & _cells_to_hide(rows, smallest), "a small cell of its table")


def _small(values: pd.Series, smallest: int) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    return (numbers > 0) & (numbers < smallest)


def _cells_to_hide(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the counts, and shares, that are small or would reveal a small one by subtraction."""
    hide = pd.Series(False, index=rows.index)
    counts = rows[rows["estimand"] == "count"]
    tables = ["analysis", "population", "centre", "endpoint", "score", "method"]
    for _, table in counts.groupby([*tables, "term"], sort=False):
        # a described variable: its levels are the cells, in every group and in all patients
        if table["method"].iloc[0] == "describe":
            hide |= _matching(rows, table, _levels_to_hide(table, "reference", smallest))
    for _, table in counts[counts["method"] != "describe"].groupby(tables, sort=False):
        if table["method"].iloc[0] == "attrition":
            hide |= _attrition_to_hide(rows, table, smallest)
        elif _small(table["estimate"], smallest).any():
            hide |= rows.index.isin(table.index)
            hide |= _same_analysis(rows, table) & (table["method"].iloc[0] == "diagnostic_accuracy")
    return hide


def _levels_to_hide(table: pd.DataFrame, level: str, smallest: int) -> set[str]:
    """Return the levels with a small cell; a single one drags the next smallest along."""
    hidden = set(table.loc[_small(table["estimate"], smallest), level])
    if len(hidden) == 1:
        others = table[~table[level].isin(hidden)].groupby(level)["estimate"].sum()
        others = others[others > 0]
        if len(others):
            hidden.add(str(others.idxmin()))
    return hidden


def _matching(rows: pd.DataFrame, table: pd.DataFrame, levels: set[str]) -> pd.Series:
    first = table.iloc[0]
    same = _same_analysis(rows, table) & (rows["term"] == first["term"])
    return same & rows["reference"].isin(levels)


def _same_analysis(rows: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    first = table.iloc[0]
    return (
        (rows["analysis"] == first["analysis"])
        & (rows["population"] == first["population"])
        & (rows["centre"] == first["centre"])
    )


def _attrition_to_hide(rows: pd.DataFrame, table: pd.DataFrame, smallest: int) -> pd.Series:
    """Hide a step that excludes few, and the step after it, whose start would reveal it."""
    ordered = table.sort_values("time")
    small = _small(ordered["n_event"], smallest)
    hidden = ordered.index[small | small.shift(1, fill_value=False)]
    return pd.Series(rows.index.isin(hidden), index=rows.index)


def _on_grid(curves: pd.DataFrame, step: int, smallest: int) -> pd.DataFrame:
    """Return curves at multiples of `step` while at least `smallest` are at risk."""
    parts = []
    for _, curve in curves[curves["estimand"] != "roc_curve"].groupby(CURVE_KEY, sort=False):
        known = curve[curve["time"].notna()].sort_values("time", kind="stable")
        if known.empty or known["time"].max() <= 0:
            continue
        grid = pd.DataFrame(
            {"time": [float(t) for t in range(0, int(known["time"].max()) + 1, step)]}
        )
        at_risk = _at_risk(known, grid["time"])
        last = pd.merge_asof(grid, known.drop_duplicates("time", keep="last"), on="time")
        last["n_at_risk"] = at_risk
        parts.append(last[last["n_at_risk"] >= smallest].assign(n_event=None)[list(curves.columns)])
    return pd.concat(parts, ignore_index=True) if parts else curves.iloc[:0]


def _at_risk(curve: pd.DataFrame, times: pd.Series) -> list[int]:
    """Return the patients with follow-up of at least each time."""
    later = curve["time"].to_numpy(dtype=float)
    risk = curve["n_at_risk"].to_numpy(dtype=float)
    positions = [int((later < t).sum()) for t in times]
    return [int(risk[i]) if i < len(risk) else 0 for i in positions]
