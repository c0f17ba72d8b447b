"""Words that a number does not bear out, and numbers of results that are typed by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hematotox.reporting.words import numbers
from hematotox.reporting.words.rows import Row

NOT_SIGNIFICANT = 0.05
EQUAL = re.compile(
    r"\bno (?:\w+ ){0,2}(?:difference|association|effect|relationship)s?\b|"
    r"\bsimilar(?:ly)?\b|\bnot (?:\w+ )?(?:associated|different|related)\b|"
    r"\b(?:did|does|do) not (?:differ|affect|influence)\b|\bcomparable\b|\bequal(?:ly)?\b|"
    r"\bunrelated\b|\bidentical(?:ly)?\b",
    re.IGNORECASE,
)
INDEPENDENT = re.compile(r"\bindependent(?:ly)?\b", re.IGNORECASE)
PREDICTS = re.compile(r"(?<!linear )\bpredict(?:s|ed|ing|ors?)?\b|\bpredictive of\b", re.IGNORECASE)
TYPED = re.compile(
    r"\d+[.·]\d+|\d+\s?%(?! (?:CI|confidence))|\bP\s*[=<>≤≥]\s*[.\d]|\b\d+/\d+\b", re.IGNORECASE
)
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z{\[])")
CITED = re.compile(r"\[@[^\]]+\]")
RATIO_OF_ODDS = ("log_odds_ratio", "conditional_log_odds_ratio", "log_diagnostic_odds_ratio")


@dataclass(frozen=True, slots=True)
class Shown:
    """A placeholder that was filled: where it stands, its row and its format."""

    start: int
    row: Row
    form: str


def refused(text: str, shown: Sequence[Shown], *, results: bool) -> Iterator[tuple[int, str]]:
    """Yield what a paragraph may not say: the position, and why with what to do.

    Parameters
    ----------
    text : the paragraph as it is written, with its placeholders
    shown : the placeholders and the rows that they print
    results : whether it stands in the results or the abstract, where no number of a result may
        be typed
    """
    for start, end in _sentences(text):
        inside = [one for one in shown if start <= one.start < end] or list(shown)
        yield from _equal(text, (start, end), inside)
        yield from _independent(text, (start, end), inside, shown)
        yield from _predicts(text, (start, end), inside)
        if results and not CITED.search(text, start, end):
            yield from _typed(text, (start, end))


def _sentences(text: str) -> list[tuple[int, int]]:
    ends = [match.start() for match in SENTENCE_END.finditer(text)] + [len(text)]
    return list(zip([0, *ends[:-1]], ends, strict=True))


def _equal(text: str, span: tuple[int, int], inside: list[Shown]) -> Iterator[tuple[int, str]]:
    levels = [one.row["p_value"] for one in inside]
    large = [p for p in levels if numbers.is_number(p) and p >= NOT_SIGNIFICANT]
    match = EQUAL.search(text, *span)
    if match and large:
        yield (
            match.start(),
            (
                f'"{match[0]}" does not follow from {numbers.p_phrase(large[0])}: an effect '
                "that is not shown is not shown to be absent; give the estimate with its interval"
            ),
        )


def _independent(
    text: str, span: tuple[int, int], inside: list[Shown], shown: Sequence[Shown]
) -> Iterator[tuple[int, str]]:
    match = INDEPENDENT.search(text, *span)
    if not match or not inside:
        return
    adjusted = {str(one.row["analysis"]) for one in inside if one.row["adjustment"]}
    named = {str(one.row["analysis"]) for one in shown if one.form == "covariates"}
    if not adjusted & named:
        yield (
            match.start(),
            (
                f'"{match[0]}" needs a model whose covariates are named in the same '
                "paragraph; write {{ <analysis> | covariates }} of an adjusted analysis, "
                "or leave the word out"
            ),
        )


def _predicts(text: str, span: tuple[int, int], inside: list[Shown]) -> Iterator[tuple[int, str]]:
    match = PREDICTS.search(text, *span)
    if match and any(one.row["estimand"] in RATIO_OF_ODDS for one in inside):
        yield (
            match.start(),
            (
                f'"{match[0]}" is more than an odds ratio says: it shows an association, not a '
                'prediction; write "was associated with"'
            ),
        )


def _typed(text: str, span: tuple[int, int]) -> Iterator[tuple[int, str]]:
    hidden = re.sub(r"\{\{.*?\}\}", lambda found: " " * len(found[0]), text)
    match = TYPED.search(hidden, *span)
    if match:
        yield (
            match.start(),
            (
                f'"{match[0].strip()}" is typed by hand; a number of the results is written as a '
                "placeholder, one of another paper with its citation [@key] in the sentence"
            ),
        )
