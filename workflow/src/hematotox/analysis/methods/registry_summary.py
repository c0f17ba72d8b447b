"""Random-effects summaries of published estimates: ratios, areas, sensitivity and specificity."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hematotox.analysis.methods.random_effects import FEWEST, spread_rows, summary
from hematotox.analysis.rows import Context, Row
from hematotox.stats.synthesis.bivariate_accuracy import SummaryProportion, bivariate_accuracy
from hematotox.stats.synthesis.partly_counted import partly_counted
from hematotox.stats.synthesis.random_effects import random_effects

CONF_LEVEL = 0.95
FEW = "fewer than five studies"
EDGE = 1e-6
"""A standard deviation between studies below this is zero."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One estimate of one cohort."""

    row: Row
    table: tuple[int, int, int, int] | None
    """Events and patients of the high group, events and patients of the low group."""
    logs: tuple[float, float] | None
    """Estimate and variance on the scale of pooling: log ratio, or log odds of an area."""
    pooled: bool

    @property
    def has_zero_cell(self) -> bool:
        """Whether a cell of the 2x2 table is zero."""
        if self.table is None:
            return False
        high, n_high, low, n_low = self.table
        return 0 in (high, n_high - high, low, n_low - low)


def summary_rows(
    context: Context, entries: Mapping[str, Sequence[Entry]], shared: Row
) -> list[Row]:
    """Return the summary of each estimand; sensitivity and specificity have one together.

    Parameters
    ----------
    context : columns that the rows of the summary share
    entries : estimates by estimand
    shared : term and group of the summaries
    """
    pooled = {estimand: [e for e in found if e.pooled] for estimand, found in entries.items()}
    if "sensitivity" in pooled:
        return _bivariate(context, pooled["sensitivity"], shared)
    rows: list[Row] = []
    for estimand, found in pooled.items():
        if len(found) < 2:
            rows.append(_nothing_to_pool(context, (estimand,), len(found), shared)[0])
        elif estimand == "log_odds_ratio" and any(entry.has_zero_cell for entry in found):
            rows += _partly_counted(context, found, shared)
        else:
            rows += _normal(context, estimand, found, shared)
    return rows


def _nothing_to_pool(context: Context, estimands: Sequence[str], k: int, shared: Row) -> list[Row]:
    words = {0: "not estimable", 1: "one study"}.get(k, FEW)
    method = "bivariate" if "sensitivity" in estimands else "random_effects"
    return [context.row(method, name, **shared, n=k, condition=words) for name in estimands]


# --- ratios and areas -----------------------------------------------------------------------------


def _normal(context: Context, estimand: str, entries: Sequence[Entry], shared: Row) -> list[Row]:
    """Return the REML summary with Hartung-Knapp limits; areas are pooled as log odds."""
    logs = [entry.logs for entry in entries if entry.logs is not None]
    found = random_effects(estimate=[y for y, _ in logs], variance=[v for _, v in logs])
    area = estimand == "auc"
    n = found.n_studies
    back = _expit if area else float
    slope = back(found.estimate) * (1 - back(found.estimate)) if area else 1.0
    row = context.row(
        "random_effects",
        estimand,
        **shared,
        # the log odds of an area are 0 where the marker does not discriminate, as a log ratio is
        **summary(found)
        | {
            "estimate": back(found.estimate),
            "std_error": found.std_error * slope,
            "conf_low": back(found.conf_low),
            "conf_high": back(found.conf_high),
        },
        n=n,
        condition=(*found.condition, *_said(entries, found.tau2)),
    )
    of = {"term": estimand, "n": n}
    rows = [row, *spread_rows(context, of, found)]
    limits = (found.estimate, found.prediction_low, found.prediction_high)
    return rows + _prediction(context, "random_effects", of, [back(x) for x in limits])


def _partly_counted(context: Context, entries: Sequence[Entry], shared: Row) -> list[Row]:
    """Return the binomial-normal summary, which adds nothing to a zero cell.

    Cohorts without printed counts enter with their log odds ratio and its standard error.
    """
    tables = [entry.table for entry in entries if entry.table is not None]
    logs = [entry.logs for entry in entries if entry.table is None and entry.logs is not None]
    found = partly_counted(
        tables=np.array(tables, dtype=float).reshape(-1, 4),
        estimate=[y for y, _ in logs],
        variance=[v for _, v in logs],
    )
    n = found.n_informative
    few = (FEW,) if n < FEWEST else ()
    row = context.row(
        "binomial_normal",
        "log_odds_ratio",
        **shared,
        **summary(found),
        n=n,
        condition=(*found.condition, *few, "zero cell", *_said(entries, found.tau2)),
    )
    of = {"term": "log_odds_ratio", "n": n}
    rows = [row, *spread_rows(context, of, found)]
    limits = (found.estimate, found.prediction_low, found.prediction_high)
    return rows + _prediction(context, "binomial_normal", of, limits)


def _prediction(context: Context, method: str, of: Row, limits: Sequence[float]) -> list[Row]:
    """Return where the effect in a new cohort lies; too few studies cannot say."""
    estimate, low, high = limits
    if of["n"] < FEWEST or not all(math.isfinite(value) for value in limits):
        return []
    interval = {"estimate": estimate, "conf_low": low, "conf_high": high}
    row = context.row(
        method, "prediction", **of, **interval, conf_level=CONF_LEVEL, conf_method="prediction"
    )
    return [row]


def _said(entries: Sequence[Entry], tau2: float) -> tuple[str, ...]:
    """Return what the summary must say of its studies."""
    adjusted = {bool(entry.row["adjustment"]) for entry in entries}
    mixed = ("adjustments differ",) if len(adjusted) > 1 else ()
    return (*mixed, "no variance between studies") if tau2 == 0 else mixed


def _expit(value: float) -> float:
    return 1 / (1 + math.exp(-value))


# --- sensitivity and specificity ------------------------------------------------------------------


def _bivariate(context: Context, entries: Sequence[Entry], shared: Row) -> list[Row]:
    """Return the bivariate summary of sensitivity and specificity from the 2x2 tables."""
    estimands = ("sensitivity", "specificity")
    tables = [entry.table for entry in entries if entry.table is not None]
    if len(tables) < 3:
        return _nothing_to_pool(context, estimands, len(tables), shared)
    high, n_high, low, n_low = np.array(tables, dtype=float).T
    found = bivariate_accuracy(tp=high, fp=n_high - high, fn=low, tn=n_low - low)
    few = (FEW,) if found.n_studies < FEWEST else ()
    rows = []
    for estimand in estimands:
        share: SummaryProportion = getattr(found, estimand)
        rows.append(
            context.row(
                "bivariate",
                estimand,
                **shared,
                estimate=share.estimate,
                std_error=share.std_error * share.estimate * (1 - share.estimate),
                conf_low=share.conf_low,
                conf_high=share.conf_high,
                conf_level=CONF_LEVEL,
                conf_method="logit",
                n=found.n_studies,
                condition=(*few, *found.condition),
            )
        )
        # on the edge of its range the variance is zero up to the last bits of the search
        tau2 = share.between_sd**2 if share.between_sd > EDGE else 0.0
        of = {"term": estimand, "n": found.n_studies}
        rows.append(context.row("bivariate", "tau2", **of, estimate=tau2))
    if not math.isfinite(found.correlation):
        return rows
    of = {"term": "sensitivity", "comparator": "specificity", "n": found.n_studies}
    return [*rows, context.row("bivariate", "correlation", **of, estimate=found.correlation)]
