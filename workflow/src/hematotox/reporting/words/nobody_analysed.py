"""Analyses that nobody could enter: one sentence for all of them, with their common reasons."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hematotox.declarations.study.display_base import DisplayBase
from hematotox.declarations.study.words import Words
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.analysis_names import analysis_names
from hematotox.reporting.words.notes import failed_analyses
from hematotox.reporting.words.reasons import STUDY, reason_words
from hematotox.reporting.words.rows import ABOUT_PATIENTS, named_analyses, select

ANALYSED = "analysed"
"""`term` of the row that counts the patients of an analysis."""
WHOLE = frozenset({"flow", "agreement_table", "checklist"})
"""Kinds that do not show the rows of declared analyses."""


def empty_analyses(estimates: pd.DataFrame, analyses: Sequence[str], words: Words) -> list[str]:
    """Return one sentence about the analyses that nobody could enter, or none.

    Parameters
    ----------
    estimates : the study's estimates, with the rows on who was analysed and why others were not
    analyses : the analyses that are looked at
    words : words of the study
    """
    rows = estimates[estimates["analysis"].isin(analyses)]
    counts = rows[(rows["term"] == ANALYSED) & ~rows["method"].isin(ABOUT_PATIENTS)]
    empty = list(dict.fromkeys(counts.loc[counts["estimate"] == 0, "analysis"]))
    if not empty:
        return []
    reasons = _reasons(rows[rows["analysis"].isin(empty)], words)
    why = f": {'; '.join(reasons)}" if reasons else ""
    if len(empty) == 1:
        name = words.analyses.get(empty[0]) or wording.capitalised(wording.spelled(empty[0]))
        return [f"{name}: no patient can be analysed{why}."]
    return [f"In {len(empty)} analyses no patient can be analysed{why}."]


def has_numbers(estimates: pd.DataFrame, analyses: Sequence[str]) -> bool:
    """Return whether any of the analyses has an estimate or a test."""
    rows = select(estimates, analyses)
    numbered = rows["estimate"].notna() | rows["p_value"].notna()
    return bool((~_nobody(rows) & numbered).any())


def _nobody(rows: pd.DataFrame) -> pd.Series:
    return (rows["term"] == ANALYSED) & (rows["estimate"] == 0)


def nothing_to_show(estimates: pd.DataFrame, display: DisplayBase, words: Words) -> str:
    """Return why a display has no number at all, in a sentence; nothing if it has one."""
    analyses = named_analyses(display)
    if getattr(display, "kind", "") in WHOLE or not analyses:
        return ""
    if has_numbers(estimates, analyses):
        return ""
    rows = select(estimates, analyses)
    nobody = _nobody(rows)
    why = [
        *empty_analyses(estimates, analyses, words),
        *failed_analyses(rows[~nobody], analysis_names(estimates, words)),
    ]
    return " ".join(["Nothing to show.", *(wording.dashed(text) for text in why)])


def _reasons(rows: pd.DataFrame, words: Words) -> list[str]:
    """Return what left out most patients of each analysis, with how many: from fewest to most.

    Several reasons also say of how many analyses each is the chief one.
    """
    told = (
        rows["method"].eq("evaluability") & rows["term"].ne(ANALYSED) & rows["analysis"].ne(STUDY)
    )
    left_out = rows[told & rows["estimate"].gt(0)]
    # what is unknown in everybody, too: to find one of them would not be enough
    nobody = told & rows["estimate"].eq(0) & rows["term"].str.endswith(" unknown")
    also = list(dict.fromkeys(rows.loc[nobody, "term"]))
    largest: dict[str, list[float]] = {}
    owners: dict[str, set[str]] = {}
    for _, found in left_out.groupby(
        ["analysis", "population", "centre"], sort=False, dropna=False
    ):
        first = found.sort_values("estimate", ascending=False, kind="stable").iloc[0]
        largest.setdefault(str(first["term"]), []).append(float(first["estimate"]))
        owners.setdefault(str(first["term"]), set()).add(str(first["analysis"]))
    several = len(largest) > 1
    return [
        f"{reason_words(term, words)} ({_range(found)}"
        f"{f', in {len(owners[term])} of them' if several else ''})"
        for term, found in largest.items()
    ] + [f"{reason_words(term, words)} in all" for term in also]


def _range(found: Sequence[float]) -> str:
    low, high = numbers.count(min(found)), numbers.count(max(found))
    return low if low == high else f"{low} to {high}"
