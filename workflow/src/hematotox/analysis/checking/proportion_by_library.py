"""Exact limits of a proportion by statsmodels."""

from __future__ import annotations

from functools import partial

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.methods.groups import group_members
from hematotox.analysis.patients import Patients
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.proportion import Proportion
from hematotox.stats.libraries.second_opinion_tests import proportion_opinion


def proportion_by_library(patients: Patients, analysis: Proportion) -> list[Row]:
    """Return the exact limits of the proportion in all patients and in each group."""
    members = [*group_members(patients, None)]
    if analysis.exposure:
        members += group_members(patients, analysis.exposure)
    row = partial(library_row, patients.context, "statsmodels", "proportion")
    rows = []
    for level, member in members:
        if not member.any():
            continue
        n_event, n = int(patients.event[member].sum()), int(member.sum())
        low, high = proportion_opinion(n_event=n_event, n=n)
        limits = {"conf_low": low, "conf_high": high}
        rows.append(row(estimand="proportion", group=level, estimate=n_event / n, **limits))
    return rows
