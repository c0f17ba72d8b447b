"""The columns, types and keys of every table between the stages, as data."""

from __future__ import annotations

from collections.abc import Mapping
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

    No two rows have the same key; a table without `sorted` keeps the order of its rows. Of the
    columns `in_order` the first is never above the second.
    """

    name: str
    row: str
    """What one row is, in words."""
    columns: dict[str, Column]
    key: tuple[str, ...]
    open: bool = False
    sorted: bool = True
    in_order: tuple[str, str] | None = None


def _table(
    name: str,
    row: str,
    columns: str,
    *,
    key: str,
    allowed: Mapping[str, frozenset[str]] | None = None,
    **more: Any,
) -> Table:
    """Return a contract.

    Parameters
    ----------
    name, row : of the table
    columns : their names and types; `centre` is a text, `n:integer?` a number that may be empty
    key : names of columns
    allowed : the only texts of a column
    more : further fields of the table
    """
    described = {}
    for column in columns.split():
        called, _, kind = column.rstrip("?").partition(":")
        type_: Any = kind or "text"
        words = (allowed or {}).get(called)
        described[called] = Column(type_, required=not column.endswith("?"), allowed=words)
    return Table(name, row, described, tuple(key.split()), **more)


SOURCES = frozenset({"synthetic", "real"})
SUPPORT = frozenset({"g_csf", "red_cells", "platelets", "boost"})
CORRECTION_ACTIONS = frozenset({"set", "exclude", "merge_into", "convert", "choose_infusion"})
EXCLUDED, MERGED = "excluded_by_centre", "merged"
"""A column of subjects where the corrections file excludes some ("yes") or merges two numbers."""
IMPUTED, WEIGHTED, BOUNDS = "imputed", "weights", ("determinable", "lowest", "highest")
POLICIES = (IMPUTED, WEIGHTED, *BOUNDS)
"""In the column `policy` of a repeated analysis; a shift follows: `imputed, ferritin -0.5`."""
ESTIMATE_KEY = (
    "study", "source", "analysis", "population", "subgroup", "centre", "score", "endpoint",
    "method", "convention", "policy", "landmark", "adjustment", "group", "comparator", "term",
    "reference", "time", "estimand", "test",
)  # fmt: skip
"""What tells the rows of the estimates apart; `contracts.estimate_ids` is made from it."""

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "subjects",
            "a patient",
            """
            patient_id centre source age:number? sex? disease? histology? product?
            infusion_date:date? lymphodepletion_date:date?
            """,
            key="patient_id",
            open=True,
        ),
        _table(
            "labs",
            "a measurement, in the canonical unit; low and high differ where it is censored",
            """
            patient_id variable day:integer measurement:integer value_low:number
            value_high:number
            """,
            key="patient_id variable day measurement",
            in_order=("value_low", "value_high"),
        ),
        _table(
            "events",
            "an event of a patient; day 0 is the infusion",
            "patient_id event day:integer? detail?",
            key="patient_id event day detail",
        ),
        _table(
            "infusions",
            "an infusion of a patient; infusion 1 is the first, and all days count from it",
            "patient_id infusion:integer day:integer product?",
            key="patient_id infusion",
        ),
        _table(
            "support",
            "an interval of support, both days included; an end that is not known is empty",
            "patient_id kind first_day:integer last_day:integer? detail?",
            key="patient_id kind first_day last_day detail",
            allowed={"kind": SUPPORT},
            in_order=("first_day", "last_day"),
        ),
        _table(
            "corrections",
            "a correction of an export",
            "patient variable? action value? from? to? reason date?",
            key="",
            allowed={"action": CORRECTION_ACTIONS},
        ),
        _table(
            "recorded_events",
            "an event that a centre's export holds, so that no record means that it did not happen",
            "centre event known_by? with_detail:boolean",
            key="centre event",
        ),
        _table(
            "findings",
            "what is odd in an export, or was assumed",
            """
            finding_id centre file? row:integer? column? variable? kind message action
            row_set_aside:boolean
            """,
            key="finding_id",
        ),
        _table(
            "tally",
            "a file of an export, and where its rows went",
            """
            centre table file rows_read:integer rows_staged:integer rows_set_aside:integer
            rows_left_out:integer subjects:integer labs:integer events:integer
            """,
            key="centre table file",
        ),
        _table(
            "population",
            "a patient of a study, with the first criterion that excluded her, and the covariates",
            "patient_id centre source included:boolean reason?",
            key="patient_id",
            open=True,
        ),
        _table(
            "attrition",
            "a criterion, in order",
            "position:integer criterion n_before:integer n_excluded:integer n_after:integer",
            key="position",
        ),
        _table(
            "baseline",
            "a patient, score and item: the value that the score takes",
            "patient_id score variant? variable value_low:number? value_high:number? day:integer?",
            key="patient_id score variant variable",
            open=True,
        ),
        _table(
            "grades",
            "a patient, convention and window",
            """
            patient_id convention window grade:integer? grade_low:integer? grade_high:integer?
            open_low:integer? open_high:integer? known_low:integer? known_high:integer?
            died_before_recovery:boolean by_leukocytes:boolean
            days_500:integer? days_100:integer? assessable:boolean reason?
            """,
            key="patient_id convention window",
            open=True,
        ),
        _table(
            "endpoints",
            "a patient and endpoint; `status` is 0 censored, 1 event, 2 and more competing",
            """
            patient_id endpoint time:number? status:integer? evaluable:boolean reason?
            decided_by?
            """,
            key="patient_id endpoint",
            open=True,
        ),
        _table(
            "scores",
            "a patient and score",
            """
            patient_id score points:number? points_low:number? points_high:number? group?
            items_missing:integer
            """,
            key="patient_id score",
            open=True,
        ),
        _table(
            "score_variants",
            "a patient and score at another baseline window or date",
            """
            patient_id score variant points:number? points_low:number? points_high:number?
            group? items_missing:integer
            """,
            key="patient_id score variant",
            open=True,
        ),
        _table(
            "imputed",
            "a patient, imputation and variable that was missing or censored, and no other",
            "patient_id imputation:integer variable value_low:number value_high:number",
            key="patient_id imputation variable",
            in_order=("value_low", "value_high"),
        ),
        _table(
            "imputed_scores",
            "a patient without a known score, imputation and score; `shift` names what was added",
            "patient_id imputation:integer score shift? points:number? group?",
            key="patient_id imputation score shift",
        ),
        _table(
            "imputations",
            "an estimate in one imputation",
            """
            imputation:integer analysis population centre? policy adjustment? method group?
            comparator? term? reference? time:number? estimand test? estimate:number?
            std_error:number? statistic:number? df:number? n:integer? n_event:integer?
            """,
            key="",
        ),
        _table(
            "courses",
            "a patient and day, as a convention fills the days without a measurement",
            "patient_id window day:integer value:number? measured:boolean spell?",
            key="patient_id window day",
        ),
        _table(
            "agreement",
            "a number in print, and ours beside it",
            """
            study analysis? population? subgroup? centre? score? endpoint? method
            landmark:number? adjustment? group? comparator? term? reference? time:number?
            estimand place printed certainty inconsistent? quantity published:number? ours:number?
            difference:number? unit? decimals:integer? token:integer? simulated:boolean verdict
            reason? condition? estimate_id?
            """,
            key="",
        ),
        _table(
            "cells",
            "a number printed in a cell of a table, and the estimate behind it",
            "row:integer column:integer printed? estimate_id quantity",
            key="row column estimate_id quantity",
            sorted=False,
        ),
        _table(
            "second_opinion",
            "an estimate, and another library's beside it",
            """
            study analysis population centre? convention? policy? adjustment? method estimand
            group? comparator? term? reference? time:number? test? quantity ours:number?
            theirs:number? library relative_difference:number? left_out?
            """,
            key="",
        ),
        _table(
            "estimates",
            "an estimate of one estimand",
            """
            study source analysis population subgroup? centre? score? endpoint? method
            convention? policy? landmark:number? adjustment? group? comparator? term? reference?
            time:number? estimand estimate:number? std_error:number? conf_low:number?
            conf_high:number? conf_level:number? conf_method? test? statistic:number? df:number?
            p_value:number? p_adjusted:number? n:integer? n_event:integer? n_at_risk:integer?
            condition?
            """,
            key=" ".join(ESTIMATE_KEY),
            sorted=False,
        ),
    )
}
