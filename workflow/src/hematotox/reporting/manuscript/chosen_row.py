"""The one row of the estimates that a placeholder means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import pandas as pd

from hematotox.contracts import without_policies
from hematotox.declarations.study.words import Words
from hematotox.errors import UserError
from hematotox.reporting.manuscript.placeholders import SELECTORS, Placeholder, unknown_word
from hematotox.reporting.words import wording
from hematotox.reporting.words.rows import Row, as_rows

UNSAID = ("centre", "group", "comparator", "subgroup", "convention", "policy", "landmark")
"""Columns where a row with nothing is meant unless a selector says otherwise: the whole cohort."""
CURVES = ("survival_curve", "cumulative_incidence_curve", "roc_curve")


class Estimates:
    """The estimates of a study under its own policy about missing values, by analysis."""

    def __init__(self, frame: pd.DataFrame, words: Words) -> None:
        self.words = words
        frame = without_policies(frame)
        self._frame = frame[(frame["method"] != "evaluability") & ~frame["estimand"].isin(CURVES)]

    @cached_property
    def _by_analysis(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for row in as_rows(self._frame):
            found.setdefault(str(row["analysis"]), []).append(row)
        return found

    def of(self, analysis: str) -> list[Row]:
        """Return the rows of an analysis, `patients` for the flow of patients.

        Raises
        ------
        UserError
            There is no such analysis.
        """
        if analysis not in self._by_analysis:
            raise UserError(unknown_word(analysis, self._by_analysis, "analysis"))
        return self._by_analysis[analysis]

    def choose(self, wanted: Placeholder, estimands: Iterable[str]) -> Row:
        """Return the row that a placeholder means.

        What it does not select is, in this order: the format's estimand; the exposure of the
        model; the model of the forest where two are adjusted; the whole cohort and all centres.

        Raises
        ------
        UserError
            No row is meant, or more than one.
        """
        rows = self.of(wanted.words[0])
        allowed = frozenset(estimands)
        if allowed:
            rows = _kept(rows, [row for row in rows if row["estimand"] in allowed], "the format")
        for column, value in wanted.selectors.items():
            rows = _selected(rows, column, value)
        rows = self._understood(rows, wanted.selectors)
        if len(rows) > 1:
            raise UserError(f"{len(rows)} numbers are meant; {_differences(rows)}")
        return rows[0]

    def _understood(self, rows: list[Row], selectors: Mapping[str, str]) -> list[Row]:
        """Return the rows that are meant where no selector says more."""
        ratios = [row for row in rows if row["estimand"] in wording.EFFECTS]
        if "term" not in selectors and len(ratios) == len(rows) > 1:
            exposure = self.words.exposures.get(str(rows[0]["analysis"]))
            terms = [str(row["term"]) for row in rows]
            exposure = exposure if exposure in terms else terms[0]
            rows = [row for row in rows if row["term"] == exposure]
        if "adjustment" not in selectors:
            first = [r for r in rows if str(r["adjustment"]).startswith("linear predictor")]
            rows = first or rows
        for column in UNSAID:
            if column not in selectors:
                rows = [row for row in rows if row[column] in (None, "")] or rows
        return rows


def _kept(rows: list[Row], kept: list[Row], what: str) -> list[Row]:
    if kept:
        return kept
    there = ", ".join(dict.fromkeys(str(row["estimand"]) for row in rows))
    raise UserError(f"has no number for {what}; the analysis estimates: {there}")


def _selected(rows: list[Row], column: str, value: str) -> list[Row]:
    if column == "time" and value in ("first", "last"):
        times = [row["time"] for row in rows if row["time"] is not None]
        if times:
            value = _text((min if value == "first" else max)(times))
    kept = [row for row in rows if _is(row[column], value, column)]
    if not kept:
        known = sorted({_shown(row[column], column) for row in rows})
        raise UserError(f"{column}={value}: {unknown_word(value, known, column)}")
    return kept


def _is(found: object, value: str, column: str) -> bool:
    return value in (_text(found), _shown(found, column))


def _shown(found: object, column: str) -> str:
    """Return how a selector writes a value: of an adjustment its kind, "none" for nothing."""
    text = _text(found)
    if column == "adjustment":
        text = text.partition(":")[0].replace(" ", "_")
    return text or "none"


def _text(found: object) -> str:
    return "" if found is None else f"{found:g}" if isinstance(found, float) else str(found)


def _differences(rows: list[Row]) -> str:
    parts = []
    for column in SELECTORS:
        values = sorted({_shown(row[column], column) for row in rows})
        if len(values) > 1:
            parts.append(f"{column}= ({', '.join(values[:8])}{', …' if len(values) > 8 else ''})")
    return f"say which by {' or '.join(parts)}"
