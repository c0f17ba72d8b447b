"""The estimates of a study beside those that libraries of others make of the same patients.

A method of which a library gives numbers exactly has a module `<method>_by_library` here. Its rows
have the columns that tell estimates apart, the library, and only the numbers that it can give: NaN
where it gives none of this data, infinite for a time that is not reached.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pandas as pd

from hematotox.analysis.checking.library_rows import NUMBERS, WORDS
from hematotox.analysis.estimation import Work, analysed, prepare
from hematotox.analysis.rows import Row
from hematotox.contracts import TABLES, Cohort, conform, without_policies
from hematotox.declarations.study.plan import Plan

TOLERANCE = 1e-6
"""Largest relative difference. Closed forms agree to about 1e-12 and iterations to 1e-8; the
libraries do not standardise covariates, which may cost two digits, and no table prints six."""

OTHER_ESTIMATOR = (
    "separation",
    "monotone likelihood",
    "did not converge",
    "aliased covariate",
    "not estimable",
    "constant variable",
    "no events",
    "only events",
    "one group",
)
"""Conditions under which ours is another estimator (Firth's), or there is nothing to compare."""

NO_ANSWER = "no comparable answer of the library"

LEAST = {"statistic": 1.0, "p_value": 0.0}
"""Differences of statistics below 1 are absolute, those of p-values always relative."""


def second_opinion(cohort: Cohort, plan: Plan, estimates: pd.DataFrame) -> pd.DataFrame:
    """Compute again, by lifelines, statsmodels, scikit-learn and scipy, what they give exactly.

    The patients of an analysis and its design matrix are made as for the estimate; every number,
    that of a first step of an adjustment too, is the library's.

    Parameters
    ----------
    cohort, plan : as of `estimate`
    estimates : the study's estimates

    Returns
    -------
    a row a number: ours, theirs, their relative difference, and where there is none, why it was
    left out
    """
    work, estimates = prepare(cohort, plan), without_policies(estimates)
    rows: list[Row] = []
    for name in plan.analyses:
        theirs = _by_library(work, name)
        if theirs:
            rows += _compared(estimates[estimates["analysis"] == name], theirs)
    frame = pd.DataFrame(rows, columns=list(TABLES["second_opinion"].columns))
    return conform("second_opinion", frame.assign(study=plan.study))


def disagreements(opinions: pd.DataFrame) -> pd.DataFrame:
    """Return where estimate and second opinion differ, without their values.

    Few patients may stand behind a value; the message of a fault goes into a log.
    """
    wrong = opinions[opinions["relative_difference"] > TOLERANCE]
    return wrong.drop(columns=["study", "ours", "theirs", "left_out"]).reset_index(drop=True)


def _by_library(work: Work, name: str) -> list[Row]:
    """Return an analysis' numbers by the libraries; none if they give none of its method."""
    analysis = work.plan.analyses[name]
    twin = f"{analysis.method}_by_library"
    folder = "hematotox.analysis.checking"
    if find_spec(f"{folder}.{twin}") is None:
        return []
    numbers = getattr(import_module(f"{folder}.{twin}"), twin)
    groups = [patients for patients, _ in analysed(work, name, analysis)]
    return [row for one in groups if len(one.table) for row in numbers(one, analysis)]


def _compared(ours: pd.DataFrame, theirs: list[Row]) -> Iterator[Row]:
    """Yield every number of one analysis that both sides, or only one of them, have."""
    by_name = {_name(row): row for row in theirs}
    kinds = {_kind(row): row for row in theirs}
    found = set()
    for row in ours.to_dict("records"):
        found.add(_name(row))
        if _name(row) in by_name:
            yield from _numbers(row, by_name[_name(row)])
        elif _kind(row) in kinds:
            yield from _unanswered(row, kinds[_kind(row)])
    for name, row in by_name.items():
        if name not in found:
            yield from _numbers({}, row)


def _name(row: Row) -> tuple[Any, ...]:
    """Return what tells an estimate from all others of the study."""
    time = row["time"]
    words = (row[word] for word in WORDS if word not in ("method", "estimand", "time", "test"))
    return (*_kind(row), *words, None if time is None or math.isnan(time) else float(time))


def _kind(row: Row) -> tuple[str, ...]:
    """Return method, estimand and test; a model by Firth's penalty stands where it was due."""
    test = row["test"] if row["estimand"] == "hypothesis_test" else ""
    return str(row["method"]).removesuffix("_firth"), row["estimand"], test


def _numbers(ours: Row, theirs: Row) -> Iterator[Row]:
    """Yield the comparison of each number that the library gives of an estimate."""
    words = {word: (ours or theirs)[word] for word in WORDS} | {"library": theirs["library"]}
    other = _other_estimator(ours)
    for quantity in (name for name in NUMBERS if name in theirs):
        mine, second = ours.get(quantity, math.nan), theirs[quantity]
        row = {**words, "quantity": quantity, "ours": mine}
        if other:
            yield {**row, "left_out": other}
        elif not math.isnan(second):
            shown = second if math.isfinite(second) else None
            far = relative_difference(mine, second, least=_least(quantity, ours))
            yield {**row, "theirs": shown, "relative_difference": far}
        elif ours:
            yield {**row, "left_out": NO_ANSWER}


def _unanswered(ours: Row, kind: Row) -> Iterator[Row]:
    """Yield the numbers of a row that a library knows nothing of: no such patients or group."""
    if _other_estimator(ours):
        return
    for quantity in (name for name in NUMBERS if name in kind and not math.isnan(ours[name])):
        words = {word: ours[word] for word in WORDS} | {"library": kind["library"]}
        number = {"quantity": quantity, "ours": ours[quantity]}
        yield {**words, **number, "relative_difference": math.inf}


def _other_estimator(ours: Row) -> str:
    conditions = str(ours.get("condition", "")).split("; ")
    return next((one for one in conditions if one in OTHER_ESTIMATOR), "")


def _least(quantity: str, ours: Row) -> float:
    """Return the size below which a number is nothing: its standard error, if it has one."""
    if quantity in LEAST:
        return LEAST[quantity]
    std_error = ours.get("std_error", math.nan)
    return 1e-9 if math.isnan(std_error) else max(1e-9, std_error)


def relative_difference(ours: float, theirs: float, *, least: float = 0.0) -> float:
    """Return how far two numbers are from each other, as a share of the larger or of `least`.

    Examples
    --------
    >>> from hematotox.analysis.checking.second_opinion import relative_difference
    >>> relative_difference(2.0, 1.5), relative_difference(0.0, 1e-12, least=0.5)
    (0.25, 2e-12)
    >>> nan, infinite = float("nan"), float("inf")
    >>> relative_difference(nan, infinite), relative_difference(nan, 365.0)
    (0.0, inf)
    """
    if math.isnan(ours) or math.isinf(theirs):
        return 0.0 if math.isnan(ours) and math.isinf(theirs) else math.inf
    return abs(ours - theirs) / max(abs(ours), abs(theirs), least) if ours != theirs else 0.0
