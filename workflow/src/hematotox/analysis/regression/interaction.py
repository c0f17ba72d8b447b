"""The effect of an exposure within the levels of a subgroup, their ratio, and its test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hematotox.analysis.patients import Patients
from hematotox.analysis.regression.design_matrix import Column, Design, design_matrix
from hematotox.analysis.regression.fits import Refit, joint_test
from hematotox.analysis.regression.models import FloatArray
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.analysis_base import Regression

RATIO = "log_ratio_of_ratios"


@dataclass(frozen=True, slots=True)
class _Parts:
    """The columns of the exposure, the indicators of the subgroup, and what else is adjusted."""

    exposure: FloatArray
    columns: tuple[Column, ...]
    subgroup: FloatArray
    """(n, k) membership of each level that somebody has."""
    levels: tuple[str, ...]
    others: FloatArray

    def within(self, levels: Sequence[int]) -> FloatArray:
        """Return the exposure within levels, subgroup and other covariates, as columns."""
        parts = [self.exposure * self.subgroup[:, [level]] for level in levels]
        return np.column_stack([*parts, self.subgroup[:, 1:], self.others])


def interaction_rows(
    patients: Patients, analysis: Regression, context: Context, design: Design, *, refit: Refit
) -> list[Row]:
    """Return effects by subgroup, ratios of them to the first one, and the test of all ratios.

    All are of one model with exposure, subgroup and their product (and the covariates), written
    in two ways: with the exposure within each level, and with the exposure and its products.

    Parameters
    ----------
    design : exposure first, then covariates
    refit : fits the model to a design matrix
    """
    parts = _parts(patients, analysis, design)
    subgroup, width = str(analysis.interaction), len(parts.columns)
    shared = {"term": analysis.exposure}
    if len(parts.levels) < 2 or not width:
        test = {"comparator": subgroup, **patients.sizes, "condition": "one group"}
        return [context.row(analysis.method, "hypothesis_test", **shared, **test)]
    effects = refit(parts.within(range(len(parts.levels)))).ratios
    rows = []
    for position, level in enumerate(parts.levels):
        here = parts.subgroup[:, position] == 1
        sizes = {"n": int(here.sum()), "n_event": int(patients.event[here].sum())}
        for i, column in enumerate(parts.columns):
            numbers = {**effects.numbers(position * width + i), **sizes}
            rows.append(_row(context, effects.words, column, f"{subgroup}={level}", numbers))
    matrix = np.column_stack([parts.exposure, parts.within(range(1, len(parts.levels)))])
    products = refit(matrix)
    ratios = products.ratios
    words = {**ratios.words, "estimand": RATIO, "comparator": parts.levels[0]}
    for position, level in enumerate(parts.levels[1:], start=1):
        for i, column in enumerate(parts.columns):
            numbers = ratios.numbers(position * width + i)
            rows.append(_row(context, words, column, f"{subgroup}={level}", numbers))
    tested = joint_test(products, refit, matrix, range(width, width * len(parts.levels)))
    method = products.words["method"]
    test = context.row(method, "hypothesis_test", **shared, comparator=subgroup, **tested)
    return [*rows, test]


def _row(context: Context, words: Row, column: Column, subgroup: str, numbers: Row) -> Row:
    named = {"term": column.term, "group": column.level, "reference": column.reference}
    return context.row(**words, **named, subgroup=subgroup, **numbers)


def _parts(patients: Patients, analysis: Regression, design: Design) -> _Parts:
    subgroup = str(analysis.interaction)
    values = patients.category(subgroup)
    levels = tuple(level for level in patients.levels(subgroup) if (values == level).any())
    of = np.array([column.term for column in design.columns], dtype=object)
    exposure = design_matrix(patients, (analysis.exposure,))
    return _Parts(
        exposure=exposure.matrix,
        columns=exposure.columns,
        subgroup=np.column_stack([(values == level).astype(np.float64) for level in levels])
        if levels
        else np.empty((len(values), 0)),
        levels=levels,
        others=design.matrix[:, (of != analysis.exposure) & (of != subgroup)],
    )
