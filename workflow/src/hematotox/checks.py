"""What must hold of every run: no patient lost, no result that contradicts itself.

Each check is a function from tables to findings; none prints or raises, so that a rule and the
tests use the same ones. A message holds counts and names of tables, never a patient's value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hematotox.audit import audit
from hematotox.contracts import Cohort, Staged
from hematotox.declarations.vocabulary import ESTIMANDS

ROUNDING = 1e-9
SCORE_TERMS = ["group known", "group unknown", "points known", "centres"]
COLUMNS = ["check", "where", "message"]
ROWS_OF_EVERYBODY = {
    "endpoints": ["endpoint"],
    "scores": ["score"],
    "score_variants": ["score", "variant"],
    "grades": ["convention", "window"],
    "baseline": ["score", "variant", "variable"],
}
"""Tables with a row an included patient, and what else tells their rows apart."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One violated check: which, where, and what was seen."""

    check: str
    where: str
    message: str


def check_run(staged: Staged | None, cohort: Cohort, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return every violated check of one study's tables; no rows when all hold.

    Parameters
    ----------
    staged : staged tables of the study's centres; None for an analysis-ready table
    cohort : the study's cohort with its scores
    estimates : the study's estimates
    """
    findings: list[Finding] = []
    if staged is not None:
        findings += check_tally(staged)
        findings += check_nobody_lost(staged, cohort)
    for check in (
        check_attrition,
        check_rows_for_everybody,
        check_endpoints,
        check_nobody_after_death,
    ):
        findings += check(cohort)
    findings += check_flow(cohort, estimates)
    findings += check_recount(cohort, estimates)
    for check_rows in (
        check_intervals,
        check_ranges,
        check_curves,
        check_evaluability,
        check_contradictions,
    ):
        findings += check_rows(estimates)
    return pd.DataFrame([vars_of(one) for one in findings], columns=COLUMNS)


def vars_of(finding: Finding) -> dict[str, str]:
    """Return a finding as a row."""
    return {"check": finding.check, "where": finding.where, "message": finding.message}


# --- conservation of rows and patients ------------------------------------------------------------


def check_tally(staged: Staged) -> Iterator[Finding]:
    """Each row of an export has exactly one destination."""
    tally = staged.tally
    destinations = tally["rows_staged"] + tally["rows_set_aside"] + tally["rows_left_out"]
    for row in tally[tally["rows_read"] != destinations].itertuples():
        lost = int(row.rows_read - row.rows_staged - row.rows_set_aside - row.rows_left_out)
        yield Finding("rows conserved", f"{row.centre}, {row.file}", f"{lost} rows unaccounted for")
    for name in ("subjects", "labs", "events"):
        written, counted = len(getattr(staged, name)), int(tally[name].sum())
        if written != counted:
            yield Finding(
                "rows conserved", name, f"{written} rows staged, the exports gave {counted}"
            )


def check_nobody_lost(staged: Staged, cohort: Cohort) -> Iterator[Finding]:
    """Every staged patient is in the population, and nobody else."""
    before = set(staged.subjects["patient_id"])
    after = set(cohort.population["patient_id"])
    if before - after:
        yield Finding("patients conserved", "population", f"{len(before - after)} patients lost")
    if after - before:
        yield Finding("patients conserved", "population", f"{len(after - before)} patients added")


def check_attrition(cohort: Cohort) -> Iterator[Finding]:
    """Included and excluded add up to all, criterion by criterion."""
    steps = cohort.attrition
    population = cohort.population
    if (steps["n_before"] - steps["n_excluded"] != steps["n_after"]).any():
        yield Finding("attrition adds up", "attrition", "before - excluded is not after")
    if (steps["n_before"].to_numpy()[1:] != steps["n_after"].to_numpy()[:-1]).any():
        yield Finding("attrition adds up", "attrition", "a criterion does not start where one ends")
    if steps["position"].tolist() != list(range(len(steps))) or steps.empty:
        yield Finding("attrition adds up", "attrition", "a criterion is missing")
    if len(steps) and int(steps["n_before"].iloc[0]) != len(population):
        yield Finding("attrition adds up", "attrition", "does not start with all patients")
    included = int(population["included"].sum())
    if len(steps) and int(steps["n_after"].iloc[-1]) != included:
        yield Finding("attrition adds up", "attrition", "does not end with the included patients")
    for step in steps.iloc[1:].itertuples():
        excluded = int((population["reason"] == step.criterion).sum())
        if excluded != step.n_excluded:
            yield Finding("attrition adds up", str(step.criterion), "reasons do not match counts")
    if (population["included"] == (population["reason"] != "")).any():
        yield Finding(
            "attrition adds up", "population", "included with a reason, or excluded without"
        )


def check_rows_for_everybody(cohort: Cohort) -> Iterator[Finding]:
    """Each included patient has a row of each endpoint, score, grade and baseline value."""
    included = set(cohort.population.loc[cohort.population["included"], "patient_id"])
    everybody = set(cohort.population["patient_id"])
    for table, keys in ROWS_OF_EVERYBODY.items():
        frame = getattr(cohort, table)
        strangers = len(set(frame["patient_id"]) - everybody)
        if strangers:
            yield Finding("row for everybody", table, f"{strangers} patients nobody knows")
        for names, rows in frame.groupby(keys, sort=True):
            absent = len(included - set(rows["patient_id"]))
            if absent:
                where = f"{table}: {' '.join(str(name) for name in names if name)}"
                yield Finding("row for everybody", where, f"{absent} patients without a row")


def check_endpoints(cohort: Cohort) -> Iterator[Finding]:
    """Each row of an endpoint is evaluable with its status and time, or has a reason."""
    for endpoint, rows in cohort.endpoints.groupby("endpoint", sort=True):
        evaluable = rows["evaluable"]
        has_time = bool(rows["time"].notna().any())
        for words, wrong in (
            ("not evaluable, no reason", ~evaluable & (rows["reason"] == "")),
            ("evaluable, no status", evaluable & rows["status"].isna()),
            ("evaluable, no time", evaluable & rows["time"].isna() & has_time),
            ("negative times", rows["time"] < 0),
        ):
            count = int(wrong.sum())
            if count:
                yield Finding("endpoint is complete", str(endpoint), f"{count} {words}")


def check_nobody_after_death(cohort: Cohort) -> Iterator[Finding]:
    """Nobody is at risk after the end of overall survival, for endpoints counted from infusion."""
    rows = cohort.endpoints
    alive = rows[rows["endpoint"] == "overall_survival"].set_index("patient_id")["time"]
    if alive.empty:
        return
    for endpoint in (
        "progression_free_survival",
        "non_relapse_mortality",
        "infectious_death",
        "second_primary_malignancy",
        "severe_infection",
    ):
        times = rows[rows["endpoint"] == endpoint].set_index("patient_id")["time"]
        later = int((times > alive.reindex(times.index)).sum())
        if later:
            yield Finding("nobody at risk after death", endpoint, f"{later} patients")


def check_flow(cohort: Cohort, estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check that the estimates tell the flow of patients, endpoints and scores of the cohort."""
    flow = estimates[estimates["method"] == "attrition"]
    told = list(zip(flow["term"], flow["n"], flow["n_event"], flow["estimate"], strict=True))
    columns = ("criterion", "n_before", "n_excluded", "n_after")
    if told != list(zip(*(cohort.attrition[name] for name in columns), strict=True)):
        yield Finding("flow of patients", "estimates", "is not the attrition of the cohort")
    for column, table in (("endpoint", cohort.endpoints), ("score", cohort.scores)):
        # published estimates of other cohorts stand among our own and have scores of their own
        named = set(estimates.loc[estimates["method"] != "registry", column]) - {""}
        for name in sorted(named - set(table[column])):
            yield Finding("flow of patients", str(name), "estimates of nobody's rows")
    included = int(cohort.population["included"].sum())
    others = estimates["method"].isin(["attrition", "registry"])
    for where, count in _by_analysis(estimates[(estimates["n"] > included) & ~others]):
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


# --- consistency of estimates ---------------------------------------------------------------------


def check_intervals(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check that an estimate lies within its interval, a p-value between 0 and 1."""
    low = estimates["estimate"] < estimates["conf_low"] - ROUNDING
    high = estimates["estimate"] > estimates["conf_high"] + ROUNDING
    for where, count in _by_analysis(estimates[low | high]):
        yield Finding("estimate within its interval", where, f"{count} rows")
    p = estimates["p_value"]
    for where, count in _by_analysis(estimates[(p < 0) | (p > 1)]):
        yield Finding("p between 0 and 1", where, f"{count} rows")
    for where, count in _by_analysis(estimates[estimates["std_error"] < 0]):
        yield Finding("standard error not negative", where, f"{count} rows")


def check_ranges(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check that probabilities lie between 0 and 1 and counts are whole and not negative."""
    scale = estimates["estimand"].map(lambda name: ESTIMANDS[name].scale)
    value = estimates["estimate"]
    outside = (scale == "probability") & ((value < -ROUNDING) | (value > 1 + ROUNDING))
    for where, count in _by_analysis(estimates[outside]):
        yield Finding("probability between 0 and 1", where, f"{count} rows")
    broken = (scale == "count") & ((value < 0) | (value != value.round()))
    for where, count in _by_analysis(estimates[broken]):
        yield Finding("count is a whole number", where, f"{count} rows")
    more = estimates["n_event"] > estimates["n"]
    for where, count in _by_analysis(estimates[more.fillna(False)]):
        yield Finding("events among patients", where, f"{count} rows")


def check_curves(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Survival never rises, incidence never falls, incidences add up to at most 1."""
    keys = ["analysis", "population", "centre", "group", "term"]
    for estimand, sign in (("survival_curve", -1), ("cumulative_incidence_curve", 1)):
        rows = estimates[estimates["estimand"] == estimand]
        for where, curve in rows.groupby(keys, sort=True):
            name = " ".join(str(part) for part in where if part)
            steps = np.diff(curve["estimate"].to_numpy(dtype=float)) * sign
            if (steps < -ROUNDING).any():
                yield Finding("curve is monotone", name, "goes the wrong way")
            at_risk = curve["n_at_risk"].dropna().to_numpy(dtype=float)
            if (np.diff(at_risk) > 0).any():
                yield Finding("curve is monotone", name, "the number at risk rises")
            if at_risk.size and at_risk[0] != curve["n"].iloc[0]:
                yield Finding("curve is whole", name, "does not start with all its patients")
    rows = estimates[estimates["estimand"] == "cumulative_incidence_curve"]
    ends = rows.groupby(keys, sort=True)["estimate"].max().groupby(level=keys[:-1]).sum()
    for where, total in ends.items():
        if total > 1 + ROUNDING:
            name = " ".join(str(part) for part in where if part)
            yield Finding("incidences add up", name, "to more than 1")


def check_evaluability(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Patients analysed and left out of an analysis add up to those it started from."""
    rows = estimates[estimates["method"] == "evaluability"]
    rows = rows[~rows["term"].isin(SCORE_TERMS)]
    keys = ["analysis", "population", "centre", "endpoint"]
    for where, part in rows.groupby(keys, sort=True):
        if int(part["estimate"].sum()) != int(part["n"].iloc[0]):
            name = " ".join(str(one) for one in where if one)
            yield Finding("analysed and left out add up", name, "they do not")


def check_contradictions(estimates: pd.DataFrame) -> Iterator[Finding]:
    """Check that no estimate contradicts another, as the audit of printed numbers does."""
    for one in audit(estimates):
        # a paper prints one size of a group; here each endpoint has its own evaluable patients
        if one.check != "AUC and odds ratio":
            yield Finding(one.check, one.place, one.message)


def _by_analysis(rows: pd.DataFrame) -> Iterator[tuple[str, int]]:
    for analysis, part in rows.groupby("analysis", sort=True):
        yield str(analysis), len(part)
