"""The columns, types and keys of every table between the stages, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

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
    """The contract of one table; an open table may have further (dictionary) columns.

    No two rows have the same key; a table without `sorted` keeps the order of its rows.
    """

    name: str
    columns: dict[str, Column]
    key: tuple[str, ...]
    open: bool = False
    sorted: bool = True


def _columns(**types: str) -> dict[str, Column]:
    """`name="text"` is a required column, `name="text?"` one that may be empty."""
    columns = {}
    for name, code in types.items():
        kind: Any = code.rstrip("?")
        columns[name] = Column(type=kind, required=not code.endswith("?"))
    return columns


ROWS = ("rows_read", "rows_staged", "rows_set_aside", "rows_left_out")
GROUP = dict.fromkeys(("group", "comparator", "term", "reference"), "text?")
SOURCES = frozenset({"synthetic", "real"})
ESTIMATE_KEY = (
    "study", "source", "analysis", "population", "subgroup", "centre", "score", "endpoint",
    "method", "convention", "policy", "landmark", "adjustment", "group", "comparator", "term",
    "reference", "time", "estimand", "test",
)  # fmt: skip
"""What tells the rows of the estimates apart; `contracts.estimate_ids` is made from it."""

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
            "recorded_events",
            _columns(centre="text", event="text", known_by="text?", with_detail="boolean"),
            key=("centre", "event"),
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
            _columns(centre="text", table="text", file="text")
            | _columns(**dict.fromkeys(ROWS, "integer"))
            | _columns(subjects="integer", labs="integer", events="integer"),
            key=("centre", "table", "file"),
        ),
        Table(
            "population",
            _columns(
                patient_id="text", centre="text", source="text", included="boolean", reason="text?"
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
            "courses",
            _columns(
                patient_id="text",
                window="text",
                day="integer",
                value="number?",
                measured="boolean",
                spell="text?",
            ),
            key=("patient_id", "window", "day"),
        ),
        Table(
            "agreement",
            _columns(
                study="text",
                analysis="text?",
                population="text?",
                subgroup="text?",
                centre="text?",
                score="text?",
                endpoint="text?",
                method="text",
                landmark="number?",
                adjustment="text?",
                **GROUP,
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
                condition="text?",
                estimate_id="text?",
            ),
            key=(),
        ),
        Table(
            "cells",
            _columns(row="integer", column="integer", printed="text?")
            | _columns(estimate_id="text", quantity="text"),
            key=("row", "column", "estimate_id", "quantity"),
            sorted=False,
        ),
        Table(
            "second_opinion",
            _columns(study="text", analysis="text", population="text", centre="text?")
            | _columns(convention="text?", policy="text?", adjustment="text?")
            | _columns(method="text", estimand="text", **GROUP, time="number?", test="text?")
            | _columns(quantity="text", ours="number?", theirs="number?", library="text")
            | _columns(relative_difference="number?", left_out="text?"),
            key=(),
        ),
        Table(
            "estimates",
            _columns(
                study="text",
                source="text",
                analysis="text",
                population="text",
                subgroup="text?",
                centre="text?",
                score="text?",
                endpoint="text?",
                method="text",
                convention="text?",
                policy="text?",
                landmark="number?",
                adjustment="text?",
                **GROUP,
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
            key=ESTIMATE_KEY,
            sorted=False,
        ),
    )
}
