"""The statistical methods in sentences, from the analyses that were run."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from hematotox.declarations.study.vocabulary import CONF_METHODS, METHODS
from hematotox.declarations.study.words import Words
from hematotox.reporting.words import wording
from hematotox.reporting.words.rows import ABOUT_PATIENTS

SENTENCES: dict[str, str] = {
    "describe": "Numbers are given as median and interquartile range and compared by the "
    "Kruskal–Wallis test, categories as counts and percentages of the patients with a known "
    "value and compared by Fisher's exact test.",
    "kaplan_meier": "Survival ({endpoints}) was estimated by the Kaplan–Meier method with "
    "Greenwood's variance ({intervals}).",
    "follow_up": "Median follow-up was estimated by the reverse Kaplan–Meier method.",
    "log_rank": "Survival was compared between groups by the log-rank test{strata}.",
    "cox": "Hazard ratios ({endpoints}) are from Cox proportional hazards models with Efron's "
    "handling of ties ({intervals}){strata}.",
    "cox_firth": "Where the likelihood of a Cox model had no maximum, Firth's penalty was used.",
    "rmst": "Restricted mean survival times were estimated from the Kaplan–Meier curves and "
    "compared by their difference.",
    "cumulative_incidence": "Cumulative incidence ({endpoints}) was estimated by the "
    "Aalen–Johansen method ({intervals}).",
    "gray_test": "Cumulative incidence was compared between groups by Gray's test{strata}.",
    "fine_gray": "Subdistribution hazard ratios ({endpoints}) are from Fine and Gray's model, its "
    "variance including the estimation of the censoring distribution ({intervals}).",
    "cause_specific_cox": "Cause-specific hazard ratios stand beside them, from Cox models that "
    "censor competing events.",
    "logistic": "Odds ratios ({endpoints}) are from logistic regression ({intervals}).",
    "proportion": "Proportions have exact limits ({intervals}).",
    "logistic_firth": "Where the data were separated, Firth's penalised likelihood was used.",
    "roc": "Discrimination was described by the area under the receiver operating characteristic "
    "curve, its direction fixed in advance ({intervals}).",
    "diagnostic_accuracy": "Sensitivity, specificity, predictive values and likelihood ratios "
    "describe the risk groups as a test ({intervals}).",
    "paired_tests": "Two risk groups were compared as tests on the same patients: sensitivity and "
    "specificity by McNemar's test, predictive values by the weighted generalised score test "
    "({intervals}).",
    "reclassification": "Patients were counted by the groups of both scores, with and without the "
    "event.",
    "random_effects": "Odds ratios of the centres were summarised by a random-effects model (REML, "
    "Hartung–Knapp limits, prediction interval).",
    "binomial_normal": "Where a 2x2 table had an empty cell, odds ratios were summarised by the "
    "binomial-normal model of the tables, which adds nothing to it.",
    "durations": "Times to onset among those affected are medians with order-statistic limits.",
}
"""Method and its sentence; methods without a sentence are named in a list."""

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
        for method in SENTENCES
        if method in present
    ]
    others = [METHODS[method] for method in present if method not in SENTENCES]
    if others:
        sentences.append(f"Further methods: {'; '.join(others)}.")
    return [*sentences, *_further(rows, words)] if sentences else []


def _sentence(method: str, rows: pd.DataFrame, words: Words) -> str:
    names_of = _once(rows["endpoint"])
    endpoints = [wording.inside(wording.endpoint(words, name)) for name in names_of]
    intervals = [CONF_METHODS[name] for name in _once(rows["conf_method"])]
    strata = [part for part in _adjustments(rows) if part.startswith("stratified: ")]
    names = [wording.inside(words.variable(s.removeprefix("stratified: ")).label) for s in strata]
    return SENTENCES[method].format(
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
