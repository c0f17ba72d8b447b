"""Covariates as columns: numbers as they are, categories as indicators against a reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hematotox.analysis.patients import Patients


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the design matrix and the words of its coefficient."""

    term: str
    level: str
    reference: str


@dataclass(frozen=True, slots=True)
class Design:
    """Design matrix (n, p), its columns, and the levels that no patient has."""

    matrix: NDArray[np.float64]
    columns: tuple[Column, ...]
    absent: tuple[Column, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """Name of the variable behind each column."""
        return tuple(column.term for column in self.columns)


def design_matrix(patients: Patients, variables: tuple[str, ...]) -> Design:
    """Return indicators and numbers for the variables, in their order.

    A level that no patient has gets no column: nothing can be estimated for it.
    """
    parts: list[NDArray[np.float64]] = []
    columns: list[Column] = []
    absent: list[Column] = []
    for variable in variables:
        if not patients.is_category(variable):
            parts.append(patients.number(variable))
            columns.append(Column(variable, "", ""))
            continue
        values = patients.category(variable)
        levels = patients.levels(variable)
        present = [level for level in levels if (values == level).any()]
        absent += [Column(variable, level, present[0]) for level in levels if level not in present]
        for level in present[1:]:
            parts.append((values == level).astype(np.float64))
            columns.append(Column(variable, level, present[0]))
    matrix = np.column_stack(parts) if parts else np.empty((len(patients.table), 0))
    return Design(matrix=matrix, columns=tuple(columns), absent=tuple(absent))
