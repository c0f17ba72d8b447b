"""The headline odds ratio and AUC under every convention, missing-data policy and window."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from hematotox.analysis.methods.logistic import estimate_logistic
from hematotox.analysis.methods.roc import estimate_roc
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.methods.logistic import Logistic
from hematotox.declarations.study.methods.roc import Roc
from hematotox.declarations.study.methods.sensitivity import OWN_WINDOW, Policy, Sensitivity

SCORE_COLUMNS = [
    "points_low",
    "points_high",
    "group_low",
    "group_high",
    "group_determinable",
    "group_other_boundary",
    "items_missing",
]
"""What is read of the table of scores; the table of a study without patients has no groups."""
NOT_ASSESSABLE = "not assessable"
MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Choices:
    """The patients, and the choices that are varied."""

    patients: Patients
    analysis: Sensitivity

    @property
    def conventions(self) -> tuple[str, ...]:
        """Conventions that grade, the study's primary one first."""
        return self.analysis.conventions or self.patients.plan.conventions

    @property
    def windows(self) -> tuple[str, ...]:
        """Baseline windows, the score's own first."""
        return (OWN_WINDOW, *self.analysis.windows)

    @property
    def group(self) -> str:
        """Name of the variable of the risk group."""
        return f"{self.analysis.score}.group"

    @property
    def points(self) -> str:
        """Name of the variable of the points."""
        return f"{self.analysis.score}.points"


def estimate_sensitivity(patients: Patients, analysis: Sensitivity) -> list[Row]:
    """Return counts by grade and by group, then the estimates under every combination.

    Counts by grade stand under their convention, counts by group under policy and window, the
    odds ratio and the AUC under all three. The patients of a combination are those whose grade is
    assessable and whose group (or, for the AUC, points) the policy gives.
    """
    choices, context = Choices(patients, analysis), patients.context
    rows = [row for name in choices.conventions for row in _grade_counts(choices, context, name)]
    scored = {
        (policy, window): scored_by(choices, policy, window)
        for window in choices.windows
        for policy in choices.analysis.policies
    }
    for (policy, window), score in scored.items():
        here = replace(context, policy=policy_text(policy, window))
        rows += _group_counts(choices, here, score["group"])
    for convention in choices.conventions:
        outcome = outcome_under(choices, convention)
        for (policy, window), score in scored.items():
            here = replace(context, convention=convention, policy=policy_text(policy, window))
            rows += _estimates(choices, here, outcome.join(score))
    return rows


def policy_text(policy: Policy, window: str) -> str:
    """Return what stands in the column `policy`."""
    return f"{policy}; {window}"


def outcome_under(choices: Choices, convention: str) -> pd.DataFrame:
    """Return status and evaluability of the endpoint under a convention, by patient.

    As the endpoint itself: the grades between which the true one lies decide.
    """
    planned = choices.patients.plan.endpoints[choices.analysis.endpoint]
    grades = _grades(choices, convention)
    reached = (grades["known_low"] >= planned.at_least).fillna(False)
    missed = (grades["known_high"] < planned.at_least).fillna(False)
    return pd.DataFrame({"_status": reached.astype(int), "_evaluable": reached | missed})


def _grades(choices: Choices, convention: str) -> pd.DataFrame:
    planned = choices.patients.plan.endpoints[choices.analysis.endpoint]
    grades = choices.patients.cohort.grades
    own = grades[(grades["convention"] == convention) & (grades["window"] == planned.window)]
    return own.set_index("patient_id").reindex(choices.patients.table.index)


def scored_by(choices: Choices, policy: Policy, window: str) -> pd.DataFrame:
    """Return group and points of each patient under a policy; empty where it gives none."""
    scores, variants = choices.patients.cohort.scores, choices.patients.cohort.score_variants
    source = scores if window == OWN_WINDOW else variants[variants["variant"] == window]
    rows = source[source["score"] == choices.analysis.score].set_index("patient_id")
    rows = rows.reindex(index=choices.patients.table.index, columns=SCORE_COLUMNS)
    low, high = rows["points_low"], rows["points_high"]
    complete = (rows["items_missing"] == 0).fillna(False)
    exact = low.where(low == high)
    group = {
        "complete_case": rows["group_determinable"].where(complete, ""),
        "lowest": rows["group_low"],
        "highest": rows["group_high"],
        "determinable": rows["group_determinable"],
    }[policy]
    points = {
        "complete_case": exact.where(complete),
        "lowest": low,
        "highest": high,
        "determinable": pd.Series(np.nan, index=rows.index),
    }[policy]
    return pd.DataFrame({"group": group.fillna(""), "points": points.astype(float)})


def _grade_counts(choices: Choices, context: Context, convention: str) -> list[Row]:
    grade = _grades(choices, convention)["grade"]
    here = replace(context, convention=convention, score="")
    counts = {str(name): int((grade == name).sum()) for name in range(5)}
    counts[NOT_ASSESSABLE] = int(grade.isna().sum())
    return [
        here.row("sensitivity", "count", term="grade", reference=name, estimate=count, n=len(grade))
        for name, count in counts.items()
    ]


def _group_counts(choices: Choices, context: Context, group: pd.Series) -> list[Row]:
    here = replace(context, endpoint="")
    counts = {level: int((group == level).sum()) for level in _levels(choices)}
    counts[MISSING] = int((group == "").sum())
    return [
        here.row(
            "sensitivity",
            "count",
            term=choices.group,
            reference=level,
            estimate=count,
            n=len(group),
        )
        for level, count in counts.items()
    ]


def _levels(choices: Choices) -> tuple[str, ...]:
    planned = choices.patients.plan.variables.get(choices.group)
    return planned.levels if planned is not None else ()


def _estimates(choices: Choices, context: Context, table: pd.DataFrame) -> list[Row]:
    """Return odds ratio and AUC of one combination."""
    named = table.rename(columns={"group": choices.group, "points": choices.points})
    evaluable = named[named["_evaluable"]].assign(_time=np.nan)
    with_group = evaluable[evaluable[choices.group] != ""]
    with_points = evaluable[evaluable[choices.points].notna()]
    endpoint = choices.analysis.endpoint
    here = replace(choices.patients, context=context)
    rows: list[Row] = []
    if _levels(choices):
        model = Logistic(method="logistic", endpoint=endpoint, exposure=choices.group)
        if with_group.empty:
            rows.append(_nobody(context, "logistic", "log_odds_ratio", choices.group))
        else:
            found = estimate_logistic(replace(here, table=with_group), model)
            rows += [row for row in found if row["estimand"] == "log_odds_ratio"]
    if not with_points.empty:
        curve = Roc(method="roc", endpoint=endpoint, marker=choices.points)
        found = estimate_roc(replace(here, table=with_points), curve)
        rows += [row for row in found if row["estimand"] == "auc"]
    return rows


def _nobody(context: Context, method: str, estimand: str, term: str) -> Row:
    return context.row(method, estimand, term=term, n=0, condition="no patients")
