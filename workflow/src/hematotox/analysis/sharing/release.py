"""What may leave the site: small cells withheld, curves on a grid, and the list of both.

The rule is cautious: a number is withheld where it, alone or by subtraction from others
(`subtraction`), would give a count of 0 to 4 patients. The project's own audit shows that a 2x2
table can be calculated back from an odds ratio and its interval (`back_calculation`), so estimates
resting on fewer than 5 events are withheld whole, and a small cell of an endpoint closes all
analyses that compare groups in it (`small_cells`). What the study names under `release` is shown
nevertheless, and counts as known. Estimates under other policies about missing values stay: they
would tell how many patients lack an item. What is told has few digits (`shared_digits`): a share at
full precision gives back the number of patients behind it. More is withheld than must be; a
remainder of risk stays.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hematotox.analysis.sharing.back_calculation import rests_on_small_cells
from hematotox.analysis.sharing.shared_curves import curves_on_grid, points_to_withhold
from hematotox.analysis.sharing.shared_digits import rounded, without_size
from hematotox.analysis.sharing.small_cells import (
    CURVES,
    OF_GROUPS,
    OF_PATIENTS,
    OF_TABLE,
    closed,
    counts_patients,
    few_at_a_value,
    is_few,
    is_small,
)
from hematotox.analysis.sharing.subtraction import Subtractions, subtractions, units
from hematotox.analysis.sharing.table_cells import (
    ANALYSIS,
    OF_CENTRES,
    are_shares,
    cells_to_hide,
    few_missing_in,
)
from hematotox.contracts import conform, without_policies
from hematotox.declarations.study.released import Released

EXTREMES = ("minimum", "maximum")
SHARES = ("count", "proportion", "log_likelihood", "log_odds")
FEW_BESIDE = "few events between this time and the next that is told"
FEW_LEFT_OUT = "few patients could not be evaluated"
SUBTRACTED = "another analysis less this one leaves few patients, or few with or without the event"
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
    "p_adjusted",
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
    estimates: pd.DataFrame,
    released: Released | None = None,
    *,
    earlier: pd.DataFrame | None = None,
    smallest_cell: int = 5,
    curve_step_days: int = 30,
) -> Release:
    """Return the estimates without small cells and without single patients' times.

    Parameters
    ----------
    estimates : a study's estimates
    released : which analyses the study shows nevertheless, and why
    earlier : rows of earlier releases
    smallest_cell : counts below this are withheld, with what would reveal them
    curve_step_days : curves are given at multiples of this, and only while enough are at risk
    """
    rows = without_policies(estimates).reset_index(drop=True)
    anyway = {} if released is None else released.words
    shown_anyway = rows["analysis"].isin(anyway)
    curves = rows["estimand"].isin(CURVES)
    spacing = {"step": curve_step_days, "smallest": smallest_cell}
    known = pd.concat([rows[shown_anyway], *([] if earlier is None else [earlier])])
    beside = _Beside.of(rows, subtractions(rows, smallest_cell, told=known))
    found = rests_on_small_cells(rows, smallest_cell) | beside.of_parts
    revealing = (closed(rows, smallest_cell, found) | beside.whole) & ~shown_anyway
    few_left_out = _few_left_out(rows, smallest_cell)
    reasons = _all_reasons(rows, (revealing, few_left_out, beside), spacing)
    reasons = reasons.mask(shown_anyway, "")
    kept, reasons = rows[~curves], reasons[~curves]
    shown = kept.copy()
    for column in NUMBERS:
        shown[column] = shown[column].mask(reasons != "")
    nameless = (few_left_out | beside.sizes) & ~shown_anyway
    shown = _without_sizes(shown, nameless[~curves], ["n", "n_event", "n_at_risk"])
    few_missing = few_missing_in(kept, smallest_cell) & ~shown_anyway[~curves]
    shown = _without_sizes(shown, few_missing, [c for c in NUMBERS if c != "estimate"])
    shown = _final_only(shown, kept, smallest_cell)
    # as on the curves: exact numbers at risk would tell how few were censored
    shown["n_at_risk"] = shown["n_at_risk"] // smallest_cell * smallest_cell
    on_grid = curves_on_grid(rows[~revealing & ~shown_anyway], **spacing)
    patients = on_grid["n"]
    on_grid = _without_sizes(on_grid, _left_out_of(on_grid, rows[nameless]), ["n", "n_at_risk"])
    printed = curves_on_grid(rows[shown_anyway], step=curve_step_days, smallest=1)
    notes = [_of_curves(curve_step_days, smallest_cell)] if curves.any() else []
    if without_size(shown).any() or without_size(on_grid).any():
        notes.append(FEW_DIGITS)
    notes += [f"{name} is shown nevertheless: {why}" for name, why in anyway.items()]
    withheld = _with_notes(_listed(kept, shown, reasons), notes)
    told = (rounded(shown, kept["n"]), rounded(on_grid, patients), rounded(printed, printed["n"]))
    parts = [conform("estimates", part) for part in told if len(part)]
    both = pd.concat(parts, ignore_index=True) if parts else estimates.iloc[:0]
    return Release(conform("estimates", both), withheld)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What subtraction from another analysis would give: the rows, each with its own index."""

    whole: pd.Series
    """Rows that give counts, of analyses that leave few events."""
    counts: pd.Series
    """Shares and counts of analyses that leave few patients."""
    sizes: pd.Series
    """Rows whose number of patients is not told."""
    of_parts: pd.Series
    """Rows of parts that leave few in the rest."""

    @classmethod
    def of(cls, rows: pd.DataFrame, found: Subtractions) -> _Beside:
        """Return the rows of the analyses found."""
        unit = units(rows)
        events = unit.isin(found.few_events)
        sizes = events | unit.isin(found.few_patients)
        sizes &= counts_patients(rows) & (rows["method"] != "attrition")
        return cls(
            whole=events & _gives_counts(rows),
            counts=sizes & (rows["estimand"].isin(SHARES) | rows["method"].isin(OF_TABLE)),
            sizes=sizes,
            of_parts=unit.isin(found.parts) & ~rows["method"].isin(OF_PATIENTS),
        )


def _gives_counts(rows: pd.DataFrame) -> pd.Series:
    """Return the rows that say how many had the event even where no size stands beside them."""
    text = rows[["adjustment", "group", "term"]].fillna("").astype(str)
    two_groups = (text["adjustment"] == "") & (text["group"] != "")
    two_groups |= (text["adjustment"] == "") & text["term"].str.endswith(".group")
    counted = rows["method"].isin((*OF_GROUPS, *OF_TABLE))
    return two_groups | counted | rows["estimand"].isin(SHARES) | are_shares(rows)


def _all_reasons(
    rows: pd.DataFrame, found: tuple[pd.Series, pd.Series, _Beside], spacing: dict[str, int]
) -> pd.Series:
    """Return for each row why it is withheld, or nothing; the first reason that holds."""
    revealing, few_left_out, beside = found
    single = rows[~rows["estimand"].isin(CURVES)]
    reasons = _reasons(single, spacing["smallest"]).reindex(rows.index, fill_value="")
    points = points_to_withhold(rows[~revealing], **spacing).reindex(rows.index, fill_value=False)
    of_shares = rows["estimand"].isin(SHARES) | rows["method"].isin(OF_TABLE)
    for chosen, words in (
        (beside.whole, SUBTRACTED),
        (revealing, "a small cell of its endpoint"),
        (few_at_a_value(rows, spacing["smallest"]), "few patients at a number of points"),
        (points, FEW_BESIDE),
        (few_left_out & of_shares, FEW_LEFT_OUT),
        (beside.counts, SUBTRACTED),
    ):
        reasons = reasons.mask((reasons == "") & chosen, words)
    return reasons


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
    for column, small, words in (
        ("n", is_few, "fewer than {} patients"),
        ("n_event", is_small, "fewer than {} events"),
        ("n_at_risk", is_few, "fewer than {} at risk"),
    ):
        chosen = small(rows[column], smallest) & of_patients & (rows["n"] != 0)
        reason = reason.mask((reason == "") & chosen, words.format(smallest))
    without = rows["n"] - rows["n_event"]
    small = is_small(without, smallest) & of_patients & (rows["n"] != 0)
    reason = reason.mask((reason == "") & small, f"fewer than {smallest} without the event")
    return reason.mask((reason == "") & cells_to_hide(rows, smallest), "a small cell of its table")


def _few_left_out(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the rows of analyses that leave few out for one reason, or in all."""
    of = rows["method"] == "evaluability"
    few = of & (is_few(rows["estimate"], smallest) | is_few(rows["n"] - rows["estimate"], smallest))
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
        if is_few(table["n_event"], smallest).any():
            last = table.sort_values("time").index[-1]
            shown.loc[table.index, [c for c in NUMBERS if c != "estimate"]] = None
            shown.loc[table.index.difference([last]), "estimate"] = None
    return shown
