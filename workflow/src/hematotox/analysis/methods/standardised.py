"""Standardised differences of a variable between groups: of what is known, of what is missing."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hematotox.analysis.patients import Patients, known
from hematotox.analysis.rows import Row, columns_of
from hematotox.declarations.study.methods.describe import Describe
from hematotox.stats.groups.standardised_difference import standardised_difference

LIMITS = ("std_error", "conf_low", "conf_high", "conf_level")


def standardised_rows(patients: Patients, variable: str, analysis: Describe) -> list[Row]:
    """Return the differences of one variable, of two groups the second minus the first.

    Of three or more groups it is the mean size over all pairs, without limits.
    """
    if not analysis.standardised or analysis.groups is None:
        return []
    levels = patients.levels(analysis.groups)
    groups = [patients.table[patients.table[analysis.groups] == level] for level in levels]
    groups = [group for group in groups if len(group)]
    rows = []
    for reference in ("", "missing"):
        parts = [_columns(patients, group, variable, reference) for group in groups]
        found = [standardised_difference(b, a) for a, b in combinations(parts, 2)]
        sizes = np.abs([one.estimate for one in found])
        two = len(found) == 1
        absent = not found or np.isnan(sizes).any()
        rows.append(
            patients.context.row(
                "describe",
                "standardised_difference",
                term=variable,
                reference=reference,
                estimate=None if absent else found[0].estimate if two else sizes.mean(),
                **(columns_of(found[0], *LIMITS) if two and not absent else {}),
                conf_method="plain" if two and not absent else "",
                n=sum(len(part) for part in parts),
                condition=() if not absent else ("constant variable",),
            )
        )
    return rows


def _columns(
    patients: Patients, group: pd.DataFrame, variable: str, reference: str
) -> NDArray[np.float64]:
    """Return a number as it is, and as memberships the levels of a category or who is missing."""
    there = known(group, variable, patients.plan)
    if reference == "missing":
        return np.column_stack([there, ~there]).astype(np.float64)
    values = group.loc[there, variable]
    if not patients.is_category(variable):
        return values.to_numpy(dtype=np.float64)
    levels = [level for level in patients.levels(variable) if level]
    return np.column_stack([(values == level).to_numpy(dtype=np.float64) for level in levels])
