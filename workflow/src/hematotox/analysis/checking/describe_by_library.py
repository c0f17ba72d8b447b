"""Tests between groups by scipy."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from hematotox.analysis.checking.library_rows import library_row
from hematotox.analysis.patients import Patients, known
from hematotox.analysis.rows import Row
from hematotox.declarations.study.methods.describe import Describe
from hematotox.stats.libraries.second_opinion_tests import (
    chi_square_opinion,
    fisher_opinion,
    kruskal_wallis_opinion,
)


def describe_by_library(patients: Patients, analysis: Describe) -> list[Row]:
    """Return the test of each variable between the groups; Fisher's of a 2x2 table only."""
    if not analysis.groups:
        return []
    row = partial(library_row, patients.context, "scipy", "describe", estimand="hypothesis_test")
    rows: list[Row] = []
    has_group = known(patients.table, analysis.groups, patients.plan)
    for variable in analysis.variables:
        members = patients.table[has_group & known(patients.table, variable, patients.plan)]
        if patients.is_category(variable):
            counts = pd.crosstab(members[variable], members[analysis.groups]).to_numpy()
            statistic, p_value = chi_square_opinion(counts)
            tests: dict[str, Row] = {
                "fisher": {"p_value": fisher_opinion(counts)},
                "chi-squared": {"statistic": statistic, "p_value": p_value},
            }
        else:
            statistic, p_value = kruskal_wallis_opinion(
                values=members[variable].to_numpy(dtype=np.float64),
                group=members[analysis.groups].to_numpy(dtype=str),
            )
            tests = {"kruskal-wallis": {"statistic": statistic, "p_value": p_value}}
        rows += [row(term=variable, test=test, **numbers) for test, numbers in tests.items()]
    return rows
