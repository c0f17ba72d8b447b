"""Medians of survival, read from the curve that is pooled over the imputations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from hematotox.analysis.rows import Row
from hematotox.stats.imputation.pooling import pool

Where = tuple[Any, ...]


def quantile_rows(imputations: Sequence[list[Row]]) -> list[Row]:
    """Return the quantiles of survival times that the pooled Kaplan-Meier curves reach.

    Parameters
    ----------
    imputations : the rows of one analysis in each imputation

    Notes
    -----
    The curves are pooled on the log(-log) scale at every time of any of them; the quantile is the
    first time at which the curve, or its limit, is no higher than one minus the share.
    """
    wanted = [row for row in imputations[0] if row["estimand"] == "survival_time_quantile"]
    curves = [_curves(rows) for rows in imputations]
    pooled: dict[Where, tuple[np.ndarray, ...]] = {}
    found = []
    for row in wanted:
        where = _where(row)
        if any(where not in one for one in curves):
            continue
        if where not in pooled:
            pooled[where] = _pooled(
                [one[where] for one in curves], n=max(one[where][3] for one in curves)
            )
        of_all = {key: _mean(imputations, row, key) for key in ("n", "n_event")}
        found.append(row | of_all | _read(pooled[where], float(row["term"])))
    return found


def _mean(imputations: Sequence[list[Row]], row: Row, column: str) -> int:
    """Return a number of patients of the group, averaged over the imputations."""
    same = (one for rows in imputations for one in rows if one["estimand"] == row["estimand"])
    return round(float(np.mean([one[column] for one in same if _where(one) == _where(row)])))


def _where(row: Row) -> Where:
    return (row["population"], row["centre"], row.get("group"))


def _curves(rows: list[Row]) -> dict[Where, tuple[np.ndarray, np.ndarray, np.ndarray, int]]:
    """Return times, survival and standard errors of each curve, and its patients."""
    points: dict[Where, list[Row]] = {}
    for row in rows:
        if row["estimand"] == "survival_curve" and row.get("time") is not None:
            points.setdefault(_where(row), []).append(row)
    return {
        where: (
            _column(own, "time"),
            _column(own, "estimate"),
            _column(own, "std_error"),
            int(own[0]["n"]),
        )
        for where, own in points.items()
    }


def _column(rows: list[Row], name: str) -> np.ndarray:
    return np.array([np.nan if row[name] is None else row[name] for row in rows])


def _pooled(curves: list[tuple[Any, ...]], *, n: int) -> tuple[np.ndarray, ...]:
    """Return times, survival and limits; without an event, or anybody left, no limits."""
    grid = np.unique(np.concatenate([one[0] for one in curves]))
    steps = [np.searchsorted(one[0], grid, side="right") - 1 for one in curves]
    survival, error = (
        np.array([one[part][step] for one, step in zip(curves, steps, strict=True)])
        for part in (1, 2)
    )
    inside = ((survival > 0) & (survival < 1) & np.isfinite(error)).all(axis=0)
    low, high, mean = (np.full(grid.size, np.nan) for _ in range(3))
    mean[:] = survival.mean(axis=0)
    if inside.any():
        found = pool(
            estimate=survival[:, inside],
            std_error=error[:, inside],
            df_complete=n - 1,
            scale="cloglog",
        )
        mean[inside], low[inside], high[inside] = found.estimate, found.conf_low, found.conf_high
    return grid, mean, low, high


def _read(curve: tuple[np.ndarray, ...], share: float) -> Row:
    """Return the first times at which a share has had the event, by the curve and its limits."""
    grid, *parts = curve
    times = []
    for part in parts:
        below = np.flatnonzero(part <= 1 - share + 1e-12)  # a sum of steps misses it by noise
        times.append(float(grid[below[0]]) if below.size else None)
    estimate, low, high = times
    said = "median not reached" if estimate is None and share == 0.5 else ""
    limits = {"conf_low": low, "conf_high": high, "conf_method": "rubin"}
    return {"estimate": estimate, **limits, "condition": said}
