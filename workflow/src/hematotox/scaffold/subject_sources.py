"""Where the variables with one value a patient stand: guesses for the section `subjects`."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from hematotox.dialects.judged_columns import Column
from hematotox.dialects.notation import Open
from hematotox.dialects.numbers import parse_number
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.scaffold.codes import MANY, missing_numbers, value_map
from hematotox.scaffold.draft_text import Entry
from hematotox.scaffold.tables import TableGuess

_BOX = re.compile(r"(.+)___(.+)")


def guess_subjects(tables: list[TableGuess], vocabulary: Vocabulary) -> list[Entry]:
    """Return the entries of the section `subjects`, in the order of the dictionary."""
    found: dict[str, Entry] = {}
    for weak in (False, True):
        for table in tables:
            if table.shape == "patient":
                _add(found, table, vocabulary, weak=weak)
    order = vocabulary.dictionary.of_kind("subject")
    entries = [found[name] for name in order if name in found]
    if "infusion_date" not in found:
        words = "required, day 0 is the infusion: which column has its date?"
        entries.append(Entry("infusion_date", Open(words, "{column: }")))
    return entries


def _add(found: dict[str, Entry], table: TableGuess, vocabulary: Vocabulary, *, weak: bool) -> None:
    """Add the variables of a table: by known headings, then by a known word of a heading."""
    if not weak:
        for variable, entry in _boxes(table, vocabulary).items():
            found.setdefault(variable, entry)
    candidates = sorted(
        (one for one in table.rest() if one.heading not in table.used),
        key=lambda one: -one.filled,
    )
    for column in candidates:
        birth = vocabulary.is_column("birth_date", column.heading) and _is_date(column)
        if birth and found.get("age", _NONE).content.get("birth_date") is None:
            content = {"column": column.heading, "birth_date": True}
            found["age"] = _entry("age", content, table=table, check="age at infusion in years")
            table.used.add(column.heading)
    for column in candidates:
        match = vocabulary.variable(column.heading, "subject")
        name = match[0] if match else ""
        if weak:
            name = vocabulary.within(column.heading, "subject", dated=_is_date(column))
        if not name or name in found or column.heading in table.used:
            continue
        said = _content(name, column, vocabulary)
        if said is None or (weak and not _proven(name, said[0], column)):
            continue
        content, check = said
        if weak:
            check = "; ".join(filter(None, ("only a word of the heading says so", check)))
        found[name] = _entry(name, content, table=table, check=check)
        table.used.add(column.heading)


_NONE = Entry("age", {})


def _proven(variable: str, content: dict[str, Any], column: Column) -> bool:
    """Return whether the cells speak for a variable, too: dates, or codes that are all told."""
    described = column.vocabulary.dictionary.variables[variable]
    told = list(content.get("values", {}).values())
    if any(isinstance(one, Open) for one in told) or described.type == "number":
        return False
    if described.type == "integer" and not told:
        low, high = described.plausible or (-np.inf, np.inf)
        numbers = [parse_number(text) for text in column.known]
        return all(one is not None and low <= one[1] <= high for one in numbers)
    return described.type == "date" or bool(told)


def _entry(variable: str, content: dict[str, Any], *, table: TableGuess, check: str = "") -> Entry:
    named = {} if table.name == "subjects" else {"table": table.name}
    return Entry(variable, {**named, **content}, check or "heading")


def _is_date(column: Column) -> bool:
    return column.kind == "date" or (column.kind == "number" and column.is_serial)


def _content(
    variable: str, column: Column, vocabulary: Vocabulary
) -> tuple[dict[str, Any], str] | None:
    """Return what the centre file says of a column; None if its cells are of another type."""
    described = vocabulary.dictionary.variables[variable]
    content: dict[str, Any] = {"column": column.heading}
    if described.type == "date":
        return (content, "") if _is_date(column) else None
    if column.kind == "date":
        return None
    if described.type == "number":
        return _number(variable, column, vocabulary) if column.kind == "number" else None
    unusual = missing_numbers(variable, column.known, vocabulary)
    texts = [text for text in column.texts if text not in unusual]
    if len(texts) > MANY:
        return None
    mapped = value_map(variable, texts, vocabulary, column.heading)
    missing = [*unusual, *mapped.pop("missing", [])]
    content |= mapped | ({"missing": missing} if missing else {})
    explained = column.heading in vocabulary.choices
    return content, "" if "values" not in content else (
        "codes as the data dictionary explains them" if explained else "codes"
    )


def _number(
    variable: str, column: Column, vocabulary: Vocabulary
) -> tuple[dict[str, Any], str] | None:
    described = vocabulary.dictionary.variables[variable]
    content: dict[str, Any] = {"column": column.heading}
    check = ""
    if described.unit and variable != "age":
        unit = vocabulary.unit_named(column.heading)
        check = "unit from the heading" if unit else f"unit; {described.unit} if nothing is said"
        if unit:
            content["unit"] = unit
    missing = missing_numbers(variable, column.known, vocabulary)
    return content | ({"missing": missing} if missing else {}), check


def _boxes(table: TableGuess, vocabulary: Vocabulary) -> dict[str, Entry]:
    """Return the variables that stand in boxes of which one may be ticked, as REDCap has them."""
    groups: dict[str, dict[str, Any]] = {}
    for column in table.rest():
        box = _BOX.fullmatch(column.heading)
        match = vocabulary.variable(box[1], "subject") if box is not None else None
        if box is None or match is None:
            continue
        levels = vocabulary.dictionary.variables[match[0]].levels
        if not levels:
            continue
        level = vocabulary.level(match[0], vocabulary.said(box[1], box[2]))
        words = f"each box stands for one of {', '.join(levels)}"
        groups.setdefault(match[0], {})[column.heading] = level or Open(words, blocks=True)
        table.used.add(column.heading)
    return {
        variable: _entry(variable, {"checkboxes": boxes}, table=table, check="boxes")
        for variable, boxes in groups.items()
    }
