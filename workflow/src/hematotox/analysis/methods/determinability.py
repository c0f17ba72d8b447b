"""In how many patients score and grade are determined by what was measured."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hematotox.analysis.methods.sensitivity import SCORE_COLUMNS
from hematotox.analysis.rows import Context, Row
from hematotox.contracts import Cohort
from hematotox.declarations.study.methods.determinability import Determinability
from hematotox.declarations.study.plan import Plan


def estimate_determinability(
    cohort: Cohort, table: pd.DataFrame, *, analysis: Determinability, plan: Plan, context: Context
) -> list[Row]:
    """Count patients whose score and grade are determined.

    Parameters
    ----------
    cohort : `scores` and `grades` are read
    table : the patients, by their index
    analysis : scores and windows
    plan : the conventions of the study
    context : columns that all rows share

    Returns
    -------
    Rows of method `determinability`: for each score, and for each convention and window (in
    `reference`), `term` says what is counted.
    """
    rows: list[Row] = []
    for score in analysis.scores:
        own = cohort.scores[cohort.scores["score"] == score].set_index("patient_id")
        here = replace(context, score=score)
        own = own.reindex(index=table.index, columns=SCORE_COLUMNS)
        rows += _counts(here, score_counts(own), n=len(table))
    for window in analysis.windows:
        for convention in plan.conventions:
            chosen = (cohort.grades["convention"] == convention) & (
                cohort.grades["window"] == window
            )
            own = cohort.grades[chosen].set_index("patient_id").reindex(table.index)
            here = replace(context, convention=convention)
            counts = grade_counts(own, severe_from=analysis.severe_from)
            rows += _counts(here, counts, n=len(table), reference=window)
    return rows


def _counts(context: Context, counts: dict[str, int], *, n: int, reference: str = "") -> list[Row]:
    return [
        context.row("determinability", "count", term=term, reference=reference, estimate=count, n=n)
        for term, count in counts.items()
    ]


def score_counts(scores: pd.DataFrame) -> dict[str, int]:
    """Count patients by what is known of their score.

    The first three add up to all; the fourth is a part of the patients with a known group.
    """
    exact = scores["points_low"] == scores["points_high"]
    complete = (scores["items_missing"] == 0).fillna(False)
    group = scores["group_determinable"].fillna("")
    known = complete & exact
    flips = scores["group_other_boundary"].fillna("") != group
    return {
        "points known": int(known.sum()),
        "group known, points unknown": int((~known & (group != "")).sum()),
        "group unknown": int((~known & (group == "")).sum()),
        "group changes at the other boundary": int((known & (group != "") & flips).sum()),
    }


def grade_counts(grades: pd.DataFrame, *, severe_from: int) -> dict[str, int]:
    """Count patients by whether the measurements determine their grade.

    Parameters
    ----------
    grades : one window under one convention, one row a patient
    severe_from : grade from which on it is severe

    Returns
    -------
    "grade determined", "grade not determined" and "window not reached" add up to all, and so do
    "assessable" and "not assessable" (by the convention's own rule).
    """
    low, high = grades["grade_low"], grades["grade_high"]
    reached = low.notna()
    determined = (low == high).fillna(False)
    severity = ((low >= severe_from) | (high < severe_from)).fillna(False)
    assessable = grades["grade"].notna()
    return {
        "grade determined": int(determined.sum()),
        "grade not determined": int((reached & ~determined).sum()),
        "window not reached": int((~reached).sum()),
        "severity determined": int(severity.sum()),
        "assessable": int(assessable.sum()),
        "not assessable": int((~assessable).sum()),
        "assessable and grade determined": int((assessable & determined).sum()),
    }
