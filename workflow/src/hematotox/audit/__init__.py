"""Internal consistency of printed results, and of our own: what contradicts what, in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hematotox.audit.accuracy import accuracy_findings
from hematotox.audit.counts import count_findings
from hematotox.audit.findings import Finding
from hematotox.audit.intervals import interval_findings
from hematotox.audit.printed import CURVES, read_rows
from hematotox.audit.tables import table_findings

PUBLISHED = "registry"
"""Method of a published cohort's rows in an estimates table."""

__all__ = ["Finding", "audit"]


def audit(rows: pd.DataFrame, *, among: Mapping[str, str] | None = None) -> list[Finding]:
    """Return what contradicts itself in a table of results.

    A printed number stands for every value that rounds to it; a finding is only what no such
    value can explain. Numbers without print (an estimates table) are taken as they are.

    Parameters
    ----------
    rows : columns of the estimates table, with `printed` and `place` if they are from print, and
        with `n_event_high`, `n_high`, `n_event_low`, `n_low` where counts are known
    among : characteristic and the level of another whose patients alone can have it, such as
        `{"bridging_failure": "bridging=yes"}`

    Returns
    -------
    findings in the order of the checks: intervals and p-values, counts and percentages,
    sensitivity and its relatives, 2x2 tables
    """
    audited = ~rows["estimand"].isin(CURVES)
    if "printed" not in rows:
        # print in an estimates table has lost its decimals; its own file is audited
        audited &= rows["method"] != PUBLISHED
    found = read_rows(rows[audited])
    return [
        *interval_findings(found),
        *count_findings(found, among or {}),
        *accuracy_findings(found),
        *table_findings(found),
    ]
