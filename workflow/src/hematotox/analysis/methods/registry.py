"""A study's estimate among the published ones of the same endpoint definition."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from hematotox.analysis.methods.registry_summary import Entry, summary_rows
from hematotox.analysis.rows import Context, Row
from hematotox.declarations.study.methods.logistic import Logistic
from hematotox.declarations.study.methods.proportion import Proportion
from hematotox.declarations.study.methods.registry import Registry
from hematotox.declarations.study.plan import Plan
from hematotox.declarations.study.registry import ASIDE, PublishedValidation
from hematotox.stats.accuracy.diagnostic_accuracy import DiagnosticAccuracy, diagnostic_accuracy
from hematotox.stats.accuracy.roc import auc
from hematotox.stats.binary.firth import firth

METHOD = "registry"
CONF_LEVEL = 0.95
Z = 1.959963984540054
Table = tuple[int, int, int, int]
"""Events and patients of the high group, events and patients of the low group."""
CELLS = ("true positive", "false positive", "false negative", "true negative")


@dataclass(frozen=True, slots=True)
class Own:
    """What the study itself found: rows of the named analysis, and its 2x2 tables."""

    rows: pd.DataFrame
    counts: pd.DataFrame
    """Rows of a proportion by group; empty where a 2x2 table says nothing of the estimate."""


def counts_needed(of: Any) -> Proportion | None:
    """Return the analysis that counts the 2x2 tables behind an unadjusted odds ratio."""
    if not isinstance(of, Logistic) or of.adjust or of.covariates:
        return None
    shared = of.model_dump(include={"endpoint", "exposure", "population", "within", "by"})
    return Proportion(method="proportion", **shared)


def estimate_registry(own: Own, plan: Plan, *, analysis: Registry, context: Context) -> list[Row]:
    """Return published estimates, the study's own, and their random-effects summary.

    Parameters
    ----------
    own : what the study found
    plan : its plan, with the published estimates
    analysis : which of them to compare
    context : columns that all rows share
    """
    of: Any = plan.analyses[analysis.of]
    variable = getattr(of, "exposure", None) or of.marker
    kind = "group" if plan.variables[variable].type == "category" else "points"
    published = [
        one
        for one in plan.registry
        if one.endpoint_definition == analysis.definition
        and one.score == analysis.score
        and one.kind == kind
        and one.citation_key not in analysis.reproduces
    ]
    entries: dict[str, list[Entry]] = {}
    bare = replace(context, conditions=())
    for estimand in (effect.name for effect in of.facts.effects):
        entries[estimand] = [
            *(_published(bare, one) for one in published if one.estimand == estimand),
            *_own(own, analysis, context=context, chosen=(variable, estimand)),
        ]
    shared = {"term": variable, "group": "high" if kind == "group" else ""}
    rows = [entry.row for found in entries.values() for entry in found]
    return rows + summary_rows(replace(bare, population="summary"), entries, shared)


# --- published estimates --------------------------------------------------------------------------


def _published(context: Context, one: PublishedValidation) -> Entry:
    """Return a published estimate; what print leaves out is computed from its counts."""
    aside = "inconsistent in print" if one.inconsistent else ASIDE.get(one.aside, "")
    numbers: Row = {
        "estimate": one.estimate,
        "conf_low": one.conf_low,
        "conf_high": one.conf_high,
        "conf_method": one.conf_method,
        "p_value": one.p_value,
    }
    conditions: tuple[str, ...] = ()
    if one.counts is not None and one.conf_low is None:
        numbers, conditions = _from_table(one.counts, one.estimand)
    logs = _pooling_scale(one, numbers)
    missing = "" if logs or one.counts else "no interval in print"
    if one.estimand in ("sensitivity", "specificity") and one.counts is None:
        missing = "no counts in print"
    row = context.row(
        METHOD,
        one.estimand,
        population=one.cohort,
        convention=one.endpoint_definition,
        policy=f"{one.citation_key}, {one.certainty}",
        score=one.score,
        adjustment=f"published: {one.adjustment}" if one.adjustment else "",
        term=one.term,
        group="high" if one.kind == "group" else "",
        reference="low" if one.kind == "group" else "",
        conf_level=CONF_LEVEL if numbers["conf_low"] is not None else None,
        n=one.n,
        n_event=one.n_event,
        condition=(*conditions, *((aside or missing,) if aside or missing else ())),
        **numbers,
    )
    return Entry(row, one.counts, logs, pooled=not (aside or missing))


def _from_table(table: Table, estimand: str) -> tuple[Row, tuple[str, ...]]:
    """Return an estimate with its interval from a 2x2 table, and what was wrong with it."""
    if estimand == "auc":
        area = auc(**_patients(table), direction="higher")
        limits = {"conf_low": area.conf_low, "conf_high": area.conf_high}
        found = {"estimate": area.estimate, "std_error": area.std_error, **limits}
        return {**found, "conf_method": "delong"}, area.condition
    if estimand == "log_odds_ratio":
        return _log_odds_ratio(table)
    measures = _measures(table)
    share = getattr(measures, estimand)
    limits = {"conf_low": share.conf_low, "conf_high": share.conf_high}
    return {"estimate": share.estimate, **limits, "conf_method": "clopper-pearson"}, ()


def _log_odds_ratio(table: Table) -> tuple[Row, tuple[str, ...]]:
    """Return the log odds ratio with Wald limits; of a zero cell Firth's with profile limits.

    As a logistic model of the study's own patients has them.
    """
    known = _table_log_odds(table)
    if known is not None:
        estimate, std_error = known[0], math.sqrt(known[1])
        limits = {"conf_low": estimate - Z * std_error, "conf_high": estimate + Z * std_error}
        row: Row = {"estimate": estimate, "std_error": std_error, **limits, "conf_method": "wald"}
        return row, ()
    fitted = firth(outcome=[1, 0, 1, 0], covariates=[1, 1, 0, 0], weights=_cells(table))
    found = {
        column: float(getattr(fitted, column)[1])
        for column in ("estimate", "std_error", "conf_low", "conf_high")
    }
    return {**found, "conf_method": "profile penalised"}, ("zero cell", *fitted.condition)


def _cells(table: Table) -> tuple[int, int, int, int]:
    """Return patients with and without the event, of the high group and then of the low one."""
    event_high, n_high, event_low, n_low = table
    return event_high, n_high - event_high, event_low, n_low - event_low


def _measures(table: Table) -> DiagnosticAccuracy:
    tp, fp, fn, tn = _cells(table)
    return diagnostic_accuracy(tp=tp, fp=fp, fn=fn, tn=tn)


def _patients(table: Table) -> dict[str, Any]:
    """Return outcome and marker of every patient of a 2x2 table."""
    cells = _cells(table)
    outcome, marker = np.repeat([1, 0, 1, 0], cells), np.repeat([1, 1, 0, 0], cells)
    return {"outcome": outcome, "marker": marker.astype(float)}


def _pooling_scale(one: PublishedValidation, numbers: Row) -> tuple[float, float] | None:
    """Return estimate and variance where they are pooled; exact from counts, else from limits."""
    if one.estimand in ("sensitivity", "specificity"):
        return None
    if one.estimand == "log_odds_ratio" and one.counts is not None:
        return _table_log_odds(one.counts)
    if one.estimand == "auc":
        return _logit_area(numbers["estimate"], numbers.get("std_error"))
    if one.estimate is None or one.conf_low is None or one.conf_high is None:
        return None
    return one.estimate, ((one.conf_high - one.conf_low) / (2 * Z)) ** 2


def _table_log_odds(table: Table) -> tuple[float, float] | None:
    a, b, c, d = _cells(table)
    if 0 in (a, b, c, d):
        return None
    return math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d


def _logit_area(area: float | None, std_error: float | None) -> tuple[float, float] | None:
    """Return the log odds of an area under the curve and its variance (delta method)."""
    if area is None or not std_error or not 0 < area < 1 or not math.isfinite(std_error):
        return None
    return math.log(area / (1 - area)), (std_error / (area * (1 - area))) ** 2


# --- the study's own ------------------------------------------------------------------------------


def _own(
    own: Own, analysis: Registry, *, context: Context, chosen: tuple[str, str]
) -> Iterator[Entry]:
    """Yield the study's own estimates; those of synthetic patients are shown, never pooled."""
    variable, estimand = chosen
    rows = own.rows[(own.rows["estimand"] == estimand) & (own.rows["term"] == variable)]
    if analysis.centres:
        rows = rows[rows["centre"].isin(analysis.centres)]
    # of a model adjusted in two ways the first, in the order of the estimates, is the study's own
    for row in _records(rows.drop_duplicates(["population", "centre"])):
        table = _own_table(own, row)
        synthetic = row["source"] == "synthetic"
        said = [part for part in str(row["condition"]).split("; ") if part]
        said += ["synthetic estimate not pooled"] if synthetic else []
        named = {"analysis": context.analysis, "condition": "; ".join(dict.fromkeys(said))}
        logs = _own_logs(row, table)
        usable = bool(logs or table) if estimand not in ("sensitivity", "specificity") else True
        yield Entry({**row, **named}, table, logs, pooled=not synthetic and usable)


def _own_logs(row: Row, table: Table | None) -> tuple[float, float] | None:
    if table is not None and row["estimand"] == "log_odds_ratio":
        return _table_log_odds(table)
    value, error = row["estimate"], row["std_error"]
    if row["estimand"] == "auc":
        return _logit_area(value, error)
    return None if value is None or not error else (value, error**2)


def _own_table(own: Own, row: Row) -> Table | None:
    """Return the 2x2 table behind an own estimate: from a proportion, or from its own counts."""
    if row["estimand"] in ("sensitivity", "specificity"):
        cells = _same_patients(own.rows, row)
        found = [cells.loc[cells["term"] == name, "estimate"] for name in CELLS]
        tp, fp, fn, tn = (int(cell.iloc[0]) for cell in found)
        return tp, tp + fp, fn, fn + tn
    if own.counts.empty:
        return None
    counted = _same_patients(own.counts, row)
    high = counted[counted["group"] == row["group"]]
    low = counted[counted["group"] == row["reference"]]
    if high.empty or low.empty:
        return None
    return tuple(  # type: ignore[return-value]
        int(part[column].iloc[0]) for part in (high, low) for column in ("n_event", "n")
    )


def _same_patients(rows: pd.DataFrame, row: Row) -> pd.DataFrame:
    here = (rows["population"] == row["population"]) & (rows["centre"] == row["centre"])
    return rows[here & (rows["estimand"] == "count") & (rows["method"] != "evaluability")]


def _records(rows: pd.DataFrame) -> Sequence[Row]:
    plain = rows.astype(object).where(rows.notna(), None)
    return [dict(record) for record in plain.to_dict("records")]
