"""The estimates tell the patients, events and groups of the cohort, counted again from it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from hematotox.checks.findings import Finding, by_analysis
from hematotox.contracts import Cohort
from hematotox.declarations.study.analyses import FACTS, methods_with

OF_SCORES = ("group known", "group unknown", "points known", "centres")
"""Terms of evaluability that are not destinations of patients of one analysis."""
IN_PRINT = methods_with("print")
SUMMARIES = (
    *methods_with("print", "choices", "studies"),
    *(method for method, facts in FACTS.items() if facts.everybody),
)
"""Methods whose analyses hold results of many others, or tell of patients whom nobody analyses."""


def check_flow(cohort: Cohort, estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check that the estimates tell the flow of patients, endpoints and scores of the cohort."""
    flow = estimates[estimates["method"] == "attrition"]
    told = list(zip(flow["term"], flow["n"], flow["n_event"], flow["estimate"], strict=True))
    columns = ("criterion", "n_before", "n_excluded", "n_after")
    if told != list(zip(*(cohort.attrition[name] for name in columns), strict=True)):
        yield Finding("flow of patients", "estimates", "is not the attrition of the cohort")
    for column, table in (("endpoint", cohort.endpoints), ("score", cohort.scores)):
        # published estimates of other cohorts stand among our own and have scores of their own
        named = set(estimates.loc[~estimates["method"].isin(IN_PRINT), column]) - {""}
        for name in sorted(named - set(table[column])):
            yield Finding("flow of patients", str(name), "estimates of nobody's rows")
    included = int(cohort.population["included"].sum())
    others = estimates["method"].isin(["attrition", *IN_PRINT])
    for where, count in by_analysis(estimates[(estimates["n"] > included) & ~others]):
        yield Finding("flow of patients", where, f"{count} rows with more patients than included")


def check_recount(cohort: Cohort, estimates: pd.DataFrame) -> Iterator[Finding]:
    """Patients and events of a score's groups, counted again from the cohort itself."""
    rows = estimates[
        estimates["estimand"].isin(["proportion", "survival"])
        & (estimates["group"] != "")
        & (estimates["score"] != "")
        & estimates["landmark"].isna()
        & (estimates["centre"] == "")
        & ((estimates["population"] == "all") | (estimates["population"] == estimates["score"]))
        & (estimates["convention"] == "")
    ]
    included = cohort.population.loc[cohort.population["included"], "patient_id"]
    scores = cohort.scores[cohort.scores["patient_id"].isin(set(included))]
    endpoints = cohort.endpoints[cohort.endpoints["evaluable"]]
    for (score, endpoint, group), part in rows.groupby(["score", "endpoint", "group"], sort=True):
        members = scores[(scores["score"] == score) & (scores["group"] == group)]["patient_id"]
        own = endpoints[endpoints["endpoint"] == endpoint]
        own = own[own["patient_id"].isin(set(members))]
        counted = {(len(own), int((own["status"] == 1).sum()))}
        if set(zip(part["n"], part["n_event"], strict=True)) - counted:
            where = f"{score}, {endpoint}, {group}"
            yield Finding("groups counted again", where, "patients or events differ")


def check_reasons(cohort: Cohort, estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check the evaluable patients of each endpoint, and why others are not, against the cohort."""
    included = set(cohort.population.loc[cohort.population["included"], "patient_id"])
    rows = cohort.endpoints[cohort.endpoints["patient_id"].isin(included)]
    words = rows["reason"].mask(rows["evaluable"], "evaluable")
    told = _of_everybody(estimates, "endpoint")
    for endpoint, counted in words.groupby(rows["endpoint"], sort=True):
        named = told[told["endpoint"] == endpoint]
        if dict(zip(named["term"], named["estimate"], strict=True)) != {
            "evaluable": 0,
            **counted.value_counts().to_dict(),
        }:
            yield Finding("evaluability counted again", str(endpoint), "patients differ")


def check_score_groups(cohort: Cohort, estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check the patients of known and unknown group and points against the scores."""
    included = set(cohort.population.loc[cohort.population["included"], "patient_id"])
    rows = cohort.scores[cohort.scores["patient_id"].isin(included)]
    told = _of_everybody(estimates, "score")
    for score, own in rows.groupby("score", sort=True):
        known, points = int((own["group"] != "").sum()), int(own["points"].notna().sum())
        counted = {
            "group known": known,
            "group unknown": len(own) - known,
            "points known": points,
        }
        named = told[told["score"] == score]
        if dict(zip(named["term"], named["estimate"], strict=True)) != counted:
            yield Finding("evaluability counted again", str(score), "patients differ")


def _of_everybody(estimates: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the evaluability of an endpoint or a score among all patients of the study."""
    other = "score" if column == "endpoint" else "endpoint"
    rows = estimates[estimates["method"] == "evaluability"]
    return rows[(rows["analysis"] == "patients") & (rows[column] != "") & (rows[other] == "")]


def check_described(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check that the levels of a variable, with those who have none, are the whole group."""
    rows = estimates[(estimates["method"] == "describe") & (estimates["estimand"] == "count")]
    group = ["analysis", "population", "centre", "group"]
    everybody = rows[rows["reference"] == "all"].set_index(group)["estimate"]
    levels = rows[rows["reference"] != "all"].groupby([*group, "term"], sort=True)["estimate"].sum()
    largest = levels.groupby(level=group).max()
    for where, total in levels.items():
        size = everybody.get(where[:-1], largest[where[:-1]])
        if int(total) != int(size):
            name = " ".join(str(one) for one in where if one)
            yield Finding("levels add up", name, "they do not")


def check_evaluability(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Patients analysed and left out of an analysis add up to those it started from."""
    rows = estimates[estimates["method"] == "evaluability"]
    rows = rows[~rows["term"].isin(OF_SCORES)]
    keys = ["analysis", "population", "centre", "endpoint"]
    for where, part in rows.groupby(keys, sort=True):
        if int(part["estimate"].sum()) != int(part["n"].iloc[0]):
            name = " ".join(str(one) for one in where if one)
            yield Finding("analysed and left out add up", name, "they do not")
    told = set(rows.loc[rows["term"] == "analysed", keys[:2]].itertuples(index=False, name=None))
    for name, part in _modelled(estimates).groupby(keys[:2], sort=True):
        # a subgroup of an analysis is of its patients, whose flow is told once
        whole = (name[0], str(name[1]).partition(";")[0])
        if name not in told and whole not in told:
            where = " ".join(str(one) for one in name)
            yield Finding(
                "analysed and left out add up", where, f"{len(part)} estimates, nobody analysed"
            )


def _modelled(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the estimates of one analysis of this study's patients, not repeated by centre."""
    summaries = estimates["method"].isin(SUMMARIES)
    several = set(estimates.loc[summaries, "analysis"])
    own = ~estimates["method"].isin(methods_with("flow"))
    whole = estimates["centre"] == ""
    return estimates[own & whole & ~estimates["analysis"].isin(several)]
