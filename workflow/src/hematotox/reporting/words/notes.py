"""The notes under a table or figure: source, abbreviations, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from hematotox.declarations.study.analyses import ESTIMANDS
from hematotox.declarations.study.vocabulary import CONDITIONS, CONF_METHODS
from hematotox.declarations.study.words import Words
from hematotox.reporting.words import numbers
from hematotox.reporting.words.rows import Row, conditions
from hematotox.reporting.words.wording import TESTS, capitalised, inside

SYNTHETIC = "Synthetic data: no real patients."

AS_PRINTED = (
    "Odds ratios as the paper printed them: unadjusted with Wald limits and P, adjusted with those "
    "of the profile likelihood."
)

SIGNIFICANT = 0.05
"""The p-value that belongs to 95% limits."""

ABBREVIATIONS: dict[str, str] = {
    "ALL": "acute lymphoblastic leukaemia",
    "AML": "acute myeloid leukaemia",
    "ANC": "absolute neutrophil count",
    "AUC": "area under the receiver operating characteristic curve",
    "CI": "confidence interval",
    "CMV": "cytomegalovirus",
    "CR": "complete response",
    "CRS": "cytokine release syndrome",
    "DLBCL": "diffuse large B-cell lymphoma",
    "DOR": "duration of response",
    "FAB": "French–American–British classification",
    "GVHD": "graft-versus-host disease",
    "HGBL": "high-grade B-cell lymphoma",
    "HR": "hazard ratio",
    "HT": "CAR-HEMATOTOX",
    "ICAHT": "immune effector cell-associated haematotoxicity",
    "ICANS": "immune effector cell-associated neurotoxicity syndrome",
    "IPI": "International Prognostic Index",
    "IQR": "interquartile range",
    "LDH": "lactate dehydrogenase",
    "NR": "not reached",
    "OR": "odds ratio",
    "OS": "overall survival",
    "PFS": "progression-free survival",
    "PMBCL": "primary mediastinal B-cell lymphoma",
    "PR": "partial response",
    "RMST": "restricted mean survival time",
    "ROC": "receiver operating characteristic",
    "SHR": "subdistribution hazard ratio",
    "mo": "months",
}
"""What a display says at its foot, if it uses them."""

SHORT: dict[str, str] = {
    "cumulative_incidence": "incidence",
    "cumulative_incidence_time_quantile": "times",
    "predicted_cumulative_incidence": "predicted incidence",
    "restricted_mean_survival_time": "restricted means",
    "restricted_mean_survival_time_difference": "differences of restricted means",
    "survival": "survival",
    "survival_difference": "differences",
    "cumulative_incidence_difference": "differences",
    "survival_time_quantile": "medians",
}
"""Estimand and its print in a note, where its words in the closed list are about its row."""


def condition_note(row: Row) -> tuple[str, ...]:
    """Return the conditions of a row as notes of a cell."""
    return _condition_notes(conditions([row]))


def _condition_notes(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{capitalised(name)}: {CONDITIONS.get(name, name)}." for name in names)


def planned_note(row: Row) -> tuple[str, ...]:
    """Return a note where a p-value is that of a planned test."""
    p = row.get("p_adjusted")
    return () if p is None else (f"Planned test: adjusted {numbers.p_phrase(p)}.",)


def disagreement_note(row: Row) -> tuple[str, ...]:
    """Return a note where interval and p-value of a ratio tell different things.

    They may when they come from two methods, such as a profile-likelihood interval beside a Wald
    test.
    """
    if row["p_value"] is None or row["estimate"] is None or not row["conf_method"]:
        return ()
    low, high = row["conf_low"], row["conf_high"]
    if (low is None and high is None) or ESTIMANDS[str(row["estimand"])].scale != "log ratio":
        return ()
    excludes = (low is not None and low > 0) or (high is not None and high < 0)
    if excludes == (row["p_value"] < SIGNIFICANT):
        return ()
    interval = CONF_METHODS[str(row["conf_method"])].partition(",")[0]
    test = TESTS.get(str(row["test"]), str(row["test"]))
    says = ("excludes", "0.05 or more") if excludes else ("includes", "below 0.05")
    return (
        f"The interval ({interval}) {says[0]} 1 and P ({test}) is {says[1]}: two methods, "
        "evidence at the border.",
    )


def general_notes(
    frame: pd.DataFrame, words: Words, printed: Iterable[str], *, synthetic: bool
) -> list[str]:
    """Return the notes that every display has: source, provisional scores, abbreviations.

    Parameters
    ----------
    frame : rows of the estimates table that the display shows
    words : words of the study
    printed : every text of the display, to know which abbreviations it uses
    synthetic : whether the study's patients are synthetic
    """
    source = [SYNTHETIC] if synthetic else []
    as_printed = [AS_PRINTED] if words.as_printed and "profile" in set(frame["conf_method"]) else []
    return [*as_printed, *abbreviations(printed), *provisional_notes(frame, words), *source]


def provisional_notes(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return a warning for each provisional score that the rows rest on."""
    columns = ("score", "population", "term", "comparator")
    texts = {str(text) for column in columns for text in frame[column].unique()}
    used = [
        words.scores.get(score, score)
        for score in words.provisional
        if any(re.search(rf"\b{re.escape(score)}\b", text) for text in texts)
    ]
    return [f"{name}: provisional score, its numbers are unverified." for name in used]


def abbreviations(printed: Iterable[str]) -> list[str]:
    """Return one sentence that explains the abbreviations used in the texts."""
    text = "\n".join(printed)
    used = [
        f"{short}, {meaning}"
        for short, meaning in ABBREVIATIONS.items()
        if re.search(rf"(?<![\w-]){short}(?![\w-])", text)
    ]
    return ["; ".join(used) + "."] if used else []


def interval_note(rows: Sequence[Row]) -> list[str]:
    """Return how the intervals were made; of several ways, which belongs to which numbers."""
    made = [row for row in rows if row["conf_method"] and row["conf_level"] is not None]
    methods = list(dict.fromkeys(str(row["conf_method"]) for row in made))
    if not methods:
        return []
    ways = {name: [row for row in made if row["conf_method"] == name] for name in methods}
    owners = _owners(ways) if len(methods) > 1 else {}
    parts = [
        f"{owners[name]}: {_way(name, of_way)}" if owners else _way(name, of_way)
        for name, of_way in ways.items()
    ]
    return ["Intervals: " + "; ".join(parts) + "."]


def test_note(rows: Sequence[Row]) -> list[str]:
    """Return how the p-values were made; of several tests, which belongs to which numbers."""
    made = [row for row in rows if row["test"]]
    names = list(dict.fromkeys(str(row["test"]) for row in made))
    ways = {name: [row for row in made if row["test"] == name] for name in names}
    owners = _owners(ways) if len(names) > 1 else {}
    told = {name: TESTS.get(name, name) for name in names}
    parts = [f"{owners[name]}: {told[name]}" if owners else told[name] for name in names]
    return ["P: " + "; ".join(parts) + "."] if parts else []


def _way(name: str, rows: Sequence[Row]) -> str:
    if name == "delong" and all(row["estimand"] == "auc_difference" for row in rows):
        return "DeLong"
    ratios = all(ESTIMANDS[str(row["estimand"])].scale == "log ratio" for row in rows)
    return "Wald, on the log scale" if name == "wald" and ratios else CONF_METHODS[name]


def _owners(ways: dict[str, list[Row]]) -> dict[str, str]:
    """Return what each way of making numbers is for: estimands, models, methods, else nothing."""
    for told in (_estimand_of, _model_of, _method_of):
        found = {name: dict.fromkeys(told(row) for row in rows) for name, rows in ways.items()}
        whole = [text for texts in found.values() for text in texts]
        if len(set(whole)) == len(whole):
            return {name: ", ".join(texts) for name, texts in found.items()}
    return {}


def _estimand_of(row: Row) -> str:
    estimand = str(row["estimand"])
    return SHORT.get(estimand) or inside(ESTIMANDS[estimand].label.partition(";")[0])


def _model_of(row: Row) -> str:
    return "adjusted" if row["adjustment"] else "unadjusted"


def _method_of(row: Row) -> str:
    return "with Firth's penalty" if str(row["method"]).endswith("_firth") else "without a penalty"


def missing_analyses(frame: pd.DataFrame, analyses: Sequence[str]) -> list[str]:
    """Return a note for every analysis of the display that has no row."""
    present = set(frame["analysis"].unique())
    return [
        f"No estimates for the analysis {name.replace('_', ' ')}."
        for name in analyses
        if name not in present
    ]


def failed_analyses(
    frame: pd.DataFrame, names: dict[str, str], said: Iterable[str] = ()
) -> list[str]:
    """Return a note for every analysis that gave nothing but a condition.

    Parameters
    ----------
    frame : rows of the estimates table that the display shows
    names : what the analyses are called in print
    said : notes that the display has anyway
    """
    known, notes = set(said), []
    for analysis, rows in frame.groupby("analysis", sort=False):
        texts = conditions({"condition": text} for text in rows["condition"].unique())
        nothing = rows["estimate"].isna().all() and rows["p_value"].isna().all()
        meanings = "; ".join(CONDITIONS.get(text, text) for text in texts)
        shown = set(_condition_notes(texts)) <= known
        if nothing and meanings and not shown:
            notes.append(f"{names[str(analysis)]}: {meanings}.")
    return list(dict.fromkeys(notes))
