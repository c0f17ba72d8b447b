"""Where events stand, with date and detail: guesses for the section `events`."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from hematotox.declarations.synonyms import VITAL_STATUS
from hematotox.dialects.cells import text_of
from hematotox.dialects.judged_columns import Column
from hematotox.dialects.notation import Open
from hematotox.dialects.vocabulary import Vocabulary
from hematotox.scaffold.codes import MANY, some, value_map, yes_and_no
from hematotox.scaffold.draft_text import Entry
from hematotox.scaffold.tables import TableGuess

Source = dict[str, Any]
_ASKS = re.compile(r"0 ?= ?\w|1 ?= ?\w|0 ?/ ?1|1 ?/ ?0|\?")
"""In a heading: it is answered by yes or no."""
UNKNOWN = "unknown_"
"""Begins the key of an event whose code no synonym explains."""
_UNDATED = "a column says whether it happened or how; which column has its date?"
_WHICH = (
    "which event is this code? its name is the key, or add the code to that event; "
    "not wanted: list it under rows: leave_out of the table"
)


def guess_events(tables: list[TableGuess], vocabulary: Vocabulary) -> list[Entry]:
    """Return the entries of the section `events`, in the order of the dictionary."""
    found: dict[str, list[Source]] = {}
    undated: dict[str, Source] = {}
    for table in tables:
        own = _patient_rows(table, vocabulary) if table.shape == "patient" else {}
        if table.event:
            own = _rows(table, vocabulary)
        for variable, source in own.items():
            named = {} if table.name == "events" else {"table": table.name}
            if table.event or {"date", "day"} & set(source):
                found.setdefault(variable, []).append({**named, **source})
            else:
                undated.setdefault(variable, {**named, **source})
    entries = []
    for name in vocabulary.dictionary.of_kind("event"):
        if name in found:
            weak = any(one.pop("weak", False) for one in found[name])
            check = "only a word of a heading says so" if weak else "headings or codes"
            entries.append(
                Entry(name, found[name][0] if len(found[name]) == 1 else found[name], check)
            )
        elif name in undated:
            entries.append(Entry(name, Open(_UNDATED, _proposal(undated[name]))))
    return [*entries, *_unknown(tables, vocabulary)]


def _proposal(source: Source) -> str:
    """Return what is known of an event without a date, as the comment has it."""
    heading = source.get("column") or source["when"]["column"]
    return f"{{table: {source['table']}, date: }}  column {json.dumps(heading, ensure_ascii=False)}"


def _unknown(tables: list[TableGuess], vocabulary: Vocabulary) -> list[Entry]:
    """Return an entry for each code that no synonym explains: the run stops at its name."""
    entries: list[Entry] = []
    for table in tables:
        for code in unknown_codes(table, vocabulary) if table.event else ():
            named = {} if table.name == "events" else {"table": table.name}
            source = {**named, "when": {"column": table.event, "in": code}}
            key = f"{UNKNOWN}{len(entries) + 1}"
            entries.append(Entry(key, source | _only_detail(table, code), decide=_WHICH))
    return entries


# ---- a row an event ------------------------------------------------------------------------------


def _rows(table: TableGuess, vocabulary: Vocabulary) -> dict[str, Source]:
    codes: dict[str, list[str]] = {}
    for code in sorted(table.sheet.columns[table.event].known):
        match = vocabulary.variable(vocabulary.said(table.event, code), "event")
        if match is not None:
            codes.setdefault(match[0], []).append(code)
    cells = np.array([text_of(cell) for cell in table.sheet.cells[table.event]], dtype=object)
    sources: dict[str, Source] = {}
    for variable, own in codes.items():
        when = {"column": table.event, "in": own[0] if len(own) == 1 else own}
        source: Source = {"when": when}
        if vocabulary.dictionary.variables[variable].type != "none":
            source |= _detail(table, variable, rows=np.isin(cells, own), vocabulary=vocabulary)
        sources[variable] = source
    return sources


def _detail(table: TableGuess, variable: str, *, rows: Any, vocabulary: Vocabulary) -> Source:
    """Return the column that has the detail of an event: that whose cells fit it best."""
    best: tuple[float, str, list[str]] = (0.0, "", [])
    for column in table.rest():
        if column.kind == "date":
            continue
        heading = column.heading
        texts = [text_of(cell) for cell in column.cells[rows]]
        known = [text for text in texts if text and _is_told(variable, text, vocabulary)]
        if not known or len(set(known)) > MANY:
            continue
        fitting = np.mean(
            [_fits(variable, vocabulary.said(heading, text), vocabulary) for text in known]
        )
        score = float(fitting) + 0.5 * len(known) / len(texts)
        if score > best[0]:
            best = (score, column.heading, sorted(set(known)))
    if not best[1]:
        return {}
    table.used.add(best[1])
    return {"column": best[1]} | value_map(variable, best[2], vocabulary, best[1])


def _is_told(variable: str, text: str, vocabulary: Vocabulary) -> bool:
    """Return whether a text is a detail: "unknown" is a cause of death, elsewhere none."""
    levels = vocabulary.dictionary.variables[variable].levels
    told = bool(levels) and vocabulary.level(variable, text) is not None
    return told or not vocabulary.is_missing(text)


def _only_detail(table: TableGuess, code: str) -> Source:
    """Return the column that alone has content in the rows of a code nobody has explained."""
    rows = np.array([text_of(cell) == code for cell in table.sheet.cells[table.event]])
    filled = [one for one in table.rest() if any(map(text_of, one.cells[rows]))]
    for column in filled:
        table.used.add(column.heading)
    return {"column": filled[0].heading} if len(filled) == 1 else {}


def _fits(variable: str, text: str, vocabulary: Vocabulary) -> bool:
    if vocabulary.dictionary.variables[variable].type == "category":
        return vocabulary.level(variable, text) is not None
    return re.fullmatch(r"\D*[0-9]\D*", text) is not None


def unknown_codes(table: TableGuess, vocabulary: Vocabulary) -> list[str]:
    """Return the codes of the column of events that no synonym explains."""
    known = table.sheet.columns[table.event].known
    said = {code: vocabulary.said(table.event, code) for code in known}
    return sorted(code for code in known if vocabulary.variable(said[code], "event") is None)


# ---- in the patient's row ------------------------------------------------------------------------


def _patient_rows(table: TableGuess, vocabulary: Vocabulary) -> dict[str, Source]:
    """Return the events of a table of patients: by known headings, then by a word of a heading."""
    sources: dict[str, Source] = {}
    for weak in (False, True):
        for column in table.rest() if weak else table.sheet.columns.values():
            taken = (*table.used, table.patient, table.matches)
            if column.heading in taken or vocabulary.is_column("cause_of_death", column.heading):
                continue
            match = vocabulary.event_part(column.heading)
            if weak:
                match = vocabulary.within(column.heading, "event"), ""
            if match is not None and match[0]:
                _add_part(sources, table, column, match=match, weak=weak)
    _add_death(table, sources, vocabulary)
    return {name: _ordered(one) for name, one in sources.items()}


def _add_part(
    sources: dict[str, Source], table: TableGuess, column: Column, *,
    match: tuple[str, str], weak: bool,
) -> None:  # fmt: skip
    """Add what a column says of an event: its date, whether it happened, its grade or kind."""
    (name, part), vocabulary = match, column.vocabulary
    described, source = vocabulary.dictionary.variables[name], sources.get(name, {})
    key = _key(column, part)
    when = yes_and_no(column.known, vocabulary, column.heading) if key == "column" else {}
    if when and (
        described.type != "integer"
        or "column" in source
        or _ASKS.search(" ".join(vocabulary.parts(column.heading)))
        or not all(map(str.isdigit, column.known))
    ):
        key = "when"
    if not key or key in source or (key == "column" and described.type == "none"):
        return
    said: Source = {key: when if key == "when" else column.heading}
    if key == "column":
        said |= _patient_detail(name, column, vocabulary)
        levels = [*said.get("values", {"": ""}).values()]
        told = described.type == "integer" and column.kind == "number"
        if weak and (any(isinstance(one, Open) for one in levels) or not (levels[0] or told)):
            return
    sources[name] = source | said | ({"weak": True} if weak else {})
    table.used.add(column.heading)


def _key(column: Column, part: str) -> str:
    """Return the key of a source that a column belongs to; "" if its cells do not fit."""
    if column.kind == "date" or (part == "date" and column.kind == "empty"):
        return "date"
    if part == "day":
        return "day" if column.kind in ("number", "empty") else ""
    return "column" if part != "date" and len(column.known) <= MANY else ""


def _patient_detail(variable: str, column: Column, vocabulary: Vocabulary) -> Source:
    described = vocabulary.dictionary.variables[variable]
    low = (described.plausible or (0, 0))[0]
    absent = [
        t for t in sorted(column.known) if described.type == "integer" and t == "0" and low > 0
    ]
    labels = {text: vocabulary.said(column.heading, text) for text in sorted(column.known)}
    absent += [t for t, label in labels.items() if not absent and _says_no(label, vocabulary)]
    rest = [text for text in column.texts if text not in absent]
    said = value_map(variable, rest, vocabulary, column.heading)
    return said | ({"absent": absent[0] if len(absent) == 1 else absent} if absent else {})


def _says_no(text: str, vocabulary: Vocabulary) -> bool:
    return not text.isdigit() and vocabulary.level("bridging", text) == "no"


def _add_death(table: TableGuess, sources: dict[str, Source], vocabulary: Vocabulary) -> None:
    """Add the cause of death, and whether there was one where only the last contact is dated."""
    rest = [one for one in table.rest() if one.heading not in table.used]
    status = next(
        (one for one in rest if vocabulary.is_column("vital_status", one.heading)
         and one.kind != "date" and len(one.known) <= MANY), None,
    )  # fmt: skip
    cause = next(
        (one for one in rest if vocabulary.is_column("cause_of_death", one.heading)
         and one.kind != "date" and len(one.known) <= MANY), None,
    )  # fmt: skip
    last = sources.get("last_contact", {}).get("date")
    death = sources.get("death", {})
    if last and "date" not in death and "when" in death:
        death["date"] = last
    elif status is not None and "when" not in death and (last or "date" in death):
        sources["death"] = death
        death.setdefault("date", last)
        death["when"] = _vital_status(status, vocabulary)
        table.used.add(status.heading)
    if cause is not None and "death" in sources and "column" not in sources["death"]:
        sources["death"]["column"] = cause.heading
        sources["death"] |= value_map("death", cause.texts, vocabulary, cause.heading)
        table.used.add(cause.heading)


def _vital_status(column: Column, vocabulary: Vocabulary) -> Source:
    """Return which codes say that a patient died; all that are not explained are open."""
    told = {
        text: vocabulary.level(VITAL_STATUS, vocabulary.said(column.heading, text))
        for text in sorted(column.known)
    }
    dead = [text for text, level in told.items() if level == "dead"]
    alive = [text for text, level in told.items() if level == "alive"]
    when: Source = {"column": column.heading}
    unknown = ", ".join(text for text, level in told.items() if level is None)
    when["in"] = some(dead) if dead else Open("which codes mean dead?", codes=unknown)
    if alive:
        when["not_in"] = some(alive)
    elif unknown:
        when["not_in"] = Open("which codes mean alive?", codes=unknown)
    return when


def _ordered(source: Source) -> Source:
    keys = ("date", "day", "when", "column", "values", "missing", "absent", "weak")
    return {key: source[key] for key in keys if key in source}
