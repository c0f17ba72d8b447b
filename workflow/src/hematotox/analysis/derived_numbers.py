"""Numbers of a patient that endpoints, grades and scores bring: times, days, baseline values."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hematotox.contracts import Cohort
from hematotox.declarations.study.plan import Plan


def derived_numbers(cohort: Cohort, plan: Plan, patients: pd.Index) -> pd.DataFrame:
    """Return the derived numbers of the plan that the cohort has, one row a patient.

    Returns
    -------
    `<endpoint>.time` (days from the origin to the event, empty without it), `<endpoint>.days`
    (days of a grade, empty where it is not assessable) and `<score>.<item>` (value at baseline,
    empty where it is missing). A value beyond an assay's limit, such as "<0.6" or ">2000", counts
    as the limit, as in the daily values that grades rest on.
    """
    columns: dict[str, pd.Series] = {}
    for name, variable in plan.variables.items():
        if variable.type != "number" or "." not in name:
            continue
        owner, _, part = name.rpartition(".")
        if variable.days is not None:
            columns[name] = _days(cohort.grades, plan, name)
        elif part == "time" and owner in plan.endpoints:
            columns[name] = _times(cohort.endpoints, owner)
        elif part != "points":
            columns[name] = _baseline(cohort.baseline, owner, part)
    numbers = {name: pd.to_numeric(column).reindex(patients) for name, column in columns.items()}
    return pd.DataFrame(numbers, index=patients).astype(np.float64)


def _times(endpoints: pd.DataFrame, endpoint: str) -> pd.Series:
    rows = endpoints[(endpoints["endpoint"] == endpoint) & endpoints["evaluable"]]
    return rows[rows["status"] == 1].set_index("patient_id")["time"]


def _days(grades: pd.DataFrame, plan: Plan, variable: str) -> pd.Series:
    counted = plan.variables[variable].days
    assert counted is not None
    own = (grades["convention"] == counted.convention) & (grades["window"] == counted.window)
    rows = grades[own & grades["assessable"]].set_index("patient_id")
    return rows[counted.column]


def _baseline(baseline: pd.DataFrame, score: str, item: str) -> pd.Series:
    own = (baseline["score"] == score) & (baseline["variable"] == item)
    rows = baseline[own & (baseline["variant"].fillna("") == "")].set_index("patient_id")
    return rows["value_high"].where(np.isfinite(rows["value_high"]), rows["value_low"])
