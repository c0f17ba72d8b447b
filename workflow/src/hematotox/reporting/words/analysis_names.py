"""What an analysis is, in words, where the study gives it no label: from its own rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hematotox.declarations.study.analyses import METHODS
from hematotox.declarations.study.words import Words
from hematotox.reporting.words import wording
from hematotox.reporting.words.rows import ABOUT_PATIENTS, Row, as_rows

LEADING = tuple(reversed([method for method, facts in METHODS.items() if facts.leads]))
"""Methods that name an analysis although rows of other methods stand before or beside theirs: a
summary before what it summarises."""


def analysis_names(estimates: pd.DataFrame, words: Words) -> dict[str, str]:
    """Return each analysis' label, or else a name such as "Overall survival: Cox model by HT".

    Parameters
    ----------
    estimates : the study's estimates table
    words : words of the study
    """
    columns = ["analysis", "method", "endpoint", "term", "adjustment", "landmark", "score"]
    distinct = estimates[columns].drop_duplicates()
    of_analysis: dict[str, list[Row]] = {}
    for row in as_rows(distinct):
        of_analysis.setdefault(str(row["analysis"]), []).append(row)
    return {
        name: wording.analysis(words, name) or _name(name, rows, words)
        for name, rows in of_analysis.items()
    }


def _name(name: str, rows: Sequence[Row], words: Words) -> str:
    estimated = [row for row in rows if row["method"] not in ABOUT_PATIENTS]
    methods = list(dict.fromkeys(str(row["method"]) for row in estimated))
    leading = [method for method in LEADING if method in methods]
    known = [method for method in (*leading, *methods) if METHODS[method].name]
    if not known:
        return wording.capitalised(wording.spelled(name))
    method = known[0]
    own = [row for row in estimated if row["method"] == method]
    endpoint = next((str(row["endpoint"]) for row in rows if row["endpoint"]), "")
    exposure = words.exposures.get(name) or _exposure(own, method, words)
    parts = [
        METHODS[method].name,
        f"by {wording.mentioned(words, exposure)}" if exposure else "",
        _adjusted(own, words),
        wording.since(own[0]),
    ]
    said = " ".join(part for part in parts if part)
    return f"{wording.endpoint(words, endpoint)}: {said}" if endpoint else wording.capitalised(said)


def _exposure(rows: Sequence[Row], method: str, words: Words) -> str:
    """Return the variable of interest of a method whose rows name it in `term`."""
    terms = [str(row["term"]) for row in rows] if METHODS[method].term_is_exposure else []
    return next((term for term in terms if term in words.variables and term != "(intercept)"), "")


def _adjusted(rows: Sequence[Row], words: Words) -> str:
    """Return "adjusted" or "stratified by centre"; the displays have the covariates."""
    texts = dict.fromkeys(str(row["adjustment"]) for row in rows if row["adjustment"])
    stratified = [text for text in texts if text.startswith("stratified: ")]
    if stratified:
        return wording.inside(wording.adjustment(words, stratified[0]))
    return "(adjusted)" if texts else ""
