"""Measures of performance by centre, and what the centres say together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from hematotox.analysis.methods.random_effects import FEWEST
from hematotox.analysis.rows import INTERVAL, Context, Row, columns_of
from hematotox.stats.groups.proportion import proportion
from hematotox.stats.synthesis.observed_expected import observed_expected
from hematotox.stats.synthesis.performance import pooled_areas, prediction_limits
from hematotox.stats.synthesis.random_effects import random_effects

SUMMARY = "performance_summary"
FEWEST_OF_EACH = 5
"""Patients with the event, and without it, that C and slope of a centre need."""
AREAS = ("auc", "concordance")
RATIO = "log_observed_expected"


@dataclass(frozen=True, slots=True)
class Pooled:
    """A summary on the scale on which the centres were pooled."""

    found: Any
    test: Row
    exact: bool


def ratio_row(context: Context, method: str, observed: ArrayLike, expected: float) -> Row:
    """Return observed over expected events with exact limits of the observed share.

    Parameters
    ----------
    observed : (n,) 1 for each patient with the event, else 0
    expected : events expected among them
    """
    events = np.asarray(observed)
    n, count = events.size, int(events.sum())
    sizes = {"n": n, "n_event": count}
    if not expected > 0:
        return context.row(method, RATIO, **sizes, condition="not estimable")
    share = proportion(n_event=count, n=n)
    with np.errstate(divide="ignore"):
        logs = np.log(np.array([share.estimate, share.conf_low, share.conf_high]) * n / expected)
    return context.row(
        method,
        RATIO,
        **sizes,
        **dict(zip(INTERVAL, (*logs, share.conf_level), strict=True)),
        std_error=math.sqrt((1 - count / n) / count) if count else None,
        conf_method="clopper-pearson",
        condition=() if count else "no events",
    )


def too_few(observed: ArrayLike) -> bool:
    """Return whether a centre has too few patients with or without the event for C and slope."""
    events = np.asarray(observed)
    return bool(min(events.sum(), events.size - events.sum()) < FEWEST_OF_EACH)


def summary_rows(
    context: Context, rows: Sequence[Row], *, expected: Sequence[float] | None = None
) -> list[Row]:
    """Return the summary of one measure over the centres that have it.

    C is pooled as log odds, what has a standard error on its own scale; below five centres nothing
    is summarised. The limits of prediction are of t with k - 1 and, in another row, k - 2 df.

    Parameters
    ----------
    rows : one a centre
    expected : expected events of each, for the binomial-normal model of the ratio
    """
    estimand = str(rows[0]["estimand"])
    if expected is None:
        used = [row for row in rows if _poolable(row)]
    else:
        used = [row for row, events in zip(rows, expected, strict=True) if events > 0]
    counted = context.row(SUMMARY, "count", term=estimand, estimate=len(used), n=len(rows))
    of: Row = {"term": rows[0].get("term", ""), "n": len(used)}
    if len(used) < FEWEST:
        words = "fewer than five studies"
        return [counted, context.row(SUMMARY, estimand, **of, condition=words)]
    pooled = (
        _of_estimates(estimand, used)
        if expected is None
        else _of_counts(used, [events for events in expected if events > 0])
    )
    return [counted, *_rows(context, estimand, of, pooled)]


def _poolable(row: Row) -> bool:
    if row.get("estimate") is None or not row.get("std_error"):
        return False
    return row["estimand"] not in AREAS or 0 < row["estimate"] < 1


def _of_estimates(estimand: str, rows: Sequence[Row]) -> Pooled:
    values = [row["estimate"] for row in rows]
    errors = [row["std_error"] for row in rows]
    found = (
        pooled_areas(area=values, std_error=errors)
        if estimand in AREAS
        else random_effects(estimate=values, variance=np.square(errors))
    )
    test = {"test": "cochran q", "statistic": found.q, "df": found.q_df, "p_value": found.q_p_value}
    return Pooled(found, test, exact=False)


def _of_counts(rows: Sequence[Row], expected: Sequence[float]) -> Pooled:
    found = observed_expected(
        events=[row["n_event"] for row in rows], n=[row["n"] for row in rows], expected=expected
    )
    gain = {"statistic": found.heterogeneity_statistic, "p_value": found.heterogeneity_p_value}
    return Pooled(found, {"test": "likelihood ratio", "df": 1, **gain}, exact=True)


def _rows(context: Context, estimand: str, of: Row, pooled: Pooled) -> list[Row]:
    found, back = pooled.found, expit if estimand in AREAS else float
    limits = {name: back(getattr(found, name)) for name in ("estimate", "conf_low", "conf_high")}
    words = {"conf_level": found.conf_level, "condition": found.condition}
    named = {**of, "term": estimand}
    said = "wald" if pooled.exact else "hartung-knapp"
    rows = [context.row(SUMMARY, estimand, **of, **limits, **words, conf_method=said)]
    if not math.isfinite(found.estimate):
        return rows
    for df in (of["n"] - 1, of["n"] - 2):
        numbers = columns_of(found, "estimate", "std_error", "tau2", "conf_level")
        low, high = (back(limit) for limit in prediction_limits(**numbers, df=df))
        ends = (limits["estimate"], low, high, found.conf_level)
        new = dict(zip(INTERVAL, ends, strict=True)) | {"conf_method": "prediction"}
        rows.append(context.row(SUMMARY, "prediction", **named, **new, df=df, reference=f"t({df})"))
    rows.append(context.row(SUMMARY, "tau2", **named, estimate=found.tau2))
    if not pooled.exact:
        rows.append(context.row(SUMMARY, "i2", **named, estimate=found.i2 / 100))
    return [*rows, context.row(SUMMARY, "hypothesis_test", **named, **pooled.test)]


def measured(context: Context, method: str, estimand: str, found: Any, **also: Any) -> Row:
    """Return a row of a measure with its interval and standard error."""
    return context.row(method, estimand, **columns_of(found, *INTERVAL[:3], "std_error"), **also)
