"""The tables between stages: columns, types, keys and allowed values.

A stage ends by `conform`ing its tables; the next stage trusts them. A table that breaks its
contract is a fault of this program (`ContractError`), never of the user, and the message names
columns and counts, no value: a value may be a patient's.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

from hematotox.contract_tables import (
    ESTIMATE_KEY,
    EXCLUDED,
    MERGED,
    PANDAS_TYPES,
    POLICIES,
    SOURCES,
    TABLES,
    Column,
    Table,
)
from hematotox.declarations.study.vocabulary import CONDITIONS, CONF_METHODS
from hematotox.errors import ContractError

__all__ = [
    "EXCLUDED",
    "MERGED",
    "TABLES",
    "Cohort",
    "Staged",
    "conform",
    "empty",
    "estimate_ids",
    "without_policies",
]


@dataclass(frozen=True, slots=True)
class Staged:
    """The staged tables of one or several centres."""

    subjects: pd.DataFrame
    labs: pd.DataFrame
    events: pd.DataFrame
    findings: pd.DataFrame
    tally: pd.DataFrame = field(default_factory=lambda: empty("tally"))
    """Where the rows of each file went; see `staging.conservation`."""
    recorded_events: pd.DataFrame = field(default_factory=lambda: empty("recorded_events"))
    """Of which events the absence of a record means that they did not happen; a centre that is
    not in it is taken to hold all."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The tables of one study's patients.

    `scores` and `score_variants` (other baseline windows) are empty until they are scored;
    `findings` says what the cohort had to assume.
    """

    population: pd.DataFrame
    attrition: pd.DataFrame
    baseline: pd.DataFrame
    grades: pd.DataFrame
    endpoints: pd.DataFrame
    scores: pd.DataFrame
    findings: pd.DataFrame = field(default_factory=lambda: empty("findings"))
    score_variants: pd.DataFrame = field(default_factory=lambda: empty("score_variants"))


def empty(name: str) -> pd.DataFrame:
    """Return the table `name` without rows, with the contract's columns and types."""
    table = TABLES[name]
    return pd.DataFrame(
        {c: pd.Series(dtype=_dtype(column.type)) for c, column in table.columns.items()}
    )


def conform(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` as the contract `name` wants it: ordered, typed, sorted by its key.

    Parameters
    ----------
    name : name of the table, as in `TABLES`
    frame : what a stage produced

    Raises
    ------
    ContractError
        A column is missing, unknown, of another type, empty where it must not be, or outside
        its closed list; two columns are in the wrong order; or two rows have the same key.
    """
    table = TABLES[name]
    missing = [column for column in table.columns if column not in frame]
    unknown = [column for column in frame if column not in table.columns]
    if missing or (unknown and not table.open):
        raise ContractError(f"{name}: columns missing {missing}, unknown {unknown}")
    ordered = frame[[*table.columns, *unknown]].copy()
    for column, rule in table.columns.items():
        ordered[column] = _typed(name, column, ordered[column], rule)
    _check_order(table, ordered)
    _check_conditions(name, ordered)
    return _sorted(table, ordered)


def _dtype(kind: str) -> Any:
    return object if kind in ("text", "date") else PANDAS_TYPES[kind]


def _typed(name: str, column: str, values: pd.Series, rule: Column) -> pd.Series:
    try:
        typed = _convert(values, rule.type)
    except (TypeError, ValueError) as error:
        raise ContractError(f"{name}.{column}: not all values are {rule.type}") from error
    blank = (typed == "") if rule.type in ("text", "date") else typed.isna()
    if rule.required and bool(blank.any()):
        raise ContractError(f"{name}.{column}: {int(blank.sum())} empty values")
    allowed = rule.allowed or _closed_list(name, column)
    if allowed is not None:
        outside = sorted(set(typed[~blank]) - allowed)
        if outside:
            raise ContractError(f"{name}.{column}: not in the closed list: {outside}")
    return typed


@functools.cache
def _closed_list(name: str, column: str) -> frozenset[str] | None:
    """Return the words that a column may hold; the models of the methods only where needed."""
    if column == "source" and name in ("estimates", "subjects", "population"):
        return SOURCES
    if name != "estimates" or column not in ("method", "estimand", "conf_method"):
        return None
    from hematotox.declarations.study.analyses import ESTIMANDS, METHODS

    words = {"method": [*METHODS], "estimand": [*ESTIMANDS], "conf_method": [*CONF_METHODS]}
    return frozenset(words[column])


def _convert(values: pd.Series, kind: str) -> pd.Series:
    if kind in ("text", "date"):
        return values.astype(object).where(values.notna(), "").map(str)
    if kind == "integer":
        numbers = pd.to_numeric(values, errors="raise").astype("Float64")
        if (numbers != numbers.round()).fillna(False).any():  # pandas would cut 3.5 to 3
            raise ValueError("not whole numbers")
        return numbers.astype("Int64")
    if kind == "boolean":
        if not set(values.dropna().unique()) <= {True, False} or values.isna().any():
            raise ValueError("not boolean")
        return values.astype(bool)
    return pd.to_numeric(values, errors="raise").astype("float64")


def _check_order(table: Table, frame: pd.DataFrame) -> None:
    """Refuse intervals that end before they begin, and days not counted from infusion 1."""
    if table.in_order is not None:
        low, high = (frame[column] for column in table.in_order)
        wrong = int((low > high).sum())
        if wrong:
            raise ContractError(f"{table.name}: {wrong} rows with {' above '.join(table.in_order)}")
    if table.name == "infusions" and ((frame["infusion"] == 1) != (frame["day"] == 0)).any():
        raise ContractError("infusions.day: infusion 1 is day 0, and no other is")


def _check_conditions(name: str, frame: pd.DataFrame) -> None:
    if name != "estimates":
        return
    used = {part for text in frame["condition"].unique() for part in text.split("; ") if part}
    outside = sorted(used - set(CONDITIONS))
    if outside:
        raise ContractError(f"estimates.condition: not in the closed list: {outside}")
    numbers = frame.select_dtypes("float64")
    if np.isinf(numbers.to_numpy()).any():
        raise ContractError("estimates: infinite numbers; an unbounded limit is an empty cell")


def _sorted(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    repeated = frame.duplicated(list(table.key)) if table.key else pd.Series(dtype=bool)
    if repeated.any():
        what = f"{table.name}: {int(repeated.sum())} rows repeat the key {table.key}"
        where = sorted(set(frame.loc[repeated, "analysis"])) if "analysis" in frame else []
        raise ContractError(f"{what}{f', in {where}' if where else ''}")
    if table.key and table.sorted:
        frame = frame.sort_values(list(table.key), kind="stable", na_position="first")
    return frame.reset_index(drop=True)


def without_policies(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the estimates of the study's own policy about missing values."""
    policy = estimates["policy"].fillna("").astype(str).str.split(", ").str[0]  # of no rows too
    return estimates[~policy.isin(POLICIES)]


def estimate_ids(estimates: pd.DataFrame) -> pd.Series:
    """Return the `estimate_id` of each row, the same on every machine.

    Parameters
    ----------
    estimates : rows that have the columns of `ESTIMATE_KEY`, conformed

    Returns
    -------
    12 hexadecimal digits a row: the start of the SHA-256 digest of the cells of the key as they
    stand in the CSV file, joined by tabs (UTF-8)
    """
    cells = [_as_written(column, estimates[column]) for column in ESTIMATE_KEY]
    digests = [sha256("\t".join(row).encode()).hexdigest() for row in zip(*cells, strict=True)]
    return pd.Series([d[:12] for d in digests], index=estimates.index, dtype=object)


def _as_written(column: str, values: pd.Series) -> list[str]:
    """Return the cells of a column of the estimates as `run.files.csv_bytes` writes them."""
    if TABLES["estimates"].columns[column].type == "text":
        return values.tolist()
    return ["" if number != number else f"{number:.17g}" for number in values.tolist()]
