"""The flow of patients and their evaluability, as rows of the estimates table."""

from __future__ import annotations

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
    n = len(included)
    centres = included["centre"].nunique()
    return [context.row("evaluability", "count", term="centres", estimate=centres, n=n)]


def evaluability_of_endpoints(cohort: Cohort, context: Context) -> list[Row]:
    """Return for each endpoint how many patients are evaluable, and why the others are not."""
    from dataclasses import replace

    included = cohort.population.loc[cohort.population["included"], "patient_id"]
    endpoints = cohort.endpoints[cohort.endpoints["patient_id"].isin(included)]
    rows: list[Row] = []
    for endpoint, patients in endpoints.groupby("endpoint", sort=True):
        here = replace(context, endpoint=str(endpoint))
        total = len(patients)
        evaluable = int(patients["evaluable"].sum())
        rows.append(
            here.row("evaluability", "count", term="evaluable", estimate=evaluable, n=total)
        )
        reasons = patients.loc[~patients["evaluable"], "reason"].value_counts().sort_index()
        rows += [
            here.row("evaluability", "count", term=str(reason), estimate=int(count), n=total)
            for reason, count in reasons.items()
        ]
    return rows


def evaluability_of_scores(cohort: Cohort, context: Context) -> list[Row]:
    """Return for each score in how many patients group and points are known."""
    from dataclasses import replace

    included = cohort.population.loc[cohort.population["included"], "patient_id"]
    scores = cohort.scores[cohort.scores["patient_id"].isin(included)]
    rows: list[Row] = []
    for score, patients in scores.groupby("score", sort=True):
        here = replace(context, score=str(score))
        total = len(patients)
        with_group = int((patients["group"] != "").sum())
        with_points = int(patients["points"].notna().sum())
        rows += [
            here.row("evaluability", "count", term="group known", estimate=with_group, n=total),
            here.row(
                "evaluability", "count", term="group unknown", estimate=total - with_group, n=total
            ),
            here.row("evaluability", "count", term="points known", estimate=with_points, n=total),
        ]
    return rows


def items_missing_rows(cohort: Cohort, context: Context) -> list[Row]:
    """Return how many of those without a group lack each item of the score, if any do."""
    from dataclasses import replace

    included = cohort.population.loc[cohort.population["included"], "patient_id"]
    scores = cohort.scores[cohort.scores["patient_id"].isin(included)]
    baseline = cohort.baseline[cohort.baseline["variant"].fillna("") == ""]
    lacking = baseline[baseline["value_low"].isna()]
    rows: list[Row] = []
    for score, patients in scores[scores["group"].fillna("") == ""].groupby("score", sort=True):
        here = replace(context, score=str(score))
        own = lacking[lacking["score"] == score]
        own = own[own["patient_id"].isin(patients["patient_id"])]
        rows += [
            here.row(
                "determinability",
                "count",
                term=str(item),
                reference="missing",
                estimate=int(count),
                n=len(patients),
            )
            for item, count in own["variable"].value_counts().sort_index().items()
        ]
    return rows
