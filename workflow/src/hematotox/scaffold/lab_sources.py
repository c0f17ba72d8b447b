"""Where laboratory values stand, and in which unit: guesses for the section `labs`.

A unit is taken from a heading that names it. From the size of the values it is only proposed, in
a comment: a wrong unit is a wrong number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hematotox.declarations.day_columns import in_patterns
from hematotox.dialects.cells import text_of
from hematotox.dialects.heading_units import unit_of_text
from hematotox.dialects.judged_columns import Column
from hematotox.dialects.notation import Open
from hematotox.dialects.numbers import parse_number
from hematotox.dialects.units import accepted_units
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.scaffold.codes import missing_numbers
from hematotox.scaffold.draft_text import Entry
from hematotox.scaffold.tables import TableGuess

Source = dict[str, Any]


def guess_labs(tables: list[TableGuess], vocabulary: Vocabulary) -> list[Entry]:
    """Return the entries of the section `labs`, in the order of the dictionary."""
    found: dict[str, list[tuple[Source, str]]] = {}
    for table in tables:
        own = _long(table, vocabulary) if table.shape == "long" else _wide(table, vocabulary)
        for variable, source, check in own:
            named = {} if table.name == "labs" else {"table": table.name}
            found.setdefault(variable, []).append(({**named, **source}, check))
    return [
        Entry(variable, _single(found[variable]), _checks(found[variable]))
        for variable in vocabulary.dictionary.of_kind("lab")
        if variable in found
    ]


def _single(sources: list[tuple[Source, str]]) -> Any:
    return sources[0][0] if len(sources) == 1 else [one for one, _ in sources]


def _checks(sources: list[tuple[Source, str]]) -> str:
    return "; ".join(dict.fromkeys(check for _, check in sources if check))


# ---- a column each -------------------------------------------------------------------------------


def _wide(table: TableGuess, vocabulary: Vocabulary) -> list[tuple[str, Source, str]]:
    if table.sheet.variable and table.value:
        return [_named_after(table, vocabulary)]
    found: dict[str, tuple[Source, str]] = {}
    days = _by_day(table, vocabulary)
    columns = sorted(table.rest(), key=lambda one: -one.filled)
    for column in columns:
        if column.heading in table.used or column.kind not in ("number", "empty"):
            continue
        plain = vocabulary.variable(column.heading, "lab")
        before = vocabulary.baseline(column.heading)
        match = plain or before
        if match is None or (match[0] in found and table.shape != "patient"):
            continue
        variable, unit = match
        if variable in found:
            continue
        source, why = _measured(table, variable, unit, columns=[column])
        if table.shape == "patient":
            words = (
                "when was it measured? date: the heading of a date; or on_day: a day, such as -5"
            )
            source["date"] = Open(words, _lymphodepletion(table, vocabulary))
        found[variable] = source, why
        table.used.add(column.heading)
    return [*((name, *one) for name, one in found.items()), *days]


def _by_day(table: TableGuess, vocabulary: Vocabulary) -> list[tuple[str, Source, str]]:
    """Return the variables whose days have a column each, such as "ANC d3"."""
    grouped: dict[tuple[str, str], dict[str, int]] = {}
    if table.sheet.variable and table.sheet.days:
        grouped[table.sheet.variable, ""] = table.sheet.days
    for column in table.rest() if not grouped else ():
        found = vocabulary.day_of(column.heading)
        if found is not None and column.kind in ("number", "empty"):
            grouped.setdefault((found[0], found[1]), {})[column.heading] = found[2]
    sources = []
    for (variable, unit), days in grouped.items():
        table.used.update(days)
        columns = [table.sheet.columns[heading] for heading in days]
        source, why = _measured(table, variable, unit, columns=columns)
        source = {"days": in_patterns(days)} | source
        source.pop("column")
        told = f"{', '.join(table.sheet.told_by)} tells the rows; " if table.sheet.told_by else ""
        why = f"; {why}" if why else ""
        sources.append((variable, source, f"{told}days after infusion from the headings{why}"))
    return sources


def _named_after(table: TableGuess, vocabulary: Vocabulary) -> tuple[str, Source, str]:
    """Return the values of a sheet or file that is called after its measurement."""
    variable = table.sheet.variable
    unit = vocabulary.unit_named(table.value)
    source, why = _measured(table, variable, unit, columns=[table.sheet.columns[table.value]])
    table.used.add(table.value)
    return variable, source, "; ".join(filter(None, ("the sheet or file is called after it", why)))


def _lymphodepletion(table: TableGuess, vocabulary: Vocabulary) -> str:
    found = [
        one.heading
        for one in table.sheet.columns.values()
        if vocabulary.variable(one.heading, "subject") == ("lymphodepletion_date", "")
    ]
    return found[0] if found else ""


def _measured(
    table: TableGuess, variable: str, unit: str, *, columns: list[Column]
) -> tuple[Source, str]:
    """Return column, unit and codes for missing of some values, and whence the unit is."""
    vocabulary = columns[0].vocabulary
    source: Source = {"column": columns[0].heading}
    texts = [text for one in columns for text in one.known]
    missing = missing_numbers(variable, texts, vocabulary)
    measured = [text for text in texts if text not in missing]
    beside, why = ("", "unit from the heading") if unit else _unit_beside(table, columns)
    source["unit"] = unit or beside or _open_unit(variable, measured, vocabulary)
    if beside and not vocabulary.accepts(variable, beside):
        source["unit"], why = Open(f"{why}: it is none of {variable}"), ""
    return source | ({"missing": missing} if missing else {}), why


def _unit_beside(table: TableGuess, columns: list[Column]) -> tuple[str, str]:
    """Return the unit in the cells beside some values, if it is always the same, and where."""
    units = table.sheet.units
    cells = units.get(columns[0].heading)
    if cells is None and len(units) == 1 and table.sheet.variable:
        cells = next(iter(units.values()))
    said = set(cells.tolist()) - {""} if cells is not None else set()
    if len({unit_of_text(one) for one in said}) != 1:
        return "", ""
    return unit_of_text(said.pop()), "unit from the column beside it"


# ---- a row each ----------------------------------------------------------------------------------


def _long(table: TableGuess, vocabulary: Vocabulary) -> list[tuple[str, Source, str]]:
    cells = table.sheet.cells
    names = np.array([text_of(cell) for cell in cells[table.measurement]], dtype=object)
    values = np.array([text_of(cell) for cell in cells[table.value]], dtype=object)
    grouped: dict[str, list[tuple[str, str]]] = {}
    for name in table.sheet.columns[table.measurement].known:
        match = vocabulary.variable(name, "lab")
        if match is not None:
            grouped.setdefault(match[0], []).append((name, match[1]))
    sources = []
    for variable, found in grouped.items():
        said = [name for name, _ in found]
        rows = np.isin(names, said)
        units = {unit for _, unit in found}
        source: Source = {"column": said[0] if len(said) == 1 else said}
        texts = sorted(set(values[rows].tolist()) - {""})
        if table.unit and any(text_of(cell) for cell in cells[table.unit][rows]):
            source |= _empty_units(cells[table.unit][rows])
        else:
            unit = units.pop() if len(units) == 1 else ""
            source["unit"] = unit or _open_unit(variable, texts, vocabulary)
        missing = missing_numbers(variable, texts, vocabulary)
        sources.append((variable, source | ({"missing": missing} if missing else {}), "name"))
    return sources


def _empty_units(cells: Any) -> Source:
    if all(map(text_of, cells)):
        return {}
    return {"unit": Open("some rows name no unit; which have they? otherwise they are left out")}


def unknown_names(table: TableGuess, vocabulary: Vocabulary) -> list[str]:
    """Return the names of measurements in a long table that no synonym explains."""
    known = table.sheet.columns[table.measurement].known
    return sorted(name for name in known if vocabulary.variable(name, "lab") is None)


# ---- units ---------------------------------------------------------------------------------------


def _open_unit(variable: str, texts: list[str], vocabulary: Vocabulary) -> Open | str:
    """Return the open unit, with those in which the values would be plausible."""
    described = vocabulary.dictionary.variables[variable]
    units = accepted_units(variable, described.unit)
    if len(units) == 1:
        return described.unit
    values = [number for text in texts if (number := _number(text)) is not None]
    low, high = described.plausible or (-np.inf, np.inf)
    fitting: dict[float, str] = {}
    for unit, factor in {described.unit: units[described.unit], **units}.items():
        inside = [low <= value * float(factor) <= high for value in values]
        if inside and np.mean(inside) > 0.95:
            fitting.setdefault(float(factor), unit)
    listed = ", ".join(fitting.values())
    words = f"no unit is named; the values are plausible in {listed}" if listed else (
        "no unit is named; the values are plausible in none"
    )  # fmt: skip
    return Open(words)


def _number(text: str) -> float | None:
    """Return the size of a written number, whichever sign it uses for decimals."""
    found = parse_number(text.lstrip("<>=≤≥ ")) or parse_number(text.lstrip("<>=≤≥ "), decimal=",")
    return None if found is None else found[1]
