"""No row of an export and no patient is lost between the stages."""

from __future__ import annotations

from collections.abc import Iterator

from hematotox.checks.findings import Finding
from hematotox.contracts import Cohort, Staged
from hematotox.staging import imbalances

ROWS_OF_EVERYBODY = {
    "endpoints": ["endpoint"],
    "scores": ["score"],
    "score_variants": ["score", "variant"],
    "grades": ["convention", "window"],
    "baseline": ["score", "variant", "variable"],
}
"""Tables with a row an included patient, and what else tells their rows apart."""


def check_conservation(staged: Staged) -> Iterator[Finding]:
    """Each row of an export has exactly one destination, and those set aside a finding."""
    for where, what in imbalances(staged):
        yield Finding("rows conserved", where, what)


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
