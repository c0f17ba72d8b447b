"""What must hold of every run: no patient lost, no result that contradicts itself.

Each check is a function from tables to findings; none prints or raises, so that a rule and the
tests use the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType

import pandas as pd

from hematotox.checks.after_death import check_nobody_after_death
from hematotox.checks.conservation import (
    check_attrition,
    check_conservation,
    check_endpoints,
    check_nobody_lost,
    check_rows_for_everybody,
)
from hematotox.checks.consistency import (
    check_contradictions,
    check_curves,
    check_intervals,
    check_ranges,
)
from hematotox.checks.findings import Finding
from hematotox.checks.flow import (
    check_described,
    check_evaluability,
    check_flow,
    check_reasons,
    check_recount,
    check_score_groups,
)
from hematotox.contracts import Cohort, Staged, without_policies

COLUMNS = ["check", "where", "message"]


def check_run(
    staged: Staged | None,
    cohort: Cohort,
    estimates: pd.DataFrame,
    *,
    origins: Mapping[str, str] = MappingProxyType({}),
) -> pd.DataFrame:
    """Return every violated check of one study's tables; no rows when all hold.

    Parameters
    ----------
    staged : staged tables of the study's centres; None for an analysis-ready table
    cohort : the study's cohort with its scores
    estimates : the study's estimates
    origins : time origin of each endpoint of staged centres that is compared with the deaths
    """
    findings: list[Finding] = []
    own = without_policies(estimates)
    if staged is not None:
        findings += check_conservation(staged)
        findings += check_nobody_lost(staged, cohort)
        findings += check_nobody_after_death(staged, cohort, origins)
    for check in (
        check_attrition,
        check_rows_for_everybody,
        check_endpoints,
    ):
        findings += check(cohort)
    for recount in (check_flow, check_recount, check_reasons, check_score_groups):
        findings += recount(cohort, own)
    for check_rows in (check_intervals, check_ranges):
        findings += check_rows(estimates)
    for check_rows in (
        check_curves,
        check_evaluability,
        check_described,
        check_contradictions,
    ):
        findings += check_rows(own)
    return pd.DataFrame([asdict(one) for one in findings], columns=COLUMNS)
