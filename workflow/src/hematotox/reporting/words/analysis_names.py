"""What an analysis is, in words, where the study gives it no label: from its own rows."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hematotox.declarations.study.words import Words
from hematotox.reporting.words import wording
from hematotox.reporting.words.rows import ABOUT_PATIENTS, Row, as_rows

METHODS: dict[str, str] = {
    "bivariate": "bivariate summary",
    "binomial_normal": "binomial-normal summary",
    "calibration": "calibration",
    "cause_specific_cox": "cause-specific Cox model",
    "correlation": "correlation",
    "cox": "Cox model",
    "cumulative_incidence": "cumulative incidence",
    "decision_curve": "net benefit",
    "describe": "characteristics",
    "determinability": "what is determined by the measured values",
    "diagnostic_accuracy": "sensitivity and specificity",
    "durations": "durations",
    "fine_gray": "Fine–Gray model",
    "fisher": "Fisher's exact test",
    "follow_up": "median follow-up",
    "gray_test": "Gray's test",
    "kaplan_meier": "Kaplan–Meier estimate",
    "log_rank": "log-rank test",
    "logistic": "logistic regression",
    "paired_tests": "paired comparison",
    "proportion": "share of patients",
    "random_effects": "random-effects summary",
    "reclassification": "reclassification",
    "registry": "published validations",
    "rmst": "restricted mean survival time",
    "roc": "ROC curve",
    "sensitivity": "sensitivity to conventions, missing items and windows",
}
"""Method and the analysis it makes."""
LEADING = ("random_effects", "registry", "fine_gray")
"""Methods that name an analysis although rows of other methods stand before or beside theirs."""
EXPOSED = frozenset({"log_rank", "gray_test", "cox", "logistic", "fine_gray", "roc"})
"""Methods whose `term` is the variable of interest."""


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
    known = [method for method in (*leading, *methods) if method in METHODS]
    if not known:
        return wording.capitalised(name.replace("_", " "))
    method = known[0]
    own = [row for row in estimated if row["method"] == method]
    endpoint = next((str(row["endpoint"]) for row in rows if row["endpoint"]), "")
    exposure = words.exposures.get(name) or _exposure(own, method, words)
    parts = [
        METHODS[method],
        f"by {wording.inside(words.variable(exposure).label)}" if exposure else "",
        _adjusted(own, words),
        wording.since(own[0]),
    ]
    said = " ".join(part for part in parts if part)
    return f"{wording.endpoint(words, endpoint)}: {said}" if endpoint else wording.capitalised(said)


def _exposure(rows: Sequence[Row], method: str, words: Words) -> str:
    """Return the variable of interest of a method whose rows name it in `term`."""
    terms = [str(row["term"]) for row in rows] if method in EXPOSED else []
    return next((term for term in terms if term in words.variables and term != "(intercept)"), "")


def _adjusted(rows: Sequence[Row], words: Words) -> str:
    """Return "adjusted" or "stratified by centre"; the displays have the covariates."""
    texts = dict.fromkeys(str(row["adjustment"]) for row in rows if row["adjustment"])
    stratified = [text for text in texts if text.startswith("stratified: ")]
    if stratified:
        return wording.inside(wording.adjustment(words, stratified[0]))
    return "(adjusted)" if texts else ""
