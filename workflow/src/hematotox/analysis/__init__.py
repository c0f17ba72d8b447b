"""A declared analysis -> rows of the estimates table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import pandas as pd

from hematotox.analysis.agreement import compare_published
from hematotox.analysis.checking.second_opinion import disagreements, second_opinion
from hematotox.analysis.estimation import (
    FLOW,
    Work,
    analysis_rows,
    as_table,
    flow_of_patients,
    prepare,
)
from hematotox.analysis.missing_values.policies import estimate_policies
from hematotox.analysis.planned_tests import with_adjusted
from hematotox.analysis.rows import Row
from hematotox.analysis.sharing.release import Release, release
from hematotox.contracts import Cohort, conform
from hematotox.declarations.study.plan import Plan
from hematotox.pool import map_in_pool

__all__ = [
    "FLOW",
    "Release",
    "collect",
    "compare_published",
    "disagreements",
    "estimate",
    "estimate_policies",
    "release",
    "second_opinion",
]


def estimate(cohort: Cohort, plan: Plan, *, workers: int = 1) -> dict[str, pd.DataFrame]:
    """Estimate everything a study declares.

    Parameters
    ----------
    cohort : population, attrition, baseline, grades, endpoints and scores of the study
    plan : the analyses with every name resolved
    workers : processes; their number does not change a result

    Returns
    -------
    for each analysis, and for the flow of patients, its rows of the estimates table
    """
    work = prepare(cohort, plan)
    names = [FLOW, *plan.analyses]
    parts = [flow_of_patients(work), *map_in_pool(_Estimator(work), names[1:], workers=workers)]
    # one table for all: to conform each analysis by itself costs more than to estimate it
    table = as_table([row for part in parts for row in part])
    table = with_adjusted(table, plan)
    ends = list(accumulate(len(part) for part in parts))
    starts = [0, *ends[:-1]]
    return {
        name: table.iloc[start:end].reset_index(drop=True)
        for name, start, end in zip(names, starts, ends, strict=True)
    }


class _Estimator:
    """`analysis_rows` of one study, in a form that a process pool can send."""

    def __init__(self, work: Work) -> None:
        self.work = work

    def __call__(self, name: str) -> list[Row]:
        return analysis_rows(self.work, name)


def collect(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all analyses of a study as one table, in the order of the plan."""
    return conform("estimates", pd.concat([f for f in frames if len(f)], ignore_index=True))
