"""Printed rows written by hand: what is not given is empty."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from hematotox.audit import Finding, audit
from hematotox.contracts import TABLES
from hematotox.declarations.study.published import PRINTED_COLUMNS

COLUMNS = (*TABLES["estimates"].columns, *PRINTED_COLUMNS)
NUMBERS = [c for c, rule in TABLES["estimates"].columns.items() if rule.type != "text"]
SIZES = ("n_event_high", "n_high", "n_event_low", "n_low")
Row = dict[str, Any]


def row(estimand: str, printed: str, **values: Any) -> Row:
    """A row as it stands in a file of published numbers."""
    shared = {"study": "paper", "source": "published", "population": "all", "place": "Table 1"}
    given = {"estimand": estimand, "printed": printed, "method": "describe", **values}
    return {**dict.fromkeys(COLUMNS, ""), **shared, **given}


def ratio(printed: str, *numbers: float, **values: Any) -> Row:
    """An odds ratio with its interval: numbers on the printed scale."""
    logs = dict(zip(("estimate", "conf_low", "conf_high"), map(math.log, numbers), strict=True))
    settings = {"method": "logistic", "conf_method": "wald", "conf_level": 0.95}
    return row("log_odds_ratio", printed, **{**settings, **logs, **values})


def table(*rows: Row) -> pd.DataFrame:
    """The rows as a table with numbers where numbers belong."""
    frame = pd.DataFrame(list(rows), columns=[*COLUMNS, *SIZES])
    return frame.assign(**{name: pd.to_numeric(frame[name]) for name in NUMBERS})


@pytest.fixture(scope="session")
def printed() -> Any:
    """The builders of rows, as one object."""

    class Builders:
        row = staticmethod(row)
        ratio = staticmethod(ratio)
        table = staticmethod(table)

    return Builders


@pytest.fixture(scope="session")
def findings() -> Callable[..., list[Finding]]:
    """Return what the audit says of rows."""

    def of(*rows: Row, **settings: Any) -> list[Finding]:
        return audit(table(*rows), **settings)

    return of


@pytest.fixture(scope="session")
def checks(findings: Callable[..., list[Finding]]) -> Callable[..., list[str]]:
    """Return the checks that the rows do not pass."""

    def of(*rows: Row, **settings: Any) -> list[str]:
        return [one.check for one in findings(*rows, **settings)]

    return of
