"""What may leave the site: small cells withheld, curves on a grid, and the list of both.

The rule is cautious: a number is withheld where it, alone or by subtraction from others, would
give a count of 1 to 4 patients. The project's own audit shows that a 2x2 table can be calculated
back from an odds ratio and its interval, so estimates resting on fewer than 5 events are withheld
whole, and a small cell of an endpoint closes all analyses that compare groups in it
(`small_cells`). What is told has few digits (`shared_digits`): a share at full precision gives back
the number of patients behind it. More is withheld than must be; a remainder of risk stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hematotox.analysis.sharing.shared_curves import curves_on_grid, points_to_withhold
from hematotox.analysis.sharing.shared_digits import rounded, without_size
from hematotox.analysis.sharing.small_cells import (
    CURVES,
    OF_LEVELS,
    OF_TABLE,
    closed,
    counts_patients,
    is_small,
    sizes_beside,
)
from hematotox.contracts import conform

EXTREMES = ("minimum", "maximum")
SHARES = ("count", "proportion", "log_likelihood", "log_odds")
ANALYSIS = ["analysis", "population", "centre"]
FEW_BESIDE = "few events between this time and the next that is told"
FEW_LEFT_OUT = "few patients could not be evaluated"
OF_CENTRES = ("centres", "centres without information")
"""Terms of counts that count centres, not patients."""
FEW_DIGITS = (
    "digits where the number of patients is withheld: shares in steps of no less than one patient, "
    "ratios in tenths of their logarithm, values to 2 significant digits; neither standard error "
    "nor statistic"
)
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
    rows = estimates.reset_index(drop=True)
    curves = rows["estimand"].isin(CURVES)
    revealing = closed(rows, smallest_cell)
    spacing = {"step": curve_step_days, "smallest": smallest_cell}
    few_left_out = _few_left_out(rows, smallest_cell)
    reasons = _reasons(rows[~curves], smallest_cell)
    reasons = reasons.mask((reasons == "") & revealing[~curves], "a small cell of its endpoint")
    beside = points_to_withhold(rows[~revealing], **spacing)
    beside = beside.reindex(rows.index, fill_value=False)
    reasons = reasons.mask((reasons == "") & beside[~curves], FEW_BESIDE)
    of_shares = rows["estimand"].isin(SHARES) | rows["method"].isin(OF_TABLE)
    reasons = reasons.mask((reasons == "") & (few_left_out & of_shares)[~curves], FEW_LEFT_OUT)
    kept = rows[~curves]
    shown = kept.copy()
    for column in NUMBERS:
        shown[column] = shown[column].mask(reasons != "")
    shown = _without_sizes(shown, few_left_out[~curves], ["n", "n_event", "n_at_risk"])
    shown = _without_sizes(shown, sizes_beside(kept, smallest_cell), ["n", "n_event", "n_at_risk"])
    few_missing = _few_missing(kept, smallest_cell)
    shown = _without_sizes(shown, few_missing, [c for c in NUMBERS if c != "estimate"])
    shown = _final_only(shown, kept, smallest_cell)
    # as on the curves: exact numbers at risk would tell how few were censored
    shown["n_at_risk"] = shown["n_at_risk"] // smallest_cell * smallest_cell
    on_grid = curves_on_grid(rows[~revealing], **spacing)
    of_few = _left_out_of(on_grid, rows[few_left_out])
    patients = on_grid["n"]
    on_grid = _without_sizes(on_grid, of_few, ["n", "n_at_risk"])
    notes = [_of_curves(curve_step_days, smallest_cell)] if curves.any() else []
    if without_size(shown).any() or without_size(on_grid).any():
        notes.append(FEW_DIGITS)
    withheld = _with_notes(_listed(kept, shown, reasons), notes)
    told = (rounded(shown, kept["n"]), rounded(on_grid, patients))
    parts = [conform("estimates", part) for part in told if len(part)]
    both = pd.concat(parts, ignore_index=True) if parts else estimates.iloc[:0]
    return Release(conform("estimates", both), withheld)


def _of_curves(step: int, smallest: int) -> str:
    return (
        f"steps of curves: given at multiples of {step} days between which each group has no event "
        f"or {smallest} or more, while {smallest} or more are at risk; without limits, numbers at "
        f"risk rounded down to a multiple of {smallest}; none for fewer than {smallest} events"
    )


def _with_notes(withheld: pd.DataFrame, notes: list[str]) -> pd.DataFrame:
    """Return the list with what is true of many rows at its end."""
    blank = dict.fromkeys(withheld.columns, "")
    ends = pd.DataFrame([blank | {"reason": note} for note in notes], columns=withheld.columns)
    return (
        pd.concat([withheld, ends], ignore_index=True) if notes else withheld.reset_index(drop=True)
    )


def _listed(kept: pd.DataFrame, shown: pd.DataFrame, reasons: pd.Series) -> pd.DataFrame:
    """Return the rows that lost a number, and why."""
    lost = (kept[NUMBERS].notna() & shown[NUMBERS].isna()).any(axis=1)
    reason = reasons.mask((reasons == "") & lost, "a size that would reveal a small number")
    columns = ["analysis", "population", "group", "term", "reference", "estimand"]
    return kept[columns].assign(reason=reason)[reason != ""]


def _reasons(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return for each row why it is withheld, or nothing."""
    reason = pd.Series("", index=rows.index, dtype=object)
    of_patients = counts_patients(rows) & (rows["method"] != "attrition")
    reason = reason.mask(rows["estimand"].isin(EXTREMES), "a single patient's value")
    for column, words in (
        ("n", "fewer than {} patients"),
        ("n_event", "fewer than {} events"),
        ("n_at_risk", "fewer than {} at risk"),
    ):
        small = is_small(rows[column], smallest) & of_patients
        reason = reason.mask((reason == "") & small, words.format(smallest))
    without = rows["n"] - rows["n_event"]
    small = is_small(without, smallest) & of_patients
    reason = reason.mask((reason == "") & small, f"fewer than {smallest} without the event")
    return reason.mask((reason == "") & _cells_to_hide(rows, smallest), "a small cell of its table")


def _cells_to_hide(rows: pd.DataFrame, smallest: int) -> pd.Series:
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
        if is_small(table["estimate"], smallest).any():
            hide |= rows.index.isin(table.index)
            hide |= _same_analysis(rows, table) & (table["method"].iloc[0] in OF_TABLE)
    return hide


def _described_to_hide(rows: pd.DataFrame, table: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the levels to hide and, with any, the tests between the groups."""
    levels = _levels_to_hide(table, smallest)
    same = _same_term(rows, table)
    tests = (rows["estimand"] == "hypothesis_test") & bool(levels)
    return same & (
        rows["reference"].isin(levels) | tests | (_shares(rows) & _missing(table, levels))
    )


def _shares(rows: pd.DataFrame) -> pd.Series:
    """Return shares: with a count they give back how many values are known."""
    return rows["estimand"].str.startswith("percentage") | (rows["estimand"] == "proportion")


def _missing(table: pd.DataFrame, levels: set[str]) -> bool:
    return "missing" in levels and "missing" in set(table["reference"])


def _levels_to_hide(table: pd.DataFrame, smallest: int) -> set[str]:
    """Return the levels with a small cell, and more until no group's hidden sum is small."""
    if is_small(table["n"], smallest).any():
        return set(table["reference"])
    cells = (
        table.fillna({"group": "", "reference": ""})
        .pivot_table(
            index="reference", columns="group", values="estimate", aggfunc="sum", dropna=False
        )
        .fillna(0)
    )
    small = cells.apply(is_small, smallest=smallest).any(axis=1)
    hidden = set(cells.index[small])
    others = cells[~small].sum(axis=1)
    others = others[others > 0].sort_values(kind="stable")
    for level in others.index:
        if not is_small(cells.loc[list(hidden)].sum(), smallest).any():
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


def _few_missing(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the rows of described variables with few values missing, or known, in a group."""
    few = rows["method"].isin(OF_LEVELS) & (rows["reference"] == "missing")
    few &= is_small(rows["estimate"], smallest)
    few |= rows["method"].isin(OF_LEVELS) & is_small(rows["n"], smallest)
    keys = [rows[column].fillna("") for column in [*ANALYSIS, "term"]]
    return few.groupby(keys).transform("any") & rows["method"].isin(OF_LEVELS)


def _few_left_out(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the rows of analyses that leave few out for one reason, or in all."""
    of = rows["method"] == "evaluability"
    few = of & (
        is_small(rows["estimate"], smallest) | is_small(rows["n"] - rows["estimate"], smallest)
    )
    few &= (rows["estimand"] == "count") & ~rows["term"].isin(OF_CENTRES)
    keys = [rows[column].fillna("") for column in [*ANALYSIS, "endpoint"]]
    return few.groupby(keys).transform("any")


def _left_out_of(curves: pd.DataFrame, few: pd.DataFrame) -> pd.Series:
    known = set(few[ANALYSIS].fillna("").itertuples(index=False, name=None))
    own = curves[ANALYSIS].fillna("").itertuples(index=False, name=None)
    return pd.Series([key in known for key in own], index=curves.index, dtype=bool)


def _without_sizes(rows: pd.DataFrame, chosen: pd.Series, columns: list[str]) -> pd.DataFrame:
    rows = rows.copy()
    for column in columns:
        rows[column] = rows[column].mask(chosen)
    return rows


def _final_only(shown: pd.DataFrame, rows: pd.DataFrame, smallest: int) -> pd.DataFrame:
    """Where a step excludes few, give nothing but how many patients are left in the end."""
    steps = rows[rows["method"] == "attrition"]
    for _, table in steps.groupby(ANALYSIS, sort=False, dropna=False):
        if is_small(table["n_event"], smallest).any():
            last = table.sort_values("time").index[-1]
            shown.loc[table.index, [c for c in NUMBERS if c != "estimate"]] = None
            shown.loc[table.index.difference([last]), "estimate"] = None
    return shown
