"""The tables between stages: columns, types, keys and allowed values.

A stage ends by `conform`ing its tables; the next stage trusts them. A table that breaks its
contract is a fault of this program (`ContractError`), never of the user, and the message names
columns and counts, no value: a value may be a patient's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

from hematotox.declarations.vocabulary import CONDITIONS, CONF_METHODS, ESTIMANDS, METHODS
from hematotox.errors import ContractError

ColumnType = Literal["text", "integer", "number", "boolean", "date"]

PANDAS_TYPES: dict[str, str] = {
    "text": "str",
    "integer": "Int64",
    "number": "float64",
    "boolean": "bool",
    "date": "str",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract; `allowed` lists the only texts it may hold."""

    type: ColumnType
    required: bool = True
    allowed: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The contract of one table; an open table may have further (dictionary) columns."""

    name: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    open: bool = False
    sort: tuple[str, ...] = field(default=())


def _columns(**types: str) -> dict[str, Column]:
    """`name="text"` is a required column, `name="text?"` one that may be empty."""
    columns = {}
    for name, code in types.items():
        kind: Any = code.rstrip("?")
        columns[name] = Column(type=kind, required=not code.endswith("?"))
    return columns


SOURCES = frozenset({"synthetic", "real"})

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            "subjects",
            _columns(
                patient_id="text",
                centre="text",
                source="text",
                age="number?",
                sex="text?",
                disease="text?",
                histology="text?",
                product="text?",
                infusion_date="date?",
                lymphodepletion_date="date?",
            ),
            key=("patient_id",),
            open=True,
        ),
        Table(
            "labs",
            _columns(
                patient_id="text",
                variable="text",
                day="integer",
                measurement="integer",
                value_low="number",
                value_high="number",
            ),
            key=("patient_id", "variable", "day", "measurement"),
        ),
        Table(
            "events",
            _columns(patient_id="text", event="text", day="integer?", detail="text?"),
            key=("patient_id", "event", "day", "detail"),
        ),
        Table(
            "findings",
            _columns(
                finding_id="text",
                centre="text",
                file="text?",
                row="integer?",
                column="text?",
                variable="text?",
                kind="text",
                message="text",
                action="text",
                row_set_aside="boolean",
            ),
            key=("finding_id",),
        ),
        Table(
            "tally",
            _columns(
                centre="text",
                table="text",
                file="text",
                rows_read="integer",
                rows_staged="integer",
                rows_set_aside="integer",
                rows_left_out="integer",
                subjects="integer",
                labs="integer",
                events="integer",
            ),
            key=("centre", "table", "file"),
        ),
        Table(
            "population",
            _columns(
                patient_id="text",
                centre="text",
                source="text",
                included="boolean",
                reason="text?",
            ),
            key=("patient_id",),
            open=True,
        ),
        Table(
            "attrition",
            _columns(
                position="integer",
                criterion="text",
                n_before="integer",
                n_excluded="integer",
                n_after="integer",
            ),
            key=("position",),
        ),
        Table(
            "baseline",
            _columns(
                patient_id="text",
                score="text",
                variant="text?",
                variable="text",
                value_low="number?",
                value_high="number?",
                day="integer?",
            ),
            key=("patient_id", "score", "variant", "variable"),
            open=True,
        ),
        Table(
            "grades",
            _columns(
                patient_id="text",
                convention="text",
                window="text",
                grade="integer?",
                grade_low="integer?",
                grade_high="integer?",
                days_500="integer?",
                days_100="integer?",
                assessable="boolean",
                reason="text?",
            ),
            key=("patient_id", "convention", "window"),
            open=True,
        ),
        Table(
            "endpoints",
            _columns(
                patient_id="text",
                endpoint="text",
                time="number?",
                status="integer?",
                evaluable="boolean",
                reason="text?",
            ),
            key=("patient_id", "endpoint"),
            open=True,
        ),
        Table(
            "scores",
            _columns(
                patient_id="text",
                score="text",
                points="number?",
                points_low="number?",
                points_high="number?",
                group="text?",
                items_missing="integer",
            ),
            key=("patient_id", "score"),
            open=True,
        ),
        Table(
            "score_variants",
            _columns(
                patient_id="text",
                score="text",
                variant="text",
                points="number?",
                points_low="number?",
                points_high="number?",
                group="text?",
                items_missing="integer",
            ),
            key=("patient_id", "score", "variant"),
            open=True,
        ),
        Table(
            "agreement",
            _columns(
                study="text",
                population="text?",
                centre="text?",
                score="text?",
                endpoint="text?",
                method="text",
                landmark="number?",
                adjustment="text?",
                group="text?",
                comparator="text?",
                term="text?",
                reference="text?",
                time="number?",
                estimand="text",
                place="text",
                printed="text",
                certainty="text",
                quantity="text",
                published="number?",
                ours="number?",
                difference="number?",
                verdict="text",
                reason="text?",
            ),
            key=(),
        ),
        Table(
            "estimates",
            _columns(
                study="text",
                source="text",
                analysis="text",
                population="text",
                centre="text?",
                score="text?",
                endpoint="text?",
                method="text",
                convention="text?",
                policy="text?",
                landmark="number?",
                adjustment="text?",
                group="text?",
                comparator="text?",
                term="text?",
                reference="text?",
                time="number?",
                estimand="text",
                estimate="number?",
                std_error="number?",
                conf_low="number?",
                conf_high="number?",
                conf_level="number?",
                conf_method="text?",
                test="text?",
                statistic="number?",
                df="number?",
                p_value="number?",
                n="integer?",
                n_event="integer?",
                n_at_risk="integer?",
                condition="text?",
            ),
            key=(),
        ),
    )
}

CLOSED_LISTS: dict[str, frozenset[str]] = {
    "method": frozenset(METHODS),
    "estimand": frozenset(ESTIMANDS),
    "conf_method": frozenset(CONF_METHODS),
    "source": SOURCES,
}


@dataclass(frozen=True, slots=True)
class Staged:
    """The staged tables of one or several centres."""

    subjects: pd.DataFrame
    labs: pd.DataFrame
    events: pd.DataFrame
    findings: pd.DataFrame
    tally: pd.DataFrame = field(default_factory=lambda: empty("tally"))
    """Where the rows of each file went; see `staging.conservation`."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """The tables of one study's patients.

    `scores` is empty until they are scored; `findings` says what the cohort had to assume.
    """

    population: pd.DataFrame
    attrition: pd.DataFrame
    baseline: pd.DataFrame
    grades: pd.DataFrame
    endpoints: pd.DataFrame
    scores: pd.DataFrame
    findings: pd.DataFrame = field(default_factory=lambda: empty("findings"))


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
        its closed list; or two rows have the same key.
    """
    table = TABLES[name]
    missing = [column for column in table.columns if column not in frame]
    unknown = [column for column in frame if column not in table.columns]
    if missing or (unknown and not table.open):
        raise ContractError(f"{name}: columns missing {missing}, unknown {unknown}")
    ordered = frame[[*table.columns, *unknown]].copy()
    for column, rule in table.columns.items():
        ordered[column] = _typed(name, column, ordered[column], rule)
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
    allowed = CLOSED_LISTS.get(column) if name in ("estimates", "subjects", "population") else None
    if allowed is not None:
        outside = sorted(set(typed[~blank]) - allowed)
        if outside:
            raise ContractError(f"{name}.{column}: not in the closed list: {outside}")
    return typed


def _convert(values: pd.Series, kind: str) -> pd.Series:
    if kind in ("text", "date"):
        return values.astype(object).where(values.notna(), "").map(str)
    if kind == "integer":
        numbers = pd.to_numeric(values, errors="raise")
        return numbers.astype("Float64").astype("Int64")
    if kind == "boolean":
        if not set(values.dropna().unique()) <= {True, False} or values.isna().any():
            raise ValueError("not boolean")
        return values.astype(bool)
    return pd.to_numeric(values, errors="raise").astype("float64")


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
    if not table.key:
        return frame.reset_index(drop=True)
    ordered = frame.sort_values(list(table.key), kind="stable", na_position="first")
    repeated = int(ordered.duplicated(list(table.key)).sum())
    if repeated:
        raise ContractError(f"{table.name}: {repeated} rows repeat the key {table.key}")
    return ordered.reset_index(drop=True)
