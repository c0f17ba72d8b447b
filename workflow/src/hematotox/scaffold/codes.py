"""Codes of a category or grade and ours, as far as synonyms tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from hematotox.dialects.numbers import parse_number
from hematotox.scaffold.draft_text import Open
from hematotox.scaffold.vocabulary import Vocabulary

MANY = 40
"""Different texts above which a column is free text and not a category."""


def value_map(variable: str, texts: Iterable[str], vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the keys `values` and `missing` of a category or whole number.

    Parameters
    ----------
    variable : name in the dictionary
    texts : the different texts of its cells, as they stand there

    Returns
    -------
    empty where the cells already hold our codes; a code that no synonym explains is open
    """
    described = vocabulary.dictionary.variables[variable]
    values: dict[str, Any] = {}
    unknown: list[str] = []
    for text in sorted(texts):
        level = vocabulary.level(variable, text)
        if level is None and _is_number(text) and described.type != "category":
            continue
        if level is not None:
            values[text] = level
        elif text in vocabulary.synonyms.missing_numbers[1:]:
            unknown.append(text)
        elif not vocabulary.is_missing(text):
            values[text] = _open_code(variable, text, vocabulary)
    said: dict[str, Any] = {}
    if any(theirs != ours for theirs, ours in values.items()):
        said["values"] = {**_own_numbers(values, texts), **values}
    if unknown:
        said["missing"] = unknown
    return said


def _own_numbers(values: dict[str, Any], texts: Iterable[str]) -> dict[str, str]:
    """Return the numbers among the codes, which stand for themselves beside the explained ones."""
    return {text: text for text in sorted(texts) if text not in values and _is_number(text)}


def _open_code(variable: str, text: str, vocabulary: Vocabulary) -> Open | str:
    described = vocabulary.dictionary.variables[variable]
    if described.type == "category":
        return Open(f"one of {', '.join(described.levels or {})}", blocks=True)
    grade = re.fullmatch(r"\D*([0-9])\D*", text)
    if grade is not None and _plausible(variable, float(grade[1]), vocabulary):
        return grade[1]
    return Open("a whole number, or list the code under missing", blocks=True)


def _plausible(variable: str, number: float, vocabulary: Vocabulary) -> bool:
    low, high = vocabulary.dictionary.variables[variable].plausible or (number, number)
    return low <= number <= high


def missing_numbers(variable: str, texts: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    """Return the usual codes for an unknown number that the variable cannot have in any unit."""
    from hematotox.dialects.units import accepted_units

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
