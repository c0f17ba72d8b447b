"""The way in for an analysis-ready table: one row a patient, endpoints already derived."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from hematotox.contracts import conform, empty
from hematotox.declarations.study.cohort_table import CohortTable, ColumnCovariate, ColumnEndpoint
from hematotox.dialects.cells import KNOWN, MISSING, UNREADABLE, missing_texts, texts_of
from hematotox.dialects.codes import read_codes
from hematotox.dialects.numbers import read_numbers
from hematotox.errors import UserError, UserErrors

DAYS_PER_UNIT = {"d": 1.0, "wk": 7.0, "mo": 30.4375, "a": 365.25}
UNREADABLE_SHARE = 0.05


@dataclass
class CellFindings:
    """Cells of the table that could not be read: findings, never silently anything."""

    file: str
    centres: list[str]
    """Centre of each row of the table."""
    lines: Sequence[int]
    """Line of the file on which each row of the table starts."""
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, column: str, position: int, kind: str, message: str) -> None:
        """Note one cell; `position` is the place of its row in the table, from 0."""
        line = self.lines[position]
        self.rows.append(
            {
                "finding_id": f"{self.file}:{line:08d}:{column}",
                "centre": self.centres[position],
                "file": self.file,
                "row": line,
                "column": column,
                "variable": column,
                "kind": kind,
                "message": message,
                "action": "correct the cell in the table; until then it counts as missing",
                "row_set_aside": False,
            }
        )


def columns_needed(declared: CohortTable) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every column that the study names, with its key in the study file."""
    if declared.patient_id != "row_number":
        yield ("patient_id",), declared.patient_id
    if declared.centre is not None:
        yield ("centre",), declared.centre
    for name, covariate in declared.covariates.items():
        yield ("covariates", name, "column"), covariate.column
    for name, endpoint in declared.endpoints.items():
        yield ("endpoints", name, "status"), endpoint.status
        if endpoint.time is not None:
            yield ("endpoints", name, "time"), endpoint.time


def check_columns(table: pd.DataFrame, declared: CohortTable) -> None:
    """Stop if a column that the study names is not in the table.

    Raises
    ------
    UserErrors
        One message a missing column: the file, the column, the key, and a near match.
    """
    messages = []
    needed = [column for _, column in columns_needed(declared)]
    # a file without headings has a patient in its first row: then nothing of it is shown
    has_headings = any(column in table for column in needed)
    there = f"the file has: {', '.join(table)}" if has_headings else "are there headings in line 1?"
    for key, column in columns_needed(declared):
        if column not in table:
            close = difflib.get_close_matches(column, list(table), n=1)
            hint = f' is "{close[0]}" meant?' if close and has_headings else ""
            messages.append(
                f'{declared.file}: there is no column "{column}" (cohort.{".".join(key)});{hint} '
                f"{there}"
            )
    if messages:
        raise UserErrors(messages)


def patient_numbers(table: pd.DataFrame, declared: CohortTable) -> pd.DataFrame:
    """Return `patient_id` (`<centre>/<number>`) and `centre` of each row.

    Raises
    ------
    UserError
        A number is empty or appears twice within a centre.
    """
    if declared.patient_id == "row_number":
        numbers = pd.Series([f"{i:06d}" for i in range(1, len(table) + 1)])
    else:
        numbers = pd.Series(texts_of(table[declared.patient_id].to_numpy()))
    centres = pd.Series(["all"] * len(table))
    if declared.centre:
        centres = pd.Series(texts_of(table[declared.centre].to_numpy()))
    for name, values in (("centre", centres), ("patient_id", numbers)):
        blank = int((values == "").sum())
        if blank:
            raise UserError(f"{declared.file}: column of cohort.{name}: {blank} empty cells")
    identifiers = centres + "/" + numbers
    repeated = int(identifiers.duplicated().sum())
    if repeated:
        raise UserError(
            f'{declared.file}: column "{declared.patient_id}": {repeated} patient numbers appear '
            "more than once; the table needs one row a patient"
        )
    return pd.DataFrame({"patient_id": identifiers, "centre": centres})


def covariate_values(
    table: pd.DataFrame,
    covariate: ColumnCovariate,
    declared: CohortTable,
    findings: CellFindings,
) -> pd.Series:
    """Return a covariate as numbers, or as level names; unreadable cells are missing."""
    cells = table[covariate.column]
    if covariate.values is None:
        return _numbers(cells, covariate.column, declared, findings)
    return _levels(cells, covariate.column, covariate.values, declared, findings)


def _numbers(
    cells: pd.Series, column: str, declared: CohortTable, findings: CellFindings
) -> pd.Series:
    missing = missing_texts(declared.missing)
    read = read_numbers(
        cells.to_numpy(), decimal=declared.decimal, thousands=declared.thousands, missing=missing
    )
    exact = (read.states == KNOWN) & (read.bounds == 0)
    for position in np.flatnonzero((read.states != MISSING) & ~exact).tolist():
        findings.add(column, position, "unreadable", "text where a number belongs")
    return pd.Series(np.where(exact, read.values, np.nan), dtype="float64")


def _levels(
    cells: pd.Series,
    column: str,
    values: dict[str, str],
    declared: CohortTable,
    findings: CellFindings,
) -> pd.Series:
    missing = missing_texts(declared.missing)
    levels, states = read_codes(cells.to_numpy(), values=values, missing=missing)
    for position in np.flatnonzero(states == UNREADABLE).tolist():
        findings.add(column, position, "unknown code", "a code that `values` does not name")
    return pd.Series(levels, dtype=object)


def endpoint_rows(
    table: pd.DataFrame,
    name: str,
    endpoint: ColumnEndpoint,
    declared: CohortTable,
    findings: CellFindings,
) -> pd.DataFrame:
    """Return time (days), status and evaluability of one endpoint for every row."""
    states = _levels(table[endpoint.status], endpoint.status, endpoint.values, declared, findings)
    status = states.map(lambda s: endpoint.status_of(s) if s else None)
    reason = states.map(lambda s: "" if s else "status unknown")
    time = pd.Series([math.nan] * len(table))
    if endpoint.time is not None and endpoint.unit is not None:
        time = _numbers(table[endpoint.time], endpoint.time, declared, findings)
        time = time * DAYS_PER_UNIT[endpoint.unit]
        for position in time.index[time < 0]:
            findings.add(endpoint.time, position, "implausible", "a time before the origin")
        reason = reason.where((reason != "") | (time >= 0), "time unknown")
    evaluable = reason == ""
    return pd.DataFrame(
        {
            "endpoint": name,
            "time": time.where(evaluable),
            "status": status.where(evaluable),
            "evaluable": evaluable,
            "reason": reason,
            "decided_by": "",
        }
    )


def refuse_unreadable_columns(findings: CellFindings, n_rows: int) -> None:
    """Stop where more than 5 % of a column cannot be read: then the declaration is wrong.

    Raises
    ------
    UserErrors
        File, column and share for each such column.
    """
    counts: dict[str, int] = {}
    for row in findings.rows:
        counts[str(row["column"])] = counts.get(str(row["column"]), 0) + 1
    messages = [
        f'{findings.file}: column "{column}": {count} of {n_rows} cells cannot be read '
        "(text where a number belongs, or a code that is not declared); correct the study's "
        "declaration of this column or, for numbers such as 1,234, how they are written: "
        "cohort.decimal, cohort.thousands"
        for column, count in sorted(counts.items())
        if count > UNREADABLE_SHARE * n_rows
    ]
    if messages:
        raise UserErrors(messages)


def findings_table(findings: CellFindings) -> pd.DataFrame:
    """Return the findings as a table; each cell once."""
    if not findings.rows:
        return empty("findings")
    return conform("findings", pd.DataFrame(findings.rows).drop_duplicates("finding_id"))
