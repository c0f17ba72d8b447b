"""The flow of patients and their evaluability, as rows of the estimates table."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from hematotox.analysis.rows import Context, Row
from hematotox.contracts import Cohort


def attrition_rows(cohort: Cohort, context: Context) -> list[Row]:
    """Return one row a criterion: patients before, left out and after."""
    return [
        context.row(
            "attrition",
            "count",
            term=step.criterion,
            time=step.position,
            estimate=step.n_after,
            n=step.n_before,
            n_event=step.n_excluded,
        )
        for step in cohort.attrition.itertuples()
    ]


def centre_rows(cohort: Cohort, context: Context) -> list[Row]:
    """Return the number of centres with an included patient."""
    included = cohort.population[cohort.population["included"]]
    return [_count(context, "centres", included["centre"].nunique(), len(included))]


def evaluability_of_endpoints(cohort: Cohort, context: Context) -> list[Row]:
    """Return for each endpoint how many patients are evaluable, and why the others are not."""
    rows: list[Row] = []
    endpoints = _of_included(cohort, cohort.endpoints)
    for endpoint, patients in endpoints.groupby("endpoint", sort=True):
        here, total = replace(context, endpoint=str(endpoint)), len(patients)
        rows.append(_count(here, "evaluable", patients["evaluable"].sum(), total))
        reasons = patients.loc[~patients["evaluable"], "reason"].value_counts().sort_index()
        rows += [_count(here, str(reason), count, total) for reason, count in reasons.items()]
    return rows


def evaluability_of_scores(cohort: Cohort, context: Context) -> list[Row]:
    """Return for each score in how many patients group and points are known."""
    rows: list[Row] = []
    for score, patients in _of_included(cohort, cohort.scores).groupby("score", sort=True):
        here, total = replace(context, score=str(score)), len(patients)
        with_group = (patients["group"] != "").sum()
        rows += [
            _count(here, "group known", with_group, total),
            _count(here, "group unknown", total - with_group, total),
            _count(here, "points known", patients["points"].notna().sum(), total),
        ]
    return rows


def items_missing_rows(cohort: Cohort, context: Context) -> list[Row]:
    """Return how many of those without a group lack each item of the score, if any do."""
    scores = _of_included(cohort, cohort.scores)
    baseline = cohort.baseline[cohort.baseline["variant"].fillna("") == ""]
    lacking = baseline[baseline["value_low"].isna()]
    rows: list[Row] = []
    for score, patients in scores[scores["group"].fillna("") == ""].groupby("score", sort=True):
        here, n = replace(context, score=str(score)), len(patients)
        own = lacking[lacking["score"] == score]
        own = own[own["patient_id"].isin(patients["patient_id"])]
        words = {"reference": "missing", "n": n}
        rows += [
            here.row("determinability", "count", term=str(item), estimate=int(count), **words)
            for item, count in own["variable"].value_counts().sort_index().items()
        ]
    return rows


def _of_included(cohort: Cohort, table: pd.DataFrame) -> pd.DataFrame:
    included = cohort.population.loc[cohort.population["included"], "patient_id"]
    return table[table["patient_id"].isin(included)]


def _count(context: Context, term: str, count: int, n: int) -> Row:
    return context.row("evaluability", "count", term=term, estimate=int(count), n=n)
