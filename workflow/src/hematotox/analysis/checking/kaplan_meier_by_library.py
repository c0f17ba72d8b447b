"""Kaplan-Meier estimates by lifelines."""

from __future__ import annotations

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.methods.groups import group_members
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.kaplan_meier import KaplanMeier
from hematotox.stats.libraries.second_opinion_curves import kaplan_meier_opinion

NAMES, QUANTILE = ("lifelines", "kaplan_meier"), "survival_time_quantile"


def kaplan_meier_by_library(patients: Patients, analysis: KaplanMeier) -> list[Row]:
    """Return survival at the declared times and quantiles of each group, not the steps between."""
    rows: list[Row] = []
    for level, member in group_members(patients, analysis.exposure):
        if not member.any():
            continue
        found = kaplan_meier_opinion(
            time=patients.time[member],
            event=patients.event[member],
            times=analysis.times,
            shares=analysis.quantiles,
        )
        for i, time in enumerate(analysis.times):
            numbers = {"estimate": found.survival[i]}
            if analysis.conf_type == "log-log":
                numbers |= {"conf_low": found.conf_low[i], "conf_high": found.conf_high[i]}
            words: Row = {"group": level, "time": time, **numbers}
            rows.append(library_row(patients.context, *NAMES, estimand="survival", **words))
        for share, time in zip(analysis.quantiles, found.quantile, strict=True):
            words = {"group": level, "term": f"{share:g}", "estimate": time}
            rows.append(library_row(patients.context, *NAMES, estimand=QUANTILE, **words))
    return rows
