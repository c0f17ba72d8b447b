"""The statistical methods in sentences, from the analyses that were run."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from hematotox.declarations.study.analyses import METHODS
from hematotox.declarations.study.vocabulary import CONF_METHODS
from hematotox.declarations.study.words import Words
from hematotox.reporting.words import wording
from hematotox.reporting.words.rows import ABOUT_PATIENTS

FURTHER = "Further methods"
"""How the sentence begins that lists methods without a sentence of their own."""
LINEAR_PREDICTOR = (
    "Models adjusted by a linear predictor were fitted in two steps: the endpoint's own model on "
    "the covariates without the score, then the score's group with the linear predictor of the "
    "first step, both on the same patients; the direct multivariable model stands beside them."
)


IMPUTED = (
    "Missing items of the scores and missing covariates were imputed {m} times by chained "
    "equations, with the outcomes among the predictors and censored values inside their interval, "
    "and estimates pooled by Rubin\u2019s rules, beside those of patients with every item."
)


def methods_paragraph(estimates: pd.DataFrame, words: Words) -> list[str]:
    """Return the sentences, in the order in which a paper tells the methods."""
    return [sentence for _, sentence in methods_sentences(estimates, words)]


def methods_sentences(estimates: pd.DataFrame, words: Words) -> list[tuple[str, str]]:
    """Return each sentence after the method or test that it is about, "" for several."""
    rows = estimates[~estimates["method"].isin(ABOUT_PATIENTS)]
    present = list(dict.fromkeys(rows["method"]))
    sentences = [
        (method, _sentence(method, rows[rows["method"] == method], words))
        for method, facts in METHODS.items()
        if method in present and facts.sentence
    ]
    others = [METHODS[method].what for method in present if not METHODS[method].sentence]
    if others:
        sentences.append(("", f"{FURTHER}: {'; '.join(others)}."))
    return [*sentences, *_further(rows, words)] if sentences else []


def _sentence(method: str, rows: pd.DataFrame, words: Words) -> str:
    names_of = _once(rows["endpoint"])
    endpoints = [wording.endpoint(words, name) for name in names_of]
    intervals = [CONF_METHODS[name] for name in _once(rows["conf_method"])]
    strata = [part for part in _adjustments(rows) if part.startswith("stratified: ")]
    names = [wording.mentioned(words, s.removeprefix("stratified: ")) for s in strata]
    return METHODS[method].sentence.format(
        endpoints="; ".join(endpoints),
        intervals="95% confidence intervals: " + "; ".join(intervals),
        strata=f", also stratified by {' and '.join(names)}" if names else "",
    )


def _further(rows: pd.DataFrame, words: Words) -> list[tuple[str, str]]:
    """Return what holds of several methods: tests, adjustment, landmarks, p-values."""
    sentences = []
    adjustments = _adjustments(rows)
    tests = set(rows["test"])
    if "schoenfeld" in tests:
        words_of_test = "Proportional hazards were tested by scaled Schoenfeld residuals."
        sentences.append(("schoenfeld", words_of_test))
    if any(part.startswith("linear predictor") for part in adjustments):
        sentences.append(("", LINEAR_PREDICTOR))
    for part in adjustments:
        if part.startswith("clustered: "):
            name = wording.mentioned(words, part.removeprefix("clustered: "))
            sentences.append(("", f"Standard errors clustered by {name} are robust (sandwich)."))
    conditions = {part for text in rows["condition"] for part in text.split("; ")}
    if "monte carlo p-value" in conditions:
        sampled = (
            "Where Fisher's exact test was out of reach, its p-value is from a seeded Monte Carlo "
            "sample of tables."
        )
        sentences.append(("", sampled))
    landmarks = sorted(rows["landmark"].dropna().unique())
    if landmarks:
        days = ", ".join(f"{day:g}" for day in landmarks)
        start = f"Landmark analyses start at day {days} with the patients still at risk then."
        sentences.append(("", start))
    if words.imputations:
        sentences.append(("", IMPUTED.format(m=words.imputations)))
    return [*sentences, *(("", sentence) for sentence in planned_sentences(words))]


def planned_sentences(words: Words) -> list[str]:
    """Return what was planned to be tested, and that all else is exploratory."""
    primary, *secondary = words.planned or ("",)
    told = [f"The plan was registered on {words.registered}."] if words.registered else []
    if not primary and not secondary:
        none = "No test was declared as primary or secondary: all results are exploratory."
        return [*told, none, "P-values are two-sided and not adjusted for multiple testing."]
    if primary:
        told.append(f"Primary test: {_analysis(words, primary)}.")
    if secondary:
        names = "; ".join(_analysis(words, name) for name in secondary)
        told.append(f"Secondary tests, {words.planned_by}: {names}.")
    rest = (
        "All else is exploratory. P-values are two-sided; a planned test counts by its adjusted P"
    )
    return [*told, f"{rest}, in a note."]


def _analysis(words: Words, name: str) -> str:
    return wording.analysis(words, name) or wording.spelled(name)


def _adjustments(rows: pd.DataFrame) -> list[str]:
    return _once(part for text in rows["adjustment"] for part in text.split("; "))


def _once(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]
