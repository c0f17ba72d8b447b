"""In how many patients score and grade are determined by what was measured."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hematotox.analysis.methods.sensitivity import SCORE_COLUMNS
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Context, Row
from hematotox.contracts import Cohort
from hematotox.declarations.study.methods.determinability import Determinability

DIED = "died_before_recovery"
KNOWN = "something known"
SEVERE = ("severe, open days at no level", "severe, open days at a level")


def estimate_determinability(patients: Patients, analysis: Determinability) -> list[Row]:
    """Count patients whose score and grade are determined.

    Returns
    -------
    Rows of method `determinability`: for each score, and for each convention and window (in
    `reference`), `term` says what is counted; with a score also in each of its groups (`group`).
    """
    cohort, table, context = patients.cohort, patients.table, patients.context
    rows: list[Row] = []
    for score in analysis.scores:
        own = cohort.scores[cohort.scores["score"] == score].set_index("patient_id")
        here = replace(context, score=score)
        own = own.reindex(index=table.index, columns=SCORE_COLUMNS)
        rows += _counts(here, score_counts(own), n=len(table))
    for window in analysis.windows:
        for convention in analysis.conventions or patients.plan.conventions:
            chosen = (cohort.grades["convention"] == convention) & (
                cohort.grades["window"] == window
            )
            own = cohort.grades[chosen].set_index("patient_id").reindex(table.index)
            here = replace(context, convention=convention)
            counts = grade_counts(own, severe_from=analysis.severe_from)
            rows += _counts(here, counts, n=len(table), reference=window)
            for score in analysis.scores:
                rows += _by_group(cohort, replace(here, score=score), own, window, analysis)
    return rows


def _by_group(
    cohort: Cohort, context: Context, grades: pd.DataFrame, window: str, analysis: Determinability
) -> list[Row]:
    """Count, in each group of a score, who is assessable and who is severe or may be."""
    scores = cohort.scores[cohort.scores["score"] == context.score].set_index("patient_id")
    group = scores["group"].reindex(grades.index).fillna("")
    rows: list[Row] = []
    for level in sorted(set(group) - {""}):
        own = grades[group == level]
        counts = severity_counts(own, severe_from=analysis.severe_from)
        rows += _counts(context, counts, n=len(own), reference=window, group=level)
    return rows


def _counts(
    context: Context, counts: dict[str, int], *, n: int, reference: str = "", group: str = ""
) -> list[Row]:
    """Return a row a count; severity is counted among those of whom something is known."""
    known = counts.get(KNOWN, n)
    return [
        context.row(
            "determinability",
            "count",
            term=term,
            group=group,
            reference=reference,
            estimate=count,
            n=known if term in SEVERE else n,
        )
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
    highest = (grades["grade"] == 4).fillna(False)
    return {
        "grade determined": int(determined.sum()),
        "grade not determined": int((reached & ~determined).sum()),
        "window not reached": int((~reached).sum()),
        "severity determined": int(severity.sum()),
        "assessable": int(assessable.sum()),
        "not assessable": int((~assessable).sum()),
        "assessable and grade determined": int((assessable & determined).sum()),
        **severity_counts(grades, severe_from=severe_from),
        "grade 4": int(highest.sum()),
        "grade 4 and died before recovery": int((highest & _said(grades, DIED)).sum()),
        "rests on leukocytes": int(_said(grades, "by_leukocytes").sum()),
    }


def _said(grades: pd.DataFrame, column: str) -> pd.Series:
    return grades[column].astype("boolean").fillna(False).astype(bool)


def severity_counts(grades: pd.DataFrame, *, severe_from: int) -> dict[str, int]:
    """Count who is assessable, and who is severe if the open days were at no level, or at one.

    The rate of severity lies between the last two counts over those of whom something is known:
    the grade itself, or which grades the open days allow.
    """
    low, high = grades["known_low"], grades["known_high"]
    return {
        "assessable": int(grades["grade"].notna().sum()),
        KNOWN: int(low.notna().sum()),
        SEVERE[0]: int((low >= severe_from).fillna(False).sum()),
        SEVERE[1]: int((high >= severe_from).fillna(False).sum()),
    }
