"""Rows of the estimates table: what all rows of an analysis share, and one row."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from hematotox.analysis.conditions import conditions
from hematotox.stats.imputation.weighted import WeightedShare

Row = dict[str, Any]
INTERVAL = ("estimate", "conf_low", "conf_high", "conf_level")
TEST = ("statistic", "df", "p_value")
COVARIANCE = "_covariance"
"""Of a coefficient that is pooled: covariances with those of its model; no column of a table."""


@dataclass(frozen=True, slots=True)
class Context:
    """The columns that all rows of one analysis on one set of patients share."""

    study: str
    source: str
    analysis: str
    population: str
    centre: str = ""
    score: str = ""
    endpoint: str = ""
    convention: str = ""
    policy: str = ""
    landmark: float | None = None
    adjustment: str = ""
    conditions: tuple[str, ...] = ()

    def adjusted(self, adjustment: str, condition: Iterable[str] = ()) -> Context:
        """Return the context of the same analysis with an adjustment.

        `condition` is what was wrong with the adjustment itself; every row then says it.
        """
        found = dict.fromkeys((*self.conditions, *conditions(condition)))
        return replace(self, adjustment=adjustment, conditions=tuple(found))

    def row(self, method: str, estimand: str, **values: Any) -> Row:
        """Return one row; `condition` may be one text or several."""
        found = conditions(_texts(values.pop("condition", ())))
        shared = {
            "study": self.study,
            "source": self.source,
            "analysis": self.analysis,
            "population": self.population,
            "centre": self.centre,
            "score": self.score,
            "endpoint": self.endpoint,
            "convention": self.convention,
            "policy": self.policy,
            "landmark": self.landmark,
            "adjustment": self.adjustment,
        }
        numbers = {name: _finite(value) for name, value in values.items()}
        condition = "; ".join(dict.fromkeys((*self.conditions, *found)))
        return {**shared, "method": method, "estimand": estimand, **numbers, "condition": condition}


def columns_of(found: object, *names: str, at: int | tuple[int, ...] | None = None) -> Row:
    """Return numbers of a result that have the names of columns; of arrays those at a position."""
    values = {name: getattr(found, name) for name in names}
    return values if at is None else {name: value[at] for name, value in values.items()}


def adjustment_words(analysis: Any, model: str = "") -> str:
    """Return the column `adjustment`: that of a model, then strata, clusters, censoring groups."""
    words = {"strata": "stratified", "cluster": "clustered", "censoring_groups": "censoring by"}
    named = {word: getattr(analysis, field, None) for field, word in words.items()}
    parts = [model, *(f"{word}: {name}" for word, name in named.items() if name)]
    return "; ".join(part for part in parts if part)


def _texts(conditions: str | Iterable[str]) -> tuple[str, ...]:
    if isinstance(conditions, str):
        return (conditions,) if conditions else ()
    return tuple(conditions)


def _finite(value: Any) -> Any:
    """Leave a cell empty where a number is unbounded or does not exist."""
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    return number if math.isfinite(number) else None


def weighted_columns(found: WeightedShare) -> Row:
    """Return the columns of a weighted proportion or area."""
    numbers = columns_of(found, "estimate", "std_error", "conf_low", "conf_high", "conf_level")
    return {**numbers, "conf_method": "logit"}
