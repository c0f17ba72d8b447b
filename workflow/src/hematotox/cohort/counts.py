"""Published 2x2 tables as the rows they were counted from, one endpoint at a time.

Counts of several endpoints in the same patients do not say which patient had which of them. Each
endpoint is expanded by itself; analyses of a counts study therefore use one endpoint and the
groups, and the cross-check refuses any other.
"""

from __future__ import annotations

import csv
import io

import pandas as pd

from hematotox.declarations.study.cohort_table import CountsTable
from hematotox.errors import UserError, UserErrors

COLUMNS = ("cohort", "endpoint", "group", "n_event", "n")
Counts = dict[tuple[str, str], dict[str, tuple[int, int]]]


def expand_counts(content: bytes, declared: CountsTable) -> pd.DataFrame:
    """Return a text table with a row for each patient of the largest denominator of a group.

    Parameters
    ----------
    content : the CSV file of counts
    declared : which groups and endpoints it has

    Returns
    -------
    columns cohort, group and one an endpoint: "1", "0", or "" beyond its own denominator

    Raises
    ------
    UserErrors
        A column is missing; a count is not whole, negative or above its denominator; a group or
        endpoint is not declared; a row stands twice; or a group of a table is missing.
    """
    counts = _read(content, declared)
    rows = []
    for (cohort, group), endpoints in counts.items():
        size = max(n for _, n in endpoints.values())
        for position in range(size):
            cells = {name: _cell(position, endpoints.get(name)) for name in declared.endpoints}
            rows.append({"cohort": cohort, "group": group, **cells})
    return pd.DataFrame(rows, columns=["cohort", "group", *declared.endpoints])


def _cell(position: int, counted: tuple[int, int] | None) -> str:
    if counted is None or position >= counted[1]:
        return ""
    return "1" if position < counted[0] else "0"


def _read(content: bytes, declared: CountsTable) -> Counts:
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
    if missing:
        raise UserError(
            f"{declared.file}:1: columns are missing: {', '.join(missing)}; "
            f"the file needs {', '.join(COLUMNS)}"
        )
    counts: Counts = {}
    troubles = []
    for row in reader:
        where = f"{declared.file}:{reader.line_num}"
        trouble = _trouble(row, declared)
        cell = counts.setdefault((row["cohort"], row["group"]), {})
        if not trouble and row["endpoint"] in cell:
            trouble = "this cohort, endpoint and group stand twice"
        if trouble:
            troubles.append(f"{where}: {trouble}")
        else:
            cell[row["endpoint"]] = (int(row["n_event"]), int(row["n"]))
    troubles += _one_sided(counts, declared)
    if not counts:
        troubles.append(f"{declared.file}: no counts")
    if troubles:
        raise UserErrors(troubles)
    return counts


def _trouble(row: dict[str, str], declared: CountsTable) -> str:
    for column, known in (("group", declared.levels), ("endpoint", declared.endpoints)):
        if row[column] not in known:
            return f'{column}: "{row[column]}" must be one of {", ".join(known)}'
    if not (row["n_event"].isdigit() and row["n"].isdigit()):
        return "n_event and n must be whole numbers"
    if int(row["n_event"]) > int(row["n"]):
        return "n_event is above n"
    return ""


def _one_sided(counts: Counts, declared: CountsTable) -> list[str]:
    cohorts = dict.fromkeys(cohort for cohort, _ in counts)
    return [
        f"{declared.file}: {cohort}, {endpoint}: no row for group {group}"
        for cohort in cohorts
        for endpoint in declared.endpoints
        for group in declared.levels
        if endpoint not in counts.get((cohort, group), {})
        and any(endpoint in counts.get((cohort, other), {}) for other in declared.levels)
    ]
