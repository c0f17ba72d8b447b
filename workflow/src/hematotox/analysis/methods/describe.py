"""Counts, medians and tests of variables by group: the numbers of a Table 1."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from hematotox.analysis.methods.standardised import standardised_rows
from hematotox.analysis.patients import Patients, known
from hematotox.analysis.rows import TEST, Context, Row, columns_of
from hematotox.declarations.study.methods.describe import Describe
from hematotox.stats.groups.chi_square import ChiSquareTest, chi_square_test
from hematotox.stats.groups.fisher import fisher_test
from hematotox.stats.groups.rank_tests import KruskalWallis, kruskal_wallis

EVERYBODY = "all"
"""`reference` of the row that counts the patients of a group, whatever is known of them."""
GROUP_UNKNOWN = "group unknown"
"""`reference` of the row that counts the patients who stand only under all patients."""


def estimate_describe(patients: Patients, analysis: Describe) -> list[Row]:
    """Return the description of each variable in all patients and in each group, with a test."""
    rows = _size_rows(patients, analysis)
    for variable in analysis.variables:
        for level, members in _groups(patients, analysis):
            if patients.is_category(variable):
                rows += _category_rows(patients, members, variable, level)
            else:
                rows += _number_rows(patients, members, variable, level)
        if analysis.groups:
            rows += _test_rows(patients, variable, analysis.groups)
            rows += standardised_rows(patients, variable, analysis)
    return rows


def _groups(patients: Patients, analysis: Describe) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "", patients.table
    if analysis.groups:
        for level in patients.levels(analysis.groups):
            yield level, patients.table[patients.table[analysis.groups] == level]


def _size_rows(patients: Patients, analysis: Describe) -> list[Row]:
    """Return how many patients each column of the table describes."""
    if not analysis.groups:
        return []
    unknown = int((~known(patients.table, analysis.groups, patients.plan)).sum())
    without_group = patients.context.row(
        "describe",
        "count",
        term=analysis.groups,
        reference=GROUP_UNKNOWN,
        estimate=unknown,
        n=len(patients.table),
    )
    return [without_group] * bool(unknown) + [
        patients.context.row(
            "describe",
            "count",
            term=analysis.groups,
            group=level,
            reference=EVERYBODY,
            estimate=len(members),
            n=len(members),
        )
        for level, members in _groups(patients, analysis)
    ]


def _number_rows(patients: Patients, members: pd.DataFrame, variable: str, group: str) -> list[Row]:
    values = members[variable].dropna().to_numpy(dtype=np.float64)
    missing = len(members) - values.size
    shared = {"term": variable, "group": group, "n": values.size}
    row = patients.context.row
    rows = [
        row("describe", "count", **shared, reference="known", estimate=values.size),
        row("describe", "count", **shared, reference="missing", estimate=missing),
    ]
    if not values.size:
        return rows
    for probability in (0.25, 0.5, 0.75):
        estimand = "median" if probability == 0.5 else "quantile"
        rows.append(
            row(
                "describe",
                estimand,
                **shared,
                reference=f"{probability:g}",
                estimate=np.quantile(values, probability),
            )
        )
    rows += [
        row("describe", "minimum", **shared, estimate=values.min()),
        row("describe", "maximum", **shared, estimate=values.max()),
        row("describe", "mean", **shared, estimate=values.mean()),
    ]
    if values.size > 1:
        deviation = values.std(ddof=1)
        rows.append(row("describe", "standard_deviation", **shared, estimate=deviation))
    return rows


def _category_rows(
    patients: Patients, members: pd.DataFrame, variable: str, group: str
) -> list[Row]:
    is_known = known(members, variable, patients.plan)
    total = int(is_known.sum())
    shared = {"term": variable, "group": group, "n": total}
    rows = []
    for level in patients.levels(variable):
        if level == "":
            continue
        count = int((members[variable] == level).sum())
        rows.append(
            patients.context.row("describe", "count", **shared, reference=level, estimate=count)
        )
        if total:
            rows.append(
                patients.context.row(
                    "describe",
                    "percentage_of_known",
                    **shared,
                    reference=level,
                    estimate=count / total,
                )
            )
    missing = len(members) - total
    rows.append(
        patients.context.row("describe", "count", **shared, reference="missing", estimate=missing)
    )
    return rows


def _test_rows(patients: Patients, variable: str, groups: str) -> list[Row]:
    """Return Kruskal-Wallis for a number; Fisher, with chi-squared beside it, for a category."""
    table = patients.table
    members = table[known(table, variable, patients.plan) & known(table, groups, patients.plan)]
    context, shared = patients.context, {"term": variable, "n": len(members)}
    if members[groups].nunique() < 2:
        name = "fisher" if patients.is_category(variable) else "kruskal-wallis"
        return [
            context.row("describe", "hypothesis_test", **shared, test=name, condition="one group")
        ]
    if not patients.is_category(variable):
        values = members[variable].to_numpy(dtype=np.float64)
        ranks = kruskal_wallis(values=values, group=members[groups].to_numpy())
        return [_test(context, "kruskal-wallis", shared, ranks)]
    counts = pd.crosstab(members[variable], members[groups]).to_numpy()
    exact = fisher_test(table=counts, seed=patients.plan.seed)
    return [
        context.row(
            "describe",
            "hypothesis_test",
            **shared,
            test="fisher",
            **columns_of(exact, "p_value", "condition"),
        ),
        _test(context, "chi-squared", shared, chi_square_test(counts)),
    ]


def _test(context: Context, name: str, shared: Row, result: KruskalWallis | ChiSquareTest) -> Row:
    return context.row(
        "describe",
        "hypothesis_test",
        **shared,
        test=name,
        **columns_of(result, *TEST, "condition"),
    )
