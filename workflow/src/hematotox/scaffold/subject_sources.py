"""Where the variables with one value a patient stand: guesses for the section `subjects`."""

from __future__ import annotations

import re
from typing import Any

from hematotox.dialects.heading_units import split_unit
from hematotox.dialects.judged_columns import Column
from hematotox.dialects.notation import Open
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.scaffold.codes import MANY, missing_numbers, value_map
from hematotox.scaffold.draft_text import Entry
from hematotox.scaffold.tables import TableGuess

_BOX = re.compile(r"(.+)___(.+)")


def guess_subjects(tables: list[TableGuess], vocabulary: Vocabulary) -> list[Entry]:
    """Return the entries of the section `subjects`, in the order of the dictionary."""
    found: dict[str, Entry] = {}
    for table in tables:
        if table.shape == "patient":
            for variable, entry in _of_table(table, vocabulary).items():
                found.setdefault(variable, entry)
    order = vocabulary.dictionary.of_kind("subject")
    entries = [found[name] for name in order if name in found]
    if "infusion_date" not in found:
        words = "required, day 0 is the infusion: which column has its date?"
        entries.append(Entry("infusion_date", Open(words, "{column: }")))
    return entries


def _of_table(table: TableGuess, vocabulary: Vocabulary) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    boxes = _boxes(table, vocabulary)
    candidates = sorted(
        (column for column in table.rest() if not _BOX.fullmatch(column.heading)),
        key=lambda one: -one.filled,
    )
    for column in candidates:
        if vocabulary.is_column("birth_date", column.heading) and _is_date(column):
            content = {"column": column.heading, "birth_date": True}
            found["age"] = _entry("age", content, table=table, check="age at infusion in years")
            table.used.add(column.heading)
    for column in candidates:
        match = vocabulary.variable(column.heading, "subject")
        if match is None or match[0] in found or column.heading in table.used:
            continue
        said = _content(match[0], column, vocabulary)
        if said is not None:
            content, check = said
            found[match[0]] = _entry(match[0], content, table=table, check=check)
            table.used.add(column.heading)
    return {**boxes, **found}


def _entry(variable: str, content: dict[str, Any], *, table: TableGuess, check: str = "") -> Entry:
    named = {} if table.name == "subjects" else {"table": table.name}
    return Entry(variable, {**named, **content}, check)


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
    mapped = value_map(variable, texts, vocabulary)
    missing = [*unusual, *mapped.pop("missing", [])]
    content |= mapped | ({"missing": missing} if missing else {})
    return content, "codes" if "values" in content else ""


def _number(
    variable: str, column: Column, vocabulary: Vocabulary
) -> tuple[dict[str, Any], str] | None:
    described = vocabulary.dictionary.variables[variable]
    content: dict[str, Any] = {"column": column.heading}
    check = ""
    if described.unit and variable != "age":
        unit = split_unit(column.heading)[1]
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
        level = vocabulary.level(match[0], box[2])
        words = f"each box stands for one of {', '.join(levels)}"
        groups.setdefault(match[0], {})[column.heading] = level or Open(words, blocks=True)
        table.used.add(column.heading)
    return {
        variable: _entry(variable, {"checkboxes": boxes}, table=table, check="boxes")
        for variable, boxes in groups.items()
    }
