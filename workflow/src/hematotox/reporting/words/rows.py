"""The rows of the estimates table that one display shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from hematotox.contract_tables import ESTIMATE_KEY
from hematotox.contracts import conform, estimate_ids, without_policies
from hematotox.declarations.study.analyses import methods_with
from hematotox.declarations.study.display_base import DisplayBase
from hematotox.errors import ContractError

Row = dict[str, Any]
"""A row of the estimates with its `estimate_id`, or of the comparison with print."""

ABOUT_PATIENTS = methods_with("flow")
PRINTED_LEVEL = 0.95


def select(estimates: pd.DataFrame, analyses: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the analyses, in the order in which the display names them.

    Raises
    ------
    ContractError
        An interval is not of the level that every display prints.
    """
    rows = of_analyses(estimates, analyses)
    rows = rows[~rows["method"].isin(ABOUT_PATIENTS)]
    levels = set(rows["conf_level"].dropna()) - {PRINTED_LEVEL}
    if levels:
        raise ContractError(f"estimates.conf_level: displays print 95% intervals, not {levels}")
    return conform("estimates", rows)


def rows_for(display: DisplayBase, estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the estimates; those of policies only for displays that compare them."""
    return estimates if display.compares_policies else without_policies(estimates)


def of_analyses(frame: pd.DataFrame, analyses: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the analyses, in the order of the names."""
    parts = [frame[frame["analysis"] == analysis] for analysis in dict.fromkeys(analyses)]
    return pd.concat([frame.iloc[:0], *[part for part in parts if len(part)]])


def attrition(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the flow of patients, in the order of the criteria."""
    rows = conform("estimates", estimates[estimates["method"] == "attrition"])
    return rows.sort_values("time", kind="stable").reset_index(drop=True)


def evaluability(estimates: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that say who was analysed and why the others were not."""
    return conform("estimates", estimates[estimates["method"] == "evaluability"])


def as_rows(frame: pd.DataFrame) -> list[Row]:
    """Return the rows as dictionaries; a missing number is None.

    Rows that have the whole key of the estimates get their `estimate_id`.
    """
    if frame.empty:
        return []
    if frame.columns.isin(ESTIMATE_KEY).sum() == len(ESTIMATE_KEY):
        frame = frame.assign(estimate_id=estimate_ids(frame))
    plain = frame.astype(object).where(frame.notna(), None)
    return [dict(zip(plain.columns, row, strict=True)) for row in plain.itertuples(index=False)]


def named_analyses(display: DisplayBase) -> tuple[str, ...]:
    """Return every analysis that a display names, those of its panels included."""
    panels = getattr(display, "panels", ())
    names = [*display.analyses, *(name for panel in panels for name in panel.analyses)]
    return tuple(dict.fromkeys(names))


def is_synthetic(frame: pd.DataFrame) -> bool:
    """Return whether the rows come from synthetic patients."""
    return bool((frame["source"] == "synthetic").any())


def conditions(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the conditions of the rows, each once, in the order of their first mention."""
    texts = (part for row in rows for part in str(row["condition"] or "").split("; "))
    return tuple(dict.fromkeys(part for part in texts if part))


def first(rows: Iterable[Row], **wanted: Any) -> Row | None:
    """Return the first row whose columns have these values."""
    for row in rows:
        if all(row[column] == value for column, value in wanted.items()):
            return row
    return None


def all_where(rows: Iterable[Row], **wanted: Any) -> list[Row]:
    """Return the rows whose columns have these values."""
    return [row for row in rows if all(row[column] == value for column, value in wanted.items())]
