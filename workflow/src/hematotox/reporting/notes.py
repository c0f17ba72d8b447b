"""The notes under a table or figure: source, abbreviations, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from hematotox.declarations.vocabulary import CONDITIONS, CONF_METHODS
from hematotox.declarations.words import Words
from hematotox.reporting.rows import Row, conditions
from hematotox.reporting.wording import capitalised

SYNTHETIC = "Synthetic data: no real patients."

ABBREVIATIONS: dict[str, str] = {
    "AUC": "area under the receiver operating characteristic curve",
    "CI": "confidence interval",
    "HR": "hazard ratio",
    "IQR": "interquartile range",
    "NR": "not reached",
    "OR": "odds ratio",
    "RMST": "restricted mean survival time",
    "SHR": "subdistribution hazard ratio",
}


def condition_note(row: Row) -> tuple[str, ...]:
    """Return the conditions of a row as notes of a cell."""
    return tuple(
        f"{capitalised(name)}: {CONDITIONS.get(name, name)}." for name in conditions([row])
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
    return [*abbreviations(printed), *provisional_notes(frame, words), *source]


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
        if re.search(rf"\b{short}\b", text)
    ]
    return ["; ".join(used) + "."] if used else []


def interval_note(rows: Sequence[Row]) -> list[str]:
    """Return how the intervals were made, if they were all made at one level."""
    made = [row for row in rows if row["conf_method"] and row["conf_level"] is not None]
    methods = list(dict.fromkeys(str(row["conf_method"]) for row in made))
    if not methods:
        return []
    return ["Intervals: " + "; ".join(CONF_METHODS[method] for method in methods) + "."]


def missing_analyses(frame: pd.DataFrame, analyses: Sequence[str]) -> list[str]:
    """Return a note for every analysis of the display that has no row."""
    present = set(frame["analysis"].unique())
    return [
        f"No estimates for the analysis {name.replace('_', ' ')}."
        for name in analyses
        if name not in present
    ]


def empty_analyses(frame: pd.DataFrame, words: Words) -> list[str]:
    """Return a note for every analysis that nobody could enter."""
    rows = frame[(frame["term"] == "analysed") & (frame["estimate"] == 0)]
    names = [words.analyses.get(name, name.replace("_", " ")) for name in rows["analysis"]]
    return [f"{capitalised(name)}: no patient can be analysed." for name in dict.fromkeys(names)]
