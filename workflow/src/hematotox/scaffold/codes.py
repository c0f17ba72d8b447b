"""Codes of a category or grade and ours, as far as synonyms tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from hematotox.dialects.notation import Open
from hematotox.dialects.numbers import parse_number
from hematotox.dialects.units import accepted_units
from hematotox.dialects.vocabulary import Vocabulary, normal

MANY = 40
"""Different texts above which a column is free text and not a category."""


def value_map(
    variable: str, texts: Iterable[str], vocabulary: Vocabulary, heading: str = ""
) -> dict[str, Any]:
    """Return the keys `values` and `missing` of a category or whole number.

    Parameters
    ----------
    variable : name in the dictionary
    texts : the different texts of its cells, as they stand there
    heading : of the column, whose codes a data dictionary may explain

    Returns
    -------
    empty where the cells already hold our codes; a code that no synonym explains is open
    """
    described = vocabulary.dictionary.variables[variable]
    values: dict[str, Any] = {}
    unknown: list[str] = []
    levels = _told_levels(variable, texts, vocabulary, heading)
    for text, level in levels.items():
        if level is None and _is_number(text) and described.type != "category":
            continue
        if level is not None:
            values[text] = level
        elif text in vocabulary.synonyms.missing_numbers and (text[0] == "-" or len(text) > 2):
            unknown.append(text)  # 9 and 99 are often a level of their own
        elif not vocabulary.is_missing(text):
            values[text] = _open_code(variable, text, vocabulary)
    said: dict[str, Any] = {}
    if any(theirs != ours for theirs, ours in values.items()):
        numbers = [] if described.type == "category" else sorted(set(texts) - {*values, *unknown})
        # Numbers beside explained codes stand for themselves.
        said["values"] = {**{text: text for text in numbers if _is_number(text)}, **values}
    if unknown:
        said["missing"] = unknown
    return said


def _told_levels(
    variable: str, texts: Iterable[str], vocabulary: Vocabulary, heading: str
) -> dict[str, str | None]:
    """Return the level that each text means, None where no synonym tells.

    Letters are told together or not at all: M is a man beside F, but a woman (mujer) beside H.
    """
    said = {text: vocabulary.said(heading, text) for text in sorted(texts)}
    told = {text: vocabulary.level(variable, label) for text, label in said.items()}
    letters = {t: told[t] for t in told if len(t) == 1 and t.isalpha() and said[t] == t}
    distinct = {(normal(text), level) for text, level in letters.items()}
    doubtful = None in letters.values() or len({one[1] for one in distinct}) < len(distinct)
    return {**told, **dict.fromkeys(letters)} if doubtful else told


def yes_and_no(texts: Iterable[str], vocabulary: Vocabulary, heading: str) -> dict[str, Any]:
    """Return `when` of a column whose codes say yes or no and nothing else; {} for others."""
    told = {t: vocabulary.level("bridging", vocabulary.said(heading, t)) for t in sorted(texts)}
    yes = [text for text, level in told.items() if level == "yes"]
    no = [text for text, level in told.items() if level == "no"]
    if not yes or len(yes) + len(no) < len(told):
        return {}
    return {"column": heading, "in": some(yes)} | ({"not_in": some(no)} if no else {})


def some(codes: list[str]) -> Any:
    """Return a code alone, several as a list."""
    return codes[0] if len(codes) == 1 else codes


def _open_code(variable: str, text: str, vocabulary: Vocabulary) -> Open | str:
    described = vocabulary.dictionary.variables[variable]
    if described.type == "category":
        return Open(f"each code is one of {', '.join(described.levels or {})}", blocks=True)
    grade = re.fullmatch(r"\D*([0-9])\D*", text)
    if grade is not None and _plausible(variable, float(grade[1]), vocabulary):
        return grade[1]
    return Open("a whole number, or list the code under missing", blocks=True)


def _plausible(variable: str, number: float, vocabulary: Vocabulary) -> bool:
    low, high = vocabulary.dictionary.variables[variable].plausible or (number, number)
    return low <= number <= high


def missing_numbers(variable: str, texts: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    """Return the usual codes for an unknown number that the variable cannot have in any unit."""
    described = vocabulary.dictionary.variables[variable]
    if described.plausible is None:
        return []
    units = accepted_units(variable, described.unit).values() if described.unit else (1,)
    low, high = described.plausible
    return [
        code
        for code in vocabulary.synonyms.missing_numbers
        if code in set(texts) and not any(low <= float(code) * one <= high for one in units)
    ]


def _is_number(text: str) -> bool:
    return parse_number(text) is not None
