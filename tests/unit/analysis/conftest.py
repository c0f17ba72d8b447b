"""Small cohorts drawn by hand: a line a patient, a dot for what is not known."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from pydantic import TypeAdapter

from hematotox.analysis.estimation import estimate_analysis, prepare
from hematotox.contracts import Cohort, conform, empty
from hematotox.declarations.known_from import KnownFrom
from hematotox.declarations.study.plan import Plan, PlannedEndpoint, PlannedVariable
from hematotox.declarations.study.study import AnyAnalysis, LinearPredictor

VARIABLES = {
    "centre": PlannedVariable(type="category"),
    "risk": PlannedVariable(type="category", levels=("low", "high")),
    "stage": PlannedVariable(type="category", levels=("i", "ii", "iii")),
    "age": PlannedVariable(type="number"),
    "crp": PlannedVariable(type="number"),
    "potential_follow_up": PlannedVariable(type="number"),
    "ht.group": PlannedVariable(type="category", levels=("low", "high"), score="ht"),
    "ht.points": PlannedVariable(type="number", score="ht"),
    "ht.known": PlannedVariable(type="category", levels=("no", "yes")),
    "response.status": PlannedVariable(
        type="category", levels=("no", "yes"), known=KnownFrom(day=90)
    ),
}
ENDPOINTS = {
    "relapse": PlannedEndpoint(type="time_to_event", causes=("relapse", "death")),
    "response": PlannedEndpoint(type="binary", causes=("event",)),
}


def _endpoint(table: pd.DataFrame, name: str) -> pd.DataFrame:
    status = table["status" if name == "relapse" else "response"]
    known = status != "."
    time = table["time"].where(known) if name == "relapse" else pd.Series(None, index=table.index)
    return pd.DataFrame(
        {
            "patient_id": table["patient_id"],
            "endpoint": name,
            "time": pd.to_numeric(time),
            "status": pd.to_numeric(status.where(known)),
            "evaluable": known,
            "reason": known.map({True: "", False: "no follow-up"}),
        }
    )


def _scores(table: pd.DataFrame) -> pd.DataFrame:
    points = pd.to_numeric(table["points"], errors="coerce")
    group = points.map(lambda p: "" if pd.isna(p) else "high" if p >= 2 else "low")
    rows = pd.DataFrame({"patient_id": table["patient_id"], "score": "ht", "points": points})
    return conform(
        "scores",
        rows.assign(points_low=points, points_high=points, group=group, items_missing=0),
    )


@functools.cache
def drawn(text: str) -> Cohort:
    """Read a drawn cohort; columns that are not drawn get a value that does not matter."""
    header, *lines = [line.split() for line in text.strip().splitlines()]
    table = pd.DataFrame(lines, columns=header, dtype=str)
    for column, value in {"centre": "a", "time": "10", "status": "0", "response": "0"}.items():
        if column not in table:
            table[column] = value
    number = [f"{i:03d}" for i in range(1, len(table) + 1)]
    table["patient_id"] = table["centre"] + "/" + pd.Series(number, dtype=object)
    covariates = [c for c in ("risk", "stage", "age", "crp", "potential_follow_up") if c in table]
    population = table[["patient_id", "centre", *covariates]].replace(".", "")
    population = population.assign(source="synthetic", included=True, reason="")
    steps = [(0, "Patients assessed for eligibility", len(table), 0, len(table))]
    names = ["position", "criterion", "n_before", "n_excluded", "n_after"]
    endpoints = pd.concat([_endpoint(table, "relapse"), _endpoint(table, "response")])
    return Cohort(
        population=conform("population", population),
        attrition=conform("attrition", pd.DataFrame(steps, columns=names)),
        baseline=empty("baseline"),
        grades=empty("grades"),
        endpoints=conform("endpoints", endpoints.assign(decided_by="")),
        scores=_scores(table) if "points" in table else empty("scores"),
    )


def plan_of(analyses: dict[str, dict[str, Any]]) -> Plan:
    """A plan with these analyses."""
    read = TypeAdapter(AnyAnalysis)
    return Plan(
        study="small_study",
        analyses={name: read.validate_python(a) for name, a in analyses.items()},
        variables=VARIABLES,
        endpoints=ENDPOINTS,
        linear_predictors={"disease": LinearPredictor(covariates=("age", "stage"))},
        seed=1,
        bootstrap_replicates=20,
    )


@pytest.fixture(scope="session")
def draw() -> Callable[[str], Cohort]:
    """Return the cohort that a text draws."""
    return drawn


@pytest.fixture(scope="session", name="plan_of")
def plan_of_fixture() -> Callable[[dict[str, dict[str, Any]]], Plan]:
    """Return a plan with the given analyses."""
    return plan_of


Estimates = Callable[..., pd.DataFrame]


@pytest.fixture(scope="session")
def estimates() -> Estimates:
    """Return the rows of one analysis of a drawn cohort, without where its patients went."""

    def one(cohort: str | Cohort, inference: str = "wald", **analysis: Any) -> pd.DataFrame:
        found = cohort if isinstance(cohort, Cohort) else drawn(cohort)
        plan = plan_of({"a": analysis}).model_copy(update={"inference": inference})
        rows = estimate_analysis(prepare(found, plan), "a")
        return rows[rows["method"] != "evaluability"]

    return one
