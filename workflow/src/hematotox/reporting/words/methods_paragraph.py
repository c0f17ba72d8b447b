"""The statistical methods in sentences, from the analyses that were run."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from hematotox.declarations.study.analyses import METHODS
from hematotox.declarations.study.vocabulary import CONF_METHODS
from hematotox.declarations.study.words import Words
from hematotox.reporting.words import wording
from hematotox.reporting.words.rows import ABOUT_PATIENTS

LINEAR_PREDICTOR = (
    "Models adjusted by a linear predictor were fitted in two steps: the endpoint's own model on "
    "the covariates without the score, then the score's group with the linear predictor of the "
    "first step, both on the same patients; the direct multivariable model stands beside them."
)


def methods_paragraph(estimates: pd.DataFrame, words: Words) -> list[str]:
    """Return the sentences, in the order in which a paper tells the methods."""
    rows = estimates[~estimates["method"].isin(ABOUT_PATIENTS)]
    present = list(dict.fromkeys(rows["method"]))
    sentences = [
        _sentence(method, rows[rows["method"] == method], words)
        for method, facts in METHODS.items()
        if method in present and facts.sentence
    ]
    others = [METHODS[method].what for method in present if not METHODS[method].sentence]
    if others:
        sentences.append(f"Further methods: {'; '.join(others)}.")
    return [*sentences, *_further(rows, words)] if sentences else []


def _sentence(method: str, rows: pd.DataFrame, words: Words) -> str:
    names_of = _once(rows["endpoint"])
    endpoints = [wording.inside(wording.endpoint(words, name)) for name in names_of]
    intervals = [CONF_METHODS[name] for name in _once(rows["conf_method"])]
    strata = [part for part in _adjustments(rows) if part.startswith("stratified: ")]
    names = [wording.inside(words.variable(s.removeprefix("stratified: ")).label) for s in strata]
    return METHODS[method].sentence.format(
        endpoints="; ".join(endpoints),
        intervals="95% confidence intervals: " + "; ".join(intervals),
        strata=f", also stratified by {' and '.join(names)}" if names else "",
    )


def _further(rows: pd.DataFrame, words: Words) -> list[str]:
    """Return what holds of several methods: tests, adjustment, landmarks, p-values."""
    sentences = []
    adjustments = _adjustments(rows)
    tests = set(rows["test"])
    if "schoenfeld" in tests:
        sentences.append("Proportional hazards were tested by scaled Schoenfeld residuals.")
    if any(part.startswith("linear predictor") for part in adjustments):
        sentences.append(LINEAR_PREDICTOR)
    for part in adjustments:
        if part.startswith("clustered: "):
            name = wording.inside(words.variable(part.removeprefix("clustered: ")).label)
            sentences.append(f"Standard errors clustered by {name} are robust (sandwich).")
    conditions = {part for text in rows["condition"] for part in text.split("; ")}
    if "monte carlo p-value" in conditions:
        sentences.append(
            "Where Fisher's exact test was out of reach, its p-value is from a seeded Monte Carlo "
            "sample of tables."
        )
    landmarks = sorted(rows["landmark"].dropna().unique())
    if landmarks:
        days = ", ".join(f"{day:g}" for day in landmarks)
        sentences.append(
            f"Landmark analyses start at day {days} with the patients still at risk then."
        )
    return [*sentences, "P-values are two-sided and not adjusted for multiple testing."]


def _adjustments(rows: pd.DataFrame) -> list[str]:
    return _once(part for text in rows["adjustment"] for part in text.split("; "))


def _once(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]
