"""The small cells behind ratios, areas and differences: what their standard error gives back.

An odds ratio with its interval is its 2x2 table, the area under the curve of a yes-or-no marker
too; the difference of two sensitivities gives the discordant patients; the standard error of a
hazard ratio between two groups is about that of the numbers of events, sqrt(1/d1 + 1/d0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from hematotox.analysis.sharing.small_cells import counts_patients

NEAR = 1e-6
"""How well a table must give the estimate and its error back."""


def rests_on_small_cells(rows: pd.DataFrame, smallest: int) -> pd.Series:
    """Return the rows from which a count below the smallest that may be told can be calculated.

    Parameters
    ----------
    rows : a study's estimates
    smallest : counts below this are small
    """
    found = pd.Series(False, index=rows.index)
    text = rows[["adjustment", "group", "reference", "term"]].fillna("").astype(str)
    two_groups = ((text["group"] != "") & (text["reference"] != "")) | text["term"].str.endswith(
        ".group"
    )
    chosen = (text["adjustment"] == "") & two_groups & rows["n_event"].notna()
    chosen &= rows["estimand"].isin(BEHIND) & counts_patients(rows)
    found |= chosen & (rows["method"] == "logistic_firth")
    numbers = rows[["estimate", "std_error", "n", "n_event"]].astype(float)
    for at in rows.index[chosen & numbers.notna().all(axis=1)]:
        cells = BEHIND[rows.at[at, "estimand"]](*numbers.loc[at])
        found[at] |= any(min(table) < smallest for table in cells)
    return found


def tables_of_odds_ratio(
    log_ratio: float, std_error: float, n: float, events: float
) -> Iterator[tuple[float, ...]]:
    """Yield the 2x2 tables of so many patients and events with this odds ratio and error."""
    a = np.arange(1, events, dtype=np.float64)
    c = events - a
    b = np.round((n - events) / (1 + np.exp(log_ratio) * c / a))
    d = n - events - b
    inside = (b > 0) & (d > 0)
    a, b, c, d = a[inside], b[inside], c[inside], d[inside]
    fits = np.abs(np.log(a * d / (b * c)) - log_ratio) < NEAR
    fits &= np.abs(np.sqrt(1 / a + 1 / b + 1 / c + 1 / d) - std_error) < NEAR
    tables = zip(a[fits], b[fits], c[fits], d[fits], strict=True)
    yield from tables if fits.any() else events_of_hazard_ratio(log_ratio, std_error, n, events)


def tables_of_area(
    area: float, std_error: float, n: float, events: float
) -> Iterator[tuple[float, ...]]:
    """Yield the 2x2 tables of a yes-or-no marker with this area and DeLong error."""
    without = n - events
    a = np.arange(events + 1, dtype=np.float64)
    b = np.clip(np.round(without * (a / events + 1 - 2 * area)), 0, without)
    positive, false = a / events, b / without
    variance = positive * (1 - positive) / max(events - 1, 1) / 4
    variance = variance + false * (1 - false) / max(without - 1, 1) / 4
    fits = np.abs((positive + 1 - false) / 2 - area) < NEAR
    fits &= np.abs(np.sqrt(variance) - std_error) < NEAR
    a, b = a[fits], b[fits]
    yield from zip(a, b, events - a, without - b, strict=True)


def events_of_hazard_ratio(
    _log_ratio: float, std_error: float, _n: float, events: float
) -> Iterator[tuple[float, ...]]:
    """Yield the events of the smaller group and of the other, as the error says them: about."""
    product = events / std_error**2 if std_error else 0.0
    middle = events**2 / 4 - product
    fewer = events / 2 - np.sqrt(max(middle, 0.0))
    yield round(fewer), events - round(fewer)


def discordant(of: Callable[[float, float], float]) -> Callable[..., Iterator[tuple[float, ...]]]:
    """Return how the two kinds of discordant patients follow from a difference and its error."""

    def tables(
        difference: float, std_error: float, n: float, events: float
    ) -> Iterator[tuple[float, ...]]:
        size = of(n, events)
        net = difference * size
        both = std_error**2 * size**2 + net**2 / size if size else 0.0
        yield round((both + net) / 2), round((both - net) / 2)

    return tables


BEHIND: dict[str, Callable[..., Iterator[tuple[float, ...]]]] = {
    "log_odds_ratio": tables_of_odds_ratio,
    "log_hazard_ratio": events_of_hazard_ratio,
    "log_subdistribution_hazard_ratio": events_of_hazard_ratio,
    "auc": tables_of_area,
    "sensitivity_difference": discordant(lambda _n, events: events),
    "specificity_difference": discordant(lambda n, events: n - events),
}
